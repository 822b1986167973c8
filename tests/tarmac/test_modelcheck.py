"""The protocol of claims and landings, explored exhaustively; each safeguard taken away must show."""

from __future__ import annotations

import pytest

from tarmac.sim.modelcheck import explore
from tarmac.sim.protocol import Flaws, Size

pytestmark = pytest.mark.slow

SMALL = Size(workers=2, issues=1, epochs_max=2)
SIZES = [SMALL, Size(workers=3, issues=1, epochs_max=2), Size(workers=2, issues=2, epochs_max=2)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_reachable_state_is_forbidden(size: Size) -> None:
    explored = explore(size)
    assert explored.violation is None, explored.trace
    assert explored.complete


@pytest.mark.parametrize(
    ("flaws", "expected"),
    [
        (Flaws(no_fence=True), "an epoch landed whose claim was another's"),
        (Flaws(no_tombstone=True), "an epoch was opened twice"),
        (Flaws(unchanged_claim=True), "an epoch landed whose claim was another's"),
        (Flaws(blind_claim=True), "an epoch was opened twice"),
    ],
    ids=str,
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_each_safeguard_is_needed(size: Size, flaws: Flaws, expected: str) -> None:
    assert explore(size, flaws).violation == expected


def test_a_counterexample_is_told_step_by_step() -> None:
    trace = explore(SMALL, Flaws(no_fence=True)).trace
    assert trace[0].startswith("read")
    assert trace[-1].startswith("publish")


def test_every_kind_of_step_is_reached() -> None:
    """A search that never pauses, loses an answer or takes over would prove nothing."""
    from tarmac.sim.protocol import start, steps

    seen, names, queue = {start(SMALL)}, set(), [start(SMALL)]
    while queue:
        for step in steps(queue.pop(), SMALL, Flaws()):
            names.add("".join(letter for letter in step.name if not letter.isdigit()))
            if step.world not in seen:
                seen.add(step.world)
                queue.append(step.world)
    assert {"claim:lost", "claim:answer lost", "publish:publish-lost", "publish:landed", "abandon", "pause"} <= names
    assert {"take over:", "renew"} <= names
