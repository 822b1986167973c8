"""When an agent has to be stopped: silence, wall clock and output, as values. Pure.

Silence is no output, no changed file and no work. A changed file is as good as output. CPU time alone buys one more
span, once: a program that spins in place must not run until the wall limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tarmac.model import Limits

BUSY_SHARE_LEAST = 0.02
"""Share of one processor that counts as work; an idle event loop wakes up for less."""


class Clock(NamedTuple):
    """Instants in monotonic seconds: of the start, and since when the agent is quiet; and whether it was given more."""

    started: float
    quiet_since: float
    extended: bool = False


class Stop(NamedTuple):
    """Why the agent is stopped: an exit reason of the model, and a sentence."""

    reason: str
    detail: str


def heard(clock: Clock, now: float) -> Clock:
    """Output came, or a file changed."""
    return clock._replace(quiet_since=now, extended=False)


def extended(clock: Clock, now: float) -> Clock:
    """It was quiet but busy: one more span."""
    return clock._replace(quiet_since=now, extended=True)


def is_quiet(clock: Clock, limits: Limits, now: float) -> bool:
    """Whether there was no output for the silence limit."""
    return bool(limits.silence_seconds) and now - clock.quiet_since >= limits.silence_seconds


def is_busy(cpu_seconds: float, limits: Limits) -> bool:
    """Whether this much CPU time within one silence limit is work."""
    return cpu_seconds >= BUSY_SHARE_LEAST * limits.silence_seconds


def over_time(clock: Clock, limits: Limits, now: float) -> Stop | None:
    """Whether it ran too long."""
    if limits.wall_seconds and now - clock.started >= limits.wall_seconds:
        return Stop("wall", f"ran longer than {limits.wall_seconds:g} s")
    return None


def too_quiet(clock: Clock, limits: Limits) -> Stop:
    """It was silent for the limit, and for one more where it was busy."""
    spans = "two spans" if clock.extended else "a span"
    work = "neither output nor a changed file" if clock.extended else "no output, no changed file and no work"
    return Stop("silence", f"{work} for {spans} of {limits.silence_seconds:g} s")


def too_much(limits: Limits) -> Stop:
    """It printed more than it may."""
    return Stop("output", f"printed more than {limits.output_bytes:,} bytes")
