"""Findings of orchestrator and worker: what is claimed and recorded against what is observed to run. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.adapters.issues import Unseen, licence
from tarmac.findings.rule import Decider, Fact, Hit, Repair, Rule, Severity, Subject
from tarmac.findings.view import GOING, OVER, TERMINAL, Claimed, Record, Token, Worker
from tarmac.memory import unchanged_seconds
from tarmac.snapshot import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tarmac.findings.view import IssueView, RunView, Scene

RUN = "run"
RUNS_OR_MAY = frozenset({Worker.ALIVE, Worker.UNKNOWN})
STOP_SECONDS_MAX = 60.0
"""A worker that was asked to stop goes through INT, TERM and KILL in far less."""


def lease_key(issue: str) -> str:
    """Under which name the memory watches a claim."""
    return f"lease {issue}"


def progress_key(run: str) -> str:
    """Under which name the memory watches a worker."""
    return f"progress {run}"


def _holder_gone(scene: Scene, _: Scene) -> Iterator[Hit]:
    """By the workers of our own runs; by the process that a claim names for everybody else's."""
    for run in (run for runs in scene.runs_of.values() for run in runs):
        for hit in _without_worker(run):
            yield hit._replace(issue=run.name.issue, run=str(run.name))
    for view in scene.issues.values():
        yield from _process_gone(view, scene)


def _process_gone(view: IssueView, scene: Scene) -> Iterator[Hit]:
    claim = view.claim
    if claim is None or not view.live or view.stage in TERMINAL or _recorded(view, scene):
        return
    if not _licence(view, scene, fenced=False):
        return
    facts = (view.claim_fact(), Fact(Part.WORKERS, "the process that the claim is tied to is dead", claim.host))
    if view.holder == RUN:
        says = f"the lease of {claim.holder} is over, and its worker is dead: a factory that watches takes it over"
        yield Hit(says, facts, issue=view.id, repair=Repair.NONE, command="tarmac watch")
    else:
        says = f"{claim.holder} holds the claim, but the process that it is tied to is dead"
        yield Hit(says, facts, issue=view.id, repair=Repair.RELEASE_CLAIM)


def _recorded(view: IssueView, scene: Scene) -> bool:
    """Whether a run of this repository holds the claim: its record tells more."""
    runs = scene.runs_of.get(view.id, ())
    return any(run.token is Token.CURRENT and run.record is not Record.NONE for run in runs)


def _licence(view: IssueView, scene: Scene, *, fenced: bool) -> str:
    """What licenses a takeover of the claim, as far as earlier looks have timed it: by the rule that takes over."""
    claim = view.claim
    if claim is None:
        return ""
    seen = unchanged_seconds(scene.memory, lease_key(view.id), claim.oid, scene.snapshot)
    unseen = Unseen(dead=claim.dead, seconds=seen or 0.0, fenced=fenced)
    return licence(claim.holder, claim.lease_seconds, unseen)


def _without_worker(run: RunView) -> Iterator[Hit]:
    """Dead without an exit record while it should run; or over by its record, and the claim lives on."""
    if run.process is not None and run.process.unsupervised and run.record is Record.RUNNING:
        says = f"the worker of run {run.name} is dead, and its agent works on: nobody watches its limits"
        yield Hit(says, _worker_facts(run), repair=Repair.STOP_WORKER)
    if run.token is not Token.CURRENT or run.issue.stage in TERMINAL or run.worker in RUNS_OR_MAY:
        return
    crashed = run.dead and run.record is Record.RUNNING and not run.exited
    if crashed or run.record in OVER:
        assert run.facts is not None
        what = f"process {run.facts.pid} is dead" if crashed else f"its run is {run.facts.phase}"
        yield Hit(f"the claim of run {run.name} lives, but {what}", _worker_facts(run))


def _worker_facts(run: RunView) -> tuple[Fact, ...]:
    return (run.issue.claim_fact(), run.record_fact(), run.worker_fact())


def _lease_over(view: IssueView, scene: Scene) -> bool:
    claim = view.claim
    if claim is None or not view.live or not claim.lease_seconds:
        return False
    seen = unchanged_seconds(scene.memory, lease_key(view.id), claim.oid, scene.snapshot)
    return seen is not None and seen > claim.lease_seconds


def _lease_expired_alive(run: RunView, scene: Scene) -> Iterator[Hit]:
    if run.token is Token.CURRENT and run.worker is Worker.ALIVE and _lease_over(run.issue, scene):
        says = (
            f"the lease of run {run.name} is over by this machine's clock, but its worker is alive: another may start"
        )
        yield Hit(says, (run.issue.claim_fact(), run.worker_fact()))


