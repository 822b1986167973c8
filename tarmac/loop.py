"""The orchestrator's tick: look at everything, take each run one step further, start what is next.

Level-triggered: a tick decides from the whole present state, so a missed or repeated tick does no harm. Every step of
a run is `observe facts -> decide -> carry out -> journal`; a run is touched only while its lock is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.clock import instant
from fp.kernel.errors import KitError
from tarmac import facts, schedule, takeover
from tarmac.effects import claims, landing, runs
from tarmac.factory import Step, Tick
from tarmac.protocol.run import NOTHING, OVER, Effect, Phase, decide
from tarmac.start import intend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tarmac.factory import Factory
    from tarmac.store import Record

STEPS_A_TICK_MAX = 12
"""Steps one run may take in one tick: its whole way from claim to launch, with room."""

REMOTE_REFUSED = "remote-refused"
"""The reason of a push that a remote's hook or protection declined."""

VIA_PUSH = "push"

EFFECTS: dict[str, Callable[[Step, Record, Effect], Record]] = {
    "claim": claims.claim,
    "release": claims.release,
    "abandon": claims.abandon,
    "prepare": runs.prepare,
    "launch": runs.launch,
    "adopt": runs.adopt,
    "stop": runs.stop,
    "end": runs.end,
    "seal": runs.seal,
    "clean": runs.clean,
    "integrate": landing.integrate,
    "gate": landing.gate,
    "wait": landing.wait,
    "intend-landing": landing.intend_landing,
    "park": landing.park,
    "publish": landing.publish,
}


class Ticked(NamedTuple):
    """What one tick did: runs that took a step, runs that are not over, and why nothing was started.

    `away` says why the authority could not be reached; empty when it was. `later` counts the ready issues that rest
    between two attempts.
    """

    steps: int
    open: int
    started: int
    idle: tuple[str, ...]
    away: str = ""
    later: int = 0


def tick(factory: Factory, read: Callable[[], Tick], *, dispatch: bool = True) -> Ticked:
    """One round. `read` gives the tracker and the policy afresh, so that a landing is seen by the next run."""
    steps = 0
    for name in factory.store.names():
        steps += advance(factory, read, name)
    seen = read()
    records, _ = factory.store.records()
    started, later, idle = _held_back(factory, dispatch=dispatch) or _dispatch(factory, seen, records)
    records, _ = factory.store.records()
    _deliver(factory, seen, records)
    left = sum(record.state.phase not in OVER for record in records)
    return Ticked(steps, left, started, idle, factory.away, later)


def _deliver(factory: Factory, seen: Tick, records: Sequence[Record]) -> None:
    """Where the policy wants landings pushed on and this repository is the authority, do so."""
    if factory.delivery is None or seen.policy.land.via != VIA_PUSH:
        return
    target = factory.branch(seen.target_ref)
    landed = {record.state.landed for record in records if record.state.landed}
    told = factory.delivery.bring(seen.target_ref, target, landed) if target is not None else None
    if told is not None:
        factory.say("tarmac", told.what, told.detail)


def _held_back(factory: Factory, *, dispatch: bool) -> tuple[int, int, tuple[str, ...]] | None:
    """Why nothing at all is started now; None when something may be."""
    if factory.away:
        return 0, 0, (f"nothing is started while {factory.away}",)
    paused = factory.store.asked("paused") is not None
    return (0, 0, ("paused: tarmac resume",)) if paused or not dispatch else None


def advance(factory: Factory, read: Callable[[], Tick], name: object) -> int:
    """Take one run as far as it goes now; 0 when it is over or another orchestrator's."""
    from tarmac.model import RunName
    from tarmac.store import Record as Kept

    assert isinstance(name, RunName)
    record = factory.store.record(name)
    if not isinstance(record, Kept) or record.state.phase is Phase.CLEANED:
        return 0
    with factory.store.owned(name) as mine:
        if not mine:
            return 0
        taken = 0
        for _ in range(STEPS_A_TICK_MAX):
            record = factory.store.record(name)
            if not isinstance(record, Kept) or not _step(Step(factory, read(), record.run), record):
                break
            taken += 1
        return taken


def _step(step: Step, record: Record) -> bool:
    """One step; False when there is nothing to do now, or when what there is must wait for the next tick."""
    record = landing.collect_gates(step, record)
    if record.state.phase in facts.WITH_WORKER:
        runs.end_left_behind(step, record)
    renewed = _renewed(step, record)
    if renewed is not record:
        return True  # the next look sees the claim as it is now
    effect = decide(record.state, facts.observe(step, record), facts.rules(step, record))
    if effect == NOTHING:
        return False
    try:
        after = EFFECTS[effect.name](step, record, effect)
    except KitError as error:
        return _cannot(step, record, f"{effect.name}: {error}", refused=error.reason == REMOTE_REFUSED)
    return after.state != record.state


def _renewed(step: Step, record: Record) -> Record:
    """The run with its claim renewed. A renewal that fails is said and stands in nothing's way but the lease's."""
    try:
        return claims.renew(step, record)
    except KitError as error:
        step.factory.say(str(record.run.name), "cannot", f"renew the claim: {error}")
        return record


def _cannot(step: Step, record: Record, why: str, *, refused: bool) -> bool:
    """Say why an effect failed. What the authority's own rules refuse waits for a person, and is tried again."""
    if not refused:
        step.factory.say(str(record.run.name), "cannot", why)
    elif record.state.waiting != why:
        step.factory.say(str(record.run.name), "waits", why)
        step.factory.store.append(record, "waiting", {"for": why})
    return False


def _take_over(factory: Factory, seen: Tick, free: int) -> int:
    """Take over what other factories let go, as far as there are slots."""
    taken = 0
    for issue, proof in takeover.licensed(factory, seen).items():
        if taken >= free:
            break
        held = seen.issues.tip(issue)
        if held is not None and intend(factory, seen, issue, attempt=1, proof=proof):
            factory.say(issue, "taken over", f"from {held.claim.holder}, {takeover.WORDS[proof]}")
            taken += 1
    return taken


def _dispatch(factory: Factory, seen: Tick, records: Sequence[Record]) -> tuple[int, int, tuple[str, ...]]:
    """Intend as many runs as there are slots; what was intended is claimed by the next look at it."""
    free = seen.policy.concurrency - schedule.slots_used(records)
    now = instant(factory.world.clock.now(), milliseconds=True)
    started = later = 0
    waiting: list[str] = []
    for issue in seen.issues.ready():
        past = schedule.history(records, issue)
        if not schedule.due(past, now):
            later += 1
            waiting.append(f"{issue} tries again after {past.retry_after} ({past.cause})")
        elif started >= free:
            waiting.append(f"{issue} waits for a free slot ({seen.policy.concurrency} in use)")
        elif intend(factory, seen, issue, attempt=past.attempt):
            started += 1
    started += _take_over(factory, seen, free - started)
    return started, later, tuple(waiting) or seen.issues.idle_reasons()
