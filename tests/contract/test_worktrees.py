"""The contract of `Worktrees`; what only real git can show is in tests/kernel/test_move*.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Refused
from fp.kernel.ports import RefUpdate
from tests.contract.machines import MAIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.machines import Machine

BRANCH = "refs/heads/tarmac/FP-1/1"
CLAIM = "refs/fp/claims/FP-1"
JOURNAL = "fp/moves/test.json"


def linked(machine: Machine) -> Path:
    """A second worktree beside the first, on a branch of its own."""
    path = machine.top.parent / "linked"
    machine.world.worktrees.add(path, BRANCH, machine.head)
    return path


def test_the_main_worktree_is_listed_first(machine: Machine) -> None:
    path = linked(machine)
    main, second = machine.world.worktrees.list()
    assert (main.path, main.branch, main.head, main.bare) == (str(machine.top), MAIN, machine.head, False)
    assert (second.path, second.branch, second.head) == (str(path), BRANCH, machine.head)
    assert (second.locked, second.prunable) == (False, False)


def test_an_added_worktree_holds_the_files_of_its_start(machine: Machine) -> None:
    start = machine.commit("start", {"deep/er/file": b"text\n", "README.md": None})
    path = machine.top.parent / "linked"
    machine.world.worktrees.add(path, BRANCH, start)
    files = machine.world.at(path)
    assert files.read("deep/er/file") == b"text\n"
    assert files.stat("README.md") is None
    assert machine.world.refs.read(BRANCH) == start


@pytest.mark.parametrize("branch", ["main", "refs/heads/", "refs/heads/-x", "refs/heads/a..b", "refs/tags/x", "-b"])
def test_a_name_that_is_no_branch_is_refused(machine: Machine, branch: str) -> None:
    with pytest.raises(Refused) as caught:
        machine.world.worktrees.add(machine.top.parent / "linked", branch, machine.head)
    assert caught.value.reason == "bad-ref"


def test_adding_is_refused_where_the_branch_the_path_or_a_blocking_branch_exists(machine: Machine) -> None:
    path = linked(machine)
    worktrees = machine.world.worktrees
    cases = {
        "branch-exists": (path.with_name("other"), BRANCH),
        "path-exists": (path, "refs/heads/other"),
        "ref-blocked": (path.with_name("other"), "refs/heads/tarmac"),
    }
    for reason, (where, branch) in cases.items():
        with pytest.raises(Refused) as caught:
            worktrees.add(where, branch, machine.head)
        assert caught.value.reason == reason
    assert len(worktrees.list()) == 2


def test_a_start_that_is_no_commit_is_refused(machine: Machine) -> None:
    for start in ("1" * 40, "HEAD", "--detach", machine.world.objects.empty_tree()):
        with pytest.raises(Refused):
            machine.world.worktrees.add(machine.top.parent / "linked", BRANCH, start)
    assert machine.world.refs.read(BRANCH) is None
    assert len(machine.world.worktrees.list()) == 1


def test_a_clean_worktree_is_removed_and_its_branch_stays(machine: Machine) -> None:
    path = linked(machine)
    machine.world.worktrees.remove(path)
    assert len(machine.world.worktrees.list()) == 1
    assert machine.world.at(path.parent).stat("linked") is None
    assert machine.world.refs.read(BRANCH) == machine.head


def test_a_worktree_with_uncommitted_work_stays(machine: Machine) -> None:
    path = linked(machine)
    files = machine.world.at(path)
    files.write("new.txt", b"mine")
    with pytest.raises(Refused, match=r"'new\.txt'"):
        machine.world.worktrees.remove(path)
    files.remove("new.txt")
    files.write("README.md", b"changed")
    with pytest.raises(Refused, match=r"'README\.md'"):
        machine.world.worktrees.remove(path)
    assert files.read("README.md") == b"changed"


def test_only_a_linked_worktree_is_removed(machine: Machine) -> None:
    machine.world.at(machine.top.parent).write("folder/file", b"precious")
    for path in (machine.top, machine.top.parent / "folder", machine.top.parent / "absent", machine.top / "README.md"):
        with pytest.raises(Refused):
            machine.world.worktrees.remove(path)
    assert machine.world.files.read("README.md") == b"# Project\n"


def test_a_throw_away_checkout_is_made_anew_and_discarded(machine: Machine) -> None:
    worktrees = machine.world.worktrees
    path = machine.top / ".git" / "tarmac" / "gates" / "one"
    commit = machine.commit("candidate", {"file": b"text"})
    for _ in range(2):
        worktrees.check_out(path, commit)
        files = machine.world.at(path)
        assert (files.read("file"), files.stat("left")) == (b"text", None)
        files.write("left", b"by the gates")
    assert [(each.branch, each.head) for each in worktrees.list()[1:]] == [(None, commit)]
    worktrees.discard(path)
    worktrees.discard(path)
    assert machine.world.state.names("tarmac/gates") == []
    assert len(worktrees.list()) == 1


def test_nothing_but_a_throw_away_is_discarded(machine: Machine) -> None:
    path = linked(machine)
    machine.world.state.write("tarmac/runs/x", b"")
    own = machine.top / ".git" / "tarmac"
    for wrong in (path, machine.top, own, own.parent, own / ".." / "objects"):
        with pytest.raises(Refused):
            machine.world.worktrees.discard(wrong)
        with pytest.raises(Refused):
            machine.world.worktrees.check_out(wrong, machine.head)
    assert machine.world.at(path).read("README.md") == b"# Project\n"


def updates(machine: Machine, files: dict[str, bytes | None]) -> tuple[str, list[RefUpdate]]:
    landing = machine.commit("landing", files)
    held, landed = machine.claim("held"), machine.claim("landed")
    assert machine.world.refs.transact([RefUpdate(CLAIM, None, held)]).status == "done"
    return landing, [RefUpdate(MAIN, machine.head, landing), RefUpdate(CLAIM, held, landed)]


def test_the_checkout_follows_its_branch(machine: Machine) -> None:
    landing, wanted = updates(machine, {"added/file": b"new\n", "README.md": b"# Changed\n"})
    machine.world.files.write("mine.txt", b"mine")
    moved = machine.world.worktrees.move_branch(wanted, journal=JOURNAL)
    assert moved == ("done", "")
    assert machine.head == landing
    files = machine.world.files
    assert [files.read(path) for path in ("added/file", "README.md", "mine.txt")] == [b"new\n", b"# Changed\n", b"mine"]
    assert machine.world.state.stat(JOURNAL) is None
    assert machine.world.worktrees.recover(JOURNAL) is None


def test_a_branch_that_nobody_has_checked_out_moves_alone(machine: Machine) -> None:
    refs = machine.world.refs
    refs.transact([RefUpdate("refs/heads/other", None, machine.head)])
    landing = machine.commit("landing", {"added": b""})
    wanted = [RefUpdate("refs/heads/other", machine.head, landing)]
    assert machine.world.worktrees.move_branch(wanted, journal=JOURNAL).status == "done"
    assert machine.world.files.stat("added") is None


@pytest.mark.parametrize(
    ("mine", "landing"),
    [
        ({"README.md": b"mine"}, {"README.md": b"theirs"}),
        ({"README.md": b"mine"}, {"README.md": None}),
        ({"added": b"mine"}, {"added": b"theirs"}),
        ({"added": b"same"}, {"added": b"same"}),
        ({"added": b"mine"}, {"added/below": b"theirs"}),
        ({"added/below": b"mine"}, {"added": b"theirs"}),
    ],
)
def test_a_person_s_work_refuses_the_move(
    machine: Machine, mine: dict[str, bytes], landing: dict[str, bytes | None]
) -> None:
    _, wanted = updates(machine, landing)
    before = machine.head
    for path, data in mine.items():
        machine.world.files.write(path, data)
    moved = machine.world.worktrees.move_branch(wanted, journal=JOURNAL)
    assert moved.status == "refused"
    assert moved.reason
    assert machine.head == before
    assert {path: machine.world.files.read(path) for path in mine} == mine
    assert machine.world.state.stat(JOURNAL) is None


def test_a_lost_race_moves_nothing(machine: Machine) -> None:
    _, wanted = updates(machine, {"added": b""})
    held, taken = wanted[1].old, machine.claim("taken over")
    machine.world.refs.transact([RefUpdate(CLAIM, held, taken)])
    moved = machine.world.worktrees.move_branch(wanted, journal=JOURNAL)
    assert (moved.status, moved.reason) == ("lost", f"{CLAIM} is at {taken}")
    assert machine.world.files.stat("added") is None


def test_the_same_move_again_says_done(machine: Machine) -> None:
    _, wanted = updates(machine, {"added": b""})
    moves = [machine.world.worktrees.move_branch(wanted, journal=JOURNAL).status for _ in range(2)]
    assert moves == ["done", "done"]


def test_a_checked_out_branch_is_not_removed(machine: Machine) -> None:
    moved = machine.world.worktrees.move_branch([RefUpdate(MAIN, machine.head, None)], journal=JOURNAL)
    assert moved.status == "refused"


def test_without_a_journal_there_is_nothing_to_recover_and_no_lock_of_ours(machine: Machine) -> None:
    worktrees = machine.world.worktrees
    assert worktrees.recover("fp/moves/absent.json") is None
    assert worktrees.stale_locks("fp/moves/absent.json") == ()
    assert worktrees.remove_stale_locks("fp/moves/absent.json", ()) == ()
