"""The loop around the tick: how long to go on, how long to sleep, whom to tell."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External, KitError
from fp.kernel.process import run as run_command
from tarmac.loop import tick
from tarmac.open import gate_environment, read_tick
from tarmac.presence import announced
from tarmac.protocol.run import OVER

if TYPE_CHECKING:
    from tarmac.factory import Factory, Tick
    from tarmac.loop import Ticked
    from tarmac.model import RunName

NOTIFY_TIMEOUT_SECONDS = 20.0
FAILED_PAUSE_SECONDS = 1.0
TOLD = frozenset({"parked", "waits"})


class Wanted(NamedTuple):
    """How to watch: `only` confines it to one issue; `once` ends when nothing more can be done without a person."""

    concurrency: int | None = None
    once: bool = False
    drain: bool = False
    only: str = ""
    dispatch: bool = True


class Watched(NamedTuple):
    """What came of it: issues by how their runs ended, and those that wait for a person."""

    landed: tuple[str, ...]
    parked: tuple[str, ...]
    waiting: tuple[str, ...]


def watch(factory: Factory, wanted: Wanted) -> Watched:
    """Tick until it is over. An error of one tick is told and the next one tries again."""
    with announced(factory.world.state, factory.world.processes, factory.world.host, factory.instance):
        return _watch(factory, wanted)


def _watch(factory: Factory, wanted: Wanted) -> Watched:
    before = {record.run.name for record in factory.store.records()[0] if record.state.phase in OVER}
    factory = saying_once(notifying(factory))
    told: tuple[str, ...] = ()
    while True:
        ticked, pause = _tick(factory, wanted)
        if ticked is not None:
            told = _tell_idle(factory, ticked, told)
            _refuse_to_wait(ticked, wanted)
            if _is_over(factory, wanted, ticked):
                return _watched(factory, before)
        factory.world.clock.sleep(pause)


def _tick(factory: Factory, wanted: Wanted) -> tuple[Ticked | None, float]:
    """One round and the seconds to the next; None when it failed and the next may do better."""
    try:
        ticked = tick(factory, lambda: _read(factory, wanted), dispatch=wanted.dispatch and not wanted.drain)
        return ticked, read_tick(factory).policy.poll_seconds
    except KitError as error:
        factory.say("tarmac", "cannot", str(error))
        if wanted.once:
            raise
        return None, FAILED_PAUSE_SECONDS


def _tell_idle(factory: Factory, ticked: Ticked, told: tuple[str, ...]) -> tuple[str, ...]:
    """Say why nothing is started, once for as long as it stays so."""
    if ticked.idle == told or ticked.started or (ticked.open and not ticked.away):
        return told
    for line in ticked.idle:
        factory.say("tarmac", "idle", line)
    return ticked.idle


def _refuse_to_wait(ticked: Ticked, wanted: Wanted) -> None:
    """An authority that is away may stay away: whoever asked for an end gets one."""
    if ticked.away and not ticked.steps and (wanted.once or wanted.drain):
        hint = "agents that run go on; run it again when the remote answers"
        raise External(ticked.away, hint=hint, reason="remote-unreachable")


def _is_over(factory: Factory, wanted: Wanted, ticked: Ticked) -> bool:
    ends = wanted.once or wanted.drain
    return ends and not (ticked.steps or ticked.started or ticked.later or _alive(factory, wanted))


def _read(factory: Factory, wanted: Wanted) -> Tick:
    seen = read_tick(factory)
    if wanted.concurrency is not None:
        seen = seen.with_concurrency(wanted.concurrency)
    if wanted.only:
        seen.issues.confine(wanted.only)
    return seen


def _alive(factory: Factory, wanted: Wanted) -> bool:
    """Whether something goes on by itself: a run that is not over and waits for nobody, or gates under way."""
    records = [one for one in factory.store.records()[0] if not wanted.only or one.run.name.issue == wanted.only]
    return any(
        (record.state.phase not in OVER and not record.state.waiting) or factory.gating.running(record.run.name)
        for record in records
    )


def _watched(factory: Factory, before: set[RunName]) -> Watched:
    records = [record for record in factory.store.records()[0] if record.run.name not in before]
    return Watched(
        landed=tuple(record.run.name.issue for record in records if record.state.landed),
        parked=tuple(
            record.run.name.issue for record in records if record.state.cause and not record.state.retry_after
        ),
        waiting=tuple(
            record.run.name.issue for record in records if record.state.waiting and record.state.phase not in OVER
        ),
    )


def notifying(factory: Factory) -> Factory:
    """The same factory, telling the operator's programs too whenever a person is needed."""
    say = factory.say

    def both(name: str, what: str, detail: str) -> None:
        say(name, what, detail)
        if what in TOLD:
            _notify(factory, name=name, what=what, detail=detail)

    return replace(factory, say=both)


def saying_once(factory: Factory) -> Factory:
    """The same factory; what fails again and again for the same reason is said the first time."""
    say, said = factory.say, dict[str, str]()

    def once(name: str, what: str, detail: str) -> None:
        if what == "cannot" and said.get(name) == detail:
            return
        said[name] = detail if what == "cannot" else ""
        say(name, what, detail)

    return replace(factory, say=once)


def _notify(factory: Factory, *, name: str, what: str, detail: str) -> None:
    """One that fails is said and changes nothing."""
    commands = read_tick(factory).policy.notify
    env = {**gate_environment(os.environ), "TARMAC_EVENT": what, "TARMAC_SUBJECT": name, "TARMAC_DETAIL": detail}
    for argv in commands:
        try:
            run_command(argv, cwd=str(factory.top), env=env, timeout_seconds=NOTIFY_TIMEOUT_SECONDS)
        except KitError as error:
            factory.say("tarmac", "cannot", f"notify: {error}")
