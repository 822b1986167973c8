"""Since when something holds is told by the versions of a file, and by events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fp.config import Workflow
from fp.model import Issue
from fp.standing import Known, Since, Timeline, age, since, status_since, told, waits_since

START = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def line(*versions: dict[str, Any] | None, **known: Any) -> Timeline:
    """A version a day, from day 0 on."""
    made = ((day(n), None if one is None else Issue("A", "a", **one)) for n, one in enumerate(versions))
    return Timeline(tuple(made), **known)


def is_todo(one: Issue | None) -> bool:
    return one is not None and one.status == "todo"


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([{}, {"status": "done"}], None),
        ([{}, {"status": "done"}, {}, {"priority": "low"}], 2),
        ([{}, None, {}], 2),
        ([], None),
    ],
)
def test_what_holds_now_holds_since_the_last_break(versions: list[Any], expected: int | None) -> None:
    found = since(line(*versions), is_todo)
    assert found == (None if expected is None else Since(day(expected)))


def test_where_history_is_cut_off_it_may_have_begun_earlier() -> None:
    assert since(line({}, {}, whole=False), is_todo) == Since(day(0), earlier=True)
    assert since(line({"status": "done"}, {}, whole=False), is_todo) == Since(day(1))


def test_an_event_says_the_time_of_a_status_better_than_the_commit() -> None:
    landed = line({}, {"status": "done"}, status="done", entered=day(0))
    assert status_since(landed, "done") == Since(day(0))
    assert status_since(landed._replace(status="todo"), "done") == Since(day(1))


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ([{"depends_on": ("B",)}], [{}], 0),
        ([{}, {"depends_on": ("B",)}], [{}], 1),
        ([{"depends_on": ("B",)}], [{"status": "done"}, {}], 1),
        ([{"depends_on": ("B",)}], [{}, {"status": "cancelled"}], 0),
        ([{"depends_on": ("B",)}], [{}, None], 0),
        ([{"depends_on": ("B",)}], [], 0),
        ([{"depends_on": ("B",), "status": "done"}, {"depends_on": ("B",)}], [{}], 1),
        ([{"depends_on": ("B",)}], [{}, {"status": "done"}], None),
    ],
)
def test_an_issue_waits_since_it_named_the_other_and_both_are_open(
    own: list[Any], other: list[Any], expected: int | None
) -> None:
    known = Known({"A": line(*own), "B": line(*other)}, Workflow())
    found = waits_since(known, Issue("A", "a", depends_on=("B",)), "B")
    assert (None if found is None else found.at) == (None if expected is None else day(expected))


@pytest.mark.parametrize(
    ("length", "words"),
    [({"minutes": 1}, "1 minute"), ({"hours": 5}, "5 hours"), ({"days": 1}, "1 day"), ({"days": 30}, "4 weeks")],
)
def test_ages_are_in_their_largest_unit(length: dict[str, int], words: str) -> None:
    assert age(timedelta(**length)) == words


def test_a_time_is_told_with_its_age_and_its_doubt() -> None:
    assert told(Since(day(0), earlier=True), day(2)) == "since 2026-11-01 00:00 (2 days or earlier, history is cut off)"
