"""Claiming for a person or an agent that nobody dispatched: by id, or the next one. A shell.

Whoever loses a race is told who won, and `--next` goes on to the next issue a bounded number of times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import chain, claims, directly, eligibility, holders, identity, intents
from fp import view as views
from fp.claim import DEAD, LIVE, Bid, Denied, Proof, Tip, Unseen, licence
from fp.config import DIRECT
from fp.event import HUMAN
from fp.kernel.clock import instant
from fp.kernel.errors import Conflict, Refused
from fp.kernel.lock import locked
from fp.model import IN_PROGRESS, TODO
from fp.transition import Move
from fp.wording import text_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.eligibility import Eligibility, Reason
    from fp.event import Writer
    from fp.kernel.ports import RefUpdate
    from fp.model import Issue
    from fp.view import View

NEXT_TRIES_MAX = 100
GATES = frozenset({"hold", "status"})
"""What does not stand against claiming an issue by its name: whoever names it has looked at it."""


class Taken(NamedTuple):
    """A claim that was won, the view it was decided on, and the races lost before."""

    issue: Issue
    tip: Tip
    view: View
    lost: tuple[Denied, ...] = ()
    from_: str = ""
    """whose claim it was, if it was taken over"""


def gone(view: View, issue_id: str) -> Proof | None:
    """What proves that the issue's holder is dead: the process that the claim is tied to has ended. Else None.

    How long a run's lease has stood cannot be seen in one look: `tarmac watch` takes those over.
    """
    tip = view.claims.tips.get(issue_id)
    if tip is None or not tip.live:
        return None
    dead = holders.seen_dead(view.world, tip.claim.handle)
    kind = licence(tip.claim.holder, tip.claim.lease_seconds, Unseen(dead=dead))
    return Proof(tip.oid, kind) if kind else None


def claim_named(view: View, issue_id: str, writer: Writer, *, handle: str = "") -> Taken:
    """Claim this issue, from its holder if that is proved dead. `handle` names the process that the claim is tied to.

    Conflict when somebody holds it; Refused when it cannot be claimed.
    """
    issue = view.tracker.issues[issue_id]
    judged = eligibility.judge(view.tracker, view.claims, issue, explained=view.explained)
    against = [reason for reason in judged.reasons if reason.code not in (*GATES, "claimed")]
    if against:
        raise Refused(f"{issue_id}: {against[0].text}", hint=against[0].next_command, reason=against[0].code)
    proof = gone(view, issue_id)
    result = take(view, issue, writer, proof=proof, handle=handle)
    if isinstance(result, Denied):
        raise as_conflict(issue_id, result)
    return Taken(issue, result, view, from_=_holder(view, proof, issue_id))


def _holder(view: View, proof: Proof | None, issue_id: str) -> str:
    """Whose claim was taken over by this proof; empty without one."""
    return "" if proof is None else view.claims.tips[issue_id].claim.holder


def take_over(view: View, issue_id: str, writer: Writer, *, handle: str = "") -> Taken:
    """Claim an issue in place of its holder, who is fenced off. Only a person may vouch that a holder is gone.

    Refused for an agent, and where the writer holds it; an issue whose holder is proved dead, or that nobody holds, is
    claimed as always.
    """
    tip = view.claims.tips.get(issue_id)
    if tip is None or not tip.live or gone(view, issue_id) is not None:
        return claim_named(view, issue_id, writer, handle=handle)
    if writer.kind != HUMAN:
        text = f"{tip.claim.holder} holds it, and only a person may say that it is gone"
        raise Refused(f"{issue_id}: {text}", hint="fp ready shows what is free", reason="not-yours")
    if tip.claim.holder == identity.holder(writer):
        raise Refused(f"{issue_id}: you hold it already", hint=f"fp release {issue_id}", reason="held")
    issue = view.tracker.issues[issue_id]
    result = take(view, issue, writer, proof=Proof(tip.oid, DEAD), handle=handle)
    if isinstance(result, Denied):
        raise as_conflict(issue_id, result)
    return Taken(issue, result, view, from_=tip.claim.holder)


def claim_next(view: View, writer: Writer, *, handle: str = "") -> Taken:
    """Claim the first eligible issue that nobody takes first; one whose holder is proved dead is eligible.

    Conflict when all are taken, Refused when none is.
    """
    lost: list[Denied] = []
    tried: set[tuple[str, str]] = set()
    for _ in range(NEXT_TRIES_MAX):
        issue = _first(view, tried)
        if issue is None:
            break
        proof = gone(view, issue.id)
        result = take(view, issue, writer, proof=proof, handle=handle)
        if isinstance(result, Tip):
            return Taken(issue, result, view, tuple(lost), _holder(view, proof, issue.id))
        lost.append(result)
        tried.add((issue.id, view.commit))
        view = views.refreshed(view)
    raise _nothing(view, lost)


def _first(view: View, tried: set[tuple[str, str]]) -> Issue | None:
    """The first eligible issue that was not tried at this commit."""
    fitting = (one.issue for one in view.judged() if one.ok or _orphaned(view, one))
    return next((issue for issue in fitting if (issue.id, view.commit) not in tried), None)


def _orphaned(view: View, one: Eligibility) -> bool:
    """Whether nothing stands in the way but the claim of a holder that is gone."""
    return [reason.code for reason in one.reasons] == ["claimed"] and gone(view, one.issue.id) is not None


def _nothing(view: View, lost: Sequence[Denied]) -> Refused | Conflict:
    """Why there is nothing to claim: taken by others is a lost race, anything else a refusal."""
    judged, left_out = view.judged(), eligibility.excluded(view.tracker)
    if lost:
        return Conflict(f"lost {len(lost)} races: {lost[-1].text}", hint="fp ready", reason="lost-race")
    taken = [one for one in judged if [reason.code for reason in one.reasons] == ["claimed"]]
    if taken:
        named = ", ".join(f"{one.issue.id} ({one.claim.claim.holder})" for one in taken if one.claim is not None)
        return Conflict(f"all that is eligible is claimed: {named}", hint="fp ready", reason="all-claimed")
    hint = f"{summary(judged)}\n{len(left_out)} cannot be judged: fp check" if left_out else summary(judged)
    return Refused(f"nothing is eligible at {view.where}", hint=hint, reason="nothing-eligible")


def summary(judged: Sequence[Eligibility]) -> str:
    """Why nothing is eligible, by counts, each with a command to go on with."""
    by_code: dict[str, list[tuple[str, Reason]]] = {}
    for one in judged:
        if one.reasons:
            by_code.setdefault(one.reasons[0].code, []).append((one.issue.id, one.reasons[0]))
    lines = [f"{len(rows)} {WORDS.get(code, code)}: {_next(code, rows)}" for code, rows in sorted(by_code.items())]
    return "\n".join(lines) or "there is no open issue: fp new TITLE"


WORDS = {
    "hold": "on hold",
    "claimed": "claimed",
    "status": "not in todo",
    "dependency-open": "waiting for another issue",
    "children-open": "with open children",
}
IDS_SHOWN_MAX = 5


def _next(code: str, rows: Sequence[tuple[str, Reason]]) -> str:
    if code == "hold":
        more = " ..." if len(rows) > IDS_SHOWN_MAX else ""
        return f"fp arm {' '.join(issue_id for issue_id, _ in rows[:IDS_SHOWN_MAX])}{more}"
    return f"{rows[0][0]}: {rows[0][1].text}" if code not in WORDS else "fp blocked"


def as_conflict(issue_id: str, denied: Denied) -> Conflict:
    """A refusal by the claim's own rules as the error that says it."""
    hint = f"fp ready shows what else is free; fp release {issue_id} gives it back"
    text = denied.text if issue_id in denied.text else f"{issue_id}: {denied.text}"
    return Conflict(text, hint=hint, reason=denied.reason)


