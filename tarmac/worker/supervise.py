"""Watches one program from its start until nothing of it runs: output, limits, orders to stop, what it leaves behind.

One thread and one loop. Time is CLOCK_MONOTONIC, which stands still while the machine sleeps: a laptop that wakes up
has not been silent. Invariant: when `supervise` returns an end, no process of the program is alive.
"""

from __future__ import annotations

import os
import select
import signal
import time
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.process import INTERRUPT_SECONDS, KILL_SECONDS, TERMINATE_SECONDS
from tarmac.worker import bounds, tree
from tarmac.worker.progress import changed_since, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fp.kernel.process import Child
    from tarmac.model import Limits
    from tarmac.worker.log import OutputLog

    Tell = Callable[[str, dict[str, Any]], None]

POLL_SECONDS = 0.1
CHUNK_BYTES_MAX = 65536
CHUNKS_AT_ONCE_MAX = 64
SAMPLE_SECONDS = 2.0
OUTPUT_EVENT_SECONDS = 5.0
BUSY_EVENT_SECONDS = 60.0
EVENTS_SPREAD = 500
"""The longer it runs the rarer its events: at most about this many for each tenfold of its time."""


class Ladder(NamedTuple):
    """How long each rung of stopping may take, in seconds."""

    interrupt: float = INTERRUPT_SECONDS
    terminate: float = TERMINATE_SECONDS
    kill: float = KILL_SECONDS


class Program(NamedTuple):
    """What is watched. `stop` says why it shall stop, empty while it need not; `tell` records an event."""

    child: Child
    log: OutputLog
    workspace: str
    limits: Limits
    ladder: Ladder
    stop: Callable[[], str]
    tell: Tell


class End(NamedTuple):
    """How it ended: an exit reason of the model, the exit status (negative for a signal), and a sentence."""

    reason: str
    code: int
    detail: str = ""


def supervise(program: Program) -> End | None:
    """Watch until the end; None when something of it cannot be killed, so that it must not be called ended."""
    return _Watch(program).run()


