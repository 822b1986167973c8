"""The contract of `Host`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.contract.machines import Machine


def test_a_host_has_a_name(machine: Machine) -> None:
    assert machine.world.host.name()


def test_the_boot_id_stays_for_a_boot(machine: Machine) -> None:
    host = machine.world.host
    assert host.boot_id() == host.boot_id() != ""


def test_a_machine_has_one_space_of_processes(machine: Machine) -> None:
    host = machine.world.host
    assert host.process_space() == host.process_space() > 0
