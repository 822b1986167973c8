"""Two hundred seeded walks find nothing wrong, and find each planted bug."""

from __future__ import annotations

import random

import pytest

from tarmac.sim.modelcheck import explore
from tarmac.sim.protocol import Flaws, Size
from tarmac.sim.walk import Walked, walk

pytestmark = pytest.mark.slow

LARGE = Size(workers=5, issues=3, epochs_max=12, crashes_max=3, people_max=6)
SEEDS = 200


def walked(seed: int, flaws: Flaws) -> Walked:
    return walk(LARGE, random.Random(seed), flaws)


def test_no_seed_finds_anything_wrong() -> None:
    kinds: set[str] = set()
    landed = 0
    for seed in range(SEEDS):
        found = walked(seed, Flaws())
        assert found.wrong is None, f"seed {seed}: {found.wrong}: {' '.join(found.trace)}"
        kinds |= found.kinds
        landed += found.landed
    assert landed > SEEDS
    assert {"publish:publish-lost", "claim:lost", "abandon", "person reopens:", "person closes:", "pause"} <= kinds


@pytest.mark.parametrize("flaws", [Flaws(no_fence=True), Flaws(no_tombstone=True)], ids=str)
def test_a_planted_bug_is_found_within_few_seeds(flaws: Flaws) -> None:
    caught = [seed for seed in range(SEEDS) if walked(seed, flaws).wrong is not None]
    assert len(caught) >= SEEDS // 40, f"caught by {len(caught)} of {SEEDS} seeds"


def test_a_seed_walks_the_same_way_twice() -> None:
    assert walked(7, Flaws()) == walked(7, Flaws())


def test_a_person_who_closes_and_reopens_at_any_moment_breaks_nothing() -> None:
    explored = explore(Size(workers=2, issues=1, epochs_max=2, people_max=2))
    assert explored.violation is None, explored.trace
    assert explored.complete
