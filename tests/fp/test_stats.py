"""Figures on the flow of work are what one counts by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from fp.charts import bar, svg
from fp.config import Workflow
from fp.stats import Life, Spread, Stats, Week, figures

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
NOW = MONDAY + timedelta(days=17)
WORDS = {"t": "todo", "p": "in-progress", "r": "in-review", "d": "done", "c": "cancelled"}


def life(name: str, *steps: str) -> Life:
    """`3d` is done on the third day after the first Monday."""
    made = tuple((MONDAY + timedelta(days=int(step[:-1])), WORDS[step[-1]]) for step in steps)
    return Life(name, made, made[0][0])


def of(*lives: Life, weeks: int = 3) -> Stats:
    return figures(lives, Workflow(), NOW, weeks)


def test_a_week_counts_what_came_what_went_and_what_is_open_at_its_end() -> None:
    told = of(life("A", "0t", "1p", "8d"), life("B", "1t"), life("C", "2t", "3c", "9t"), life("D", "-9t", "7d"))
    assert [week[1:] for week in told.weeks] == [(3, 0, 1, 0, 3), (0, 2, 0, 1, 2), (0, 0, 0, 0, 2)]
    assert told.weeks[0].start == date(2026, 11, 2)


def test_lead_time_is_from_creation_and_cycle_time_from_when_work_began() -> None:
    told = of(*(life(str(n), "0t", "1p", f"{n}d") for n in range(2, 12)), life("never begun", "0t", "1d"))
    assert told.lead == Spread(11, 6.0, 10.0)
    assert told.cycle == Spread(10, 5.5, 9.0)


def test_a_reopened_issue_is_timed_anew() -> None:
    told = of(life("A", "0t", "1p", "2d", "10t", "11p", "14d"))
    assert (told.lead.issues, told.lead.median, told.cycle.median) == (2, 3.0, 2.0)


def test_cancelled_ones_and_those_closed_at_first_sight_are_not_done_work() -> None:
    told = of(life("A", "0t", "1c"), life("B", "3d"))
    assert (told.lead, told.unseen) == (Spread(0, None, None), 1)
    assert sum(week.done for week in told.weeks) == 0


def test_open_issues_age_in_their_status_and_late_ones_are_named() -> None:
    told = of(life("A", "0t", "1p", "2d"), life("B", "0t", "5p", "7r"), life("C", "16p"))
    assert [(one.status, one.median) for one in told.ageing] == [("in-progress", 1.0), ("in-review", 10.0)]
    assert told.late == (("B", 12.0),)


def test_no_issues_are_no_error() -> None:
    assert of().weeks[-1].open == 0
    assert ElementTree.fromstring(svg(of().weeks, "none")).tag.endswith("svg")


@pytest.mark.parametrize(
    ("value", "most", "drawn"), [(0, 8, ""), (8, 8, "████"), (1, 800, "▏"), (5, 8, "██▌"), (3, 0, "")]
)
def test_bars_are_exact_to_an_eighth(value: int, most: int, drawn: str) -> None:
    assert bar(value, most, 4) == drawn


def test_a_picture_is_whole_holds_no_script_and_escapes_what_comes_in() -> None:
    week = Week(date(2026, 11, 2), 3, 2, 0, 0, 7)
    drawn = svg([week] * 30, '</title><script>alert(1)</script>\x1b[31m & "q"')
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
    assert "script" not in tags
    assert ("\x1b" in drawn, "http" in drawn.replace("http://www.w3.org/2000/svg", "")) == (False, False)
