"""Findings of the tracker: issue files, their history, and claims that do not fit them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.findings.rule import Decider, Fact, Hit, Repair, Rule, Severity, Subject
from tarmac.findings.view import GOING, TERMINAL, Claimed, Mover, Record, Stage, Token
from tarmac.snapshot import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tarmac.findings.view import IssueView, Scene
    from tarmac.snapshot import IssueFacts

WORKED_ON = frozenset({Stage.ACTIVE, Stage.REVIEW})


def _in_progress_no_claim(view: IssueView, scene: Scene) -> Iterator[Hit]:
    going = any(run.record in (Record.RUNNING, Record.FINISHING) for run in scene.runs_of.get(view.id, ()))
    if view.stage in WORKED_ON and view.mover is Mover.MACHINE and not view.live and not going and view.facts:
        says = f"is {view.facts.status}, but nobody holds a claim on it: nobody works on it and nobody picks it up"
        yield Hit(says, (view.status_fact(), view.move_fact(), view.claim_fact()))


def _claim_not_in_status(view: IssueView, scene: Scene) -> Iterator[Hit]:
    if scene.tracker.direct and view.live and view.holder == "run" and view.stage is Stage.OPEN:
        assert view.claim is not None
        yield Hit(
            f"{view.claim.holder} holds it, but its file still says todo", (view.claim_fact(), view.status_fact())
        )


def _claim_on_terminal(view: IssueView, scene: Scene) -> Iterator[Hit]:
    """A run that is recorded here gives its claim back by itself, after keeping its work."""
    if not (view.live and view.stage in TERMINAL and view.facts and view.claim):
        return
    says = f"is {view.facts.status}, but {view.claim.holder} still holds a claim on it"
    facts = (view.claim_fact(), view.status_fact())
    own = next((run for run in scene.runs_of.get(view.id, ()) if run.token is Token.CURRENT), None)
    if own is not None and own.record in GOING:
        yield Hit(says, facts, repair=Repair.ADVANCE_RUN, run=str(own.name))
    else:
        yield Hit(says, facts)


def _claim_on_unknown(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    if view.live and view.stage is Stage.ABSENT and view.claim:
        says = f"{view.claim.holder} holds a claim on it, but no issue has this id: it was deleted or renamed"
        yield Hit(says, (view.claim_fact(), view.status_fact()))


def _claim_on_non_eligible(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    if not view.live or view.holder != "run" or view.facts is None or view.claim is None:
        return
    held = view.facts.dispatch == "hold" and view.stage in (Stage.OPEN, *WORKED_ON)
    if held or view.stage is Stage.PARKED:
        why = "was put on hold" if held else f"is {view.facts.status}"
        facts = (
            view.claim_fact(),
            view.status_fact(),
            Fact(Part.TRACKER, f"dispatch: {view.facts.dispatch}", view.facts.path),
        )
        yield Hit(f"{why}, but {view.claim.holder} still works on it", facts)


def _two_files(scene: Scene, _: Scene) -> Iterator[Hit]:
    for issue, paths in sorted(scene.tracker.duplicates.items()):
        facts = (*(Fact(Part.TRACKER, f"id: {issue}", path) for path in paths), *_absent(issue, scene))
        yield Hit(f"is the id of {len(paths)} files: {', '.join(paths)}", facts, issue=issue)


def _illegal_transition(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    if view.facts is None:
        return
    if view.facts.history.off_arrows:
        yield Hit(view.facts.history.off_arrows, (view.move_fact(), view.status_fact()))
    elif (
        view.live
        and view.holder == "run"
        and view.mover is not Mover.MACHINE
        and view.stage in (*WORKED_ON, Stage.PARKED)
    ):
        assert view.claim is not None
        says = f"was moved to {view.facts.status} by hand while {view.claim.holder} holds it"
        yield Hit(says, (view.move_fact(), view.status_fact(), view.claim_fact()))


def _chain_contradicts(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    move = view.facts.history.unexplained if view.facts else None
    if move is not None and not move.by:
        says = f"says {move.to}, but its history ends in {move.from_} and no person's commit explains the difference"
        yield Hit(says, (view.status_fact(), _end_fact(view)))


def _transition_implicit(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    move = view.facts.history.unexplained if view.facts else None
    if move is not None and move.by:
        says = f"was moved {move.from_} -> {move.to} by hand by {move.by.partition('/')[2]}; no event tells it yet"
        yield Hit(says, (view.status_fact(), _end_fact(view)))


def _end_fact(view: IssueView) -> Fact:
    last = view.last
    return Fact(
        Part.TRACKER, f"the history ends in {last.to}" if last else "no history", last.event if last else view.id
    )


def _chain_fork(view: IssueView, scene: Scene) -> Iterator[Hit]:
    del scene
    ends = view.facts.history.ends if view.facts else ()
    if ends:
        says = f"has {len(ends)} histories that end differently, and nobody chose one"
        facts = tuple(Fact(Part.TRACKER, f"the history ends here: {end}", view.id) for end in ends)
        yield Hit(says, (*facts, view.status_fact()))


def unrecorded(view: IssueView) -> bool:
    """The claim says landed or parked, which is written together with an event, and no event records its epoch."""
    claim, facts = view.claim, view.facts
    ended = view.claimed in (Claimed.LANDED, Claimed.PARKED)
    return ended and claim is not None and facts is not None and claim.epoch > facts.history.epoch_max


def still_in_history(view: IssueView, scene: Scene) -> bool:
    """Whether the commit that ended the claim's epoch is in the history, as after a revert and not after a rewind."""
    epoch = view.claim.epoch if view.claim is not None else 0
    ended = {*scene.git.landings, *scene.git.parked}
    return any(name.issue == view.id and name.epoch == epoch for name in ended)


