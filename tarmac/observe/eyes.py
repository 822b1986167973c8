"""What every observing shell looks through: the ports, the repository, and all refs as they stood at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.clock import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.kernel.world import World

REMOTES = "refs/remotes/"
STATE_FOLDER = "tarmac"
"""Below the shared git folder; it is there once tarmac has worked in this repository."""


class Eyes(NamedTuple):
    """One look. `refs` were read in one go, so that claims and tracker belong together."""

    world: World
    repository: Repository
    refs: Mapping[str, Oid]
    at: str

    def below(self, prefix: str) -> dict[str, Oid]:
        """The refs below a prefix."""
        return {ref: oid for ref, oid in self.refs.items() if ref.startswith(prefix)}

    @property
    def worked_here(self) -> bool:
        """Whether tarmac has worked in this repository."""
        return self.world.state.stat(STATE_FOLDER) is not None

    def remotes(self) -> list[str]:
        """The configured remotes, `origin` first."""
        names = self.repository.git("remote").lines()
        return sorted(names, key=lambda name: (name != "origin", name))


def open_eyes(world: World, repository: Repository) -> Eyes:
    """Read all refs now."""
    return Eyes(world, repository, world.refs.list("refs/"), instant(world.clock.now(), milliseconds=True))
