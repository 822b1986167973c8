"""`fp stats`: the flow of work, from git's history and the events. Nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from fp.stats import Aged, Spread, Stats

WEEKS_DEFAULT = 12
WEEKS_MAX = 520
BAR_COLUMNS_MAX = 60
SHALLOW = "this clone is shallow: what was before it is not counted; git fetch --unshallow"


class _Told(NamedTuple):
    """The figures and what they rest on. `drafts` counts issues that no commit has yet."""

    stats: Stats
    where: str
    commit: str
    now: datetime
    shallow: bool
    drafts: int


@click.command("stats", short_help="Show throughput, cycle time, ageing and what is open.",
               context_settings={"ignore_unknown_options": True})  # fmt: skip
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--weeks", type=click.IntRange(1, WEEKS_MAX), default=WEEKS_DEFAULT, show_default=True, metavar="N",
              help="The last N weeks, this one included.")  # fmt: skip
@click.option("--svg", "picture", metavar="FILE", help="Draw a picture for a web page, too.")
@shared_options
def command(output: Output, query: tuple[str, ...], weeks: int, picture: str | None) -> int:
    """Show how work flows: done a week, time from first to last, what ages, what is open. A query chooses the issues,
    closed ones too.

    All is read from git's history up to the tracker's branch and from the events; nothing is stored. Lead time is from
    creation to done, cycle time from when work began.

    \b
    Examples:
      fp stats
      fp stats label:auth --weeks 26 --svg burndown.svg
    """
    told = _gather(output, query, weeks)
    _print(output, told)
    if picture is not None:
        _draw(output, told, picture)
    output.document(
        "fp.stats.v1",
        commit=told.commit,
        shallow=told.shallow,
        issues=told.stats.total,
        not_committed=told.drafts,
        closed_unseen=told.stats.unseen,
        weeks=[{**week._asdict(), "start": week.start.isoformat()} for week in told.stats.weeks],
        lead_days=told.stats.lead._asdict(),
        cycle_days=told.stats.cycle._asdict(),
        ageing=[_aged_value(one) for one in told.stats.ageing],
        late=[{"id": issue_id, "days": days} for issue_id, days in told.stats.late],
    )
    return 0


def _gather(output: Output, query: tuple[str, ...], weeks: int) -> _Told:
    from fp.cli.finding import find, issues_here
    from fp.cli.opened import open_tracker
    from fp.kernel.clock import SystemClock
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.lives import lives
    from fp.stats import figures
    from fp.trackerref import tracker_ref
    from fp.view import commit_of

    opened = open_tracker(output.start)
    tracker = issues_here(opened, " ".join(query), closed_too=True).tracker
    chosen = {one.id: one for one in find(opened.root, tracker, " ".join(query), closed_too=True)}
    repository = Repository.discover(opened.root)
    objects = GitObjects(repository)
    ref = tracker_ref(repository, objects)
    commit = commit_of(ref)
    found = lives(repository, objects, commit, chosen)
    now = SystemClock().now()
    stats = figures(found, tracker.config.workflow, now, weeks)
    where = f"{ref.short} {commit[:9]}"
    return _Told(stats, where, commit, now, repository.shallow, len(chosen) - len(found))


# -- for people -------------------------------------------------------------------------------------------------------


def _print(output: Output, told: _Told) -> None:
    from fp.kernel.text import safe

    stats = told.stats
    output.line(output.style(f"{_counted(stats.total, 'issue')} at {safe(told.where)}", "strong"))
    for line in (*_summary(output, stats), "", *_week_lines(output, stats), *_ageing_lines(output, stats)):
        output.line(line)
    if told.drafts:
        output.note(f"{_counted(told.drafts, 'issue')} not committed on {safe(told.where)} yet, and not counted")
    if stats.unseen:
        output.note(
            f"{_counted(stats.unseen, 'issue')} closed before the first commit: their time of closing is unknown"
        )
    if told.shallow:
        output.note(output.style(SHALLOW, "warn"))


def _summary(output: Output, stats: Stats) -> Iterator[str]:
    weeks = stats.weeks
    done = sum(week.done for week in weeks)
    opened = " ".join(f"{one.issues} {one.status}" for one in stats.ageing)
    rows = [
        ("open", f"{weeks[-1].open}" + (f"  ({opened})" if opened else "")),
        ("done", f"{done} in {_counted(len(weeks), 'week')}, {done / len(weeks):.1f} a week"),
        ("lead time", _spread(stats.lead, "created to done")),
        ("cycle time", _spread(stats.cycle, "begun to done")),
    ]
    for name, text in rows:
        yield f"{output.style(name.ljust(10), 'dim')}  {text}"


def _spread(spread: Spread, what: str) -> str:
    if spread.median is None or spread.usual is None:
        return f"unknown  (no issue {what} in these weeks)"
    return f"median {_days(spread.median)}, 85 % within {_days(spread.usual)}  ({what}, {spread.issues})"


def _week_lines(output: Output, stats: Stats) -> Iterator[str]:
    """A line a week: new, done, open, and a bar of what was open."""
    from fp.charts import bar

    yield output.style("week         new  done  open", "dim")
    most = max(week.open for week in stats.weeks)
    columns = min(BAR_COLUMNS_MAX, output.width - 30)
    for week in stats.weeks:
        drawn = output.style(bar(week.open, most, columns), "accent")
        yield f"{week.start}  {week.created:4}  {week.done:4}  {week.open:4}  {drawn}".rstrip()


def _ageing_lines(output: Output, stats: Stats) -> Iterator[str]:
    from fp.kernel.text import safe

    if stats.ageing:
        yield ""
        yield output.style("status: how many, how long the middle one has had it; the oldest", "dim")
    widest = max((len(safe(one.status)) for one in stats.ageing), default=0)
    for one in stats.ageing:
        oldest = ", ".join(f"{issue_id} {_days(days)}" for issue_id, days in one.oldest[: _room(output)])
        yield f"{safe(one.status).ljust(widest)}  {one.issues:4}  {_days(one.median)}; {oldest}"
    if stats.late:
        shown = _room(output)
        named = ", ".join(f"{issue_id} {_days(days)}" for issue_id, days in stats.late[:shown])
        more = f" and {len(stats.late) - shown} more" if len(stats.late) > shown else ""
        yield output.style(f"longer under way than 85 % of those done: {named}{more}", "warn")


def _room(output: Output) -> int:
    """How many of the oldest fit."""
    return max(1, (output.width - 40) // 20)


def _days(days: float) -> str:
    from datetime import timedelta

    from fp.standing import age

    return age(timedelta(days=days))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# -- elsewhere --------------------------------------------------------------------------------------------------------


def _draw(output: Output, told: _Told, picture: str) -> None:
    from fp.charts import svg
    from fp.kernel.fs import RealFiles
    from fp.kernel.text import safe

    target = (output.start / Path(picture)).absolute()
    title = f"{told.stats.weeks[-1].open} open, {sum(week.done for week in told.stats.weeks)} done ({told.where})"
    RealFiles(target.parent).write(target.name, svg(told.stats.weeks, title).encode())
    output.said(f"drew {safe(picture)}")


def _aged_value(one: Aged) -> dict[str, Any]:
    oldest: Sequence[tuple[str, float]] = one.oldest
    return {
        "status": one.status,
        "issues": one.issues,
        "median_days": one.median,
        "oldest": [{"id": issue_id, "days": days} for issue_id, days in oldest],
    }
