"""What a handle proves, and of what it says nothing."""

from __future__ import annotations

import pytest

from fp.handle import Place, handle_of, process_at
from fp.holders import seen_dead
from fp.kernel.ports import ProcessId, ProcessRequest
from fp.kernel.sim.processes import Life
from fp.kernel.sim.world import Simulation

HANDLE = handle_of(ProcessId(4711, 99, "boot-1"), 7)


@pytest.mark.parametrize(
    ("handle", "place", "expected"),
    [
        (HANDLE, Place("boot-1", 7), (4711, 99)),
        (HANDLE, Place("boot-1", 8), None),
        (HANDLE, Place("boot-2", 7), None),
        ("", Place("boot-1", 7), None),
        ("https://example.org/job/1", Place("boot-1", 7), None),
        (f"{HANDLE}\n", Place("boot-1", 7), None),
        ("process:boot-1:7:-1:99", Place("boot-1", 7), None),
    ],
)
def test_a_handle_names_a_process_of_its_own_place_alone(
    handle: str, place: Place, expected: tuple[int, int] | None
) -> None:
    assert process_at(handle, place) == expected


@pytest.fixture
def machine() -> Simulation:
    return Simulation(1, programs={"agent": lambda _: Life(seconds=5)})


def working(machine: Simulation) -> tuple[ProcessId, str]:
    """A process that works for five seconds, and its handle."""
    process = machine.world.processes.spawn(ProcessRequest(("agent",), "/repo", {}, "/repo/out", "/repo/err"))
    return process, handle_of(process, machine.host.process_space())


def test_a_process_is_seen_dead_when_it_ended_and_when_another_has_its_pid(machine: Simulation) -> None:
    process, handle = working(machine)
    alive = seen_dead(machine.world, handle)
    machine.clock.sleep(10)
    ended = seen_dead(machine.world, handle)
    machine.processes.reuse_pid(process)
    assert (alive, ended, seen_dead(machine.world, handle)) == (False, True, True)


def test_after_a_restart_of_the_machine_nothing_proves_that_it_was_this_one(machine: Simulation) -> None:
    _, handle = working(machine)
    machine.host.reboot()
    assert not seen_dead(machine.world, handle)


def test_what_is_no_process_of_here_is_never_seen_dead(machine: Simulation) -> None:
    handles = ("", "https://example.org/job/1", HANDLE)
    assert [seen_dead(machine.world, handle) for handle in handles] == [False] * len(handles)
