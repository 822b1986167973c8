"""The contract of `Ids`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.ids import CROCKFORD

if TYPE_CHECKING:
    from tests.contract.machines import Machine


def test_an_id_has_the_length_and_the_alphabet_asked_for(machine: Machine) -> None:
    text = machine.world.ids.text(CROCKFORD, 1000)
    assert len(text) == 1000
    assert set(text) == set(CROCKFORD)


def test_two_ids_differ(machine: Machine) -> None:
    ids = machine.world.ids
    assert len({ids.text(CROCKFORD, 12) for _ in range(100)}) == 100
