"""The real clock. The standard library only."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """`Clock` over the machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since boot. CLOCK_BOOTTIME counts suspended time; CLOCK_MONOTONIC would keep a slept lease alive."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def instant(at: datetime, *, milliseconds: bool = False) -> str:
    """RFC 3339 in UTC: `2026-11-22T23:15:01Z`, or with three decimals."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.replace("+00:00", "Z")


def parse_instant(text: str) -> datetime | None:
    """Read RFC 3339, a date and time without a zone (taken as UTC), or a plain date; None for anything else.

    An offset may take the first or last hours of the calendar out of it: such a time is none either.
    """
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
