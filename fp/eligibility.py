"""Which issues an orchestrator or an agent may pick up, in which order, and why not the others. Pure.

Everything is judged at one commit of the tracker ref plus the claims. What cannot be judged is not eligible: a bad
file, a history that does not add up, a dependency that no file has.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp import chain, graph
from fp.claim import RECORDED
from fp.kernel.problem import Severity
from fp.model import AUTO, CANCELLED, IN_PROGRESS, TODO, event_owner, priority_rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fp.chain import Chain
    from fp.claim import Tip
    from fp.model import Issue
    from fp.tracker import Tracker

NEVER = datetime.max.replace(tzinfo=UTC)


class Reason(NamedTuple):
    """One thing that stands in the way: a stable word, a sentence, and the command that changes it, if one does.

    `about` is the issue that it waits for, where it waits for one.
    """

    code: str
    text: str
    next_command: str = ""
    about: str = ""


class Claimed(NamedTuple):
    """All claims by issue id; `unreadable` has the ids whose claim ref holds no record."""

    tips: Mapping[str, Tip]
    unreadable: Mapping[str, str] = {}


class Eligibility(NamedTuple):
    """The judgement on one open issue. `status` is the effective one; `claim` is the tip of its claim ref."""

    issue: Issue
    reasons: tuple[Reason, ...]
    status: str
    claim: Tip | None

    @property
    def ok(self) -> bool:
        """Whether it may be picked up now."""
        return not self.reasons


def effective_status(issue: Issue, tip: Tip | None) -> str:
    """The status at the tracker ref, where a live claim on what waits is work under way."""
    return IN_PROGRESS if tip is not None and tip.live and issue.status == TODO else issue.status


def order(issue: Issue) -> tuple[int, datetime, str]:
    """The sort key of dispatch: priority, then age, then id."""
    return priority_rank(issue.priority), issue.created or NEVER, issue.id


def eligible(tracker: Tracker, claims: Claimed, *, explained: frozenset[str] = frozenset()) -> list[Eligibility]:
    """Every open issue with what stands against it, in the order of dispatch.

    `explained` holds the ids whose change of status after the last event is known to be a person's commit.
    """
    context = _Context(tracker, claims, explained)
    open_issues = (issue for issue in tracker.issues.values() if issue.status not in tracker.config.workflow.terminal)
    return [context.judge(issue) for issue in sorted(open_issues, key=order)]


def judge(tracker: Tracker, claims: Claimed, issue: Issue, *, explained: frozenset[str] = frozenset()) -> Eligibility:
    """The same for one issue, whether open or not."""
    return _Context(tracker, claims, explained).judge(issue)


def unexplained(tracker: Tracker) -> dict[str, Chain]:
    """Open issues whose status differs from where their events lead: their git history is to be asked."""
    folded = {
        issue.id: chain.fold(tracker.events.get(issue.id, ()), issue.status)
        for issue in tracker.issues.values()
        if issue.id in tracker.events and issue.status not in tracker.config.workflow.terminal
    }
    return {issue_id: one for issue_id, one in folded.items() if one.implicit is not None}


def excluded(tracker: Tracker) -> dict[str, Reason]:
    """Ids that no judgement is possible on, because their file cannot be read or there are two; why, by id."""
    found = {
        issue_id: Reason("unreadable", f"{path} cannot be read", "fp check")
        for issue_id, path in tracker.unreadable.items()
    }
    for issue_id, paths in tracker.duplicates.items():
        found[issue_id] = Reason("two-files", f"more than one file has this id: {', '.join(paths)}", "fp check")
    return dict(sorted(found.items()))


class _Context:
    """What the judgement of all issues has in common, computed once."""

    def __init__(self, tracker: Tracker, claims: Claimed, explained: frozenset[str]):
        self.tracker = tracker
        self.claims = claims.tips
        self.unreadable_claims = claims.unreadable
        self.explained = explained
        self.children = graph.children(tracker.issues)
        dependency_cycles = graph.cycles(graph.dependencies(tracker.issues))
        self.circles = {issue_id: circle for circle in dependency_cycles for issue_id in circle}
        self.faulty = _faulty(tracker)
        self.bare: dict[str, Chain] = {}

    def judge(self, issue: Issue) -> Eligibility:
        tip = self.claims.get(issue.id)
        folded = self._fold(issue)
        reasons = (
            *self._faulty(issue),
            *self._history(issue, folded),
            *self._claimed(issue, tip, folded),
            *self._status(issue, tip),
            *self._waits(issue),
            *self._gate(issue),
        )
        return Eligibility(issue, reasons, effective_status(issue, tip), tip)

    def _fold(self, issue: Issue) -> Chain:
        events = self.tracker.events.get(issue.id)
        if events:
            return chain.fold(events, issue.status)
        if issue.status not in self.bare:  # without events the status says it all, and a listing reads none
            self.bare[issue.status] = chain.fold((), issue.status)
        return self.bare[issue.status]

    def _faulty(self, issue: Issue) -> Iterator[Reason]:
        if issue.id in self.unreadable_claims:
            yield Reason("claim-unreadable", "its claim ref holds no record of ours", "fp check")
        if issue.id in self.faulty:
            yield Reason("problem", f"its files have a problem: {self.faulty[issue.id]}", "fp check")

    def _history(self, issue: Issue, folded: Chain) -> Iterator[Reason]:
        why = chain.why_not_sound(folded)
        if why is not None:
            yield Reason("history", why, f"fp log {issue.id}")
        elif folded.implicit and issue.id not in self.explained:
            text = f"the events lead to {folded.to}, the file says {issue.status}, and no person's commit explains it"
            yield Reason("contradiction", text, f"fp log {issue.id}")

    def _claimed(self, issue: Issue, tip: Tip | None, folded: Chain) -> Iterator[Reason]:
        if tip is None:
            return
        claim = tip.claim
        if tip.live:
            text = f"{claim.holder} holds it (epoch {claim.epoch}, {claim.state})"
            yield Reason("claimed", text, f"fp release {issue.id}")
        elif claim.state in RECORDED and folded.epoch_max < claim.epoch:
            text = f"epoch {claim.epoch} is {claim.state}, and no event at this commit records it"
            yield Reason("stale-view", text, "git fetch")

    def _status(self, issue: Issue, tip: Tip | None) -> Iterator[Reason]:
        if issue.status == TODO or (tip is not None and tip.live):
            return
        if issue.status in self.tracker.config.workflow.terminal:
            yield Reason("terminal", f"it is {issue.status}", f"fp reopen {issue.id}")
        else:
            yield Reason("status", f"it is {issue.status}, not {TODO}", f"fp show {issue.id}")

    def _waits(self, issue: Issue) -> Iterator[Reason]:
        if issue.id in self.circles:
            way = " -> ".join((*self.circles[issue.id], self.circles[issue.id][0]))
            yield Reason("dependency-cycle", f"it waits for itself: {way}", f"fp dep rm {issue.id} ID")
        else:
            for target in issue.depends_on:
                yield from self._waits_for(issue, target)
        left = [child for child in self.children.get(issue.id, ()) if self._is_open(child)]
        if left:
            yield Reason("children-open", f"it has open children: {', '.join(left)}", f"fp ready {left[0]}")

    def _waits_for(self, issue: Issue, target: str) -> Iterator[Reason]:
        found = self.tracker.issues.get(target)
        drop = f"fp dep rm {issue.id} {target}"
        if found is None and (target in self.tracker.duplicates or target in self.tracker.unreadable):
            yield Reason("dependency-unreadable", f"it waits for {target}, which cannot be read", "fp check", target)
        elif found is None:
            yield Reason("dependency-missing", f"it waits for {target}, which no file has", drop, target)
        elif found.status == CANCELLED:
            yield Reason("dependency-cancelled", f"it waits for {target}, which is cancelled", drop, target)
        elif self._is_open(target):
            status = effective_status(found, self.claims.get(target))
            yield Reason("dependency-open", f"it waits for {target}, which is {status}", f"fp show {target}", target)

    def _is_open(self, issue_id: str) -> bool:
        return self.tracker.issues[issue_id].status not in self.tracker.config.workflow.terminal

    def _gate(self, issue: Issue) -> Iterator[Reason]:
        if issue.dispatch != AUTO:
            yield Reason("hold", "it is on hold for unattended work", f"fp arm {issue.id}")


def _faulty(tracker: Tracker) -> dict[str, str]:
    """Ids with an error in their file or in one of their events, and where the first is."""
    by_path = {issue.path: issue.id for issue in tracker.issues.values()}
    found: dict[str, str] = {}
    for problem in tracker.problems:
        if problem.severity != Severity.ERROR:
            continue
        issue_id = event_owner(problem.path) or by_path.get(problem.path)
        if issue_id is not None:
            found.setdefault(issue_id, problem.where)
    return found