def _chain_gap(view: IssueView, scene: Scene) -> Iterator[Hit]:
    history = view.facts.history if view.facts else None
    if history is not None and (history.gaps or history.broken):
        wrong = (*history.gaps, *history.broken)
        ends = tuple(Fact(Part.TRACKER, f"the history ends here: {end}", view.id) for end in history.ends)
        facts = tuple(Fact(Part.TRACKER, text, view.id) for text in wrong)
        yield Hit(f"has a history with a hole: {wrong[0]}", (*facts, *ends, view.status_fact()))
    elif unrecorded(view) and still_in_history(view, scene) and view.claim is not None:
        says = f"was {view.claim.state} in epoch {view.claim.epoch}, and the events that told it were taken out again"
        yield Hit(says, (view.claim_fact(), view.status_fact()))


def _unreadable(scene: Scene, _: Scene) -> Iterator[Hit]:
    for found in scene.tracker.unreadable:
        where = f"{found.path}:{found.line}" if found.line else found.path
        facts = (Fact(Part.TRACKER, found.message, where), *_absent(found.issue, scene))
        yield Hit(f"cannot be read: {where}: {found.message}", facts, issue=found.issue)


def _absent(issue: str, scene: Scene) -> tuple[Fact, ...]:
    """What a claim on the issue would be told by, so that one cause stays one finding."""
    view = scene.issues.get(issue)
    return (view.status_fact(),) if view is not None and view.stage is Stage.ABSENT else ()


def _draft(scene: Scene, _: Scene) -> Iterator[Hit]:
    for path in scene.checkouts.drafts:
        issue = next((one.id for one in scene.tracker.issues.values() if one.path == path), "")
        says = f"has uncommitted edits in {path}: this report judges the committed text"
        yield Hit(says, (Fact(Part.CHECKOUTS, "uncommitted", path),), issue=issue)


def _dependency_missing(view: IssueView, scene: Scene) -> Iterator[Hit]:
    for missing in _open_dependencies(view, scene):
        if missing not in scene.tracker.issues:
            assert view.facts is not None
            says = f"depends on {missing}, which no issue has as its id"
            yield Hit(says, (Fact(Part.TRACKER, f"depends_on: {missing}", view.facts.path),))


def _dependency_reopened(view: IssueView, scene: Scene) -> Iterator[Hit]:
    if not view.live or view.holder != "run":
        return
    for one in _open_dependencies(view, scene):
        found = scene.issues.get(one)
        if found is not None and found.facts is not None and found.stage not in TERMINAL:
            says = f"is being worked on, but {one}, which it depends on, is {found.facts.status} again"
            yield Hit(says, (view.claim_fact(), found.status_fact()))


