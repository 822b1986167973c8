"""Writing changes to a worktree, and committing exactly them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.edit import apply, commit
from fp.kernel.errors import Conflict, Refused
from fp.kernel.fs import RealFiles, faults
from fp.kernel.git.repo import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repo import Repo

A = ".issues/FP-aaaaaaa.md"
B = ".issues/FP-bbbbbbb.md"
STEPS_MAX = 100
EVENT = ".issues/events/FP-aaaaaaa/20261122T231501004Z-comment-8f3k.md"


def test_changes_are_written_and_told(repo: Repo) -> None:
    files = RealFiles(repo.path)
    files.write(A, b"old")
    files.write(B, b"gone")
    assert apply(files, {EVENT: b"note", A: b"new", B: None}, {A: b"old", B: b"gone"}) == [A, EVENT, B]
    assert (files.read(A), files.stat(B), files.read(EVENT)) == (b"new", None, b"note")


def test_what_is_already_so_is_left_alone(repo: Repo) -> None:
    files = RealFiles(repo.path)
    files.write(A, b"same")
    assert apply(files, {A: b"same"}, {A: b"same"}) == []


@pytest.mark.parametrize("new", [b"mine", None])
def test_a_file_that_changed_meanwhile_stays_as_it_is(repo: Repo, new: bytes | None) -> None:
    files = RealFiles(repo.path)
    files.write(A, b"theirs")
    with pytest.raises(Conflict):
        apply(files, {A: new, EVENT: b"note"}, {A: b"read"})
    assert (files.read(A), files.stat(EVENT)) == (b"theirs", None)


def test_a_new_file_never_replaces_another(repo: Repo) -> None:
    files = RealFiles(repo.path)
    files.write(A, b"theirs")
    with pytest.raises(Conflict):
        apply(files, {A: b"mine"}, {})
    assert files.read(A) == b"theirs"


def test_only_files_of_the_tracker_are_written(repo: Repo) -> None:
    with pytest.raises(Refused):
        apply(RealFiles(repo.path), {"src/main.py": b"x"}, {})


def test_a_commit_holds_the_touched_files_alone(repo: Repo) -> None:
    repo.write(A, "one\n")
    repo.write("code.py", "a = 1\n")
    repo.commit()
    repo.write("code.py", "a = 2\n")
    repo.git("add", "code.py")
    repo.write("code.py", "a = 3\n")
    repo.write(A, "two\n")
    repo.write(B, "new\n")
    made = commit(Repository.discover(repo.path), [A, B], "issues: two")
    assert repo.head() == made
    assert repo.git("show", "--name-status", "--format=%s", "HEAD") == f"issues: two\n\nM\t{A}\nA\t{B}"
    assert repo.git("status", "--porcelain") == "MM code.py"


def test_a_removed_file_is_committed_as_removed(repo: Repo) -> None:
    repo.write(A, "one\n")
    repo.commit()
    (repo.path / A).unlink()
    commit(Repository.discover(repo.path), [A], "issues: remove")
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("ls-files") == "README.md"


def test_the_first_commit_of_a_repository_can_be_ours(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "empty")
    repo.write(A, "one\n")
    commit(Repository.discover(repo.path), [A], "issues: one")
    assert repo.git("ls-tree", "-r", "--name-only", "HEAD") == A
    assert repo.git("status", "--porcelain") == "A  README.md"


def test_nothing_is_committed_in_the_middle_of_a_merge(repo: Repo) -> None:
    base = repo.head()
    repo.write(".git/MERGE_HEAD", f"{base}\n")
    repo.write(A, "one\n")
    with pytest.raises(Refused, match="a merge is under way"):
        commit(Repository.discover(repo.path), [A], "issues: one")
    assert repo.head() == base


def test_a_locked_index_is_a_conflict_that_says_what_is_left_to_do(repo: Repo) -> None:
    repo.write(A, "one\n")
    repo.write(".git/index.lock", "")
    head = repo.head()
    with pytest.raises(Conflict, match="holds the index") as caught:
        commit(Repository.discover(repo.path), [A], "issues: one")
    assert (caught.value.hint, repo.head()) == (f"written, not committed: git commit -- {A}", head)


def test_a_name_of_two_words_and_one_of_git_patterns_are_plain_names(repo: Repo) -> None:
    odd = ".issues/a [b]* c.md"
    repo.write(odd, "x\n")
    repo.write(".issues/a b c.md", "y\n")
    commit(Repository.discover(repo.path), [odd], "issues: odd")
    assert repo.git("-c", "core.quotePath=off", "ls-files", ".issues") == odd


class Crash(Exception):
    """The process dies here."""


def crash_at(step: int) -> Callable[[str], None]:
    """A handler that dies at the given step of writing."""
    left = step

    def handler(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Crash(name)

    return handler


def test_a_crash_at_any_step_leaves_old_or_new_and_no_event_before_its_status(repo: Repo) -> None:
    files = RealFiles(repo.path)
    changes = {EVENT: b"note", A: b"new", B: None}
    for step in range(1, STEPS_MAX):
        files.write(A, b"old")
        files.write(B, b"gone")
        files.remove(EVENT)
        try:
            with faults(crash_at(step)):
                apply(files, changes, {A: b"old", B: b"gone"})
        except Crash:
            assert files.read(A) in (b"old", b"new")
            assert files.stat(EVENT) is None or (files.read(EVENT), files.read(A)) == (b"note", b"new")
            assert files.stat(B) is not None or files.stat(EVENT) is not None
        else:
            break
    assert 10 < step < STEPS_MAX - 1
