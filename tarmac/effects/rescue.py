"""Keep what lies uncommitted in a run's worktree as a commit at a rescue ref. The worktree itself is not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.ports import Signature
from tarmac.workspaces.base import rescue
from tarmac.workspaces.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fp.kernel.ports import Oid
    from fp.kernel.world import World
    from tarmac.model import RunName
    from tarmac.workspaces.place import Place

INDEX_PATH = "tarmac/rescue.index"
"""An index of our own, below the shared git folder, so that the worktree's stays as it is."""


def left_tree(world: World, common: Path, place: Place, copied: Sequence[str]) -> Oid:
    """The tree of everything that lies in the worktree: committed, modified, staged and untracked."""
    world.state.remove(INDEX_PATH)
    world.state.remove(f"{INDEX_PATH}.lock")
    head = place.git("rev-parse", "--verify", "HEAD^{commit}").text()
    return snapshot(place, head, str(common / INDEX_PATH), kept_out=copied).tree


def rescue_left(world: World, common: Path, name: RunName, place: Place, copied: Sequence[str]) -> str:
    """Commit it beside every branch and point a rescue ref at it; the ref's name."""
    tree = left_tree(world, common, place, copied)
    head = place.git("rev-parse", "--verify", "HEAD^{commit}").text()
    who = Signature(f"tarmac-run {name}", f"{name}@run.tarmac.invalid", world.clock.now())
    message = f"{name.issue}: rescued from the worktree of run {name}\n\nTarmac-Rescued: {name}\n"
    return rescue(world.refs, name, world.objects.commit(tree, (head,), message, who))