def _open_dependencies(view: IssueView, scene: Scene) -> tuple[str, ...]:
    del scene
    facts: IssueFacts | None = view.facts
    return () if facts is None or view.stage in TERMINAL else facts.depends_on


def _dependency_cycle(scene: Scene, _: Scene) -> Iterator[Hit]:
    for cycle in scene.tracker.cycles:
        stages = {scene.issues[one].stage for one in cycle if one in scene.issues}
        if stages - TERMINAL:
            facts = tuple(Fact(Part.TRACKER, f"waits for {after}", one) for one, after in _pairs(cycle))
            yield Hit(f"waits for itself: {' -> '.join((*cycle, cycle[0]))}", facts, issue=cycle[0])


def _pairs(cycle: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))


T, C, R = Part.TRACKER, Part.CLAIMS, Part.RUNS

RULES = (
    Rule(
        code="D-01", name="in-progress-no-claim", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, C),
        condition="A machine set the status to in-progress or in-review, and there is neither a live claim nor a run.",
        danger="The issue looks busy. Nobody works on it, and nobody picks it up.",
        mend="Wait a moment if a run is just ending. Then set the issue back to todo, or finish it by hand.",
        decider=Decider.OPERATOR, find=_in_progress_no_claim, command="fp set {issue} status=todo",
    ),
    Rule(
        code="D-02", name="claim-not-in-status", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, C),
        condition="The tracker writes each transition at once (`tracker.write: direct`), a run holds the claim, and "
        "the file still says todo.",
        danger="A reader that looks at files only hands the work out a second time.",
        mend="Let the orchestrator that holds the claim write the status again.",
        decider=Decider.AUTOMATIC, find=_claim_not_in_status, repair=Repair.ADVANCE_RUN, command="tarmac run {issue}",
    ),
    Rule(
        code="D-03", name="claim-on-terminal-issue", severity=Severity.LOW, about=Subject.ISSUE, needs=(T, C),
        condition="The issue is done or cancelled, a claim on it is still live, and no worker of it lives.",
        danger="A slot stays taken by nothing.",
        mend="Release the claim. It becomes a tombstone that keeps the epoch.",
        decider=Decider.AUTOMATIC, find=_claim_on_terminal, repair=Repair.RELEASE_CLAIM,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-04", name="claim-on-unknown-issue", severity=Severity.MED, about=Subject.ISSUE, needs=(T, C),
        condition="A live claim names an id that no issue file has.",
        danger="Work goes on that no list shows, and its slot is never given back.",
        mend="Find the issue (it was deleted or renamed, or is on a branch only), or release the claim.",
        decider=Decider.OPERATOR, find=_claim_on_unknown, command="fp release {issue}",
    ),
    Rule(
        code="D-05", name="claim-on-non-eligible-issue", severity=Severity.MED, about=Subject.ISSUE, needs=(T, C),
        condition="A run holds the issue, and since then it was put on hold or needs attention.",
        danger="An agent works against the wish of the issue's owner.",
        mend="Stop the worker, keep its worktree, release the claim.",
        decider=Decider.AUTOMATIC, find=_claim_on_non_eligible, repair=Repair.ADVANCE_RUN,
        command="tarmac stop {issue}",
    ),
    Rule(
        code="D-07", name="two-files-one-id", severity=Severity.CRIT, about=Subject.FACTORY, needs=(T,),
        condition="Two files at the tracker commit have one id.",
        danger="Two issues share one claim, one branch and one worktree.",
        mend="Give one of the two a new id. Neither is dispatched until then.",
        decider=Decider.REVIEWER, find=_two_files, command="fp check", masks=("D-04",),
    ),
    Rule(
        code="D-09", name="illegal-transition", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, C),
        condition="The last move was a machine's and follows no arrow of the workflow, or a person's while a run holds "
        "the issue, or anybody's off the arrows where the workflow is strict.",
        danger="A status was reached without what should come before it: a claim, evidence, a review.",
        mend="The edit stays. Say whether it is right; if a run is in the way, stop it.",
        decider=Decider.REVIEWER, find=_illegal_transition, command="fp log {issue}", masks=("D-05", "D-79"),
    ),
    Rule(
        code="D-10", name="chain-contradicts-status", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T,),
        condition="The history has one end, its status is not the file's, and no commit of a person explains that.",
        danger="The history no longer says how the issue came to where it is.",
        mend="Nothing is done to the status. A person says which is right and joins the history.",
        decider=Decider.REVIEWER, find=_chain_contradicts, command="fp log {issue}",
    ),
    Rule(
        code="D-12", name="unreadable-issue", severity=Severity.HIGH, about=Subject.FACTORY, needs=(T,),
        condition="A file of the tracker cannot be read: a broken header, an unknown status, a value that cannot be "
        "parsed.",
        danger="The issue is counted, but nobody can work on it or see what it says.",
        mend="Mend the file at the line that is named. Until then it is never dispatched.",
        decider=Decider.REVIEWER, find=_unreadable, command="fp check", masks=("D-04",),
    ),
    Rule(
        code="D-13", name="draft", severity=Severity.LOW, about=Subject.FACTORY, needs=(T, Part.CHECKOUTS),
        condition="A checkout has uncommitted edits of a ticket.",
        danger="A person sees one text, the report and the orchestrator read another.",
        mend="Commit the edit, or drop it.",
        decider=Decider.OPERATOR, find=_draft, command="git commit -- .issues",
    ),
    Rule(
        code="D-15", name="dependency-missing", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T,),
        condition="An open issue depends on an id that no issue has.",
        danger="It never becomes ready, or it would run too early.",
        mend="Correct the id, or take the dependency away. Until then the issue is blocked.",
        decider=Decider.REVIEWER, find=_dependency_missing, command="fp dep {issue}",
    ),
    Rule(
        code="D-16", name="dependency-cycle", severity=Severity.MED, about=Subject.FACTORY, needs=(T,),
        condition="`depends_on` or `parent` leads from an open issue back to itself.",
        danger="None of them ever becomes ready, and nothing says so.",
        mend="Take one dependency of the circle away.",
        decider=Decider.REVIEWER, find=_dependency_cycle, command="fp dep {issue}",
    ),
    Rule(
        code="D-17", name="dependency-reopened-after-dependent-dispatched", severity=Severity.HIGH, about=Subject.ISSUE,
        needs=(T, C),
        condition="A run holds the issue, and an issue that it depends on is not done any more.",
        danger="The work builds on something that was withdrawn.",
        mend="Let the run finish or stop it; do not land it before the dependency is settled.",
        decider=Decider.REVIEWER, find=_dependency_reopened, command="tarmac why {issue}",
    ),
    Rule(
        code="D-79", name="transition-implicit", severity=Severity.LOW, about=Subject.ISSUE, needs=(T,),
        condition="A person changed the status by hand in a commit, and no event tells it yet.",
        danger="The history is thinner than what happened.",
        mend="Write it out; the same edit always gives the same event.",
        decider=Decider.AUTOMATIC, find=_transition_implicit, command="fp check --fix",
    ),
    Rule(
        code="D-80", name="chain-fork", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T,),
        condition="The history has two ends that lead to different statuses.",
        danger="Two things happened to one issue on two branches, and nobody chose between them.",
        mend="A person writes the transition that joins both ends. Until then the issue is neither dispatched nor "
        "landed.",
        decider=Decider.REVIEWER, find=_chain_fork, command="fp resolve {issue}", masks=("D-10", "D-79", "D-09"),
    ),
    Rule(
        code="D-81", name="chain-gap", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T,),
        condition="An event follows one that is missing, or does not start where the one before it ended, or the "
        "events of a landing or parking are gone while its commit is still in the history.",
        danger="Somebody deleted or rewrote a part of the history.",
        mend="Restore the event from git, or let a person join what is left.",
        decider=Decider.REVIEWER, find=_chain_gap, command="fp log {issue}", masks=("D-80", "D-10", "D-79", "D-09"),
    ),
)  # fmt: skip
