"""Which documents a change concerns: the bound targets that two commits differ in, whatever the lock's stamps say.

Reads both commits through their sources; a target that only its layout tells apart is not changed.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.check import observe
from drift.content import Ask, Found, Missing
from drift.model import Anchor
from drift.patterns import fits
from drift.scope import concerning, with_members

if TYPE_CHECKING:
    from drift.check import Read
    from drift.content import Seen
    from drift.model import Binding, Lock, Settings

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
        if item.target.path in differing and not is_many(item.target.path):
            by_path.setdefault(item.target.path, set()).add(item.target)
    how = {anchor: word for path in sorted(by_path) for anchor, word in _of_file(by_path[path], settings, base, head)}
    found = [Concerned(item, how[item.target], item.doc.path in differing) for item in own if item.target in how]

    @functools.cache
    def of_member(path: str) -> str:
        return dict(_of_file({Anchor(path)}, settings, base, head)).get(Anchor(path), "")

    for item in concerning(lock, differing).bindings:
        if is_many(item.target.path) and not item.origin:
            members = (path for path in differing if fits(path, item.target.path) and path != item.doc.path)
            if any(of_member(path) for path in members):
                found.append(Concerned(item, _of_many(item, base, head), item.doc.path in differing))
    return sorted(found, key=lambda one: one.binding.key)


def touched(lock: Lock, base: Side, head: Side) -> set[str]:
    """The paths that bindings name or have as members and that the two commits differ in."""
    paths = with_members(lock, lambda: base.blobs.keys() | head.blobs.keys())
    return {path for path in paths if base.blobs.get(path) != head.blobs.get(path)}


def _of_many(item: Binding, base: Side, head: Side) -> str:
    """The word for a folder or pattern of which some member is not as it was."""
    before, after = (any(fits(path, item.target.path) for path in side.blobs) for side in (base, head))
    return CHANGED if before and after else REMOVED if before else ADDED


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
