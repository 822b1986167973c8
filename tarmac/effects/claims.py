"""Effects on the claim alone: take it, give it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.clock import instant
from fp.kernel.ports import RefUpdate

if TYPE_CHECKING:
    from datetime import datetime

    from tarmac.factory import Step
    from tarmac.protocol.run import Effect
    from tarmac.store import Record


def claim(step: Step, record: Record, effect: Effect) -> Record:
    """Swap the claim ref from what was read to the intended commit; a repetition finds it done."""
    del effect
    run = record.run
    update = RefUpdate(step.tick.issues.claim_ref(run.name.issue), run.claim_old or None, run.claim)
    done = step.factory.refs.transact([update])
    if done.status == "done":
        step.factory.say(str(record.run.name), "claimed", record.run.title)
        return step.factory.store.append(record, "claimed", {"claim": record.run.claim})
    if done.status == "lost":
        step.factory.say(str(record.run.name), "lost", f"somebody was first: {done.detail}")
        return step.factory.store.append(record, "lost", {"detail": done.detail})
    return record


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
