"""What changed in a text, in a few short lines: enough to see whether to open it. Pure, and bounded."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES_COMPARED_MAX = 200
"""Of each side, from the first line that differs: comparing costs their product."""
EDITS_MAX = 3
CHARACTERS_MAX = 100
LEAD_CHARACTERS = 24
"""How much is shown of what two lines begin with alike."""
CUT = "…"


class Edit(NamedTuple):
    """One line that changed: what it was and what it is, cut around the difference; empty where it came or went.

    `line` is where it stands in the new text, counted from 1.
    """

    line: int
    before: str
    after: str


class Excerpt(NamedTuple):
    """The first edits, and how many more there are at least."""

    edits: tuple[Edit, ...] = ()
    more: int = 0

    def below(self, lines: int) -> Excerpt:
        """The same for a text that so many lines precede in its file."""
        return self._replace(edits=tuple(one._replace(line=one.line + lines) for one in self.edits))


def excerpt(before: str, after: str) -> Excerpt:
    """The lines that differ, without blank ones; a line that changed stands with what it was."""
    old, new = before.split("\n"), after.split("\n")
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    uncompared = max(len(left), len(right)) - LINES_COMPARED_MAX
    found = _edits(left[:LINES_COMPARED_MAX], right[:LINES_COMPARED_MAX], start + 1)
    return Excerpt(tuple(found[:EDITS_MAX]), max(0, len(found) - EDITS_MAX) + max(0, uncompared))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _edits(left: Sequence[str], right: Sequence[str], first: int) -> list[Edit]:
    from difflib import SequenceMatcher  # cold start: only a change needs it

    found = []
    for tag, a, a_end, b, b_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        removed, added = ([line for line in side if line.strip()] for side in (left[a:a_end], right[b:b_end]))
        at = next((number for number in range(b, b_end) if right[number].strip()), b)
        pairs = zip_longest(removed, added, fillvalue="")
        found += [Edit(first + at + offset, *_cut(*pair)) for offset, pair in enumerate(pairs)]
    return found


def _cut(before: str, after: str) -> tuple[str, str]:
    """Both lines, from a little before where they differ."""
    before, after = before.strip(), after.strip()
    alike = _alike(before, after)
    start = max(0, alike - LEAD_CHARACTERS) if max(len(before), len(after)) > CHARACTERS_MAX else 0
    return _short(before, start), _short(after, start)


def _short(line: str, start: int) -> str:
    shown = line[start : start + CHARACTERS_MAX]
    return f"{CUT if start and shown else ''}{shown}{CUT if len(line) > start + CHARACTERS_MAX else ''}"
