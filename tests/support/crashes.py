"""Crashing a write at each of its steps: by fork on the real disk, by exception on the simulated one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fp.kernel import fs
from fp.kernel.sim.disk import SimDisk
from fp.kernel.sim.faults import Crash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fp.kernel.sim.disk import Contents

STEPS_MAX = 100
DIED = 77


def died_at_step(change: Callable[[], object], number: int) -> bool:
    """Run the change in a fork that ends, without any clean-up, at its nth failpoint; whether it got that far."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            with fs.faults(_ending(number)):
                change()
        except BaseException:  # noqa: BLE001 - nothing of the fork may reach the test runner
            code = 1
        os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, DIED), "the change failed by itself"
    return code == DIED


def _ending(number: int) -> Callable[[str], None]:
    left = number

    def handler(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(DIED)

    return handler


def steps(change: Callable[[], object]) -> list[str]:
    """The failpoints that the change passes."""
    passed: list[str] = []
    with fs.faults(passed.append):
        change()
    return passed


def crashed_disks(
    start: Callable[[SimDisk], None], change: Callable[[SimDisk], object], deaf_to: str = ""
) -> Iterator[tuple[SimDisk, bool]]:
    """The disk after a crash before each of its calls in turn, and once after all; whether the change had returned.

    `deaf_to` makes one kind of call do nothing, as if the code had left it out.
    """
    for number in range(1, STEPS_MAX):
        disk = SimDisk()
        start(disk)
        settle(disk)
        returned = _run(disk, change, number, deaf_to)
        yield disk, returned
        if returned:
            return
    raise AssertionError("the change does not end")


def _run(disk: SimDisk, change: Callable[[SimDisk], object], number: int, deaf_to: str) -> bool:
    left = number

    def hook(call: str, path: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Crash(call)

    disk.hook = hook
    if deaf_to:
        disk.deaf_to = frozenset({deaf_to})
    try:
        change(disk)
    except Crash:
        return False
    finally:
        disk.hook = lambda call, path: None
    return True


def settle(disk: SimDisk) -> None:
    """Make all that is there survive."""
    for folder in ("/", "/root"):
        descriptor = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        for name in disk.listdir(folder):
            inner = disk.open(f"{folder}/{name}", os.O_RDONLY)
            disk.fsync(inner)
            disk.close(inner)
        disk.fsync(descriptor)
        disk.close(descriptor)


def states(disk: SimDisk) -> list[Contents]:
    """Distinct states after a loss of power, and the state after the death of the process alone."""
    found = [*disk.states_after_power_loss(), disk.contents()]
    return [dict(items) for items in {tuple(sorted(state.items())) for state in found}]
