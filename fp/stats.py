"""Figures on the flow of work from the lives of issues: throughput, lead and cycle time, ageing, what is open. Pure.

A life is a list of statuses with their times. Weeks begin on Monday, in UTC. What was closed before it was first seen
has no time of closing, and is counted apart instead of guessed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from fp.model import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fp.config import Workflow

WEEK = timedelta(days=7)
DAY_SECONDS = 86_400
USUAL = 0.85
"""The share of issues that are done within what is called usual."""
OLDEST_SHOWN_MAX = 5


class Life(NamedTuple):
    """The statuses of one issue with the time of each, the first at its birth. `seen` is its first commit."""

    id: str
    steps: tuple[tuple[datetime, str], ...]
    seen: datetime

    @property
    def status(self) -> str:
        """The last."""
        return self.steps[-1][1]


class Week(NamedTuple):
    """What happened in a week; `open` is what was open at its end, or is now."""

    start: date
    created: int
    done: int
    cancelled: int
    reopened: int
    open: int


class Spread(NamedTuple):
    """Lengths of time in days: how many, the middle one, and the one that 85 of 100 stay below."""

    issues: int
    median: float | None
    usual: float | None


class Aged(NamedTuple):
    """Open issues of one status: how many, for how many days the middle one has had it, and the oldest."""

    status: str
    issues: int
    median: float
    oldest: tuple[tuple[str, float], ...]


class Stats(NamedTuple):
    """All figures. `late` are open issues begun longer ago than is usual; `unseen` were closed at first sight."""

    weeks: tuple[Week, ...]
    lead: Spread
    cycle: Spread
    ageing: tuple[Aged, ...]
    late: tuple[tuple[str, float], ...]
    total: int
    unseen: int


class _Closing(NamedTuple):
    """One way from open to closed: when it was opened, begun (None: never) and closed, and as what."""

    opened: datetime
    begun: datetime | None
    closed: datetime
    status: str


def figures(lives: Sequence[Life], workflow: Workflow, now: datetime, weeks: int) -> Stats:
    """The figures of the last `weeks` weeks, this one included; ageing is as of now."""
    first = _monday(now.date()) - (weeks - 1) * WEEK
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    closings = [one for life in lives for one in _closings(life, workflow)]
    done = [one for one in closings if one.status != CANCELLED and since <= one.closed <= now]
    cycle = _spread([_days(one.closed - one.begun) for one in done if one.begun is not None])
    return Stats(
        weeks=tuple(_weeks(lives, closings, workflow, (first, now, weeks))),
        lead=_spread([_days(one.closed - one.opened) for one in done]),
        cycle=cycle,
        ageing=tuple(_ageing(lives, workflow, now)),
        late=_late(lives, workflow, now, cycle.usual),
        total=len(lives),
        unseen=sum(life.steps[0][1] in workflow.terminal for life in lives),
    )


def _closings(life: Life, workflow: Workflow) -> Iterator[_Closing]:
    opened: datetime | None = None
    begun: datetime | None = None
    for at, status in life.steps:
        if status in workflow.terminal:
            if opened is not None:
                yield _Closing(opened, begun, at, status)
            opened = begun = None
            continue
        opened = at if opened is None else opened
        if begun is None and status != workflow.statuses[0]:
            begun = at


def _weeks(
    lives: Sequence[Life], closings: Sequence[_Closing], workflow: Workflow, span: tuple[date, datetime, int]
) -> Iterator[Week]:
    first, now, count = span
    created = _by_week(life.steps[0][0] for life in lives)
    done = _by_week(one.closed for one in closings if one.status != CANCELLED)
    cancelled = _by_week(one.closed for one in closings if one.status == CANCELLED)
    reopened = _by_week(at for life in lives for at in _reopenings(life, workflow))
    turns = sorted(turn for life in lives for turn in _turns(life, workflow))
    open_, at = 0, 0
    for number in range(count):
        start = first + number * WEEK
        end = min(datetime(start.year, start.month, start.day, tzinfo=UTC) + WEEK, now + timedelta(microseconds=1))
        while at < len(turns) and turns[at][0] < end:
            open_ += turns[at][1]
            at += 1
        new, finished = created.get(start, 0), done.get(start, 0)
        yield Week(start, new, finished, cancelled.get(start, 0), reopened.get(start, 0), open_)


def _by_week(times: Iterable[datetime]) -> dict[date, int]:
    counts: dict[date, int] = {}
    for at in times:
        start = _monday(at.astimezone(UTC).date())
        counts[start] = counts.get(start, 0) + 1
    return counts


def _reopenings(life: Life, workflow: Workflow) -> Iterator[datetime]:
    for (_, before), (at, after) in zip(life.steps, life.steps[1:], strict=False):
        if before in workflow.terminal and after not in workflow.terminal:
            yield at


def _turns(life: Life, workflow: Workflow) -> Iterator[tuple[datetime, int]]:
    """When it became open, +1, and closed, -1."""
    was_open = False
    for at, status in life.steps:
        is_open = status not in workflow.terminal
        if is_open != was_open:
            yield at, 1 if is_open else -1
        was_open = is_open


def _ageing(lives: Sequence[Life], workflow: Workflow, now: datetime) -> Iterator[Aged]:
    for status in workflow.statuses:
        if status in workflow.terminal:
            continue
        ages = [(_days(now - life.steps[-1][0]), life.id) for life in lives if life.status == status]
        if ages:
            ages.sort(key=lambda one: (-one[0], one[1]))
            oldest = tuple((issue_id, days) for days, issue_id in ages[:OLDEST_SHOWN_MAX])
            yield Aged(status, len(ages), _median(sorted(days for days, _ in ages)), oldest)


def _late(
    lives: Sequence[Life], workflow: Workflow, now: datetime, usual: float | None
) -> tuple[tuple[str, float], ...]:
    if usual is None:
        return ()
    ages = [(life.id, _days(now - begun)) for life in lives if (begun := _begun(life, workflow)) is not None]
    return tuple(sorted((one for one in ages if one[1] > usual), key=lambda one: (-one[1], one[0])))


def _begun(life: Life, workflow: Workflow) -> datetime | None:
    """When work on an open issue began since it was last opened; None where it is closed or waits."""
    if life.status in workflow.terminal or life.status == workflow.statuses[0]:
        return None
    begun: datetime | None = None
    for at, status in life.steps:
        if status in workflow.terminal:
            begun = None
        elif begun is None and status != workflow.statuses[0]:
            begun = at
    return begun


def _spread(lengths: Sequence[float]) -> Spread:
    """By the nearest rank: 85 of 100 are at most the second figure."""
    if not lengths:
        return Spread(0, None, None)
    ordered = sorted(lengths)
    rank = -(-len(ordered) * int(USUAL * 100) // 100)
    return Spread(len(ordered), _median(ordered), ordered[rank - 1])


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _days(length: timedelta) -> float:
    return max(0.0, length.total_seconds() / DAY_SECONDS)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
