"""What only real processes show; the rest is in tests/contract/test_processes.py."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fp.kernel.clock import SystemClock
from fp.kernel.errors import External
from fp.kernel.host import SystemHost
from fp.kernel.ports import Liveness, ProcessId, ProcessRequest
from fp.kernel.process import (
    LocalProcesses,
    cpu_ticks,
    identify,
    run,
    start_time,
    stop,
    wait,
)

if TYPE_CHECKING:
    from pathlib import Path

HOST = SystemHost()
CLOCK = SystemClock()
SECONDS_MAX = 20.0


def shell(folder: Path, script: str) -> ProcessRequest:
    logs = (str(folder / "out"), str(folder / "err"))
    return ProcessRequest(("sh", "-c", script), str(folder), {"PATH": os.environ["PATH"]}, *logs)


def until(path: Path) -> str:
    """The first line of a file that a child is about to write."""
    for _ in range(1000):
        text = path.read_text() if path.exists() else ""
        if text.endswith("\n"):
            return text.strip()
        time.sleep(0.01)
    raise AssertionError(f"{path} was never written")


def gone(pid: int) -> bool:
    """Whether the process ends by itself soon; one of another parent is not ours to collect."""
    for _ in range(1000):
        if start_time(pid) is None or zombie(pid):
            return True
        time.sleep(0.01)
    return False


def zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_child_has_only_the_environment_it_was_given(tmp_path: Path) -> None:
    processes = LocalProcesses(HOST)
    process = processes.spawn(shell(tmp_path, "env; pwd"))
    assert wait(processes, CLOCK, process, SECONDS_MAX)
    lines = (tmp_path / "out").read_text().splitlines()
    assert {line.partition("=")[0] for line in lines[:-1]} <= {"PATH", "PWD", "SHLVL", "_", "OLDPWD"}
    assert lines[-1] == str(tmp_path)


def test_a_child_leads_a_session_of_its_own_and_inherits_no_descriptor(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    processes = LocalProcesses(HOST)
    process = processes.spawn(shell(tmp_path, "ls /proc/self/fd | wc -l; sleep 60"))
    assert until(tmp_path / "out") == "4"  # input, two logs, and the listing itself
    assert os.getsid(process.pid) == os.getpgid(process.pid) == process.pid
    assert stop(processes, CLOCK, process)
    os.close(reading)
    os.close(writing)


def test_stopping_a_group_stops_what_it_started(tmp_path: Path) -> None:
    processes = LocalProcesses(HOST)
    process = processes.spawn(shell(tmp_path, "sleep 60 & echo $!; wait"))
    grandchild = int(until(tmp_path / "out"))
    assert stop(processes, CLOCK, process)
    assert gone(grandchild)


def test_what_a_dead_leader_left_is_killed(tmp_path: Path) -> None:
    processes = LocalProcesses(HOST)
    process = processes.spawn(shell(tmp_path, "sleep 60 & echo $!"))
    grandchild = int(until(tmp_path / "out"))
    assert wait(processes, CLOCK, process, SECONDS_MAX)
    assert start_time(grandchild) is not None
    processes.end_group(process._replace(boot="another boot"))
    assert start_time(grandchild) is not None
    processes.end_group(process)
    assert gone(grandchild)
    processes.end_group(process)


def test_a_process_that_ignores_the_first_signals_is_killed(tmp_path: Path) -> None:
    processes = LocalProcesses(HOST)
    process = processes.spawn(shell(tmp_path, "trap '' INT TERM; echo ready; while :; do sleep 0.05; done"))
    until(tmp_path / "out")
    ladder = ((signal.SIGINT, 0.1), (signal.SIGTERM, 0.1), (signal.SIGKILL, SECONDS_MAX))
    assert stop(processes, CLOCK, process, ladder=ladder)
    assert processes.exit_status(process) == -signal.SIGKILL


def test_a_child_of_an_earlier_process_is_observed_but_its_status_is_not_ours(tmp_path: Path) -> None:
    started = LocalProcesses(HOST).spawn(shell(tmp_path, "exit 3"))
    after_a_restart = LocalProcesses(HOST)
    assert wait(after_a_restart, CLOCK, started, SECONDS_MAX)
    assert after_a_restart.exit_status(started) is None
    os.waitpid(started.pid, 0)


def test_a_name_with_parentheses_and_spaces_does_not_hide_the_start_time(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to(sys.executable)
    request = shell(tmp_path, "")._replace(argv=(str(program), "-c", "import time; print(flush=True); time.sleep(60)"))
    processes = LocalProcesses(HOST)
    process = processes.spawn(request)
    for _ in range(500):
        if (tmp_path / "out").read_bytes():
            break
        time.sleep(0.01)
    with open(f"/proc/{process.pid}/comm") as file:
        assert file.read() == "a) R 1 (b\n"
    assert identify(process.pid, HOST) == process
    assert processes.liveness(process).state == "alive"
    assert stop(processes, CLOCK, process)


def test_what_cannot_be_observed_is_not_dead() -> None:
    class Blind:
        """Processes of which nobody knows anything."""

        def spawn(self, request: ProcessRequest) -> ProcessId:
            raise NotImplementedError

        def liveness(self, process: ProcessId) -> Liveness:
            return Liveness("unknown", "no access")

        def exit_status(self, process: ProcessId) -> int | None:
            return None

        def signal_group(self, process: ProcessId, signal_number: int) -> bool:
            return False

        def end_group(self, process: ProcessId) -> None:
            raise NotImplementedError

    process = ProcessId(1, 1, "boot")
    assert not wait(Blind(), CLOCK, process, 0.05)
    assert not stop(Blind(), CLOCK, process)


def test_ourselves_we_can_identify_and_time() -> None:
    own = identify(os.getpid(), HOST)
    assert own is not None
    assert (own.pid, own.boot) == (os.getpid(), HOST.boot_id())
    assert (cpu_ticks(os.getpid()) or 0) >= 0
    assert identify(4_194_000, HOST) is cpu_ticks(4_194_000) is None


def test_a_command_runs_to_its_end(tmp_path: Path) -> None:
    argv = ["sh", "-c", "echo out; echo err >&2; exit 3"]
    done = run(argv, cwd=str(tmp_path), env=dict(os.environ), timeout_seconds=SECONDS_MAX)
    assert done == (3, b"out\nerr\n", 8, False)


def test_only_the_tail_of_much_output_is_kept(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "print('x' * 100_000); print('end')"]
    done = run(argv, cwd=str(tmp_path), env={}, timeout_seconds=SECONDS_MAX, tail_bytes=10)
    assert (done.output, done.output_bytes) == (b"xxxxx\nend\n", 100_005)


def test_a_command_over_its_time_is_killed_with_its_group(tmp_path: Path) -> None:
    argv = ["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"]
    done = run(argv, cwd=str(tmp_path), env=dict(os.environ), timeout_seconds=0.5)
    assert (done.code, done.timed_out) == (-signal.SIGKILL, True)
    assert gone(int(until(tmp_path / "pid")))


def test_what_a_command_leaves_running_ends_with_it(tmp_path: Path) -> None:
    argv = ["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"]
    done = run(argv, cwd=str(tmp_path), env=dict(os.environ), timeout_seconds=SECONDS_MAX)
    assert not done.timed_out
    assert gone(int(done.output))


def test_a_command_has_no_input(tmp_path: Path) -> None:
    done = run(["cat"], cwd=str(tmp_path), env=dict(os.environ), timeout_seconds=SECONDS_MAX)
    assert done == (0, b"", 0, False)


@pytest.mark.parametrize(("argv", "cwd"), [(["no-such-program"], "."), (["true"], "absent")])
def test_a_command_that_cannot_be_started_is_an_error(tmp_path: Path, argv: list[str], cwd: str) -> None:
    with pytest.raises(External):
        run(argv, cwd=str(tmp_path / cwd), env=dict(os.environ), timeout_seconds=SECONDS_MAX)
