"""The contract of `Processes`."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External
from fp.kernel.process import stop, wait

if TYPE_CHECKING:
    from fp.kernel.ports import ProcessId
    from tests.contract.machines import Machine

SECONDS_MAX = 20.0


def ended(machine: Machine, process: ProcessId) -> int | None:
    assert wait(machine.world.processes, machine.world.clock, process, SECONDS_MAX)
    return machine.world.processes.exit_status(process)


@pytest.mark.parametrize(("argv", "status"), [(("true",), 0), (("false",), 1)])
def test_a_process_ends_with_its_status(machine: Machine, argv: tuple[str, ...], status: int) -> None:
    process = machine.world.processes.spawn(machine.request(*argv))
    assert ended(machine, process) == status
    assert machine.world.processes.liveness(process).state == "dead"


def test_a_running_process_is_alive_and_has_no_status(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("sleep", "60"))
    assert processes.liveness(process).state == "alive"
    assert processes.exit_status(process) is None
    assert processes.signal_group(process, signal.SIGKILL)
    assert ended(machine, process) == -signal.SIGKILL


def test_output_goes_to_the_logs_and_is_appended(machine: Machine) -> None:
    for words in (("one",), ("two", "words")):
        ended(machine, machine.world.processes.spawn(machine.request("echo", *words)))
    assert machine.world.state.read("out.log") == b"one\ntwo words\n"
    assert machine.world.state.read("err.log") == b""


@pytest.mark.parametrize("data", [b"", b"text\n", b"x" * 1_000_000])
def test_input_is_given_whole(machine: Machine, data: bytes) -> None:
    ended(machine, machine.world.processes.spawn(machine.request("cat", stdin=data)))
    assert machine.world.state.read("out.log") == data


def test_input_that_nobody_reads_holds_nobody_up(machine: Machine) -> None:
    process = machine.world.processes.spawn(machine.request("true", stdin=b"x" * 1_000_000))
    assert ended(machine, process) == 0


def test_a_program_that_is_not_there_is_an_error_that_names_it(machine: Machine) -> None:
    with pytest.raises(External, match="'no-such-program'"):
        machine.world.processes.spawn(machine.request("no-such-program"))


def test_a_folder_that_is_not_there_is_an_error_that_names_it(machine: Machine) -> None:
    with pytest.raises(External) as caught:
        machine.world.processes.spawn(machine.request("true", cwd=machine.top / "absent"))
    assert caught.value.where == str(machine.top / "absent")


def test_a_log_that_cannot_be_opened_is_an_error(machine: Machine) -> None:
    request = machine.request("true")._replace(stdout=str(machine.top / "absent" / "log"))
    with pytest.raises(External):
        machine.world.processes.spawn(request)


def test_a_dead_process_is_not_signalled(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("true"))
    ended(machine, process)
    assert not processes.signal_group(process, signal.SIGTERM)


def test_another_start_time_or_boot_is_another_process(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("sleep", "60"))
    recycled = process._replace(started=process.started + 1)
    earlier_boot = process._replace(boot="another boot")
    for other in (recycled, earlier_boot):
        assert processes.liveness(other).state == "dead"
        assert not processes.signal_group(other, signal.SIGKILL)
        assert processes.exit_status(other) is None
    assert processes.liveness(process).state == "alive"
    assert stop(processes, machine.world.clock, process)


def test_a_pid_that_never_was_is_dead(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("true"))
    ended(machine, process)
    assert processes.liveness(process._replace(pid=4_194_000)).state == "dead"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it_and_is_its_status(machine: Machine, number: signal.Signals) -> None:
    process = machine.world.processes.spawn(machine.request("sleep", "60"))
    assert machine.world.processes.signal_group(process, number)
    assert ended(machine, process) == -number


def test_a_stopped_process_is_alive_and_goes_on_when_continued(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("sleep", "0.2"))
    assert processes.signal_group(process, signal.SIGSTOP)
    machine.world.clock.sleep(0.4)
    assert processes.liveness(process).state == "alive"
    assert processes.signal_group(process, signal.SIGCONT)
    assert ended(machine, process) == 0


def test_ending_the_group_of_a_living_process_does_nothing(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("sleep", "60"))
    processes.end_group(process)
    assert processes.liveness(process).state == "alive"
    assert stop(processes, machine.world.clock, process)
    processes.end_group(process)
    processes.end_group(process._replace(boot="another boot"))


def test_the_ladder_ends_it(machine: Machine) -> None:
    processes = machine.world.processes
    process = processes.spawn(machine.request("sleep", "60"))
    assert stop(processes, machine.world.clock, process)
    assert processes.liveness(process).state == "dead"
