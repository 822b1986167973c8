"""Two edits of one lock merged by binding: what one side changed, added or removed stands, whatever is beside it. Pure.

A clash is left to a person only where both sides changed the same binding differently: two people looked at the
document, each beside other code, and neither saw what the merge makes of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.lock import block_text, read_lock, write_lock
from drift.model import Binding, Lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.problem import Problem

    TextMerge = Callable[[bytes, bytes, bytes], tuple[bytes, bool]]
    Key = tuple[str, str]

MARKER_SIZE = 7


class Clash(NamedTuple):
    """A binding that both sides changed; None where a side removed it."""

    ours: Binding | None
    theirs: Binding | None

    @property
    def key(self) -> Key:
        """Its document and its target."""
        return next(one.key for one in self if one is not None)


class Merged(NamedTuple):
    """The lock without the bindings that clash, and these."""

    lock: Lock
    clashes: tuple[Clash, ...] = ()


def merge(base: Lock, ours: Lock, theirs: Lock) -> Merged:
    """Both sides' changes. Where both stamped the same signature, ours stays; comments of both are kept."""
    before, here, there = ({one.key: one for one in lock.bindings} for lock in (base, ours, theirs))
    bindings: list[Binding] = []
    clashes: list[Clash] = []
    for key in sorted({*here, *there}):
        one, other = here.get(key), there.get(key)
        try:
            taken = _three_ways(before.get(key), one, other)
        except _Differ:
            clashes.append(Clash(one, other))
            continue
        bindings += [taken] if taken is not None else []
    header = _comments(base.header, ours.header, theirs.header)
    return Merged(Lock(tuple(bindings), header, _comments(base.tail, ours.tail, theirs.tail)), tuple(clashes))


def settle(merged: Merged, side: str) -> Lock:
    """The lock with all clashes settled by `ours` or `theirs`."""
    taken = [clash.ours if side == "ours" else clash.theirs for clash in merged.clashes]
    return replace(merged.lock, bindings=(*merged.lock.bindings, *(one for one in taken if one is not None)))


def merged_text(merged: Merged, marker_size: int = MARKER_SIZE) -> bytes:
    """The lock's text, each clash between markers in its place."""
    return write_lock(merged.lock, {clash.key: _marked(clash, marker_size) for clash in merged.clashes})


def merge_texts(
    base: bytes, ours: bytes, theirs: bytes, by_lines: TextMerge, marker_size: int = MARKER_SIZE
) -> tuple[bytes, tuple[str, ...]]:
    """Three texts of a lock as one, and the names of what is left to a person; an unreadable one is merged by lines."""
    locks: list[Lock] = []
    for data in (base, ours, theirs):
        lock, problems = read(data)
        if problems:
            text, whole = by_lines(base, ours, theirs)
            return text, () if whole else ("lines",)
        locks.append(lock)
    merged = merge(*locks)
    return merged_text(merged, marker_size), tuple(" -> ".join(clash.key) for clash in merged.clashes)


def merged_lock(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Three texts of a lock as one; None where something is left to a person, or a side cannot be read."""
    read_all = [read(data) for data in (base, ours, theirs)]
    if any(problems for _, problems in read_all):
        return None
    merged = merge(*(lock for lock, _ in read_all))
    return None if merged.clashes else merged_text(merged)


def read(data: bytes) -> tuple[Lock, list[Problem]]:
    """A side's lock; a side that has none is one without bindings."""
    return read_lock(data, "") if data.strip() else (Lock(), [])


class _Differ(Exception):
    """Both sides changed it, and not alike."""


def _three_ways(base: Binding | None, ours: Binding | None, theirs: Binding | None) -> Binding | None:
    if ours is None or theirs is None:
        left = ours or theirs
        if base is not None and left is not None and not _same(base, left):
            raise _Differ
        return None if base is not None else left
    stamp, origin, notes = (_pick(part, base, ours, theirs) for part in (_stamp, _origin, _notes))
    chosen = ours if _stamp(ours) == stamp else theirs
    assert isinstance(origin, str)
    assert isinstance(notes, tuple)
    return Binding(ours.doc, ours.target, chosen.sig, chosen.blob, origin, notes)


def _pick(part: Callable[[Binding], object], base: Binding | None, ours: Binding, theirs: Binding) -> object:
    before = part(base) if base is not None else None
    here, there = part(ours), part(theirs)
    if here == there or there == before:
        return here
    if here == before:
        return there
    if part is _notes:
        return _comments(base.notes if base is not None else (), ours.notes, theirs.notes)
    raise _Differ


def _stamp(binding: Binding) -> object:
    return binding.sig  # the blob goes with it: other parts of the file may differ


def _origin(binding: Binding) -> object:
    return binding.origin


def _notes(binding: Binding) -> object:
    return binding.notes


def _same(one: Binding, other: Binding) -> bool:
    return all(part(one) == part(other) for part in (_stamp, _origin, _notes))


def _comments(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of one side where the other left them alone, else those of both."""
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    return (*ours, *(line for line in theirs if line not in ours and line not in base))


def _marked(clash: Clash, size: int) -> str:
    ours, theirs = (f"{block_text(one)}\n" if one is not None else "" for one in clash)
    return f"{'<' * size} ours\n{ours}{'=' * size}\n{theirs}{'>' * size} theirs"
