"""The one module that starts processes other than git.

Each child leads a session and process group of its own, so that stopping it stops what it started. A process is
(pid, start time, boot): a recycled pid is another process and is never signalled. The standard library only.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External
from fp.kernel.ports import Liveness, ProcessId, ProcessRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.ports import Clock, Host, Processes

INTERRUPT_SECONDS = 5.0
TERMINATE_SECONDS = 3.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.02
START_TIME_FIELD = 19
"""Index of `starttime` in `/proc/PID/stat` after the command's closing parenthesis."""
STATE_FIELD = 0


class LocalProcesses:
    """`Processes` of this machine, observed through `/proc`."""

    def __init__(self, host: Host):
        self._host = host
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def spawn(self, request: ProcessRequest) -> ProcessId:
        """Start with output to files; the child leads its own session."""
        with open(request.stdout, "ab") as out, open(request.stderr, "ab") as err:  # append: a log, not a document
            child = self._start(request, out.fileno(), err.fileno())
        if request.stdin is not None and child.stdin is not None:
            _feed(child, request.stdin)
        self._children[child.pid] = child
        return ProcessId(child.pid, start_time(child.pid) or 0, self._host.boot_id())

    def _start(self, request: ProcessRequest, out: int, err: int) -> subprocess.Popen[bytes]:
        stdin = subprocess.DEVNULL if request.stdin is None else subprocess.PIPE
        try:
            return subprocess.Popen(
                request.argv,
                cwd=request.cwd,
                env=dict(request.env),
                stdin=stdin,
                stdout=out,
                stderr=err,
                start_new_session=True,
                close_fds=True,
            )
        except OSError as error:
            raise External(
                f"cannot start {request.argv[0]!r}: {error.strerror}", hint="is it installed and on PATH?"
            ) from error

    def liveness(self, process: ProcessId) -> Liveness:
        """Whether exactly this process runs. A zombie is dead: it does nothing more."""
        if process.boot != self._host.boot_id():
            return Liveness("dead", "the machine was restarted since")
        self.exit_status(process)
        fields = _stat_fields(process.pid)
        if fields is None:
            return Liveness("dead", "no such process")
        if fields[STATE_FIELD] in ("Z", "X"):
            return Liveness("dead", "ended, not yet collected by its parent")
        if int(fields[START_TIME_FIELD]) != process.started:
            return Liveness("dead", f"pid {process.pid} belongs to another process now")
        return Liveness("alive")

    def exit_status(self, process: ProcessId) -> int | None:
        """The exit status of our own child once it ended (negative: the signal that ended it)."""
        child = self._children.get(process.pid)
        return None if child is None else child.poll()

    def signal_group(self, process: ProcessId, signal_number: int) -> bool:
        """Signal its group if it is alive. The group's id is its pid, because it leads its session."""
        if self.liveness(process).state != "alive":
            return False
        try:
            os.killpg(process.pid, signal_number)
        except ProcessLookupError:
            return False
        return True


def kill_group_of_dead(process: ProcessId) -> None:
    """Kill what a dead leader left in its group. Safe only right after its death, while its pid cannot be reused."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def stop(processes: Processes, clock: Clock, process: ProcessId) -> bool:
    """The ladder: INT, TERM, KILL, each with its time. True when it is dead at the end."""
    for number, seconds in (
        (signal.SIGINT, INTERRUPT_SECONDS),
        (signal.SIGTERM, TERMINATE_SECONDS),
        (signal.SIGKILL, KILL_SECONDS),
    ):
        if not processes.signal_group(process, number):
            return processes.liveness(process).state == "dead"
        if wait(processes, clock, process, seconds):
            return True
    return False


def wait(processes: Processes, clock: Clock, process: ProcessId, seconds: float) -> bool:
    """Wait until it is dead, at most `seconds`; whether it is."""
    until = clock.monotonic() + seconds
    while processes.liveness(process).state == "alive":
        if clock.monotonic() >= until:
            return False
        clock.sleep(POLL_SECONDS)
    return True


class Ran(NamedTuple):
    """A finished command: its exit status and what it printed, both streams together, cut to the tail."""

    code: int
    output: bytes
    output_bytes: int
    timed_out: bool


def run(
    argv: Sequence[str], *, cwd: str, env: Mapping[str, str], timeout_seconds: float, tail_bytes: int = 65536
) -> Ran:
    """Run to its end with its own process group; over time the whole group is killed. Output goes through a file.

    External when the program cannot be started.
    """
    import tempfile

    with tempfile.TemporaryFile() as log:
        try:
            child = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        except OSError as error:
            raise External(
                f"cannot start {argv[0]!r}: {error.strerror}", hint="is it installed and on PATH?"
            ) from error
        timed_out = _wait_or_kill(child, timeout_seconds)
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - tail_bytes))
        return Ran(child.returncode, log.read(), size, timed_out)


def _wait_or_kill(child: subprocess.Popen[bytes], timeout_seconds: float) -> bool:
    try:
        child.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return True
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return False


def identify(pid: int, host: Host) -> ProcessId | None:
    """The process that has this pid now; None when there is none."""
    started = start_time(pid)
    return None if started is None else ProcessId(pid, started, host.boot_id())


def start_time(pid: int) -> int | None:
    """Clock ticks between boot and the start of the process; None when there is none."""
    fields = _stat_fields(pid)
    return None if fields is None else int(fields[START_TIME_FIELD])


def cpu_ticks(pid: int) -> int | None:
    """CPU time of the process and its waited-for children, in clock ticks; None when there is none."""
    fields = _stat_fields(pid)
    return None if fields is None else sum(int(fields[index]) for index in (11, 12, 13, 14))


def _stat_fields(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command name may hold spaces and parentheses: fields start after the last one.
    return text[text.rindex(")") + 2 :].split()


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(data)
    except BrokenPipeError:
        pass  # it did not want its input: its exit status says the rest
    finally:
        child.stdin.close()
