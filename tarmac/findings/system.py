"""Findings across the layers: what cannot be read, what went back, and numbers that do not agree. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.findings.rule import Decider, Fact, Hit, Rule, Severity, Subject
from tarmac.findings.tracker import still_in_history, unrecorded
from tarmac.findings.view import LIVE, TERMINAL, Claimed, Merged, Mover, Record, Stage, short
from tarmac.snapshot import Part, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tarmac.findings.view import IssueView, Scene
    from tarmac.memory import Memory

NOT_CLAIMED = frozenset({Record.NONE, Record.INTENDED, Record.LOST})
"""Records that do not say that their epoch was ever won."""
LOCAL_BRANCHES = "refs/heads/"
"""A person may amend their own commits there; only what tarmac wrote must not go."""


def ended_key(issue: str) -> str:
    """Where memory keeps the highest epoch of an issue's claim that was seen to be over."""
    return f"ended epoch {issue}"


def epoch_key(issue: str) -> str:
    """Under which name the memory keeps the epoch of a claim."""
    return f"epoch {issue}"


def remembered_epoch(memory: Memory, key: str) -> int:
    """The epoch under the key; 0 when none is remembered."""
    seen = memory.refs.get(key, "")
    return int(seen) if seen.isdecimal() else 0


def _epochs(view: IssueView, scene: Scene) -> dict[str, int]:
    """The highest epoch that each source tells, by the name of the source."""
    found = {"the history": view.facts.history.epoch_max if view.facts else 0}
    for run in scene.runs_of.get(view.id, ()):
        if run.branch is not None:
            found[f"branch {run.branch.ref}"] = run.name.epoch
        if run.record not in NOT_CLAIMED:
            found[f"the record of run {run.name}"] = run.name.epoch
    return found


def _epoch_differs(view: IssueView, scene: Scene) -> Iterator[Hit]:
    recorded = view.facts.history.epoch_max if view.facts else 0
    known = view.claim.epoch if view.claim is not None else recorded
    above = {source: epoch for source, epoch in _epochs(view, scene).items() if epoch > known}
    if above:
        source, epoch = max(above.items(), key=lambda item: item[1])
        claim = f"the claim says {known}" if view.claim is not None else "there is no claim"
        facts = tuple(Fact(Part.GIT, f"epoch {number}", name) for name, number in sorted(above.items()))
        yield Hit(f"is in epoch {epoch} by {source}, but {claim}", (view.claim_fact(), *facts))


def _undone(view: IssueView, scene: Scene) -> bool:
    """The claim says landed; the file does not say done, nobody says that they took it back, the work is not there."""
    if view.claimed is not Claimed.LANDED or view.reopened or view.mover is Mover.PERSON or view.claim is None:
        return False
    epoch = view.claim.epoch
    merged = any(run.name.epoch == epoch and run.merged is Merged.YES for run in scene.runs_of.get(view.id, ()))
    return view.stage not in (*TERMINAL, Stage.ABSENT) and not merged


def _behind(view: IssueView, scene: Scene) -> Iterator[Hit]:
    if scene.claims.fetched and unrecorded(view) and not still_in_history(view, scene) and view.claim is not None:
        says = (
            f"was {view.claim.state} in epoch {view.claim.epoch} by its claim, and the tracker commit does not show it"
        )
        yield Hit(f"{says}: it is older than the claims", (view.claim_fact(), _epoch_fact(view)))


def _epoch_fact(view: IssueView) -> Fact:
    epoch = view.facts.history.epoch_max if view.facts else 0
    return Fact(Part.TRACKER, f"events record epoch {epoch or 'none'}", view.id)


def _rewound(scene: Scene, _: Scene) -> Iterator[Hit]:
    by_claim = [hit for view in scene.issues.values() for hit in _claim_rewound(view, scene)]
    yield from by_claim
    for found in () if by_claim else scene.git.rewound:
        if found.lost or not found.ref.startswith(LOCAL_BRANCHES):
            says = f"{found.ref} went back: it was at {short(found.old)}, and {short(found.new)} does not contain that"
            facts = (Fact(Part.GIT, f"was {short(found.old)}", found.ref), Fact(Part.GIT, short(found.new), found.ref))
            yield Hit(says, facts)


def _went_back(view: IssueView, scene: Scene) -> bool:
    """A reverted landing did not go back: it is still in the history, and its missing events are told as such."""
    if unrecorded(view):
        return not still_in_history(view, scene)
    return _undone(view, scene)


