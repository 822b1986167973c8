"""Three-way merges of trees: by path, and within a file by its changed lines.

Simpler than git's and never laxer: each side's change of a file counts as one block of lines, so two sides conflict
unless an unchanged line lies between their blocks; renames are a removal and an addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.ports import Merged, Oid, TreeEntry
from fp.kernel.sim.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.sim.objects import SimObjects

FILE_MODES = ("100644", "100755")


class Block(NamedTuple):
    """Lines `start` to `end` of the base become `lines`."""

    start: int
    end: int
    lines: tuple[bytes, ...]


class SimMerges:
    """`Merges` over a simulated store."""

    def __init__(self, objects: SimObjects, faults: Faults | None = None):
        self._objects = objects
        self._faults = faults or Faults()

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Merged:
        """Merge three trees."""
        self._faults.check("merges.merge")
        sides = [{entry.path: entry for entry in self._objects.list_tree(tree)} for tree in (base, ours, theirs)]
        merged: dict[str, TreeEntry] = {}
        conflicts: list[str] = []
        for path in sorted({path for side in sides for path in side}):
            decided, entry = self._merged_path(*(side.get(path) for side in sides))
            if not decided:
                conflicts.append(path)
            elif entry is not None:
                merged[path] = entry
        conflicts += [path for path in merged if _below_a_file(path, merged)]
        if conflicts:
            return Merged(None, tuple(sorted(set(conflicts))))
        return Merged(self._tree(merged), ())

    def _merged_path(
        self, base: TreeEntry | None, ours: TreeEntry | None, theirs: TreeEntry | None
    ) -> tuple[bool, TreeEntry | None]:
        """Whether it could be decided, and what comes out."""
        if _same(ours, theirs) or _same(base, theirs):
            return True, ours
        if _same(base, ours):
            return True, theirs
        if base is None or ours is None or theirs is None:
            return False, None
        modes = {entry.mode for entry in (base, ours, theirs)}
        if not modes.issubset(FILE_MODES):
            return False, None
        data = [self._objects.read_blobs([entry.oid])[entry.oid] for entry in (base, ours, theirs)]
        text = merged_text(*data)
        if text is None:
            return False, None
        mode = theirs.mode if ours.mode == base.mode else ours.mode
        return True, TreeEntry(mode, "blob", self._objects.blob(text), base.path)

    def _tree(self, entries: Mapping[str, TreeEntry], prefix: str = "") -> Oid:
        level: list[TreeEntry] = []
        folders: dict[str, dict[str, TreeEntry]] = {}
        for path, entry in entries.items():
            name, _, rest = path.partition("/")
            if rest:
                folders.setdefault(name, {})[rest] = entry
            else:
                level.append(entry._replace(path=name))
        level += [TreeEntry("040000", "tree", self._tree(inner), name) for name, inner in folders.items()]
        return self._objects.tree(level)


def merged_text(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Both changes, or None when they touch or when either is no text."""
    if any(b"\0" in data for data in (base, ours, theirs)):
        return None
    lines = base.splitlines(keepends=True)
    one, other = (_block(lines, data.splitlines(keepends=True)) for data in (ours, theirs))
    if one.end >= other.start and other.end >= one.start:
        return None
    first, second = sorted((one, other))
    parts = [*lines[: first.start], *first.lines, *lines[first.end : second.start], *second.lines, *lines[second.end :]]
    return b"".join(parts)


def _block(old: Sequence[bytes], new: Sequence[bytes]) -> Block:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Block(start, len(old) - tail, tuple(new[start : len(new) - tail]))


def _same(one: TreeEntry | None, other: TreeEntry | None) -> bool:
    return one == other if one is None or other is None else (one.mode, one.oid) == (other.mode, other.oid)


def _below_a_file(path: str, merged: Mapping[str, TreeEntry]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:depth]) in merged for depth in range(1, len(parts)))
