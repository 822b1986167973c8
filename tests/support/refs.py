"""Refs that lose answers, and a clock on which nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.ports import Transacted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from fp.kernel.ports import Clock, Refs, RefUpdate


class DeafRefs:
    """Refs that carry out each transaction (or not, when `dead`), and lose so many of the answers."""

    def __init__(self, inner: Refs, deaf: int, *, dead: bool = False):
        self._inner = inner
        self._deaf = deaf
        self._dead = dead
        self.asked: list[tuple[RefUpdate, ...]] = []

    def read(self, ref: str) -> str | None:
        return self._inner.read(ref)

    def list(self, prefix: str) -> dict[str, str]:
        return self._inner.list(prefix)

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        self.asked.append(tuple(updates))
        self._deaf -= 1
        if self._deaf >= 0 and self._dead:
            return Transacted("unknown", "timed out")
        done = self._inner.transact(updates)
        return Transacted("unknown", "timed out") if self._deaf >= 0 else done


class QuickClock:
    """Another clock's times, without its waiting."""

    def __init__(self, inner: Clock):
        self._inner = inner

    def now(self) -> datetime:
        return self._inner.now()

    def monotonic(self) -> float:
        return self._inner.monotonic()

    def sleep(self, seconds: float) -> None:
        del seconds
