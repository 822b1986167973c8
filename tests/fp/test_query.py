"""The query language over issues as values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.config import Property, default_config
from fp.kernel.errors import Usage
from fp.model import Issue
from fp.query import Asked, parse, select

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONFIG = default_config("FP")._replace(
    properties={"effort": Property("integer")},
    views={"mine": "assignee:ann status:open", "again": "@mine label:x", "loop": "@loop"},
)


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


ISSUES = (
    Issue(
        "FP-aaaaaaa", "Reject expired tokens", priority="high", created=at(1), labels=("auth", "x"), body="At *login*."
    ),
    Issue("FP-bbbbbbb", "Login page", type="bug", assignees=("ann",), created=at(20), parent="FP-aaaaaaa"),
    Issue("FP-ccccccc", "Old work", status="done", priority="low", labels=("x",), extra={"effort": "3"}),
    Issue("FP-ddddddd", "Wait", status="in-review", created=at(23), depends_on=("FP-aaaaaaa",), extra={"effort": "12"}),
)
ASKED = Asked(CONFIG, NOW, {"FP-aaaaaaa": at(23), "FP-ccccccc": at(2)})


def found(text: str) -> str:
    return "".join(issue.id[3] for issue in select(parse(text, CONFIG), ISSUES, ASKED))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "abdc"),
        ("login", "ab"),
        ("LOGIN -page", "a"),
        ('"expired tokens"', "a"),
        ("status:open", "abd"),
        ("status:closed", "c"),
        ("status:todo,in-review", "abd"),
        ("-status:todo", "dc"),
        ("label:auth,x", "ac"),
        ("labels:x label:auth", "a"),
        ("assignee:none", "adc"),
        ("assignee:any", "b"),
        ("type:bug", "b"),
        ("priority:>=high", "a"),
        ("priority:<medium", "c"),
        ("depends:FP-aaaaaaa", "d"),
        ("depends:aaa", "d"),
        ("parent:FP-AAAAAAA", "b"),
        ("title:login", "b"),
        ("created:<7d", "bd"),
        ("created:>7d", "a"),
        ("created:2026-11-20", "b"),
        ("created:>=2026-11-20", "bd"),
        ("created:none", "c"),
        ("changed:<7d", "a"),
        ("changed:>7d", "c"),
        ("effort:>=4", "d"),
        ("effort:3", "c"),
        ("effort:none sort:-id", "ba"),
        ("sort:effort", "cdab"),
        ("sort:-effort", "dcab"),
        ("sort:status,-created", "badc"),
        ("sort:created", "abdc"),
        ("@mine", "b"),
        ("@again", ""),
        ("!label:x", "bd"),
    ],
)
def test_a_query_finds(text: str, expected: str) -> None:
    assert found(text) == expected


PLANNED = (
    Issue("FP-aaaaaaa", "A", milestone="v1.2", due="2026-11-20", estimate="3d"),
    Issue("FP-bbbbbbb", "B", milestone="v1.3", due="2026-11-28", estimate="1w"),
    Issue("FP-ccccccc", "C", due="2027-01-01", estimate="30m"),
    Issue("FP-ddddddd", "D"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("milestone:v1.2", "a"),
        ("milestone:none", "cd"),
        ("due:<7d", "ab"),
        ("due:<0d", "a"),
        ("due:>7d", "c"),
        ("due:<=2026-11-28", "ab"),
        ("due:2026-11-28", "b"),
        ("due:none", "d"),
        ("estimate:>=2d", "ab"),
        ("estimate:24h", "a"),
        ("estimate:any", "abc"),
        ("sort:estimate", "cabd"),
        ("sort:-due", "cbad"),
        ("sort:milestone", "abcd"),
    ],
)
def test_a_query_finds_by_plans(text: str, expected: str) -> None:
    chosen = select(parse(text, CONFIG), PLANNED, ASKED)
    assert "".join(issue.id[3] for issue in chosen) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lable:x", "no field 'lable' at column 1"),
        ("a lable:x", "column 3"),
        ("status:opne", "no status 'opne'"),
        ("priority:>urgent", "no priority 'urgent'"),
        ("created:<soon", "'soon' is no time"),
        ("due:<soon", "'soon' is no time"),
        ("estimate:>much", "'much' is no estimate"),
        ("created:<99999y", "is no time"),
        ("label:", "label: has no value"),
        ('"open', "a quote without its end at column 1"),
        ("-", "nothing to exclude"),
        ("@nobody", "no view @nobody"),
        ("@loop", "part of itself"),
        ("sort:nothing", "no field 'nothing' to sort by"),
        ("x " * 101, "at most 100 terms"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        parse(text, CONFIG)


def test_a_query_says_what_it_needs() -> None:
    assert parse("label:x", CONFIG).needs == frozenset()
    assert parse("sort:changed", CONFIG).needs == {"changed"}
