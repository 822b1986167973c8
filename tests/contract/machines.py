"""A real and a simulated machine that a contract test cannot tell apart."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.ports import Oid, ProcessRequest, RefUpdate, Signature
from fp.kernel.remembered import RememberedObjects
from fp.kernel.sim.processes import Life
from fp.kernel.sim.remote import Hub
from fp.kernel.sim.world import TOP, Simulation
from fp.kernel.world import World, real_world
from tests.support.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAIN = "refs/heads/main"
ANN = Signature("Ann", "ann@test.invalid", datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC))
POLL_SECONDS = 0.02
POLLS_MAX = 500


class Machine(NamedTuple):
    """One repository on `main` with one commit that holds README.md, and a remote `origin` that holds it too."""

    world: World
    other: World
    """a second clone with the same remote"""
    top: Path
    symlink: Callable[[str, str], None]
    """link(where it points, absolute path)"""
    environment: Mapping[str, str]

    @property
    def head(self) -> Oid:
        """The commit that `main` names."""
        value = self.world.refs.read(MAIN)
        assert value is not None
        return value

    def commit(self, message: str, files: Mapping[str, bytes | None] | None = None, *parents: Oid) -> Oid:
        """A commit that nothing names yet, on top of the parents (or of `main`)."""
        objects = self.world.objects
        on = parents or (self.head,)
        return objects.commit(objects.with_changes(on[0], files or {}), on, message, ANN)

    def claim(self, text: str) -> Oid:
        """A commit without parents on the empty tree, as claims are."""
        objects = self.world.objects
        return objects.commit(objects.empty_tree(), (), text, ANN)

    def request(self, *argv: str, stdin: bytes | None = None, cwd: Path | None = None) -> ProcessRequest:
        """Start this with its output in two logs of the state folder."""
        out, err = (str(self.top / ".git" / name) for name in ("out.log", "err.log"))
        return ProcessRequest(argv, str(cwd or self.top), self.environment, out, err, stdin)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Let time pass until it holds; bounded."""
        for _ in range(POLLS_MAX):
            if holds():
                return
            self.world.clock.sleep(POLL_SECONDS)
        raise AssertionError("it never came to hold")


def make_template(repo: Repo, folder: Path) -> None:
    """A repository, its hub and another clone of it in one folder, which each test copies."""
    repo.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder / "hub.git"))
    repo.git("remote", "add", "origin", "../hub.git")
    repo.git("push", "--quiet", "origin", "main")
    other = repo.clone(folder / "other", "--template=")
    other.git("remote", "set-url", "origin", "../hub.git")


def real_machine(template: Path, folder: Path) -> Machine:
    """Real git, files and processes below the test's own folder."""
    shutil.copytree(template, folder / "machine", symlinks=True)
    top = folder / "machine" / "repo"
    Repo(top).git("update-index", "--refresh")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    return Machine(real_world(top), real_world(top.parent / "other"), top, os.symlink, environment)


def remembering(machine: Machine) -> Machine:
    """The machine with an object store that remembers what it has read."""
    world, other = (replace(one, objects=RememberedObjects(one.objects)) for one in (machine.world, machine.other))
    return machine._replace(world=world, other=other)


def sleeping(request: ProcessRequest) -> Life:
    return Life(seconds=float(request.argv[1]))


def saying(request: ProcessRequest) -> Life:
    return Life(output=((0.0, " ".join(request.argv[1:]).encode() + b"\n"),))


def copying(request: ProcessRequest) -> Life:
    return Life(output=((0.0, request.stdin or b""),))


PROGRAMS: dict[str, Callable[[ProcessRequest], Life]] = {
    "true": lambda _: Life(),
    "false": lambda _: Life(status=1),
    "sleep": sleeping,
    "echo": saying,
    "cat": copying,
}


def simulated_machine() -> Machine:
    """The same in memory."""
    hub = Hub()
    here, other = (Simulation(seed, programs=PROGRAMS, hubs={"origin": hub}) for seed in (1, 2))
    for each in (here, other):
        each.world.files.write("README.md", b"# Project\n")
        head = each.worktrees.commit_all(TOP, "first\n", ANN)
    hub_refs = here.world.remote("origin").refs()
    assert hub_refs.transact([RefUpdate(MAIN, None, head)]).status == "done"
    return Machine(here.world, other.world, Path(TOP), here.disk.symlink, {})
