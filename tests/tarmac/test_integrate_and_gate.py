"""Integration and gates with real git: content without `.issues`, a fresh checkout, nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drift.lock import write_lock
from fp.kernel.world import World, real_world
from tarmac.landing.gates import GateCall, run_gates
from tarmac.landing.integrate import integrate, with_issues_of
from tarmac.landing.locks import by_binding
from tests.support.lockpairs import BASE, add

if TYPE_CHECKING:
    from tests.support.repo import Repo

ENV = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@pytest.fixture
def world(repo: Repo) -> World:
    return real_world(repo.path)


def branched(repo: Repo, name: str, path: str, text: str) -> str:
    repo.git("checkout", "-q", "-b", name, "main")
    repo.write(path, text)
    oid = repo.commit(f"change {path}")
    repo.git("checkout", "-q", "main")
    return oid


def on_main(repo: Repo, path: str, text: str) -> str:
    repo.write(path, text)
    return repo.commit(f"change {path}")


def paths(world: World, tree: str) -> list[str]:
    return [entry.path for entry in world.objects.list_tree(tree)]


def test_work_beside_other_work_merges(repo: Repo, world: World) -> None:
    tip = branched(repo, "run", "a.txt", "a\n")
    target = on_main(repo, "b.txt", "b\n")
    found = integrate(world.objects, world.merges, target=target, tip=tip)
    assert found.content is not None
    assert paths(world, found.content) == ["README.md", "a.txt", "b.txt"]


def test_both_sides_of_one_line_conflict(repo: Repo, world: World) -> None:
    tip = branched(repo, "run", "README.md", "mine\n")
    target = on_main(repo, "README.md", "theirs\n")
    assert integrate(world.objects, world.merges, target=target, tip=tip).conflicts == ("README.md",)


def test_tickets_are_never_merged(repo: Repo, world: World) -> None:
    """Both sides change one ticket: no conflict, and the target's stands in the end."""
    tip = branched(repo, "run", ".issues/FP-x.md", "forged\n")
    target = on_main(repo, ".issues/FP-x.md", "true\n")
    found = integrate(world.objects, world.merges, target=target, tip=tip)
    assert found.content == world.objects.content_tree(target)
    whole = with_issues_of(world.objects, content=found.content, commit=target)
    assert whole == repo.git("rev-parse", "main^{tree}").strip()


def test_locks_of_documents_merge_by_binding(repo: Repo, world: World) -> None:
    """Two runs bind documents at one place of the lock; what both changed stays a conflict, as other files do."""
    settle = by_binding(world.objects)
    repo.write("drift.lock", write_lock(BASE).decode())
    repo.commit("lock")
    one, other = (write_lock(add(name)(BASE)).decode() for name in ("c.md c.py", "c.md cc.py"))
    tip = branched(repo, "run", "drift.lock", one)
    clash = branched(repo, "clash", "drift.lock", write_lock(add("c.md cc.py", digest="9")(BASE)).decode())
    target = on_main(repo, "drift.lock", other)
    assert integrate(world.objects, world.merges, target=target, tip=tip).conflicts == ("drift.lock",)
    found = integrate(world.objects, world.merges, target=target, tip=tip, settle=settle)
    assert found.content is not None
    lock = repo.git("show", f"{found.content}:drift.lock")
    assert lock.strip().encode() == write_lock(add("c.md c.py", "c.md cc.py")(BASE)).strip()
    assert integrate(world.objects, world.merges, target=target, tip=clash, settle=settle).conflicts == ("drift.lock",)


def test_attributes_and_drivers_of_the_checkout_take_no_part(repo: Repo, world: World, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    repo.git("config", "merge.evil.driver", f"touch {canary}")
    repo.write(".gitattributes", "README.md merge=evil\n")
    tip = branched(repo, "run", "README.md", "mine\n")
    target = on_main(repo, "README.md", "theirs\n")
    integrate(world.objects, world.merges, target=target, tip=tip)
    assert not canary.exists()


def gate(world: World, repo: Repo, *argv: str, seconds: float = 20.0) -> tuple[bool, str, str]:
    head = repo.git("rev-parse", "HEAD").strip()
    folder = (repo.path / ".git/tarmac/runs/FP-k3v9q2m.1/gate").resolve()
    calls = [GateCall("tests", argv, seconds)]
    gated = run_gates(world.worktrees, candidate=head, content="C", folder=folder, calls=calls, env=ENV)
    assert not folder.exists()
    return gated.passed, gated.failure, gated.results[0].tail


def test_a_gate_sees_the_commit_and_nothing_of_the_worktree(repo: Repo, world: World) -> None:
    repo.write("untracked.txt", "helps the agent pass\n")
    assert gate(world, repo, "test", "-e", "README.md")[0]
    assert not gate(world, repo, "test", "-e", "untracked.txt")[0]


@pytest.mark.parametrize(
    ("argv", "failure"),
    [
        (("false",), "gate tests failed (exit 1)"),
        (("/no/such/program",), "gate tests failed (could not start)"),
        (("sh", "-c", "kill -9 $$"), "gate tests failed (exit -9)"),
    ],
)
def test_how_a_gate_fails(repo: Repo, world: World, argv: tuple[str, ...], failure: str) -> None:
    assert gate(world, repo, *argv)[:2] == (False, failure)


def test_a_gate_that_hangs_is_killed_with_all_it_started(repo: Repo, world: World, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 300 & echo $! > {pid_file}; wait"
    passed, _, tail = gate(world, repo, "sh", "-c", script, seconds=0.5)
    assert (passed, "killed after" in tail) == (False, True)
    child = Path(f"/proc/{pid_file.read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] in "ZX"


def test_what_a_gate_prints_cannot_steer_a_terminal(repo: Repo, world: World) -> None:
    tail = gate(world, repo, "printf", "\x1b[31mred\x07\n\xff")[2]
    assert "\x1b" not in tail
    assert "red" in tail


def test_a_gate_leaves_no_worktree_registered(repo: Repo, world: World) -> None:
    gate(world, repo, "sh", "-c", "echo dirt > README.md; mkdir -p deep/er; touch deep/er/x")
    assert len(world.worktrees.list()) == 1
