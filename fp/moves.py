"""Changes of status as the commands ask for them: read, ask the workflow, its guards and the claim, plan. A shell.

Nothing is written here, and everything that stands against a move is a `Refused` with the command to go on with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import desk as desks
from fp import event, graph, identity, source, workflow
from fp.kernel.errors import Refused
from fp.model import TODO
from fp.transition import Move, Planned, plan_transition

if TYPE_CHECKING:
    from fp.claim import Tip
    from fp.desk import Desk
    from fp.event import Writer
    from fp.model import Issue
    from fp.transition import Subject


class Moved(NamedTuple):
    """A planned move of one issue, whose file held `data`; `planned` is None when it already has the status.

    `side` is what else the move sets, unasked.
    """

    issue: Issue
    data: bytes
    to: str
    planned: Planned | None
    side: dict[str, str]


def plan_move(desk: Desk, word: str, move: Move, writer: Writer) -> Moved:
    """Plan one move; Refused with a typed reason when it may not be."""
    subject = desks.open_subject(desk, word, writer)
    issue = subject.issue
    if issue.status == move.to and not move.join:
        return Moved(issue, subject.data, move.to, None, {})
    tip = desks.known_claim(desk, issue.id)
    if issue.status != move.to:  # a join that keeps the status is no way through the workflow
        allow(desk, issue, move, writer, tip)
        _guard(desk, subject, move.to)
    own = move if tip is None else move._replace(epoch=tip.claim.epoch, claim=tip.token)
    planned = plan_transition(subject, own, desks.stamp(desk, writer), desk.config.workflow)
    side = {} if move.dispatch else workflow.side_effects(desk.config.workflow, issue, move.to)
    return Moved(issue, subject.data, move.to, planned, side)


def allow(desk: Desk, issue: Issue, move: Move, writer: Writer, tip: Tip | None) -> None:
    """Ask the workflow; a claim of one's own is no obstacle."""
    other = "" if tip is None or tip.claim.holder == identity.holder(writer) else tip.claim.holder
    verdict = workflow.may(desk.config.workflow, issue.status, move.to, writer.kind, holder=other)
    if not verdict.ok:
        raise refusal(issue, verdict)


def refusal(issue: Issue, verdict: workflow.Verdict) -> Refused:
    """A verdict as the error that says it."""
    hint = verdict.next_command.format(id=issue.id) or None
    return Refused(f"{issue.id}: {verdict.text}", hint=hint, reason=verdict.reason)


def _guard(desk: Desk, subject: Subject, to: str) -> None:
    """Ask the guards of the status, if it has any; only then are other issues read."""
    names = desk.config.workflow.guards.get(to, ())
    if not names:
        return
    issue = subject.issue
    children: list[Issue] = []
    if "children" in names:
        issues = source.load(desk.files).issues
        children = [issues[child] for child in graph.children(issues).get(issue.id, ())]
    head = desk.repository.resolve("HEAD")
    content = None if head is None else desk.objects.content_tree(head)
    facts = workflow.Facts(issue, subject.events, children, content, desk.config.evidence_tier)
    against = workflow.guards(desk.config.workflow, facts, to)
    if against:
        raise refusal(issue, against[0])


def plan_reopen(desk: Desk, word: str, note: str, writer: Writer, *, dispatch: str | None = None) -> Moved:
    """Back to todo, from a terminal status only; on hold unless the caller says otherwise."""
    issue, _ = desks.read_named(desk, word)
    if issue.status not in desk.config.workflow.terminal:
        text = f"{issue.id} is {issue.status}: only what is {' or '.join(desk.config.workflow.terminal)} is reopened"
        raise Refused(text, reason="not-closed")
    return plan_move(desk, issue.id, Move(TODO, note, dispatch=dispatch), writer)


def run_of(writer: Writer) -> str:
    """The run that a worker writes for; empty for everybody else."""
    return writer.name if writer.kind == event.WORKER else ""
