"""What a finding is made of: severities, facts, and the `Rule` that one code of the catalogue is.

Pure. A rule is data plus one function from the joined view to hits; its words are what `tarmac explain` prints and what
the pages in `docs/findings/` are generated from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from tarmac.snapshot import HOST_PARTS, LAYER_OF, Layer, Part, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tarmac.findings.view import Scene


class Severity(IntEnum):
    """How much a finding weighs. MED and more keep a repository from being consistent."""

    INFO = 0
    LOW = 1
    MED = 2
    HIGH = 3
    CRIT = 4

    def __str__(self) -> str:
        return self.name


SEVERITY_MEANING = {
    Severity.CRIT: "can lose work or run it twice",
    Severity.HIGH: "a wrong state is trusted",
    Severity.MED: "waste or a stall",
    Severity.LOW: "clutter",
    Severity.INFO: "said, not judged",
}


class Decider(StrEnum):
    """Who says what happens: an automatic repair is safe, the operator, or the issue's owner or reviewer."""

    AUTOMATIC = "automatic"
    OPERATOR = "operator"
    REVIEWER = "reviewer"


DECIDER_WORDS = {
    Decider.AUTOMATIC: "a repair is safe",
    Decider.OPERATOR: "the operator decides",
    Decider.REVIEWER: "the issue's owner decides",
}


class Fact(NamedTuple):
    """One thing that was seen: in which part, what, and where exactly. Two rules that see one thing build equal facts.

    The text holds nothing that changes by itself, such as an age: equal facts twice is what licenses a repair.
    """

    part: Part
    text: str
    source: str


class Repair(StrEnum):
    """What `tarmac reconcile --apply` can do; NONE leaves it to a person."""

    NONE = ""
    RELEASE_CLAIM = "release-claim"
    ADVANCE_RUN = "advance-run"
    STOP_WORKER = "stop-worker"
    RESCUE_WORK = "rescue-work"
    REMOVE_WORKTREE = "remove-worktree"
    FINISH_MOVE = "finish-move"
    REMOVE_LOCK = "remove-lock"


class Hit(NamedTuple):
    """One match of a rule: a sentence for people and the facts. `severity`, `command` and `repair` replace the rule's
    own; a `decider` does too, and then nothing is repaired without them.

    `issue` and `run` say whom a hit of a rule about the factory concerns; other rules know it by what they look at.
    """

    says: str
    facts: tuple[Fact, ...]
    severity: Severity | None = None
    command: str = ""
    issue: str = ""
    run: str = ""
    decider: Decider | None = None
    repair: Repair | None = None


class Subject(StrEnum):
    """What a rule is asked about, once each."""

    ISSUE = "issue"
    RUN = "run"
    FACTORY = "factory"


DESTRUCTIVE = frozenset({Repair.ADVANCE_RUN, Repair.STOP_WORKER, Repair.REMOVE_WORKTREE, Repair.REMOVE_LOCK})
"""Repairs that stop, delete or start again: only after two equal observations and a proof taken at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One code of the catalogue.

    `find` gets an `IssueView`, a `RunView` or, about the factory, the scene, and the scene. `needs` are the parts
    that it reads: it is judged only when all of them are known. `condition`, `danger` and `mend` are sentences.
    `command` is a line to paste, with `{issue}`, `{run}` and `{code}`. `masks` are the codes that this one explains.
    `needs_memory` marks a rule over time: without an earlier observation it is not judged.
    """

    code: str
    name: str
    severity: Severity
    about: Subject
    needs: tuple[Part, ...]
    condition: str
    danger: str
    mend: str
    decider: Decider
    find: Callable[[Any, Scene], Iterable[Hit]]
    command: str = ""
    repair: Repair = Repair.NONE
    masks: tuple[str, ...] = ()
    needs_memory: bool = False

    @property
    def view(self) -> View:
        """The smallest view in which it can be judged."""
        return View.HOST if HOST_PARTS.intersection(self.needs) else View.REPO

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that it reads, in the order of the contract."""
        found = {LAYER_OF[part] for part in self.needs}
        return tuple(layer for layer in Layer if layer in found)
