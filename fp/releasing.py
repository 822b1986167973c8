"""Giving a claim back. A shell: who may, and the swap to the tombstone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import claim as rules
from fp import claiming, claims, directly, event, identity, intents
from fp.claim import Denied, Tip
from fp.config import DIRECT
from fp.kernel.clock import instant
from fp.kernel.errors import Refused
from fp.kernel.lock import locked
from fp.model import IN_PROGRESS, TODO
from fp.transition import Move

if TYPE_CHECKING:
    from fp.event import Writer
    from fp.view import View


class Released(NamedTuple):
    """The tombstone, and the holder whose epoch it ended."""

    issue: str
    tip: Tip
    holder: str


def release(view: View, issue_id: str, writer: Writer, *, token: str | None, force: bool) -> Released:
    """End the epoch of a claim. Refused where it is not the writer's; Conflict when it moved meanwhile."""
    tip = view.claims.tips.get(issue_id)
    if tip is None or not tip.live:
        ended = "" if tip is None else f"; epoch {tip.claim.epoch} is {tip.claim.state}"
        raise Refused(f"nobody holds {issue_id}{ended}", reason="not-held")
    _check(tip, writer, token=token, force=force)
    result = _end(view, tip, writer)
    if isinstance(result, Denied):
        raise claiming.as_conflict(issue_id, result)
    return Released(issue_id, result, tip.claim.holder)


def _check(tip: Tip, writer: Writer, *, token: str | None, force: bool) -> None:
    claim = tip.claim
    if token is not None and token != tip.token:
        text = f"the token is not that of epoch {claim.epoch}, which {claim.holder} holds"
        raise Refused(f"{claim.issue}: {text}", reason="stale-token")
    if token is not None or claim.holder == identity.holder(writer):
        return
    if writer.kind != event.HUMAN:
        raise Refused(f"{claim.issue}: {claim.holder} holds it, not {identity.holder(writer)}", reason="not-yours")
    if not force:
        hint = f"tarmac stop {claim.issue}" if claim.holder.startswith("run/") else "--force fences its holder off"
        raise Refused(f"{claim.issue}: {claim.holder} holds it, not you", hint=hint, reason="not-yours")


def _end(view: View, tip: Tip, writer: Writer) -> Tip | Denied:
    if view.authority.remote is None:
        return _swapped(view, tip, writer)
    with locked(view.repository.common_dir / "fp" / "locks", f"claim {tip.claim.issue}"):
        intents.settle(view.authority, view.world.state, tip.claim.issue, view.world.clock)
        return _swapped(view, tip, writer)


def _swapped(view: View, tip: Tip, writer: Writer) -> Tip | Denied:
    clock = view.world.clock
    nonce = claims.new_nonce(view.world.ids)
    record = rules.release(tip, tip.token, nonce=nonce, at=instant(clock.now()))
    if isinstance(record, Denied):
        return record
    new = claims.write_record(view.authority.objects, record, clock)
    issue = view.tracker.issues.get(tip.claim.issue)
    if view.tracker.config.tracker_write == DIRECT and issue is not None and issue.status == IN_PROGRESS:
        move = Move(TODO, epoch=tip.claim.epoch, claim=tip.token)
        updates = directly.updates_with(view, issue, (tip, new), move, writer)
        why = directly.move(view, updates, lambda sent: claiming.send(view, issue.id, sent))
    else:
        why = claiming.send(view, tip.claim.issue, claims.updates_of(view.authority, tip, new))
    if why is not None:
        return claims.lost(view.authority, tip.claim.issue, why)
    claims.remember(view.authority, new)
    return new
