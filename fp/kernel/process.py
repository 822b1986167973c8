"""The one module that starts processes other than git.

Each child leads a session and process group of its own, so that stopping it stops what it started. A process is
(pid, start time, boot): a recycled pid is another process and is never signalled. The standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.disk import typed
from fp.kernel.errors import External
from fp.kernel.ports import Liveness, ProcessId, ProcessRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fp.kernel.ports import Clock, Host, Processes

INTERRUPT_SECONDS = 5.0
TERMINATE_SECONDS = 3.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.02
LADDER = (
    (signal.SIGINT, INTERRUPT_SECONDS),
    (signal.SIGTERM, TERMINATE_SECONDS),
    (signal.SIGKILL, KILL_SECONDS),
)
"""How a process is asked to stop, and how long each time."""
START_TIME_FIELD = 19
"""Index of `starttime` in `/proc/PID/stat` after the command's closing parenthesis."""
STATE_FIELD = 0


class LocalProcesses:
    """`Processes` of this machine, observed through `/proc`."""

    def __init__(self, host: Host):
        self._host = host
        self._children: dict[ProcessId, int | None] = {}
        """Exit statuses of those that we started; None while they run."""

    def spawn(self, request: ProcessRequest) -> ProcessId:
        """Start with output to files; the child leads its own session."""
        with contextlib.ExitStack() as stack:
            out, err = (stack.enter_context(_log(path)) for path in (request.stdout, request.stderr))
            stdin = stack.enter_context(_input(request.stdin))
            pid = _start(request, stdin, out, err)
        # Our own child keeps its entry in /proc until it is waited for, so its start time is there to be read.
        process = ProcessId(pid, start_time(pid) or 0, self._host.boot_id())
        self._children[process] = None
        return process

    def liveness(self, process: ProcessId) -> Liveness:
        """Whether exactly this process runs. A zombie is dead: it does nothing more."""
        if process.boot != self._host.boot_id():
            return Liveness("dead", "the machine was restarted since")
        self.exit_status(process)
        try:
            fields = _stat_fields(process.pid)
        except OSError as error:
            return Liveness("unknown", f"/proc/{process.pid} cannot be read: {error.strerror}")
        if fields is None:
            return Liveness("dead", "no such process")
        if fields[STATE_FIELD] in ("Z", "X"):
            return Liveness("dead", "ended, not yet collected by its parent")
        if int(fields[START_TIME_FIELD]) != process.started:
            return Liveness("dead", f"pid {process.pid} belongs to another process now")
        return Liveness("alive")

    def exit_status(self, process: ProcessId) -> int | None:
        """The exit status of our own child once it ended (negative: the signal that ended it)."""
        if self._children.get(process, 0) is None:
            with contextlib.suppress(ChildProcessError):  # somebody else has waited for it
                pid, status = os.waitpid(process.pid, os.WNOHANG)
                self._children[process] = os.waitstatus_to_exitcode(status) if pid else None
        return self._children.get(process)

    def signal_group(self, process: ProcessId, signal_number: int) -> bool:
        """Signal its group if it is alive. The group's id is its pid, because it leads its session."""
        if self.liveness(process).state != "alive":
            return False
        try:
            os.killpg(process.pid, signal_number)
        except ProcessLookupError:
            return False
        except PermissionError as error:
            raise External(f"may not signal process {process.pid}: it runs as another user") from error
        return True

    def end_group(self, process: ProcessId) -> None:
        """Kill the rest of its group. While one of them runs no other process gets the pid that names the group."""
        found = self.liveness(process)
        recycled = start_time(process.pid) not in (None, process.started)
        if found.state == "dead" and not recycled and process.boot == self._host.boot_id():
            _kill_group(process.pid)