def _lease_expired_unreachable(view: IssueView, scene: Scene) -> Iterator[Hit]:
    runs = scene.runs_of.get(view.id, ())
    seen_here = any(run.token is Token.CURRENT and run.worker is not Worker.UNKNOWN for run in runs if run.process)
    if view.claim is None or not view.live or view.claim.dead:
        return
    if view.holder == RUN and not view.ours and not seen_here and _licence(view, scene, fenced=True):
        host = view.claim.host or "an unknown host"
        says = f"the lease of {view.claim.holder} is over, and nobody here can see whether it still runs on {host}"
        yield Hit(says, (view.claim_fact(), Fact(Part.WORKERS, "not on this machine", host)))


def _no_claim(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.ALIVE and run.token in (Token.ABSENT, Token.ENDED):
        claim = "there is no claim" if run.token is Token.ABSENT else f"its claim is {run.issue.claimed}"
        yield Hit(
            f"the worker of run {run.name} is alive, but {claim}: nobody counts what it spends", _worker_facts(run)
        )


def _two_workers(view: IssueView, scene: Scene) -> Iterator[Hit]:
    alive = [run for run in scene.runs_of.get(view.id, ()) if run.worker is Worker.ALIVE]
    if len(alive) > 1:
        names = " and ".join(str(run.name) for run in alive)
        yield Hit(f"has {len(alive)} live workers: {names}", tuple(run.worker_fact() for run in alive))


def _older_epoch(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.ALIVE and run.token is Token.OTHER:
        assert run.issue.claim is not None
        says = f"the worker of run {run.name} still works, but epoch {run.issue.claim.epoch} has the issue now"
        yield Hit(says, _worker_facts(run))


def _one_worker_two_issues(scene: Scene, _: Scene) -> Iterator[Hit]:
    by_process: dict[int, list[RunView]] = {}
    for run in (run for runs in scene.runs_of.values() for run in runs):
        if run.worker is Worker.ALIVE and run.process is not None:
            by_process.setdefault(run.process.pid, []).append(run)
    for pid, runs in sorted(by_process.items()):
        if len({run.name.issue for run in runs}) > 1:
            names = ", ".join(str(run.name) for run in runs)
            facts = tuple(Fact(Part.WORKERS, f"process {pid}", str(run.name)) for run in runs)
            yield Hit(f"process {pid} is the worker of several runs: {names}", facts, issue=runs[0].name.issue)


def _on_terminal(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.ALIVE and run.issue.stage in TERMINAL and run.issue.facts:
        says = f"is {run.issue.facts.status}, but the worker of run {run.name} still works on it"
        yield Hit(says, (run.issue.status_fact(), *_worker_facts(run)))


def _record_says_running(run: RunView, scene: Scene) -> Iterator[Hit]:
    """Ended with an exit record that the journal does not show; or going by its journal, though the claim is over."""
    del scene
    if run.tended or run.worker in RUNS_OR_MAY or run.record not in GOING or run.facts is None:
        return
    if run.token is not Token.CURRENT:
        claim = "there is no claim" if run.token is Token.ABSENT else "its claim is over"
        yield Hit(f"the record of run {run.name} says {run.facts.phase}, but {claim}", _worker_facts(run))
    elif run.record is Record.RUNNING and run.exited and run.issue.stage not in TERMINAL:
        says = f"the worker of run {run.name} ended ({run.facts.exit_reason}), but its record still says running"
        yield Hit(says, (*_worker_facts(run), Fact(Part.RUNS, f"exit: {run.facts.exit_reason}", run.facts.journal)))


def _says_stopped(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    stopped = run.record in OVER or run.record is Record.FINISHING
    landing = run.token is Token.CURRENT and run.issue.claimed is Claimed.LANDING
    if run.worker is Worker.ALIVE and (stopped or landing) and run.facts is not None:
        what = run.facts.phase if stopped else "landing"
        yield Hit(f"the record of run {run.name} says {what}, but process {run.facts.pid} is alive", _worker_facts(run))


def _recycled(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.RECYCLED and run.record is Record.RUNNING and run.process is not None and not run.tended:
        says = f"the worker of run {run.name} is gone, and its pid {run.process.pid} is another process now"
        yield Hit(says, _worker_facts(run))


def _stalled(run: RunView, scene: Scene) -> Iterator[Hit]:
    if run.worker is not Worker.ALIVE or run.facts is None or run.process is None or not run.facts.silence_seconds:
        return
    still = unchanged_seconds(scene.memory, progress_key(str(run.name)), run.process.progress, scene.snapshot)
    limit = run.facts.silence_seconds
    if still is not None and still > limit:
        says = f"run {run.name} has said, written and computed nothing for longer than its limit of {limit:.0f} s"
        yield Hit(says, (run.record_fact(), run.worker_fact()))


def _before_launch(run: RunView, scene: Scene) -> Iterator[Hit]:
    """The claim is taken and nothing was started. Of a run that another clone or machine holds nothing is known "
    "here."""
    if run.token is not Token.CURRENT or run.issue.stage in TERMINAL or run.worker in RUNS_OR_MAY or run.tended:
        return
    missing = run.record is Record.NONE and run.issue.holder == "run" and run.issue.ours and not scene.claims.fetched
    stuck = run.record in (Record.INTENDED, Record.STARTING)
    lost = run.record is Record.RUNNING and run.worker is Worker.NONE and not run.exited
    if missing or stuck or lost:
        what = "nothing is recorded of it" if missing else "nothing of it runs"
        yield Hit(
            f"run {run.name} holds the claim, but {what}: it stopped between claim and launch", _worker_facts(run)
        )


def _before_record(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.ALIVE and run.record in (Record.NONE, Record.INTENDED):
        yield Hit(f"a worker of run {run.name} is alive, but no record says that it was started", _worker_facts(run))


def _cancel_ignored(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if (
        run.worker is Worker.ALIVE
        and run.facts is not None
        and run.facts.stop
        and run.facts.last_seconds > STOP_SECONDS_MAX
    ):
        says = f"run {run.name} was asked to stop ({run.facts.stop}), and its worker is still alive"
        yield Hit(says, (run.worker_fact(), Fact(Part.RUNS, "stop requested", run.facts.journal)))


C, R, W, T = Part.CLAIMS, Part.RUNS, Part.WORKERS, Part.TRACKER
ADVANCE, STOP = Repair.ADVANCE_RUN, Repair.STOP_WORKER

RULES = (
    Rule(
        code="D-20", name="claim-without-live-worker", severity=Severity.HIGH, about=Subject.FACTORY,
        needs=(T, C, R, W),
        condition="A run of this machine holds the claim. Its worker is dead and left no exit record, or left its "
        "agent behind; or the run is over by its own record. Or whoever holds it tied it to a process of this machine, "
        "and that is dead; of another factory's run the lease is over too.",
        danger="The slot is taken and nobody works. Nothing would ever say so.",
        mend="Record the end, or release the claim; keep what the agent left; then try again or ask a person.",
        decider=Decider.AUTOMATIC, find=_holder_gone, repair=ADVANCE, command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-21", name="lease-expired-worker-alive", severity=Severity.CRIT, about=Subject.RUN, needs=(T, C, R, W),
        condition="The claim has not been renewed for longer than its lease, timed by this machine's own clock, and "
        "its worker is alive here.",
        danger="Another orchestrator may take the issue: two agents would write at once.",
        mend="Start nothing on the issue. Stop the worker first; only then may the claim be taken over.",
        decider=Decider.AUTOMATIC, find=_lease_expired_alive, repair=STOP, command="tarmac stop {issue}",
        needs_memory=True,
    ),
    Rule(
        code="D-22", name="lease-expired-host-unreachable", severity=Severity.CRIT, about=Subject.ISSUE,
        needs=(T, C, R, W),
        condition="The claim of another machine's run has not been renewed for longer than its lease.",
        danger="It may be dead or only out of reach. Starting again could run the work twice.",
        mend="Look at that machine. When it is gone, `fp claim --take-over` fences it off; so does a factory itself "
        "whose policy says `takeover: fenced`.",
        decider=Decider.OPERATOR, find=_lease_expired_unreachable, command="tarmac why {issue}", needs_memory=True,
    ),
    Rule(
        code="D-23", name="worker-alive-no-claim", severity=Severity.CRIT, about=Subject.RUN, needs=(T, C, R, W),
        condition="A worker that carries one of our run names is alive, and its run has no live claim.",
        danger="An agent with credentials works outside every budget.",
        mend="Stop its process group after checking that it is ours. Its worktree stays.",
        decider=Decider.AUTOMATIC, find=_no_claim, repair=STOP, command="tarmac reconcile --apply {code}",
        masks=("D-06",),
    ),
    Rule(
        code="D-24", name="two-workers-one-issue", severity=Severity.CRIT, about=Subject.ISSUE, needs=(T, C, R, W),
        condition="Two live workers carry runs of one issue.",
        danger="They cost double, and what they write conflicts.",
        mend="Keep the one whose token is current, stop the other.",
        decider=Decider.AUTOMATIC, find=_two_workers, repair=STOP, command="tarmac reconcile --apply {code}",
        masks=("D-25", "D-23"),
    ),
    Rule(
        code="D-25", name="worker-of-older-epoch-still-writing", severity=Severity.CRIT, about=Subject.RUN,
        needs=(T, C, R, W),
        condition="A worker is alive whose token is not that of the claim: a newer epoch has the issue.",
        danger="It would overwrite the newer result if nothing fenced it off.",
        mend="Stop it. Its worktree stays, and whatever it tries to publish is refused.",
        decider=Decider.AUTOMATIC, find=_older_epoch, repair=STOP, command="tarmac reconcile --apply {code}",
        masks=("D-27", "D-29", "D-73"),
    ),
    Rule(
        code="D-26", name="one-worker-two-issues", severity=Severity.HIGH, about=Subject.FACTORY, needs=(R, W),
        condition="Runs of two issues name one live process.",
        danger="Its work and its evidence count for the wrong issue.",
        mend="Find out which run it belongs to; stop the other.",
        decider=Decider.OPERATOR, find=_one_worker_two_issues, command="tarmac status",
    ),
    Rule(
        code="D-27", name="worker-alive-on-terminal-issue", severity=Severity.HIGH, about=Subject.RUN,
        needs=(T, C, R, W),
        condition="The issue is done or cancelled, and a worker of it is alive.",
        danger="It spends money on nothing and may write after the landing.",
        mend="Stop it and keep its worktree.",
        decider=Decider.AUTOMATIC, find=_on_terminal, repair=STOP, command="tarmac reconcile --apply {code}",
        masks=("D-03", "D-06", "D-23", "D-29", "D-73"),
    ),
    Rule(
        code="D-28", name="worker-finished-run-record-says-running", severity=Severity.HIGH, about=Subject.RUN,
        needs=(T, C, R, W),
        condition="The worker ended, and the run's record does not show it; or the record says that the run goes on "
        "although its claim is over. No orchestrator is about to notice.",
        danger="The status shows work that nobody does, and a slot is held.",
        mend="Read the exit record and write the end into the journal; the run then goes its normal way.",
        decider=Decider.AUTOMATIC, find=_record_says_running, repair=ADVANCE, command="tarmac reconcile --apply {code}",
        masks=("D-06",),
    ),
    Rule(
        code="D-29", name="record-says-stopped-process-alive", severity=Severity.CRIT, about=Subject.RUN,
        needs=(T, C, R, W),
        condition="The run's record says that it ended, or its claim is landing, and its process is alive.",
        danger="The slot looks free while an agent that nobody watches works on.",
        mend="Stop the process after checking that it is ours.",
        decider=Decider.AUTOMATIC, find=_says_stopped, repair=STOP, command="tarmac reconcile --apply {code}",
        masks=("D-06", "D-23"),
    ),
    Rule(
        code="D-30", name="pid-recycled", severity=Severity.HIGH, about=Subject.RUN, needs=(T, C, R, W),
        condition="A process has the recorded pid, but it started at another time: it is not the worker.",
        danger="A program that knows processes by pid alone trusts or kills a stranger.",
        mend="Treat the worker as dead. The process that has its pid is never signalled.",
        decider=Decider.AUTOMATIC, find=_recycled, repair=ADVANCE, command="tarmac reconcile --apply {code}",
        masks=("D-20", "D-28"),
    ),
    Rule(
        code="D-32", name="stalled-worker", severity=Severity.MED, about=Subject.RUN, needs=(R, W),
        condition="A live worker has said nothing, written nothing and used no CPU for longer than its limit of "
        "silence.",
        danger="It holds a slot and gets nowhere.",
        mend="Stop it; the run is then tried again or parked.",
        decider=Decider.AUTOMATIC, find=_stalled, repair=STOP, command="tarmac stop {issue}", needs_memory=True,
    ),
    Rule(
        code="D-72", name="crash-between-claim-and-launch", severity=Severity.HIGH, about=Subject.RUN,
        needs=(T, C, R, W),
        condition="A run of this machine holds the claim, nothing of it runs, and no orchestrator is about to start "
        "it.",
        danger="The issue is stuck; a careless restart would start it twice.",
        mend="Go on with the same run. Its name is the key, so nothing is started twice.",
        decider=Decider.AUTOMATIC, find=_before_launch, repair=ADVANCE, command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-73", name="crash-between-launch-and-record", severity=Severity.CRIT, about=Subject.RUN, needs=(R, W),
        condition="A worker of a run is alive, and the run's record does not know that it was ever started.",
        danger="Nobody watches it, and nobody pays attention to what it costs.",
        mend="Adopt it by its run name.",
        decider=Decider.AUTOMATIC, find=_before_record, repair=ADVANCE, command="tarmac run {issue}", masks=("D-23",),
    ),
    Rule(
        code="D-74", name="cancel-requested-never-acknowledged", severity=Severity.CRIT, about=Subject.RUN,
        needs=(R, W),
        condition="A run was asked to stop more than a minute ago, and its worker is alive.",
        danger="An agent that counts as stopped still writes.",
        mend="Stop its group, harder each time; the slot stays taken until it is seen dead.",
        decider=Decider.AUTOMATIC, find=_cancel_ignored, repair=STOP, command="tarmac stop {issue}",
    ),
)  # fmt: skip
