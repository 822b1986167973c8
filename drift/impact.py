"""Which documents a change concerns: the bound targets that two commits differ in, whatever the lock's stamps say.

Reads both commits through their sources; a target that only its layout tells apart is not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.check import observe
from drift.content import Ask, Found, Missing
from drift.scope import paths_of

if TYPE_CHECKING:
    from drift.check import Read
    from drift.content import Seen
    from drift.model import Anchor, Binding, Lock, Settings

CHANGED, REMOVED, ADDED = "changed", "removed", "added"


class Concerned(NamedTuple):
    """A binding whose target changed, was removed or added; `told` when its document changed as well."""

    binding: Binding
    how: str
    told: bool


class Side(NamedTuple):
    """One commit: how to read it, and the blob ids of its files by path."""

    read: Read
    blobs: dict[str, str]


def concerned(lock: Lock, settings: Settings, base: Side, head: Side) -> list[Concerned]:
    """The bindings that the way from `base` to `head` concerns, by document. Each file is parsed once a side."""
    own = [item for item in lock.bindings if not item.origin]
    differing = touched(lock, base, head)
    by_path: dict[str, set[Anchor]] = {}
    for item in own:
        if item.target.path in differing:
            by_path.setdefault(item.target.path, set()).add(item.target)
    how = {anchor: word for path in sorted(by_path) for anchor, word in _of_file(by_path[path], settings, base, head)}
    found = [Concerned(item, how[item.target], item.doc.path in differing) for item in own if item.target in how]
    return sorted(found, key=lambda one: one.binding.key)


def touched(lock: Lock, base: Side, head: Side) -> set[str]:
    """The paths that bindings name and that the two commits differ in."""
    return {path for path in paths_of(lock) if base.blobs.get(path) != head.blobs.get(path)}


def _of_file(anchors: set[Anchor], settings: Settings, base: Side, head: Side) -> list[tuple[Anchor, str]]:
    path = next(iter(anchors)).path
    asks = sorted({Ask(anchor.fragment) for anchor in anchors})
    before, after = (observe(path, asks, settings, side.read) for side in (base, head))
    pairs = [(anchor, _how(before[Ask(anchor.fragment)], after[Ask(anchor.fragment)])) for anchor in sorted(anchors)]
    return [(anchor, how) for anchor, how in pairs if how]


def _how(before: Seen, after: Seen) -> str:
    """The word for what became of a target; empty where nothing did, or where it was and is not to be had."""
    if isinstance(before, Found) and isinstance(after, Found):
        return CHANGED if before.stamp != after.stamp else ""
    if isinstance(before, Missing) and isinstance(after, Missing):
        return ""
    return REMOVED if isinstance(after, Missing) else ADDED
