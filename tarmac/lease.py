"""Leases: how long a holder may go unseen, and what then licenses a takeover of its claim.

Pure. A lease is timed by the observer's own monotonic clock, from its first sight of the claim's commit; clocks of two
machines are never compared. A lease that is over is a suspicion: a takeover needs a proof of death besides, or a policy
that fences the holder off. A holder that could not renew in time stops its worker before anybody may start another.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.ports import Oid

RENEWALS_A_LEASE = 3
"""How often a live holder renews: two renewals may fail before the lease is over."""

LATE = 0.5
"""The part of a lease after which a renewal has failed, or nobody watches."""


class Lease(StrEnum):
    """Of our own claim: renewed lately, to be renewed, or not renewed in time."""

    FRESH = "fresh"
    DUE = "due"
    OVER = "over"


class Renewed(NamedTuple):
    """When our own claim was last written: seconds of the monotonic clock, taken before the write, and the boot."""

    monotonic: float
    boot: str


def own_lease(renewed: Renewed | None, lease_seconds: int, now: Renewed) -> Lease:
    """How our own claim stands. Without a lease it is always fresh; an earlier boot's clock says nothing."""
    if not lease_seconds:
        return Lease.FRESH
    if renewed is None or renewed.boot != now.boot:
        return Lease.OVER
    since = now.monotonic - renewed.monotonic
    if since >= lease_seconds:
        return Lease.OVER
    return Lease.DUE if since >= lease_seconds / RENEWALS_A_LEASE else Lease.FRESH


def told(renewed: Renewed | None, lease_seconds: int, now: Renewed) -> str:
    """What a person should know of our own claim: nothing, which is empty, while it is renewed in time."""
    if own_lease(renewed, lease_seconds, now) is Lease.FRESH:
        return ""
    if renewed is None or renewed.boot != now.boot:
        return "its claim was not renewed since this machine started; its agent is stopped"
    since = now.monotonic - renewed.monotonic
    if since >= lease_seconds:
        return f"its claim was last renewed {since:.0f} s ago, and its lease is over; its agent is stopped"
    if since < lease_seconds * LATE:
        return ""
    return f"its claim was last renewed {since:.0f} s ago; at {lease_seconds} s its agent is stopped"


class Watch:
    """Since when this observer has seen each claim unchanged. Losing it only starts counting again."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Oid, float]] = {}

    def look(self, tips: Mapping[str, Oid], now: float) -> None:
        """Note the claims of these issues as they stand at `now`, in monotonic seconds; others are forgotten."""
        self._seen = {
            issue: seen if (seen := self._seen.get(issue)) is not None and seen[0] == oid else (oid, now)
            for issue, oid in tips.items()
        }

    def unchanged_seconds(self, issue: str, now: float) -> float:
        """For how long the claim has stood so; 0 for one that was not looked at."""
        seen = self._seen.get(issue)
        return 0.0 if seen is None else now - seen[1]
