"""Processes with scripted lives: they write, act, fall silent, end or refuse to, and their pids can be used again."""

from __future__ import annotations

import itertools
import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External
from fp.kernel.ports import Liveness, ProcessId, ProcessRequest
from fp.kernel.sim import plain
from fp.kernel.sim.faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.ports import Host
    from fp.kernel.sim.clock import SimClock
    from fp.kernel.sim.disk import SimDisk

FIRST_PID = 1000
IGNORED = frozenset({0, signal.SIGCHLD, signal.SIGWINCH, signal.SIGURG})
"""Signals that end nothing by themselves."""


class Life(NamedTuple):
    """What a process does: after so many seconds it writes and acts, and ends (None: never by itself)."""

    seconds: float | None = 0.0
    status: int = 0
    output: tuple[tuple[float, bytes], ...] = ()
    acts: tuple[tuple[float, Callable[[], None]], ...] = ()
    ignores: frozenset[int] = frozenset()


@dataclass
class Running:
    """One process. `lived` counts up to the last stop; `pending` is what it still has to do, by its age."""

    process: ProcessId
    request: ProcessRequest
    life: Life
    pending: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    lived: float = 0.0
    resumed_at: float = 0.0
    stopped: bool = False
    ended: int | None = None
    turn: int = 0
    """Counts stops and ends, so that what was scheduled before one does not happen after it."""


class SimProcesses:
    """`Processes` of one host; `programs` gives the life of each program by its name."""

    def __init__(
        self,
        clock: SimClock,
        host: Host,
        disk: SimDisk,
        programs: Mapping[str, Callable[[ProcessRequest], Life]],
        faults: Faults | None = None,
    ):
        self._clock = clock
        self._host = host
        self._disk = disk
        self._programs = programs
        self._faults = faults or Faults()
        self._table: dict[int, Running] = {}
        self._children: set[ProcessId] = set()
        self._pids = itertools.count(FIRST_PID)
        self._starts = itertools.count(1)

    def spawn(self, request: ProcessRequest) -> ProcessId:
        """Start a program that is known by its name."""
        fault = self._faults.draw("processes.spawn", (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.FAILS))
        program = self._programs.get(os.path.basename(request.argv[0]))
        if plain.status(self._disk, request.cwd) is None:
            raise External("no such folder to start in", where=request.cwd, reason="no-folder")
        if program is None or fault is Fault.FAILS:
            raise External(f"cannot start {request.argv[0]!r}", reason="not-started")
        self._open_logs(request)
        running = self._start(next(self._pids), request, program(request))
        self._children.add(running.process)
        if fault is Fault.CRASH_AFTER:
            self._faults.crash("processes.spawn")
        return running.process

    def liveness(self, process: ProcessId) -> Liveness:
        """Whether exactly this process still runs."""
        if self._faults.draw("processes.liveness", (Fault.CRASH_BEFORE, Fault.FAILS)) is Fault.FAILS:
            return Liveness("unknown", "/proc cannot be read (simulated)")
        running = self._running(process)
        return Liveness("alive") if running else Liveness("dead", "no such process")

    def exit_status(self, process: ProcessId) -> int | None:
        """Of our own child, once it ended."""
        self._faults.alive("processes.exit_status")
        running = self._table.get(process.pid)
        ours = running is not None and running.process == process and process in self._children
        return running.ended if running is not None and ours else None

    def signal_group(self, process: ProcessId, signal_number: int) -> bool:
        """Stop, continue or end it, unless it ignores the signal; nobody ignores KILL."""
        self._faults.check("processes.signal_group")
        running = self._running(process)
        if running is None:
            return False
        if signal_number == signal.SIGSTOP:
            self._stop(running)
        elif signal_number == signal.SIGCONT:
            self._resume(running)
        elif signal_number not in IGNORED and (
            signal_number == signal.SIGKILL or signal_number not in running.life.ignores
        ):
            self._end(running, -signal_number)
        return True

    def end_group(self, process: ProcessId) -> None:
        """Nothing: a scripted life has no children of its own."""
        self._faults.alive("processes.end_group")

    # -- what happens to them -------------------------------------------------------------------------------------

    def restart_parent(self) -> None:
        """The process that started them died: they run on, and are nobody's children any more."""
        self._children.clear()

    def reuse_pid(self, process: ProcessId, life: Life | None = None) -> ProcessId:
        """Let another process have the pid of a dead one."""
        if self._running(process):
            raise ValueError(f"{process.pid} still runs")
        request = ProcessRequest(("stranger",), "/", {}, "/dev/null", "/dev/null")
        return self._start(process.pid, request, life or Life(seconds=None)).process

    def reboot(self) -> None:
        """Every process is gone."""
        for running in self._table.values():
            running.turn += 1
            running.ended = -signal.SIGKILL if running.ended is None else running.ended
        self._children.clear()

    def alive(self) -> list[ProcessId]:
        """All that run: what a simulation may have leaked."""
        return [each.process for each in self._table.values() if self._running(each.process)]

    def _running(self, process: ProcessId) -> Running | None:
        running = self._table.get(process.pid)
        same = running is not None and running.process == process and process.boot == self._host.boot_id()
        return running if running is not None and same and running.ended is None else None

    def _open_logs(self, request: ProcessRequest) -> None:
        for path in (request.stdout, request.stderr):
            try:
                plain.append(self._disk, path, b"")
            except OSError as error:
                raise External(f"cannot open the log: {error.strerror}", where=path, reason="disk") from error

    def _start(self, pid: int, request: ProcessRequest, life: Life) -> Running:
        running = Running(ProcessId(pid, next(self._starts), self._host.boot_id()), request, life)
        running.pending = [(at, self._writes(request.stdout, data)) for at, data in life.output]
        running.pending += [(at, act) for at, act in life.acts]
        if life.seconds is not None:
            running.pending.append((life.seconds, lambda: self._end(running, life.status)))
        running.pending.sort(key=lambda item: item[0])
        self._table[pid] = running
        running.stopped = True
        self._resume(running)
        return running

    def _writes(self, path: str, data: bytes) -> Callable[[], None]:
        return lambda: plain.append(self._disk, path, data)

    def _resume(self, running: Running) -> None:
        if running.stopped:
            running.stopped = False
            running.resumed_at = self._clock.monotonic()
            self._schedule(running)

    def _schedule(self, running: Running) -> None:
        """Only the next thing is on the agenda; it puts the one after it there."""
        if running.pending:
            turn = running.turn
            age = running.lived + self._clock.monotonic() - running.resumed_at
            self._clock.after(running.pending[0][0] - age, lambda: self._do_next(running, turn))

    def _do_next(self, running: Running, turn: int) -> None:
        if turn != running.turn or running.stopped or running.ended is not None:
            return
        _, act = running.pending.pop(0)
        with self._faults.quiet():
            act()
        if running.ended is None:
            self._schedule(running)

    def _stop(self, running: Running) -> None:
        if not running.stopped:
            running.lived += self._clock.monotonic() - running.resumed_at
            running.stopped = True
            running.turn += 1

    def _end(self, running: Running, status: int) -> None:
        running.ended = status
        running.turn += 1
