"""Findings of what people may trust: evidence, reviews and documents, each bound to content. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.findings.git import done_by_machine, last_run
from tarmac.findings.rule import Decider, Fact, Hit, Rule, Severity, Subject
from tarmac.findings.view import LIVE, Mover, Stage, short
from tarmac.snapshot import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tarmac.findings.view import IssueView, RunView, Scene
    from tarmac.snapshot import Evidence, Review

OBSERVED = ("observed", "ci", "human")
APPROVED = "approve"
DOCUMENTS_SHOWN_MAX = 3


def evidence_of(view: IssueView, run: RunView | None) -> tuple[Evidence, ...]:
    """The evidence that bears on the issue's present state: of the run's epoch, or without one of the whole issue."""
    found = view.facts.evidence if view.facts else ()
    return tuple(one for one in found if run is None or one.epoch in (0, run.name.epoch))


def _landed(view: IssueView, scene: Scene) -> tuple[RunView | None, str]:
    """The run that finished the issue, and the content tree it landed; an empty one when no landing is known."""
    run = last_run(view, scene) if done_by_machine(view) else None
    return run, run.landing.content if run is not None and run.landing is not None else ""


def _evidence_fact(one: Evidence) -> Fact:
    return Fact(Part.HUMAN, f"evidence ({one.tier}) of content {short(one.tree)}, exits {list(one.exits)}", one.event)


def _without_evidence(view: IssueView, scene: Scene) -> Iterator[Hit]:
    run, _ = _landed(view, scene)
    said = view.facts is not None and not view.facts.external and view.last is not None and view.last.to == "done"
    asked = scene.tracker.evidence_required and view.stage is Stage.DONE and view.mover is Mover.PERSON and said
    if not (done_by_machine(view) or asked) or evidence_of(view, run):
        return
    why = "a machine set it to done" if not asked else "its workflow asks for evidence before done"
    says = f"is done, but nothing shows that anything was run on its content; {why}"
    landing = (run.landing_fact(),) if run is not None else ()
    yield Hit(says, (view.status_fact(), view.move_fact(), *landing))


def _of_other_content(view: IssueView, scene: Scene) -> Iterator[Hit]:
    run, content = _landed(view, scene)
    found = evidence_of(view, run)
    if run is None or not content or not found or any(one.tree == content for one in found):
        return
    latest = max(found, key=lambda one: one.event)
    says = f"landed content {short(content)}, but its evidence speaks of {short(latest.tree)}"
    yield Hit(says, (run.landing_fact(), _evidence_fact(latest)), run=str(run.name))


def _failing(view: IssueView, scene: Scene) -> Iterator[Hit]:
    run, content = _landed(view, scene)
    done = run is not None and bool(content)
    if not done and view.stage is not Stage.REVIEW:
        return
    found = [one for one in evidence_of(view, run) if not done or one.tree == content]
    latest = max(found, key=lambda one: one.event, default=None)
    if latest is not None and any(latest.exits) and view.facts is not None:
        says = f"is {view.facts.status}, but its latest evidence failed: exits {', '.join(map(str, latest.exits))}"
        yield Hit(says, (view.status_fact(), _evidence_fact(latest)))


def _self_report_only(view: IssueView, scene: Scene) -> Iterator[Hit]:
    run, _ = _landed(view, scene)
    found = evidence_of(view, run)
    if run is not None and found and not any(one.tier in OBSERVED for one in found):
        yield Hit("is done on its agent's word alone: no exit status was observed", tuple(map(_evidence_fact, found)))


def _text_changed(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    claim = view.claim
    if view.claimed not in LIVE or claim is None or view.facts is None or not (claim.text and view.facts.text):
        return
    if claim.text != view.facts.text:
        facts = (view.claim_fact(), Fact(Part.TRACKER, f"text {short(view.facts.text)}", view.facts.path))
        yield Hit(f"was rewritten after {claim.holder} was given it", facts)


def approvals(view: IssueView, run: RunView) -> list[Review]:
    """The last word of each reviewer on the run, where it is an approval."""
    last: dict[str, Review] = {}
    for one in sorted(view.facts.reviews if view.facts else (), key=lambda one: one.event):
        if one.run == str(run.name):
            last[one.by] = one
    return [one for one in last.values() if one.verdict == APPROVED]


def _review_fact(one: Review) -> Fact:
    return Fact(Part.HUMAN, f"{one.by}: {one.verdict} {short(one.commit)}", one.event)


def _other_approved(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if not run.tip or not run.opening:
        return
    found = approvals(run.issue, run)
    if found and all(one.commit != run.tip for one in found):
        latest = max(found, key=lambda one: one.event)
        who = latest.by.partition("/")[2]
        says = f"{who} approved {short(latest.commit)}, but the sealed tip of run {run.name} is {short(run.tip)}"
        yield Hit(says, (_review_fact(latest), Fact(Part.GIT, f"sealed {short(run.tip)}", str(run.name))))


def writers(view: IssueView) -> frozenset[str]:
    """Who did the work, as events name them."""
    history = view.facts.history if view.facts else None
    named = (view.claim.holder if view.claim else "", history.pick_up_by if history else "")
    return frozenset(_identity(one) for one in named) - {""}


def _self_review(view: IssueView, scene: Scene) -> Iterator[Hit]:
    """A person who approves their own work may well work alone: that is said, and does not weigh."""
    del scene
    for one in view.facts.reviews if view.facts else ():
        own_run = bool(one.run) and one.by == f"worker/{one.run}"
        if one.verdict == APPROVED and (own_run or _identity(one.by) in writers(view)):
            severity = Severity.LOW if one.by.startswith("human/") else None
            says = f"was approved by {one.by.partition('/')[2]}, who also did the work"
            yield Hit(says, (_review_fact(one),), severity=severity)


def _identity(by: str) -> str:
    """Whoever it is, under one name: a claim calls a person `person/ann`, an event `human/ann`."""
    kind, _, name = by.partition("/")
    same = {"person": "human", "run": "worker"}.get(kind, kind)
    return "" if same in ("orchestrator", "") else f"{same}/{name}"


def _stale_document(run: RunView, scene: Scene) -> Iterator[Hit]:
    landed = run.landing.paths if run.landing is not None else ()
    found = [one for one in scene.documents.stale if one.run == run.name or (one.run is None and one.path in landed)]
    if found and run.opening:
        shown = ", ".join(f"{one.document} ({one.anchor}: {one.reason})" for one in found[:DOCUMENTS_SHOWN_MAX])
        more = f" and {len(found) - DOCUMENTS_SHOWN_MAX} more" if len(found) > DOCUMENTS_SHOWN_MAX else ""
        facts = tuple(Fact(Part.DOCUMENTS, f"{one.anchor}: {one.reason}", one.document) for one in found)
        yield Hit(f"run {run.name} changed code that a document still describes as it was: {shown}{more}", facts)


T, C, R, G, H = Part.TRACKER, Part.CLAIMS, Part.RUNS, Part.GIT, Part.HUMAN

RULES = (
    Rule(
        code="D-64", name="done-without-evidence", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, G, H),
        condition="A machine set the issue to done, or its workflow asks for evidence, and no evidence of it is "
        "recorded.",
        danger="Everybody trusts a claim.",
        mend="Run the gates on the landed content and record what they say, or review it.",
        decider=Decider.REVIEWER, find=_without_evidence, command="fp evidence {issue} -- COMMAND",
    ),
    Rule(
        code="D-65", name="evidence-of-other-content", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, G, H),
        condition="The evidence is bound to another content tree than the one that landed.",
        danger="The checks were green for other code.",
        mend="Run the checks again on what landed.",
        decider=Decider.AUTOMATIC, find=_of_other_content, command="fp evidence {issue} -- COMMAND",
    ),
    Rule(
        code="D-66", name="failing-evidence", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, G, H),
        condition="The latest evidence failed, and the issue is in review or was landed with it.",
        danger="It looks green and is not.",
        mend="Mend the work and run the checks again, or send the issue back.",
        decider=Decider.REVIEWER, find=_failing, command="fp reject {issue}",
    ),
    Rule(
        code="D-67", name="evidence-written-by-the-agent-only", severity=Severity.MED, about=Subject.ISSUE,
        needs=(T, G, H),
        condition="A landed issue has only evidence that the agent reports of itself.",
        danger="It can be invented.",
        mend="Run the checks yourself, or have a gate run them.",
        decider=Decider.REVIEWER, find=_self_report_only, command="fp evidence {issue} -- COMMAND",
    ),
    Rule(
        code="D-68", name="acceptance-criteria-changed-after-dispatch", severity=Severity.HIGH, about=Subject.ISSUE,
        needs=(T, C),
        condition="The issue's text is not the one that the holder of the claim was given.",
        danger="The right answer to a question that nobody asks any more.",
        mend="Stop the run and let it start again, or check the result against the new text.",
        decider=Decider.REVIEWER, find=_text_changed, command="tarmac stop {issue}",
    ),
    Rule(
        code="D-69", name="approval-of-another-oid", severity=Severity.CRIT, about=Subject.RUN, needs=(T, G, H),
        condition="A person approved a commit of the run, and its sealed tip is another.",
        danger="Code lands that nobody reviewed.",
        mend="The approval does not count. Look at the tip and approve it, or reject it.",
        decider=Decider.REVIEWER, find=_other_approved, command="fp approve {issue}",
    ),
    Rule(
        code="D-71", name="self-review", severity=Severity.MED, about=Subject.ISSUE, needs=(T, C, H),
        condition="The approval comes from whoever did the work.",
        danger="There was no second pair of eyes.",
        mend="Let somebody else look.",
        decider=Decider.REVIEWER, find=_self_review, command="fp approve {issue}",
    ),
    Rule(
        code="D-91", name="stale-document", severity=Severity.MED, about=Subject.RUN, needs=(T, G, Part.DOCUMENTS),
        condition="A document is bound to code that a run changed, and the binding is stale.",
        danger="The document lies about the code.",
        mend="Bring the document up to date, or say that it is still right.",
        decider=Decider.REVIEWER, find=_stale_document, command="drift check",
    ),
)  # fmt: skip