class _Watch:
    """The state of one watch."""

    def __init__(self, program: Program):
        self._program = program
        now = time.monotonic()
        self._clock = bounds.Clock(now, now)
        self._quiet_since_wall = time.time()
        self._cpu_before = cpu_seconds()
        self._cpu = self._cpu_when_heard = 0.0
        self._stop: bounds.Stop | None = None
        self._rungs: list[tuple[int, float]] = []
        self._rung_ends = 0.0
        self._sampled = self._told = now
        self._told_bytes = 0
        self._told_cpu = 0.0
        self._open = True

    def run(self) -> End | None:
        child, ladder = self._program.child, self._program.ladder
        while (code := child.exit_status()) is None:
            self._read(POLL_SECONDS)
            now = time.monotonic()
            self._sample(now)
            self._judge(now)
            if self._stop is not None and not self._climb(now):
                return None
        ours = os.getpid()
        left = len(tree.running_below(ours))
        if left:
            self._program.tell("agent.left", {"processes": left})
            alive = tree.end_all(
                lambda: tree.running_below(ours), terminate_seconds=ladder.terminate, kill_seconds=ladder.kill
            )
            if alive:
                return None
        self._drain()
        if self._stop is None and self._program.log.full:
            self._stop = bounds.too_much(self._program.limits)
        self._tell_output(time.monotonic())
        return End("exited", code) if self._stop is None else End(self._stop.reason, code, self._stop.detail)

    # -- output ---------------------------------------------------------------------------------------------------

    def _read(self, seconds: float) -> None:
        """Read what is there, waiting at most `seconds` for it; bounded, so that a flood does not hide the clock."""
        if not self._open:
            time.sleep(seconds)
            return
        ready, _, _ = select.select([self._program.child.output], [], [], seconds)
        for _ in range(CHUNKS_AT_ONCE_MAX if ready else 0):
            try:
                data = os.read(self._program.child.output, CHUNK_BYTES_MAX)
            except BlockingIOError:
                return
            if not data:
                self._open = False
                return
            self._program.log.write(data)
            self._heard()

    def _drain(self) -> None:
        """Nobody writes any more: take what the pipe still holds."""
        for _ in range(CHUNKS_AT_ONCE_MAX):
            if self._open:
                self._read(0)
        self._program.log.finish()

    def _heard(self) -> None:
        self._clock = bounds.heard(self._clock, time.monotonic())
        self._quiet_since_wall = time.time()
        self._cpu_when_heard = self._cpu

    # -- limits ---------------------------------------------------------------------------------------------------

    def _judge(self, now: float) -> None:
        if self._stop is not None:
            return
        asked, limits = self._program.stop(), self._program.limits
        if asked:
            stop: bounds.Stop | None = bounds.Stop("stopped", asked)
        elif self._program.log.full:
            stop = bounds.too_much(limits)
        else:
            stop = bounds.over_time(self._clock, limits, now) or self._silence(now)
        if stop is not None:
            self._begin_stop(stop, now)

    def _silence(self, now: float) -> bounds.Stop | None:
        limits, clock = self._program.limits, self._clock
        if not bounds.is_quiet(clock, limits, now):
            return None
        if changed_since(self._program.workspace, self._quiet_since_wall):
            self._program.tell("limit.silence", {"kept": "files changed"})
            self._heard()
            return None
        self._cpu = cpu_seconds() - self._cpu_before
        busy = self._cpu - self._cpu_when_heard
        if clock.extended or not bounds.is_busy(busy, limits):
            return bounds.too_quiet(clock, limits)
        self._program.tell("limit.silence", {"kept": "busy, once", "cpu_seconds": round(busy, 2)})
        self._clock = bounds.extended(clock, now)
        self._quiet_since_wall = time.time()
        return None

    # -- stopping -------------------------------------------------------------------------------------------------

    def _begin_stop(self, stop: bounds.Stop, now: float) -> None:
        ladder = self._program.ladder
        self._stop = stop
        self._rungs = [
            (signal.SIGINT, ladder.interrupt),
            (signal.SIGTERM, ladder.terminate),
            (signal.SIGKILL, ladder.kill),
        ]
        self._rung_ends = now
        self._program.tell("agent.stopping", {"reason": stop.reason, "detail": stop.detail})

    def _climb(self, now: float) -> bool:
        """Take the next rung when the last one had its time; False when even KILL did not help."""
        if now < self._rung_ends:
            return True
        if not self._rungs:
            return False
        number, seconds = self._rungs.pop(0)
        self._program.child.signal_group(number)
        self._rung_ends = now + seconds
        return True

    # -- events ---------------------------------------------------------------------------------------------------

    def _sample(self, now: float) -> None:
        limit = self._program.limits.silence_seconds
        if now - self._sampled < min(SAMPLE_SECONDS, limit / 4 or SAMPLE_SECONDS):
            return
        self._sampled = now
        self._cpu = cpu_seconds() - self._cpu_before
        tree.reap(self._program.child.pid)
        rarer = max(1.0, (now - self._clock.started) / EVENTS_SPREAD / OUTPUT_EVENT_SECONDS)
        if now - self._told >= OUTPUT_EVENT_SECONDS * rarer and self._program.log.bytes != self._told_bytes:
            self._tell_output(now)
        elif now - self._told >= BUSY_EVENT_SECONDS * rarer and self._cpu - self._told_cpu >= 1:
            self._tell("agent.busy", now)

    def _tell_output(self, now: float) -> None:
        if self._program.log.bytes != self._told_bytes:
            self._tell("agent.output", now)

    def _tell(self, kind: str, now: float) -> None:
        self._told, self._told_bytes, self._told_cpu = now, self._program.log.bytes, self._cpu
        self._program.tell(kind, {"bytes": self._told_bytes, "cpu_seconds": round(self._cpu, 2)})