def take(view: View, issue: Issue, writer: Writer, *, proof: Proof | None = None, handle: str = "") -> Tip | Denied:
    """One attempt, which with a `proof` takes over what another holds.

    With a remote authority, what is unanswered is settled first, one process of a clone at a time.
    """
    if view.authority.remote is None:
        new = _prepared(view, issue, writer, proof=proof, handle=handle)
        return new if isinstance(new, Denied) else _swapped(view, issue, new, writer)
    with locked(view.repository.common_dir / "fp" / "locks", f"claim {issue.id}"):
        settled = intents.settle(view.authority, view.world.state, issue.id, view.world.clock)
        if settled is not None and settled.claim.holder == identity.holder(writer) and settled.claim.state in LIVE:
            return settled
        new = _prepared(view, issue, writer, proof=proof, handle=handle)
        return new if isinstance(new, Denied) else _swapped(view, issue, new, writer)


def _prepared(view: View, issue: Issue, writer: Writer, *, proof: Proof | None, handle: str) -> Tip | Denied:
    bid = Bid(
        issue.id,
        identity.holder(writer),
        claims.new_nonce(view.world.ids),
        host=view.world.host.name(),
        text=text_digest(issue.title, issue.body, issue.depends_on),
        lease_seconds=0,
        handle=handle,
        base=view.commit,
        at=instant(view.world.clock.now()),
    )
    folded = chain.fold(view.tracker.events.get(issue.id, ()), issue.status)
    tip = view.claims.tips.get(issue.id)
    return claims.prepare(view.authority, tip, bid, view.world.clock, chain_epoch=folded.epoch_max, proof=proof)


def _swapped(view: View, issue: Issue, new: Tip, writer: Writer) -> Tip | Denied:
    """Swap the claim in from the tip that the view saw; where settings say `direct`, the status goes with it."""
    old = view.claims.tips.get(issue.id)
    if view.tracker.config.tracker_write == DIRECT and issue.status == TODO:
        move = Move(IN_PROGRESS, epoch=new.claim.epoch, claim=new.oid)
        updates = directly.updates_with(view, issue, (old, new), move, writer)
        why = directly.move(view, updates, lambda sent: send(view, issue.id, sent))
    else:
        why = send(view, issue.id, claims.updates_of(view.authority, old, new))
    if why is not None:
        return claims.lost(view.authority, issue.id, why)
    claims.remember(view.authority, new)
    return new


def send(view: View, issue_id: str, updates: Sequence[RefUpdate]) -> str | None:
    """Send a transaction; to a remote, with the intent written down before."""
    if view.authority.remote is None:
        return claims.send(view.authority, updates, view.world.clock)
    return intents.sent(view.authority, view.world.state, issue_id, updates, view.world.clock)
