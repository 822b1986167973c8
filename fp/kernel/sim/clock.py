"""A clock that moves only when somebody sleeps or says so, and the agenda of what is to happen meanwhile."""

from __future__ import annotations

import heapq
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC)


class SimClock:
    """`Clock` without waiting. `sleep` runs what is due on the way, in order, and then returns."""

    def __init__(self, start: datetime = START):
        self._start = start
        self._seconds = 0.0
        self._wall_skew = timedelta()
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []

    def now(self) -> datetime:
        """The wall clock, which may be wrong (`jump`)."""
        return self._start + timedelta(seconds=self._seconds) + self._wall_skew

    def monotonic(self) -> float:
        """Seconds since the simulation began; never jumps."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        until = self._seconds + max(0.0, seconds)
        while self._agenda and self._agenda[0][0] <= until:
            self._seconds, _, action = heapq.heappop(self._agenda)
            action()
        self._seconds = max(self._seconds, until)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Let `action` happen when so much time has passed; actions of one instant in the order they were given."""
        heapq.heappush(self._agenda, (self._seconds + max(0.0, seconds), next(self._order), action))

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or, negative, back; durations do not see it."""
        self._wall_skew += timedelta(seconds=seconds)
