"""Breadth-first search of the protocol: every state of a small world, and the shortest way to a forbidden one. Pure."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from tarmac.sim.protocol import Flaws, Size, World, start, steps, violation

STATES_MAX = 2_000_000


class Explored(NamedTuple):
    """How many states there are, and the first forbidden one: its kind and the steps that lead to it."""

    states: int
    complete: bool
    violation: str | None
    trace: tuple[str, ...]


def explore(size: Size, flaws: Flaws = Flaws(), *, states_max: int = STATES_MAX) -> Explored:  # noqa: B008 - immutable
    """Visit every reachable state, shortest ways first, until a forbidden one or the end."""
    first = start(size)
    came: dict[World, tuple[World, str] | None] = {first: None}
    queue = deque([first])
    while queue and len(came) < states_max:
        world = queue.popleft()
        for step in steps(world, size, flaws):
            if step.world in came:
                continue
            came[step.world] = (world, step.name)
            found = violation(step.world)
            if found is not None:
                return Explored(len(came), complete=False, violation=found, trace=_trace(came, step.world))
            queue.append(step.world)
    return Explored(len(came), complete=not queue, violation=None, trace=())


def _trace(came: dict[World, tuple[World, str] | None], world: World) -> tuple[str, ...]:
    names: list[str] = []
    origin = came[world]
    while origin is not None:
        names.append(origin[1])
        origin = came[origin[0]]
    return tuple(reversed(names))
