"""What goes wrong in a simulation, and when: planned by a test, or drawn from a seed.

The world decides, never the code under test: each simulated port asks here at each of its steps. A crash is a
`BaseException` that nobody but the harness may catch, and a process that has crashed can do nothing more.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fp.kernel.errors import External

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Fault(StrEnum):
    """One thing that may go wrong at a step."""

    CRASH_BEFORE = "crash-before"
    CRASH_AFTER = "crash-after"
    LOST_BEFORE = "lost-before"
    """The answer is lost and the request too."""
    LOST_AFTER = "lost-after"
    """The answer is lost, the request was carried out."""
    FAILS = "fails"
    """The disk, the network or git fails, and says so."""


class Crash(BaseException):
    """The simulated process dies here."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each fault is drawn at each step that can have it, 0 to 1. Draw the rates anew for each seed."""

    crash: float = 0.0
    lost: float = 0.0
    fails: float = 0.0

    def of(self, fault: Fault) -> float:
        """The rate of one fault; those that come before and after share theirs."""
        kind = fault.partition("-")[0]
        return {"crash": self.crash / 2, "lost": self.lost / 2, "fails": self.fails}[kind]


def drawn_rates(seed: int, most: Rates) -> Rates:
    """Rates for one seed, each between nothing and the most: with fixed rates most runs look alike."""
    source = random.Random(f"rates {seed}")
    return Rates(*(source.random() * rate for rate in (most.crash, most.lost, most.fails)))


class Faults:
    """Asked by every simulated port at every step."""

    def __init__(self, seed: int = 0, rates: Rates | None = None):
        self._source = random.Random(f"faults {seed}")
        self.rates = rates or Rates()
        self.reached: Counter[str] = Counter()
        """How often each step was reached: a simulation that never reaches one proves nothing about it."""
        self.struck: Counter[tuple[str, Fault]] = Counter()
        self._planned: dict[tuple[str, int], Fault] = {}
        self._crashed = False
        self._quiet = 0

    def plan(self, step: str, fault: Fault, *, on_visit: int = 1) -> None:
        """The fault strikes when `step` is reached for the `on_visit`-th time from now."""
        self._planned[step, self.reached[step] + on_visit] = fault

    def plan_all(self, faults: Mapping[str, Fault]) -> None:
        """Several, each at the next visit."""
        for step, fault in faults.items():
            self.plan(step, fault)

    def heal(self) -> None:
        """Nothing goes wrong any more: what must converge has to converge now."""
        self.rates = Rates()
        self._planned.clear()

    def restart(self) -> None:
        """A new process takes the place of the one that crashed."""
        self._crashed = False

    def draw(self, step: str, possible: Sequence[Fault]) -> Fault | None:
        """What goes wrong at this step, if anything. CRASH_BEFORE raises at once."""
        if self._quiet:
            return None
        self.alive(step)
        self.reached[step] += 1
        fault = self._planned.pop((step, self.reached[step]), None) or self._drawn(possible)
        if fault is not None:
            self.struck[step, fault] += 1
        if fault is Fault.CRASH_BEFORE:
            self.crash(step)
        return fault

    def alive(self, step: str) -> None:
        """Raises Crash in a process that has crashed: it can do nothing any more."""
        if self._crashed and not self._quiet:
            raise Crash(f"{step}, by a process that is dead")

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """What somebody else does meanwhile, a person or an agent: faults are those of the process under test."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def crash(self, step: str) -> None:
        """Die here."""
        self._crashed = True
        raise Crash(step)

    def check(self, step: str) -> None:
        """A step that a process may die at, or that may fail."""
        fault = self.draw(step, (Fault.CRASH_BEFORE, Fault.FAILS))
        if fault is Fault.FAILS:
            raise External(f"{step} failed (simulated)", reason="simulated")

    def point(self, step: str) -> None:
        """A step that a process may die at; a handler for `fp.kernel.fs.faults`."""
        self.draw(step, (Fault.CRASH_BEFORE,))

    def _drawn(self, possible: Sequence[Fault]) -> Fault | None:
        for fault in possible:
            rate = self.rates.of(fault)
            if rate and self._source.random() < rate:
                return fault
        return None
