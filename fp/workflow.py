"""Moves between statuses: who may make which, what must hold before, what else a move sets. Pure.

A person may move an issue anywhere where no claim holds it; the arrows bind machines, and everybody where the workflow
is strict. Guards bind whoever uses a command; a hand edit past one is a finding, not an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import event as events
from fp.kernel import markdown
from fp.model import HOLD, NEEDS_ATTENTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.config import Workflow
    from fp.event import Event
    from fp.model import Issue

TIERS = ("self", "observed", "ci", "human")
"""How much evidence weighs, the least first."""
DOCUMENTS_COMMAND = ("drift", "check")


class Verdict(NamedTuple):
    """Whether a move is allowed; if not, a stable word, a sentence and the command to go on with."""

    ok: bool
    reason: str = ""
    text: str = ""
    next_command: str = ""


ALLOWED = Verdict(ok=True)


def may(workflow: Workflow, from_: str, to: str, writer_kind: str, *, holder: str = "") -> Verdict:
    """Whether a writer of this kind may move an issue. `holder` is who else holds a claim on it, empty when nobody."""
    if to not in workflow.statuses:
        return _no("unknown-status", f"no status {to!r}; there are: {', '.join(workflow.statuses)}", "")
    if holder:
        return _no("claimed", f"{holder} holds it", "fp release {id}")
    if writer_kind == events.WORKER:
        return _no("writer", "a worker proposes a status by its outcome file", "")
    if writer_kind == events.AGENT and to in workflow.terminal:
        return _no("writer", f"{to} is said by a person, or by a landing", "fp submit {id}")
    bound = workflow.strict or writer_kind != events.HUMAN
    arrows = workflow.transitions.get(from_, ())
    if bound and to not in arrows:
        onwards = ", ".join(arrows) or "nothing"
        return _no("no-arrow", f"the workflow has no arrow {from_} -> {to}; from {from_} it goes to: {onwards}", "")
    return ALLOWED


def _no(reason: str, text: str, next_command: str) -> Verdict:
    return Verdict(ok=False, reason=reason, text=text, next_command=next_command)


def side_effects(workflow: Workflow, issue: Issue, to: str) -> dict[str, str]:
    """Fields that the move sets besides the status: what was closed or parked does not run again unseen."""
    leaves = issue.status in workflow.terminal or issue.status == NEEDS_ATTENTION
    return {"dispatch": HOLD} if leaves and to != issue.status and issue.dispatch != HOLD else {}


class Facts(NamedTuple):
    """What guards look at. `content_tree` is None where none is known; `tier_least` is a tier.

    `stale` is what drift says of the documents of this content, a sentence each; None where nobody asked it.
    """

    issue: Issue
    events: Sequence[Event] = ()
    children: Sequence[Issue] = ()
    content_tree: str | None = None
    tier_least: str = "observed"
    stale: Sequence[str] | None = None


def guards(workflow: Workflow, facts: Facts, to: str) -> list[Verdict]:
    """What stands against the move, in the order in which the configuration names the guards."""
    found = (_GUARDS[name](workflow, facts) for name in workflow.guards.get(to, ()) if name in _GUARDS)
    return [verdict for verdict in found if not verdict.ok]


def _boxes(workflow: Workflow, facts: Facts) -> Verdict:
    boxes = markdown.boxes(facts.issue.body)
    left = [box for box in boxes if not box.checked]
    if not left:
        return ALLOWED
    where = f"{facts.issue.path}:{facts.issue.body_line + left[0].line - 1}"
    return _no(
        "boxes", f"{len(left)} of {len(boxes)} boxes are open, the first at {where}", f"$EDITOR {facts.issue.path}"
    )


def _children(workflow: Workflow, facts: Facts) -> Verdict:
    left = [child.id for child in facts.children if child.status not in workflow.terminal]
    return _no("children", f"open children: {', '.join(left)}", f"fp show {left[0]}") if left else ALLOWED


def _evidence(workflow: Workflow, facts: Facts) -> Verdict:
    if any(is_evidence(event, facts.content_tree, facts.tier_least) for event in facts.events):
        return ALLOWED
    text = f"no evidence of tier {facts.tier_least} or better that passed on this content"
    return _no("evidence", text, "fp evidence {id} -- COMMAND")


def _documents(workflow: Workflow, facts: Facts) -> Verdict:
    if facts.stale:
        more = f" and {len(facts.stale) - 1} more" if len(facts.stale) > 1 else ""
        return _no("documents", f"stale for this content: {facts.stale[0]}{more}", "drift check")
    if facts.stale is not None:
        return ALLOWED
    least = facts.tier_least
    for event in facts.events:
        if is_evidence(event, facts.content_tree, least) and DOCUMENTS_COMMAND in _commands(event):
            return ALLOWED
    return _no("documents", "no passing `drift check` on this content", "fp evidence {id} -- drift check")


_GUARDS = {"boxes": _boxes, "children": _children, "evidence": _evidence, "documents": _documents}


def is_evidence(event: Event, content_tree: str | None, tier_least: str) -> bool:
    """Whether the event shows that commands passed on exactly this content, seen by such a tier or a better one."""
    tier = event.fields.get("tier")
    exits = event.fields.get("exits")
    return (
        event.kind == events.EVIDENCE
        and content_tree is not None
        and event.fields.get("content") == content_tree
        and tier in TIERS[TIERS.index(tier_least) :]
        and isinstance(exits, list)
        and bool(exits)
        and all(code == "0" for code in exits)
    )


def _commands(event: Event) -> set[tuple[str, ...]]:
    """The first two words of each command of an evidence event."""
    commands = event.fields.get("commands")
    lines = commands if isinstance(commands, list) else [commands]
    return {tuple(str(line).split()[: len(DOCUMENTS_COMMAND)]) for line in lines}