def _claim_rewound(view: IssueView, scene: Scene) -> Iterator[Hit]:
    claim = view.claim
    if claim is None:
        return
    seen = remembered_epoch(scene.memory, epoch_key(view.id))
    if seen > claim.epoch:
        says = f"its claim went back from epoch {seen} to {claim.epoch}"
        yield Hit(says, (view.claim_fact(), Fact(Part.CLAIMS, f"was epoch {seen}", claim.ref)), issue=view.id)
    elif view.claimed in LIVE and remembered_epoch(scene.memory, ended_key(view.id)) >= claim.epoch:
        says = f"its claim of epoch {claim.epoch} was over and is {claim.state} again: it went back"
        yield Hit(
            says, (view.claim_fact(), Fact(Part.CLAIMS, f"epoch {claim.epoch} was over", claim.ref)), issue=view.id
        )
    elif not scene.claims.fetched and _went_back(view, scene):
        says = (
            f"was {claim.state} in epoch {claim.epoch} by its claim, and the tracker no longer shows it: it went back"
        )
        yield Hit(says, (view.claim_fact(), _epoch_fact(view), view.status_fact()), issue=view.id)


def _unknown(scene: Scene, _: Scene) -> Iterator[Hit]:
    """One hit a cause: parts that cannot be read for the same reason are told together."""
    causes: dict[tuple[str, tuple[str, ...]], list[Part]] = {}
    for part in Part:
        found = scene.snapshot.part(part)
        if isinstance(found, Unknown):
            causes.setdefault((found.reason, found.paste), []).append(part)
    for (reason, paste), parts in causes.items():
        facts = tuple(Fact(part, reason, part.value) for part in parts)
        yield Hit(f"{', '.join(parts)} cannot be read: {reason}", facts, command="\n".join(paste))
    for part, names in ((Part.CLAIMS, scene.claims.unreadable), (Part.RUNS, scene.runs.unreadable)):
        for name in names:
            yield Hit(f"{name} cannot be read", (Fact(part, "cannot be read", name),))


def _two_authorities(scene: Scene, _: Scene) -> Iterator[Hit]:
    for claim in scene.claims.elsewhere:
        says = f"is claimed by {claim.holder} at {claim.ref}, but the tracker's authority is {scene.tracker.authority}"
        yield Hit(says, (Fact(Part.CLAIMS, f"{claim.state} by {claim.holder}", claim.ref),), issue=claim.issue)


def _policy(scene: Scene, _: Scene) -> Iterator[Hit]:
    problem = scene.tracker.policy_problem
    if problem:
        yield Hit(f"the policy cannot be read: {problem}", (Fact(Part.TRACKER, problem, "WORKFLOW.md"),))


T, C, G = Part.TRACKER, Part.CLAIMS, Part.GIT

RULES = (
    Rule(
        code="D-06", name="epoch-differs", severity=Severity.MED, about=Subject.ISSUE, needs=(T, C, G),
        condition="The history, a run's branch or a run's record tells a higher epoch than the claim.",
        danger="Attempts and budgets are miscounted, and an epoch could be used twice.",
        mend="Fetch the claims if they are copies. The next epoch is counted from the highest in any case.",
        decider=Decider.AUTOMATIC, find=_epoch_differs, command="tarmac why {issue}",
    ),
    Rule(
        code="D-14", name="local-tracker-behind-remote", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, C),
        condition="A claim that was fetched says that its run landed or parked, and the tracker commit does not show "
        "it.",
        danger="Decisions rest on an old view.",
        mend="Fetch the tracker's branch, then look again.",
        decider=Decider.AUTOMATIC, find=_behind, command="git fetch",
    ),
    Rule(
        code="D-78", name="unknown-layer", severity=Severity.HIGH, about=Subject.FACTORY, needs=(),
        condition="A layer in view, or one record in it, could not be read.",
        danger="Not to have looked would count as nothing found.",
        mend="Make it readable, then look again. Until then the answer is: cannot tell.",
        decider=Decider.AUTOMATIC, find=_unknown,
    ),
    Rule(
        code="D-82", name="ref-rewound", severity=Severity.CRIT, about=Subject.FACTORY, needs=(T, C, G),
        condition="The tracker's ref, the target or a claim was further than it is, by an earlier observation or by "
        "a claim that ended together with a commit that is gone.",
        danger="Landed work or a fence against stale runs was undone.",
        mend="Stop the orchestrators. Find the lost commit (`git reflog`) and put the ref back.",
        decider=Decider.OPERATOR, find=_rewound, command="tarmac pause",
    ),
    Rule(
        code="D-85", name="two-authorities", severity=Severity.CRIT, about=Subject.FACTORY, needs=(T, C),
        condition="There is a live claim outside the place that the tracker names as authority for claims.",
        danger="Two runs can each win the same issue.",
        mend="Stop the orchestrators. Release the claims at the wrong place, then go on.",
        decider=Decider.OPERATOR, find=_two_authorities, command="tarmac pause",
    ),
    Rule(
        code="D-88", name="policy-unreadable", severity=Severity.HIGH, about=Subject.FACTORY, needs=(T,),
        condition="`WORKFLOW.md` at the tracker commit is there and cannot be read.",
        danger="Every decision of the orchestrator would be a guess.",
        mend="Mend the file and commit it. Nothing new is dispatched until then.",
        decider=Decider.REVIEWER, find=_policy, command="tarmac doctor",
    ),
)  # fmt: skip
