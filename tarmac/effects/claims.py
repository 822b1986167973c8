"""Effects on the claim alone: take it, give it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.clock import instant
from fp.kernel.ports import ProcessId, RefUpdate
from tarmac.adapters.issues import handle_of
from tarmac.lease import Lease, Renewed, own_lease
from tarmac.protocol.run import OVER, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from fp.kernel.world import World
    from tarmac.factory import Step
    from tarmac.protocol.run import Effect
    from tarmac.store import Record


def claim(step: Step, record: Record, effect: Effect) -> Record:
    """Swap the claim ref from what was read to the intended commit; a repetition finds it done."""
    del effect
    run = record.run
    before = now(step)
    update = RefUpdate(step.tick.issues.claim_ref(run.name.issue), run.claim_old or None, run.claim)
    done = step.factory.refs.transact([update])
    if done.status == "done":
        step.factory.say(str(record.run.name), "claimed", record.run.title)
        return step.factory.store.append(record, "claimed", {"claim": record.run.claim, **before._asdict()})
    if done.status == "lost":
        step.factory.say(str(record.run.name), "lost", f"somebody was first: {done.detail}")
        return step.factory.store.append(record, "lost", {"detail": done.detail})
    return record


def now(step: Step) -> Renewed:
    """This moment, as leases are timed."""
    return this_moment(step.factory.world)


def this_moment(world: World) -> Renewed:
    """The same, of a world."""
    return Renewed(world.clock.monotonic(), world.host.boot_id())


def renew(step: Step, record: Record) -> Record:
    """Write our claim anew, so that others see that it lives; the same record when that is not due or not possible.

    It names the worker, so that whoever can look for it may prove it dead. While the authority is away nothing is
    tried: the lease goes on running, and its holder stops in time.
    """
    tip = step.tick.issues.tip(record.run.name.issue)
    if tip is None or not tip.claim.lease_seconds or step.factory.away or record.state.phase not in RENEWED:
        return record
    handle = _handle(step, record)
    if (
        own_lease(record.state.renewed, tip.claim.lease_seconds, now(step)) is Lease.FRESH
        and handle == tip.claim.handle
    ):
        return record
    made = step.tick.issues.renewed(tip, record.run.claim, handle=handle)
    if made is None:
        return record  # no longer ours: the facts say so
    before = now(step)
    update = RefUpdate(step.tick.issues.claim_ref(record.run.name.issue), tip.oid, made)
    if step.factory.refs.transact([update]).status != "done":
        return record
    return step.factory.store.append(record, "renewed", {"claim": made, **before._asdict()})


RENEWED = frozenset(Phase) - OVER - {Phase.INTENDED, Phase.PUBLISHING, Phase.PARKING}
"""Phases in which a claim is renewed: a publication is made for the claim as it stood."""


def _handle(step: Step, record: Record) -> str:
    if record.state.process is None:
        return ""
    return handle_of(ProcessId(*record.state.process), step.factory.world.host.process_space())


def release(step: Step, record: Record, effect: Effect) -> Record:
    """Give the issue back with a tombstone. When the claim went meanwhile, the run is over all the same."""
    issues = step.tick.issues
    tip = issues.tip(record.run.name.issue)
    tombstone = issues.released(tip, record.run.claim)
    if tombstone is not None and tip is not None:
        update = RefUpdate(issues.claim_ref(record.run.name.issue), tip.oid, tombstone)
        if step.factory.refs.transact([update]).status == "unknown":
            return record
    after = _retry_after(step, record, effect.cause)
    detail = {"cause": effect.cause, "detail": effect.why, "retry_after": after}
    step.factory.say(str(record.run.name), "released", effect.why)
    return step.factory.store.append(record, "released", detail)


def abandon(step: Step, record: Record, effect: Effect) -> Record:
    """The claim is another's: keep what our agent made, and write nothing else."""
    from tarmac.effects.runs import rescue

    record = rescue(step, record)
    detail = {"cause": "superseded", "detail": effect.why, "retry_after": ""}
    step.factory.say(str(record.run.name), "superseded", effect.why)
    return step.factory.store.append(record, "released", detail)


UNTIMED = ("unwanted", "stopped", "superseded")
"""Causes that are a person's wish: no back-off follows, for no attempt failed."""


def _retry_after(step: Step, record: Record, cause: str) -> str:
    if cause in UNTIMED:
        return ""
    now: datetime = step.factory.world.clock.now()
    from datetime import timedelta

    backoff = step.tick.policy.backoff
    seconds = min(backoff.first_seconds * 2 ** (record.run.attempt - 1), backoff.most_seconds)
    return instant(now + timedelta(seconds=seconds), milliseconds=True)
