"""Which runs take a slot, which issue is next, and why an issue is not: caps and back-off over what fp calls ready.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tarmac.protocol.run import OVER, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tarmac.store import Record

SLOT_PHASES = frozenset(
    {Phase.INTENDED, Phase.CLAIMED, Phase.PREPARED, Phase.LAUNCHING, Phase.RUNNING, Phase.ENDED, Phase.SEALED}
)
"""A run that waits for a person or for gates holds no slot: one that waits for ever would stop the factory."""


class History(NamedTuple):
    """What earlier runs of one issue mean for the next."""

    attempt: int
    retry_after: str
    cause: str


def slots_used(records: Iterable[Record]) -> int:
    """Runs whose worker lives or is about to."""
    return sum(record.state.phase in SLOT_PHASES for record in records)


def history(records: Sequence[Record], issue: str) -> History:
    """Attempts since the last that landed or parked; `retry_after` is RFC 3339 in UTC or empty."""
    own = sorted((record for record in records if record.run.name.issue == issue), key=lambda item: item.run.name.epoch)
    attempt, after, cause = 1, "", ""
    for record in own:
        if record.state.landed or record.state.cause in UNCOUNTED or not _released(record):
            attempt, after, cause = 1, "", ""
            continue
        attempt, after, cause = record.run.attempt + 1, record.state.retry_after, record.state.cause
    return History(attempt, after, cause)


UNCOUNTED = frozenset({"unwanted", "stopped", "superseded"})


def _released(record: Record) -> bool:
    return record.state.phase in OVER and bool(record.state.retry_after)


def due(history_of_issue: History, now: str) -> bool:
    """Whether the back-off is over; both are RFC 3339 in UTC with milliseconds, so text order is time order."""
    return not history_of_issue.retry_after or history_of_issue.retry_after <= now
