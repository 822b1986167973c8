"""A move that dies at any point: what it left is found and undone or finished, and a person loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from fp.kernel import fs
from fp.kernel.ports import Recovered
from tests.support.moves import CLAIM, JOURNAL, LANDING, MAIN, locks, prepare, snapshot, wait_for_git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.moves import Landing
    from tests.support.repo import Repo

pytestmark = pytest.mark.slow

BEFORE_COMMIT = ("move-journalled", "move-prepared", "move-checked-out")
FAILPOINTS = (*BEFORE_COMMIT, "move-committed")


def person_works(repo: Repo) -> None:
    repo.write("mine.txt", "edited\n")
    repo.write("untracked.txt", "mine too\n")
    repo.write("debug.log", "ignored\n")


def check_person_s_files(repo: Repo) -> None:
    assert [repo.read(name) for name in ("mine.txt", "untracked.txt", "debug.log")] == [
        "edited\n",
        "mine too\n",
        "ignored\n",
    ]


def check_landing_stands(repo: Repo) -> None:
    """What the branch holds of the landing it holds whole."""
    for path, text in LANDING.items():
        found = repo.run("show", f"{MAIN}:{path}")
        assert (found.stdout if found.returncode == 0 else None) == text, path


def refs(repo: Repo) -> tuple[str, str]:
    return repo.git("rev-parse", MAIN), repo.git("rev-parse", CLAIM)


@pytest.mark.parametrize("where", BEFORE_COMMIT)
@pytest.mark.parametrize("what", ["self", "both"])
def test_a_crash_before_the_commit_is_undone(repo: Repo, where: str, what: str) -> None:
    landing = prepare(repo)
    person_works(repo)
    before = snapshot(repo)
    assert landing.crash(where, what).returncode == -9
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "undone"
    assert snapshot(repo) == before
    assert (refs(repo), locks(repo)) == ((landing.old, landing.claim_old), [])
    assert landing.move().status == "done"
    check_person_s_files(repo)
    assert repo.git("status", "--porcelain") == " M mine.txt\n?? untracked.txt"


def test_a_crash_after_the_commit_is_finished(repo: Repo) -> None:
    landing = prepare(repo)
    person_works(repo)
    assert landing.crash("move-committed", "self").returncode == -9
    recovered = landing.recover()
    assert recovered is not None
    assert (recovered.status, recovered.locks) == ("finished", ())
    assert refs(repo) == (landing.new, landing.claim_new)
    assert repo.git("status", "--porcelain") == " M mine.txt\n?? untracked.txt"
    assert landing.recover() is None


@pytest.mark.parametrize("where", FAILPOINTS)
def test_a_person_who_commits_before_the_recovery_reverts_nothing(repo: Repo, where: str) -> None:
    landing = prepare(repo)
    person_works(repo)
    landing.crash(where, "self")
    repo.git("commit", "--quiet", "--all", "--message", "mine")
    if where in ("move-checked-out", "move-committed"):
        check_landing_stands(repo)
    landing.recover()
    check_person_s_files(repo)
    repo.git("commit", "--quiet", "--all", "--allow-empty", "--message", "mine again")
    assert repo.git("status", "--porcelain") == "?? untracked.txt"
    assert not (repo.path / ".git" / JOURNAL).exists()
    if where in ("move-checked-out", "move-committed"):
        check_landing_stands(repo)


@pytest.mark.parametrize("where", ["move-prepared", "move-checked-out"])
def test_locks_of_a_killed_git_are_reported_and_removed_only_when_seen_twice(repo: Repo, where: str) -> None:
    landing = prepare(repo)
    landing.crash(where, "both")
    assert locks(repo) == ["HEAD.lock", f"{CLAIM}.lock", f"{MAIN}.lock"]
    recovered = landing.worktrees.recover(JOURNAL)
    assert recovered is not None
    assert recovered.status == "blocked"
    assert sorted(os.path.relpath(lock.path, repo.path / ".git") for lock in recovered.locks) == locks(repo)
    assert (repo.path / ".git" / JOURNAL).exists()
    assert landing.worktrees.remove_stale_locks(JOURNAL, []) == ()
    assert landing.worktrees.remove_stale_locks(JOURNAL, recovered.locks) == recovered.locks
    assert locks(repo) == []


def test_a_lock_that_changed_between_two_looks_stays(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-prepared", "both")
    seen = landing.worktrees.stale_locks(JOURNAL)
    (repo.path / ".git" / "HEAD.lock").unlink()
    repo.write(".git/HEAD.lock", "")
    removed = landing.worktrees.remove_stale_locks(JOURNAL, seen)
    assert len(removed) == 2
    assert locks(repo) == ["HEAD.lock"]


def test_a_lock_with_foreign_content_is_never_ours(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-journalled", "self")
    repo.write(f".git/{MAIN}.lock", "0" * 40)
    assert landing.worktrees.stale_locks(JOURNAL) == ()


def test_no_lock_is_stale_while_a_git_runs_there(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-prepared", "both")
    with subprocess.Popen(["git", "hash-object", "--stdin"], cwd=repo.path, stdin=subprocess.PIPE) as git:
        wait_for_git(repo.path, present=True)
        assert landing.worktrees.stale_locks(JOURNAL) == ()
        assert git.stdin is not None
        git.stdin.close()
    assert len(landing.worktrees.stale_locks(JOURNAL)) == 3


@pytest.mark.parametrize("where", ["move-prepared", "move-checked-out"])
def test_a_killed_update_ref_undoes_the_checkout(repo: Repo, where: str) -> None:
    landing = prepare(repo)
    person_works(repo)
    before = snapshot(repo)
    done = landing.crash(where, "git")
    assert "refused" in done.stdout
    assert snapshot(repo) == before
    assert refs(repo) == (landing.old, landing.claim_old)
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "undone"
    assert locks(repo) == []


def test_a_recovery_while_the_move_still_runs_waits(repo: Repo) -> None:
    landing = prepare(repo)
    seen: list[Recovered | None] = []

    def look(name: str) -> None:
        if name == "move-prepared":
            seen.append(landing.worktrees.recover(JOURNAL))

    with fs.faults(look):
        assert landing.move().status == "done"
    assert seen == [Recovered("blocked", "the move is still under way")]


def test_a_new_move_settles_the_old_one_first(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-checked-out", "self")
    assert landing.move().status == "done"
    assert repo.git("status", "--porcelain") == ""
    assert refs(repo) == (landing.new, landing.claim_new)


def test_what_the_person_did_to_a_landed_file_after_the_crash_stays(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-checked-out", "self")
    repo.write("landed.txt", "one\n2\nthree\nand mine\n")
    repo.write("added.txt", "mine now\n")
    (repo.path / "deep/er/added.txt").unlink()
    assert landing.recover() is not None
    assert repo.read("landed.txt") == "one\n2\nthree\nand mine\n"
    assert repo.read("added.txt") == "mine now\n"
    assert repo.read("goes.txt") == "goes\n"
    assert repo.git("status", "--porcelain") == " M landed.txt\n?? added.txt"


def test_what_the_person_staged_after_the_crash_stays(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-checked-out", "self")
    repo.write("landed.txt", "mine\n")
    repo.git("add", "landed.txt")
    landing.recover()
    assert repo.git("diff", "--cached", "--name-only") == "landed.txt"
    assert repo.read("landed.txt") == "mine\n"


def test_a_person_s_folder_in_place_of_a_removed_file_is_not_cleared(repo: Repo) -> None:
    landing = prepare(repo)
    landing.crash("move-checked-out", "self")
    repo.write("goes.txt/mine.txt", "mine\n")
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "undone"
    assert repo.git("status", "--porcelain") == " D goes.txt"
    assert repo.read("goes.txt/mine.txt") == "mine\n"


def test_a_person_s_file_in_place_of_a_removed_folder_stays_and_is_named(repo: Repo) -> None:
    landing = prepare(repo, {"folder/inner.txt": None})
    landing.crash("move-checked-out", "self")
    repo.write("folder", "mine\n")
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "blocked"
    assert "'folder/inner.txt'" in recovered.detail
    assert repo.read("folder") == "mine\n"
    (repo.path / "folder").unlink()
    again = landing.recover()
    assert again is not None
    assert again.status == "undone"
    assert repo.git("status", "--porcelain") == ""


def test_a_checkout_that_was_removed_after_the_crash_needs_nothing(repo: Repo, tmp_path: Path) -> None:
    landing = prepare(repo)
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    landing.crash("move-checked-out", "self")
    shutil.rmtree(tmp_path / "linked")
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "finished"
    assert landing.recover() is None


def write_as_a_killed_checkout(repo: Repo, done: int) -> None:
    """What git leaves that was killed after `done` of its steps: removals first, then files, the index last."""
    (repo.path / "goes.txt").unlink()
    steps = [("added.txt", 20), ("added.txt", None), ("deep/er/added.txt", 0), ("deep/er/added.txt", None)]
    steps += [("landed.txt", -1), ("landed.txt", 3), ("landed.txt", None)]
    for path, length in steps[:done]:
        if length == -1:
            (repo.path / path).unlink()
        else:
            repo.write(path, (LANDING[path] or "")[:length])
    repo.write(".git/index.lock", "half an ind")


@pytest.mark.parametrize("done", range(8))
def test_a_checkout_killed_half_way_is_put_back(repo: Repo, done: int) -> None:
    landing = prepare(repo)
    person_works(repo)
    before = snapshot(repo)
    landing.crash("move-prepared", "both")
    write_as_a_killed_checkout(repo, done)
    first = landing.worktrees.recover(JOURNAL)
    assert first is not None
    assert first.status == "blocked"
    assert any(lock.path.endswith("index.lock") for lock in first.locks)
    recovered = landing.recover()
    assert recovered is not None
    assert recovered.status == "undone"
    assert snapshot(repo) == before
    assert locks(repo) == []


SHIM = """#!/bin/sh
case " $* " in
*" {command} "*) exec strace -f -qq -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when={when} {git} "$@" ;;
esac
exec {git} "$@"
"""


def killing_git(folder: Path, command: str, call: str, when: int) -> str:
    """A PATH whose git is killed at the nth system call of a kind in one of its commands."""
    shims = folder / f"shims-{call}-{when}"
    shims.mkdir()
    git = shutil.which("git")
    (shims / "git").write_text(SHIM.format(command=command, call=call, when=when, git=git))
    (shims / "git").chmod(0o755)
    return f"{shims}:{os.environ['PATH']}"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("command", "call", "most"),
    [
        ("read-tree", "unlink", 8),
        ("read-tree", "mkdir", 4),
        ("read-tree", "write", 8),
        ("read-tree", "rename", 2),
        ("update-ref", "rename", 3),
        ("update-ref", "unlink", 4),
    ],
)
def test_git_killed_at_each_system_call_loses_nothing(
    repo: Repo, tmp_path: Path, command: str, call: str, most: int
) -> None:
    outcomes = []
    for when in range(1, most + 1):
        copied = type(repo)(tmp_path / f"copy-{when}", repo.commits)
        shutil.copytree(repo.path, copied.path, symlinks=True)
        landing = prepare(copied)
        person_works(copied)
        done = landing.crash("nowhere", "self", killing_git(tmp_path, command, call, when))
        outcomes.append(done.stdout.split("'")[1])
        settle_and_check(copied, landing)
    assert "refused" in outcomes or "done" in outcomes
    assert outcomes[-1] == "done", outcomes


def settle_and_check(repo: Repo, landing: Landing) -> None:
    landing.recover()
    assert locks(repo) == []
    assert landing.move().status == "done"
    assert refs(repo) == (landing.new, landing.claim_new)
    check_person_s_files(repo)
    check_landing_stands(repo)
    assert repo.git("status", "--porcelain") == " M mine.txt\n?? untracked.txt"
