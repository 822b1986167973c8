"""A bare remote that is the authority, and two clones of it: the machines of two operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.factories import Factory
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command

WORK = 'write(os.environ["TARMAC_ISSUE"] + ".txt", "made\\n"); outcome(status="done", summary="made it")'
HANGS_UP = "if grep -q refs/heads/main && mkdir {once}; then kill -9 $PPID; fi"
"""A hook that ends the server's side of the first landing, after the references moved and before the answer."""
DAWDLES = "if grep -q refs/heads/main && mkdir {once}; then sleep 5; fi"
"""The same, but the answer only takes long: time to kill whoever waits for it."""


@dataclass
class Hub:
    """`one` and `two` are the clones."""

    repo: Repo
    one: Factory
    two: Factory

    def rule(self, hook: str, script: str) -> Path:
        """Give the remote a hook."""
        path = self.repo.path / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def landed(self) -> list[str]:
        """The runs that landed on the remote's branch, in order."""
        words = ("--reverse", "--format=%(trailers:key=Tarmac-Landed,valueonly)", "main")
        return [line.split()[0] for line in self.repo.git("log", *words).splitlines() if line.strip()]

    def away(self, *, away: bool = True) -> None:
        """Move the remote out of reach, or back."""
        gone = self.repo.path.with_suffix(".away")
        if away:
            self.repo.path.rename(gone)
        else:
            gone.rename(self.repo.path)


def make_bare(repo: Repo, bare: Path) -> Path:
    """A bare clone, which is the repository's `origin` from now on."""
    repo.git("clone", "--quiet", "--bare", ".", str(bare))
    repo.git("remote", "add", "origin", str(bare))
    repo.git("fetch", "--quiet", "origin")
    return bare


def make_hub(
    repo: Repo, command: Command, home: Path, *, agent: str = WORK, land: str = "gates", attempts: int = 3
) -> Hub:
    """The remote with a tracker, a policy and nothing to do yet; both clones initialised."""
    bare = make_bare(repo, home / "hub.git")
    one = Factory(repo, command, home)
    one.set_up(agent, land=land, attempts=attempts)
    one.tarmac("init", "--authority", "origin")
    repo.commit("authority: origin")
    repo.git("push", "--quiet", "origin", "main")
    clone = Repo(home / "two")
    repo.git("clone", "--quiet", str(bare), str(clone.path))
    two = Factory(clone, command, home)
    two.tarmac("init")
    return Hub(Repo(bare), one, two)


def planned(hub: Hub, *titles: str) -> list[str]:
    """Armed issues that the remote has; their ids."""
    found = [hub.one.new(title) for title in titles]
    hub.one.repo.git("push", "--quiet", "origin", "main")
    return found
