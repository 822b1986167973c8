"""Seeded walks through worlds too large to explore: any faults first, then none, and everything must come to an end.

Pure but for its own seeded generator. The same seed walks the same way; a violation names its seed and every step.
"""

from __future__ import annotations

import random  # noqa: TC003 - the walk draws from it
from typing import NamedTuple

from tarmac.sim.protocol import Flaws, Size, World, start, steps, violation

FAULTY_STEPS = 400
HEALING_STEPS_MAX = 4000
DISTURBANCES = ("pause", "answer lost", "person", "read")


class Walked(NamedTuple):
    """How one walk went: what was wrong, if anything, and the steps that led there."""

    wrong: str | None
    trace: tuple[str, ...]
    landed: int
    kinds: frozenset[str]


def walk(size: Size, draw: random.Random, flaws: Flaws) -> Walked:
    """A faulty phase in which anything may happen, then a healing phase without faults that must reach the end."""
    world, trace = start(size), []
    rates = {word: draw.choice((0.05, 0.3, 1.0)) for word in DISTURBANCES}
    for _ in range(FAULTY_STEPS):
        possible = [step for step in steps(world, size, flaws) if draw.random() < _rate(step.name, rates)]
        if not possible:
            continue
        step = draw.choice(possible)
        world = step.world
        trace.append(step.name)
        wrong = violation(world)
        if wrong is not None:
            return _walked(world, trace, wrong)
    return _heal(world, trace, size, draw, flaws)


def _heal(world: World, trace: list[str], size: Size, draw: random.Random, flaws: Flaws) -> Walked:
    """Faults stop. A system that does nothing would be safe, so every issue must be done or out of epochs."""
    for _ in range(HEALING_STEPS_MAX):
        calm = [step for step in steps(world, size, flaws) if not any(word in step.name for word in DISTURBANCES[:3])]
        useful = [step for step in calm if step.world != world]
        if all(issue.done or _spent(world, at, size) for at, issue in enumerate(world.issues)) and not useful:
            return _walked(world, trace, None)
        if not useful:
            break
        step = draw.choice(useful)
        world = step.world
        trace.append(step.name)
        wrong = violation(world)
        if wrong is not None:
            return _walked(world, trace, wrong)
        if all(issue.done or _spent(world, at, size) for at, issue in enumerate(world.issues)):
            return _walked(world, trace, None)
    return _walked(world, trace, "an open issue is left for ever")


def _spent(world: World, at: int, size: Size) -> bool:
    return max(world.issues[at].claimed, default=0) >= size.epochs_max


def _rate(name: str, rates: dict[str, float]) -> float:
    return next((rate for word, rate in rates.items() if word in name), 1.0)


def _walked(world: World, trace: list[str], wrong: str | None) -> Walked:
    kinds = frozenset("".join(letter for letter in name if not letter.isdigit()) for name in trace)
    return Walked(wrong, tuple(trace), sum(len(issue.landed) for issue in world.issues), kinds)
