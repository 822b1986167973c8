"""What goes wrong in one showing of the demo, drawn by a seed, and what the report must then say. Pure."""

from __future__ import annotations

import random  # noqa: TC003 - the caller seeds it
from typing import NamedTuple

from tarmac.demo.agent import CRASH, FORGE, LIE, SILENT
from tarmac.demo.project import LEAVES

STALE = "stale"
HAND_EDIT = "hand-edit"
KINDS = (CRASH, SILENT, FORGE, LIE, STALE, HAND_EDIT)
FAULTS_LEAST = 3

TOLD = {
    CRASH: "its worker and agent are killed",
    SILENT: "it hangs without a word",
    FORGE: "it closes another's ticket, in the operator's name",
    LIE: "it says done and changes nothing",
    STALE: "it changes code and leaves its document as it was",
    HAND_EDIT: "a person closes it by hand",
}
FINDINGS = {CRASH: "D-20", SILENT: "D-28", FORGE: "D-62", STALE: "D-91", HAND_EDIT: "D-79"}
"""The code that each fault must be reported under; a lie is caught at the hand-off and parks its issue instead."""


class Fault(NamedTuple):
    """What happens to which ticket."""

    kind: str
    key: str


class Draw(NamedTuple):
    """All faults of one showing, by kind."""

    seed: int
    faults: tuple[Fault, ...]

    def of(self, kind: str) -> str | None:
        """The ticket that this kind of fault befalls."""
        return next((fault.key for fault in self.faults if fault.kind == kind), None)


def draw(seed: int, source: random.Random) -> Draw:
    """At least three kinds, each on a ticket of its own that no other waits for."""
    kinds = sorted(source.sample(KINDS, source.randint(FAULTS_LEAST, len(KINDS))), key=KINDS.index)
    keys = source.sample(LEAVES, len(kinds))
    return Draw(
        seed, tuple(Fault(kind, "show" if kind == STALE else key) for kind, key in zip(kinds, keys, strict=True))
    )
