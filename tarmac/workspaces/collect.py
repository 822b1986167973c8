"""Bring an ended run's work together: one commit of what its agent left, on the tip of its branch.

The branch is what counts. An agent that went elsewhere with its HEAD, rewound its branch or removed it gets a defined
answer, and the answer says so. The commit is made by plumbing: no hook, no signature, no index of the agent's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import Conflict
from fp.kernel.ports import RefUpdate, Signature
from fp.kernel.text import safe
from tarmac.model import run_folder
from tarmac.workspaces.base import Collected
from tarmac.workspaces.snapshot import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from fp.kernel.ports import CommitRecord, Oid
    from fp.kernel.world import World
    from tarmac.model import Run, RunName
    from tarmac.workspaces.place import Place

TRIES_MAX = 3
INDEX_FILE = "seal.index"


def run_signature(name: RunName) -> tuple[str, str]:
    """Name and address under which a run's leftovers are committed; the address can never be somebody's."""
    return f"tarmac-run {name}", f"{name}@run.tarmac.invalid"


def collect(world: World, place: Place | None, run: Run, common: Path) -> Collected:
    """The tip of the run's branch, with what lay uncommitted in its worktree on top. Done again it changes nothing.

    Conflict when the branch keeps moving, which nothing of the run can do any more.
    """
    for _ in range(TRIES_MAX):
        collected = _once(world, place, run, common)
        if collected is not None:
            return collected
    raise Conflict(f"{run.branch} moves while it is collected", hint="somebody else works on it", reason="branch-moves")


def _once(world: World, place: Place | None, run: Run, common: Path) -> Collected | None:
    """None when the branch moved meanwhile."""
    standing = world.refs.read(run.branch)
    tip = standing or run.base
    notes = [] if standing else [f"its branch was removed; it counts from its base {run.base}"]
    elsewhere = _elsewhere(place, run)
    if place is None or elsewhere:
        return _collected(world, run, tip, (*notes, elsewhere))
    index = f"{run_folder(run.name)}/{INDEX_FILE}"
    _remove_index(world, index)
    found = snapshot(place, tip, str(common / index), kept_out=run.copy)
    _remove_index(world, index)
    notes += found.notes
    record = world.objects.read_commit(tip)
    if record is not None and found.tree != record.tree:
        new = _commit(world, run, found.tree, tip)
        if world.refs.transact([RefUpdate(run.branch, standing, new)]).status != "done":
            return None
        tip = new
        notes += _follow(place, tip)
    return _collected(world, run, tip, notes)


def _elsewhere(place: Place | None, run: Run) -> str:
    """Why nothing uncommitted is taken: files of another commit would undo the branch's own."""
    if place is None or not place.path.is_dir():
        return "its worktree is gone, or another folder is in its place"
    head = place.head()
    if head == run.branch:
        return ""
    where = f"on {safe(head)}" if head else "detached"
    return f"its worktree is {where}, not on its branch; what is uncommitted there is not taken"


def _collected(world: World, run: Run, tip: Oid, notes: tuple[str, ...] | list[str]) -> Collected:
    objects = world.objects
    rewound = not objects.is_ancestor(run.base, tip)
    said = [*notes, *(["its branch was moved off its base"] if rewound else [])]
    empty = objects.is_ancestor(tip, run.base) or objects.content_tree(tip) == objects.content_tree(run.base)
    return Collected(tip, empty, _is_ours(objects.read_commit(tip), run), tuple(note for note in said if note))


def _is_ours(record: CommitRecord | None, run: Run) -> bool:
    return record is not None and (record.author.name, record.author.email) == run_signature(run.name)


def _commit(world: World, run: Run, tree: Oid, parent: Oid) -> Oid:
    who = Signature(*run_signature(run.name), world.clock.now())
    message = f"{run.name.issue}: what the agent left uncommitted\n\nTarmac-Run: {run.name}\n"
    return world.objects.commit(tree, (parent,), message, who)


def _remove_index(world: World, path: str) -> None:
    """Ours, in the run's folder: also what a crash left of it."""
    world.state.remove(path)
    world.state.remove(f"{path}.lock")


def _follow(place: Place, tip: Oid) -> list[str]:
    """Bring the worktree's own index to the new tip, whose content its files have. A lock left there is only said."""
    if place.git("read-tree", tip, ok=(0, 128)).code:
        return ["its index is locked by a git that was stopped; the worktree looks changed"]
    place.git("update-index", "-q", "--refresh", ok=(0, 1, 128))
    return []
