"""The present, as one run's machine wants to know it. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.effects.claims import now
from tarmac.lease import own_lease
from tarmac.protocol.run import ClaimFact, Facts, Phase, Rules

if TYPE_CHECKING:
    from tarmac.factory import Step
    from tarmac.lease import Lease
    from tarmac.store import Record

WITH_WORKER = frozenset({Phase.PREPARED, Phase.LAUNCHING, Phase.RUNNING})


def observe(step: Step, record: Record) -> Facts:
    """What bears on the run now."""
    run, issues, store = record.run, step.tick.issues, step.factory.store
    worker = "none"
    if record.state.phase in WITH_WORKER:
        worker = step.factory.runner.poll(store.folder(run.name)).liveness.state
    review = issues.review(run.name.issue, record.state.tip)
    return Facts(
        claim=_claim(step, record),
        worker=worker,
        exit=store.exit(run.name),
        issue=issues.fact(run.name.issue, run.text),
        stop=_stop(step, record),
        lease=_lease(step, record),
        target=step.tick.target,
        approved=review.approved,
        rejected=review.rejected,
        gates_running=step.factory.gating.running(run.name),
    )


def rules(step: Step, record: Record) -> Rules:
    """What of the policy and of a person's wishes bears on the run."""
    policy, name = step.tick.policy, record.run.name
    return Rules(
        attempts=policy.attempts,
        attempt=record.run.attempt,
        land=policy.land.when,
        land_now=step.factory.store.asked(f"{name.issue}.land") is not None,
    )


def _claim(step: Step, record: Record) -> ClaimFact:
    tip = step.tick.issues.tip(record.run.name.issue)
    if tip is None:
        return ClaimFact.ABSENT
    return ClaimFact.MINE if tip.live and tip.token == record.run.claim else ClaimFact.OTHER


def _lease(step: Step, record: Record) -> Lease:
    tip = step.tick.issues.tip(record.run.name.issue)
    return own_lease(record.state.renewed, tip.claim.lease_seconds if tip is not None else 0, now(step))


def _stop(step: Step, record: Record) -> str:
    if step.factory.store.asked(f"{record.run.name.issue}.stop") is None:
        return ""
    return "a person stopped the run"
