"""Since when something holds of an issue, from the versions of its file and from its events. Pure.

A version counts from its commit's author date on; an event says its time itself. Where history is cut off, what holds
of the first known version may hold for longer, and `Since.earlier` says so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.clock import parse_instant
from fp.model import AUTO, CANCELLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fp.config import Workflow
    from fp.eligibility import Eligibility, Reason
    from fp.model import Issue

    Holds = Callable[[Issue | None], bool]


class Timeline(NamedTuple):
    """Versions of one issue's file, oldest first, None while there was none; each holds until the next.

    `entered` is when the last event says that it came to `status`. `whole` is False where history is cut off.
    """

    versions: tuple[tuple[datetime, Issue | None], ...] = ()
    status: str | None = None
    entered: datetime | None = None
    whole: bool = True


class Since(NamedTuple):
    """A time, and whether it may have begun earlier."""

    at: datetime
    earlier: bool = False


class Known(NamedTuple):
    """What is known of the issues in question."""

    timelines: Mapping[str, Timeline]
    workflow: Workflow
    children: Mapping[str, tuple[str, ...]] = {}


def since(timeline: Timeline, holds: Holds) -> Since | None:
    """Since when it has held without a break; None when it does not hold of the last version."""
    first: Since | None = None
    for number, (at, issue) in reversed(list(enumerate(timeline.versions))):
        if not holds(issue):
            return first
        first = Since(at, earlier=number == 0 and not timeline.whole)
    return first


def status_since(timeline: Timeline, status: str) -> Since | None:
    """Since when it has had its status: by the event that says so, else by the commits."""
    if timeline.status == status and timeline.entered is not None:
        return Since(timeline.entered)
    return since(timeline, lambda one: one is not None and one.status == status)


def waits_since(known: Known, issue: Issue, target: str) -> Since | None:
    """Since when it has waited for another: both are as they are, and it is open itself."""
    own = known.timelines.get(issue.id, Timeline())
    other = known.timelines.get(target, Timeline())
    opened = since(own, lambda one: one is not None and one.status not in known.workflow.terminal)
    named = since(own, lambda one: one is not None and target in one.depends_on)
    stands = since(other, lambda one: stands_in_the_way(one, known.workflow)) if other.versions else named
    return _latest((opened, named, stands))


def stands_in_the_way(issue: Issue | None, workflow: Workflow) -> bool:
    """Whether an issue that names this one waits: for what is open, cancelled, or has no file."""
    return issue is None or issue.status not in workflow.terminal or issue.status == CANCELLED


def reason_since(known: Known, judged: Eligibility, reason: Reason) -> Since | None:
    """Since when a reason stands; None where history does not say."""
    issue = judged.issue
    own = known.timelines.get(issue.id, Timeline())
    if reason.code == "claimed" and judged.claim is not None:
        at = parse_instant(judged.claim.claim.at)
        return None if at is None else Since(at)
    if reason.code in ("status", "terminal"):
        return status_since(own, issue.status)
    if reason.code == "hold":
        return since(own, lambda one: one is not None and one.dispatch != AUTO)
    if reason.code == "children-open":
        return earliest(_open_under(known, issue.id, child) for child in known.children.get(issue.id, ()))
    if reason.code == "dependency-cycle":
        return since(own, lambda one: one is not None and one.depends_on == issue.depends_on)
    return waits_since(known, issue, reason.about) if reason.about else None


def _open_under(known: Known, parent: str, child: str) -> Since | None:
    terminal = known.workflow.terminal
    timeline = known.timelines.get(child, Timeline())
    return since(timeline, lambda one: one is not None and one.parent == parent and one.status not in terminal)


def earliest(found: Iterable[Since | None]) -> Since | None:
    """The first of them; None where none is known."""
    return min((one for one in found if one is not None), key=lambda one: one.at, default=None)


def _latest(found: Iterable[Since | None]) -> Since | None:
    """The last of them; None where one is not known."""
    known = list(found)
    whole = [one for one in known if one is not None]
    return max(whole, key=lambda one: one.at) if len(whole) == len(known) else None


def told(one: Since, now: datetime) -> str:
    """For people: `since 2026-11-20 14:02 (4 days)`."""
    before = " or earlier, history is cut off" if one.earlier else ""
    return f"since {one.at.astimezone(UTC):%Y-%m-%d %H:%M} ({age(now - one.at)}{before})"


def age(length: timedelta) -> str:
    """A length of time in its largest unit: minutes, hours, days; weeks from the third on."""
    minutes = max(0, int(length.total_seconds()) // 60)
    for unit, size, least in (("week", 7 * 24 * 60, 21 * 24 * 60), ("day", 24 * 60, 24 * 60), ("hour", 60, 60)):
        if minutes >= least:
            return _counted(minutes // size, unit)
    return _counted(minutes, "minute")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
