"""The contract of `Clock`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.contract.machines import Machine


def test_now_is_in_utc_and_says_so(machine: Machine) -> None:
    assert machine.world.clock.now().utcoffset() == timedelta(0)


def test_sleeping_moves_both_clocks_on(machine: Machine) -> None:
    clock = machine.world.clock
    wall, steady = clock.now(), clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - steady >= 0.01
    assert clock.now() > wall


def test_the_steady_clock_never_goes_back(machine: Machine) -> None:
    clock = machine.world.clock
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)
