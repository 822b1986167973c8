"""The changed tickets are committed, judged as the commit holds them, and nothing else moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.checking import Git, open_git
from fp.committing import commit, message_of, prepare
from fp.kernel.errors import Conflict, Refused
from fp.kernel.git.repo import Repository
from fp.kernel.problem import Severity
from fp.told import Step, Told

if TYPE_CHECKING:
    from tests.support.tracker import Fp

A, B = "FP-aaaaaaa", "FP-bbbbbbb"
A_PATH, B_PATH = f".issues/{A}.md", f".issues/{B}.md"


def opened(fp: Fp) -> Git:
    """The repository as it is now."""
    git = open_git(Repository.discover(fp.repo.path))
    assert git is not None
    return git


def committed(fp: Fp, *ids: str) -> list[str]:
    """Commit, and name the files of the commit."""
    git = opened(fp)
    ready = prepare(git, ids)
    assert ready is not None
    commit(git, ready, "tickets")
    return fp.repo.git("show", "--format=", "--name-only").splitlines()


@pytest.fixture
def two(fp: Fp) -> Fp:
    """Two committed issues, and work beside them: one file staged, one changed."""
    for one in (A, B):
        fp.issue(one, "status: todo", "priority: low", body="\n1\n2\n3\n4\n5\n6\n7\n8\n")
    fp.repo.write("staged.txt", "old\n")
    fp.repo.write("changed.txt", "old\n")
    fp.repo.commit("issues")
    fp.repo.write("staged.txt", "new\n")
    fp.repo.git("add", "staged.txt")
    fp.repo.write("changed.txt", "new\n")
    return fp


def test_only_tickets_are_committed_and_the_rest_stays_as_it_was(two: Fp) -> None:
    two.issue(A, "status: todo", "priority: high")
    assert committed(two) == [A_PATH]
    assert two.repo.run("status", "--porcelain").stdout == " M changed.txt\nM  staged.txt\n"


def test_a_partly_staged_file_beside_them_keeps_its_parts(two: Fp) -> None:
    two.repo.write("staged.txt", "newer\n")
    two.issue(A, "status: todo", "priority: high")
    before = two.repo.git("diff", "--cached"), two.repo.git("diff", "--", "staged.txt")
    committed(two)
    assert (two.repo.git("diff", "--cached"), two.repo.git("diff", "--", "staged.txt")) == before


def test_ids_choose_their_files_and_events(two: Fp) -> None:
    two.issue(A, "status: todo", "priority: high")
    two.issue(B, "status: todo", "priority: high")
    note = f".issues/events/{A}/20261122T231501004Z-comment-8f3k.md"
    two.repo.write(note, "A word.\n")
    assert committed(two, "aaa") == [A_PATH, note]
    assert two.repo.run("diff", "--name-only").stdout == f"{B_PATH}\nchanged.txt\n"


def test_a_removed_ticket_is_removed_and_a_new_one_added(two: Fp) -> None:
    (two.repo.path / A_PATH).unlink()
    two.issue("FP-ccccccc", "status: todo")
    assert committed(two) == [A_PATH, ".issues/FP-ccccccc.md"]


def test_a_ticket_staged_in_part_is_refused(two: Fp) -> None:
    two.issue(A, "status: todo", "priority: high")
    two.repo.git("add", A_PATH)
    two.issue(A, "status: todo", "priority: medium")
    with pytest.raises(Refused, match="only a part of it is staged"):
        prepare(opened(two), ())


def test_nothing_changed_is_nothing_to_commit(two: Fp) -> None:
    (two.repo.path / A_PATH).touch()
    assert prepare(opened(two), ()) is None
    two.issue(B, "status: todo", "priority: high")
    assert prepare(opened(two), (A,)) is None


def test_what_the_commit_would_break_is_found_although_the_worktree_is_whole(two: Fp) -> None:
    two.issue("FP-ccccccc", "status: todo")
    two.issue(A, "status: todo", "depends_on: [FP-ccccccc]")
    ready = prepare(opened(two), (A,))
    assert ready is not None
    assert [one.path for one in ready.problems if one.severity is Severity.ERROR] == [A_PATH]


def test_a_file_that_changes_after_it_was_judged_is_not_committed(two: Fp) -> None:
    two.issue(A, "status: todo", "priority: high")
    git = opened(two)
    ready = prepare(git, ())
    assert ready is not None
    two.issue(A, "status: todo", "priority: medium")
    before = two.repo.head()
    with pytest.raises(Conflict):
        commit(git, ready, "tickets")
    assert (two.repo.head(), two.repo.git("diff", "--cached", "--name-only")) == (before, "staged.txt")


def test_the_command_tells_the_change_and_commits_nothing_in_a_dry_run(two: Fp) -> None:
    two.issue(A, "status: todo", "priority: high", body="\n1\n2\n3\n4\n5\n6\n7\n8\n")
    before = two.repo.head()
    told = two.json("commit", "--dry-run")
    assert (told["commit"], told["paths"], two.repo.head()) == (None, [A_PATH], before)
    assert told["message"].startswith(f"issues: {A} priority")
    assert two.json("commit")["commit"] == two.repo.head()
    assert two.ok("commit").startswith("nothing to commit")


def test_a_message_tells_one_issue_or_counts_many() -> None:
    moved = Told(A, "Gate", "changed", "done", steps=(Step("todo", "done", "human/ann", recorded=True),))
    new = Told(B, "Fixes: all", "new", "todo")
    facts = {A: ["todo → done by ann", "boxes 1/1"], B: []}
    assert message_of([moved], [], facts) == f"issues: {A} todo → done by ann: Gate\n\n- boxes 1/1"
    assert message_of([moved, new], [".issues/config.yaml"], facts).splitlines() == [
        "issues: 1 moved, 1 new, 1 other file",
        "",
        f"{A} todo → done by ann: Gate",
        "  boxes 1/1",
        f"add {B} Fixes: all",
        "- config.yaml",
    ]
    assert message_of([], [".issues/config.yaml"], {}) == "issues: change config.yaml"
