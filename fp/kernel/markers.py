"""Three versions of a text, and the markers that a merge of them by lines leaves. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN, BASE, MIDDLE, CLOSE = b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"


class Sides(NamedTuple):
    """Three versions of a file; `base` is empty where both sides added it."""

    base: bytes
    ours: bytes
    theirs: bytes


def split(data: bytes) -> Sides | None:
    """The sides that a file with markers was made of; None when its markers do not add up.

    Where the markers do not tell the base, it is what both sides have: then nothing that either has gets lost.
    """
    sides: tuple[list[bytes], list[bytes], list[bytes]] = ([], [], [])
    base, ours, theirs = sides
    into: tuple[list[bytes], ...] = sides
    state = b""
    for line in data.splitlines(keepends=True):
        mark = mark_of(line)
        if mark in _NEXT.get(state, {}):
            state = mark if mark != CLOSE else b""
            into = {OPEN: (ours,), BASE: (base,), MIDDLE: (theirs,), b"": sides}[state]
        elif (mark and state) or mark in (OPEN, CLOSE, BASE):
            return None  # also a second `=======`: which of them is a heading's line nobody knows
        else:
            for one in into:
                one.append(line)
    return None if state or ours == theirs else Sides(*(b"".join(one) for one in sides))


_NEXT: Mapping[bytes, frozenset[bytes]] = {
    b"": frozenset({OPEN}),
    OPEN: frozenset({BASE, MIDDLE}),
    BASE: frozenset({MIDDLE}),
    MIDDLE: frozenset({CLOSE}),
}


def mark_of(line: bytes) -> bytes:
    """The marker that a line is, without its label; empty for none."""
    text = line.rstrip(b"\r\n")
    for mark in (OPEN, BASE, CLOSE):
        if text == mark or text.startswith(mark + b" "):
            return mark
    return MIDDLE if text == MIDDLE else b""


def touched_by_hand(data: bytes, sides: Sides) -> bool:
    """Whether a file in conflict holds a line that no side has: somebody has begun to settle it."""
    known = {line.rstrip(b"\r\n") for side in sides for line in side.splitlines()}
    lines = (line for line in data.splitlines(keepends=True) if not mark_of(line))
    return any(line.rstrip(b"\r\n") not in known for line in lines)
