"""How far what an issue says of itself can be trusted, why, and what would raise it. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tarmac.findings.catalogue import CONTRADICTING
from tarmac.findings.git import last_run
from tarmac.findings.human import OBSERVED, approvals, evidence_of, writers
from tarmac.findings.rule import Severity
from tarmac.findings.view import TERMINAL, Merged, Stage, join, short

if TYPE_CHECKING:
    from tarmac.diagnose import Report
    from tarmac.findings.view import IssueView, RunView, Scene
    from tarmac.memory import Memory
    from tarmac.snapshot import Evidence, Review

STRONG = frozenset({"signed", "hosted"})


class Level(StrEnum):
    """From nothing to a second person's word on the very content; or contradicted."""

    NONE = "none"
    ASSERTED = "asserted"
    EVIDENCED = "evidenced"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    CONTRADICTED = "contradicted"


MEANING = {
    Level.NONE: "nobody says that it is done",
    Level.ASSERTED: "somebody said so",
    Level.EVIDENCED: "commands passed on the run's own state",
    Level.VERIFIED: "commands that were observed passed on exactly the landed content",
    Level.ACCEPTED: "a second person accepted exactly this, provably",
    Level.CONTRADICTED: "the report disagrees with it",
}


class Trust(NamedTuple):
    """The level, what it rests on, and what would raise it; sentences."""

    level: Level
    because: tuple[str, ...]
    raised_by: tuple[str, ...]


def trust(issue: str, report: Report, memory: Memory) -> Trust:
    """The trust that an issue has earned, by the same snapshot as the report."""
    scene = join(report.snapshot, memory)
    view = scene.issues.get(issue)
    if view is None or view.facts is None:
        return Trust(Level.NONE, ("no readable file has this id",), ())
    against = [one for one in report.open if one.issue == issue and one.code in CONTRADICTING]
    heavy = [one for one in against if one.severity >= Severity.HIGH]
    if heavy:
        reasons = tuple(f"{one.code} {one.name}: {one.says}" for one in heavy)
        return Trust(Level.CONTRADICTED, reasons, tuple(f"settle {one.code}: {one.repair}" for one in heavy))
    return _earned(view, scene)


def _earned(view: IssueView, scene: Scene) -> Trust:
    assert view.facts is not None
    if view.stage not in (*TERMINAL, Stage.REVIEW):
        return Trust(Level.NONE, (f"it is {view.facts.status}",), ("the work",))
    run = last_run(view, scene)
    content = run.landing.content if run is not None and run.landing is not None else ""
    passed = [one for one in evidence_of(view, run) if one.passed]
    on_content = [one for one in passed if content and one.tree == content and one.tier in OBSERVED]
    said = f"{view.last.by} set it to {view.last.to}" if view.last else f"the file says {view.facts.status}"
    if not passed:
        return Trust(Level.ASSERTED, (said,), ("evidence: fp evidence ID -- COMMAND",))
    if not on_content or run is None or run.landing is None or run.merged is not Merged.YES:
        raised = "gates run by tarmac or CI on the landed content"
        return Trust(Level.EVIDENCED, (said, _evidence(passed[-1])), (raised,))
    return _reviewed(view, run, (_evidence(on_content[-1]), f"landed as {short(run.landing.commit)}"))


def _reviewed(view: IssueView, run: RunView, because: tuple[str, ...]) -> Trust:
    others = [one for one in approvals(view, run) if one.commit == run.tip and not writers(view) & {one.by}]
    strong = [one for one in others if one.strength in STRONG]
    if strong:
        return Trust(Level.ACCEPTED, (*because, _review(strong[-1])), ())
    more = tuple(_review(one) for one in others[-1:])
    raised = "a signed or hosted approval" if others else "an approval by somebody who did not do the work"
    return Trust(Level.VERIFIED, (*because, *more), (f"{raised}, for accepted",))


def _evidence(one: Evidence) -> str:
    count = "1 command" if len(one.exits) == 1 else f"{len(one.exits)} commands"
    return f"{count} passed on content {short(one.tree)} ({one.tier}, of {one.of})"


def _review(one: Review) -> str:
    return f"approved by {one.by.partition('/')[2]} at {short(one.commit)} ({one.strength})"