def _start(request: ProcessRequest, stdin: int, out: int, err: int) -> int:
    try:
        child = subprocess.Popen(
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
        raise _not_started(request.argv[0], request.cwd, error) from error
    child.returncode = 0  # we wait for it ourselves: it may outlive us, and its handle would warn of that
    return child.pid


def _not_started(program: str, cwd: str, error: OSError) -> External:
    if not os.path.isdir(cwd):
        return External("no such folder to start in", where=cwd, reason="no-folder")
    return External(
        f"cannot start {program!r}: {error.strerror}", hint="is it installed and on PATH?", reason="not-started"
    )


@contextlib.contextmanager
def _log(path: str) -> Iterator[int]:
    """Opened to append: it is a log, not a document."""
    with typed("open the log", path), open(path, "ab") as file:
        yield file.fileno()


@contextlib.contextmanager
def _input(data: bytes | None) -> Iterator[int]:
    """Input as a file without a name: through a pipe, a child that does not read its input would hold us up."""
    if data is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def stop(
    processes: Processes, clock: Clock, process: ProcessId, *, ladder: Sequence[tuple[int, float]] = LADDER
) -> bool:
    """Signal after signal, each with its time. True when it is dead at the end.

    What it leaves in its group is killed: a shell dies of an INT that its background jobs ignore.
    """
    ended = _climb(processes, clock, process, ladder)
    if ended:
        processes.end_group(process)
    return ended


def _climb(processes: Processes, clock: Clock, process: ProcessId, ladder: Sequence[tuple[int, float]]) -> bool:
    for number, seconds in ladder:
        if not processes.signal_group(process, number):
            return processes.liveness(process).state == "dead"
        if wait(processes, clock, process, seconds):
            return True
    return False


def wait(processes: Processes, clock: Clock, process: ProcessId, seconds: float) -> bool:
    """Wait until it is dead, at most `seconds`; whether it is. What cannot be observed is not dead."""
    until = clock.monotonic() + seconds
    while processes.liveness(process).state != "dead":
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
            raise _not_started(argv[0], cwd, error) from error
        timed_out = _wait_or_kill(child, timeout_seconds)
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - tail_bytes))
        return Ran(child.returncode, log.read(), size, timed_out)


def _wait_or_kill(child: subprocess.Popen[bytes], timeout_seconds: float) -> bool:
    """Whether it ran out of time. What it left running in its group ends with it in any case."""
    try:
        child.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        _kill_group(child.pid)
        child.wait()
    return False


def foreground(argv: Sequence[str], *, cwd: str) -> int:
    """Give a program our terminal until it ends, as an editor wants it; its exit status. Ctrl-C is the program's alone.

    External when it cannot be started.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a handler of ours, which the program does not inherit
    try:
        return subprocess.call(list(argv), cwd=cwd)
    except OSError as error:
        raise _not_started(argv[0], cwd, error) from error
    finally:
        signal.signal(signal.SIGINT, before)


class Child:
    """A program of ours that leads its own session and group, and dies with us.

    What it and its children print, both streams together, is read from `output`, a pipe that does not block: only a
    reader can hold a bound on it. External when it cannot be started.
    """

    def __init__(self, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], stdin: str = os.devnull):
        self.output, theirs = os.pipe()
        try:
            with open(stdin, "rb") as file:
                self._child = subprocess.Popen(
                    list(argv),
                    cwd=cwd,
                    env=dict(env),
                    stdin=file,
                    stdout=theirs,
                    stderr=theirs,
                    start_new_session=True,
                    preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509 - one thread, and no other way to ask for it
                )
        except OSError as error:
            os.close(self.output)
            raise _not_started(argv[0], cwd, error) from error
        finally:
            os.close(theirs)
        os.set_blocking(self.output, False)
        self.pid = self._child.pid

    def exit_status(self) -> int | None:
        """Negative for a signal; None while it runs. Its pid is its own until this has said otherwise."""
        return self._child.poll()

    def signal_group(self, number: int) -> None:
        """Signal it and what stayed in its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def close(self) -> None:
        """Stop reading."""
        os.close(self.output)


PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _dies_with(parent: int) -> Callable[[], None]:
    prctl = _prctl()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def keep_orphans() -> None:
    """From now on what our descendants leave behind becomes our child, also what detached itself from its session."""
    _prctl()(PR_SET_CHILD_SUBREAPER, 1)


def _prctl() -> Callable[..., int]:
    import ctypes

    call: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
    return call


class Seen(NamedTuple):
    """One process of this machine as `/proc` shows it; `ticks` of CPU time include children it has waited for."""

    pid: int
    parent: int
    session: int
    started: int
    ticks: int
    ended: bool


def everything() -> list[Seen]:
    """All processes that can be seen."""
    found = ((int(name), _fields_or_none(int(name))) for name in os.listdir("/proc") if name.isdecimal())
    return [_seen(pid, fields) for pid, fields in found if fields is not None]


def _seen(pid: int, fields: Sequence[str]) -> Seen:
    return Seen(
        pid=pid,
        parent=int(fields[1]),
        session=int(fields[3]),
        started=int(fields[START_TIME_FIELD]),
        ticks=sum(int(fields[index]) for index in (11, 12, 13, 14)),
        ended=fields[STATE_FIELD] in ("Z", "X"),
    )


def _fields_or_none(pid: int) -> list[str] | None:
    try:
        return _stat_fields(pid)
    except OSError:
        return None


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
