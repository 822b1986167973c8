"""Keys that a tracker adds: values by kind, what is wrong with them, and how queries compare them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fp import properties
from fp.codec import read_issue
from fp.config import Property, default_config
from fp.kernel.errors import Usage
from fp.model import Issue
from fp.query import Asked, parse, select

CONFIG = default_config("FP")._replace(
    properties={
        "severity": Property("choice", ("minor", "major", "critical"), required=("bug",)),
        "points": Property("number"),
        "count": Property("integer"),
        "found_on": Property("date"),
        "flaky": Property("bool"),
        "cost": Property("duration"),
        "caused_by": Property("issue"),
        "seen_in": Property("list", of="issue"),
        "browsers": Property("list", ("firefox", "safari"), of="choice"),
        "note": Property(),
    }
)
PATH = ".issues/FP-k3v9q2m.md"


def issue(*lines: str) -> Issue:
    header = "".join(f"{line}\n" for line in lines)
    found, problems = read_issue(PATH, f"---\nid: FP-k3v9q2m\ntitle: T\n{header}---\n".encode(), CONFIG)
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("severity: huge", "wrong-value"),
        ("points: 1e3", "wrong-value"),
        ("points: .5", "wrong-value"),
        ("count: 1.5", "wrong-value"),
        ("found_on: soon", "wrong-value"),
        ("flaky: maybe", "wrong-value"),
        ("cost: 3", "wrong-value"),
        ("caused_by: k3v", "bad-id"),
        ("seen_in: [FP-aaaaaaa, x]", "bad-id"),
        ("browsers: [firefox, netscape]", "wrong-value"),
        ("browsers: firefox", "wrong-value"),
        ("note: {a: b}", "wrong-value"),
    ],
)
def test_a_value_of_another_kind_is_told_at_its_line(line: str, code: str) -> None:
    found = properties.wrong(issue("", line), CONFIG)
    assert [(one.code, one.path, one.line) for one in found] == [(code, PATH, 5)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("type: bug",), ["severity"]),
        (("type: bug", "severity:"), ["severity"]),
        (("type: bug", "severity: major"), []),
        (("type: bug", "status: done"), []),
        (("type: task",), []),
    ],
)
def test_open_issues_of_a_type_have_what_is_required(lines: tuple[str, ...], expected: list[str]) -> None:
    assert [key for key, _ in properties.missing(issue(*lines), CONFIG)] == expected


def test_documents_have_values_by_their_kind() -> None:
    one = issue(
        "severity: major", "points: 2.5", "flaky: true", "cost: 90m", "found_on: 2026-01-31", "browsers: [safari]"
    )
    told: dict[str, Any] = {
        key: value for key, value in properties.documented(one, CONFIG).items() if value is not None
    }
    assert told == {
        "severity": "major",
        "points": 2.5,
        "flaky": True,
        "cost": 5400.0,
        "found_on": "2026-01-31",
        "browsers": ["safari"],
    }


ISSUES = (
    Issue("FP-aaaaaaa", "A", extra={"severity": "critical", "points": "10", "found_on": "2026-11-20", "flaky": "true"}),
    Issue("FP-bbbbbbb", "B", extra={"severity": "minor", "points": "9.5", "cost": "2h", "caused_by": "FP-aaaaaaa"}),
    Issue("FP-ccccccc", "C", extra={"severity": "huge", "points": "many", "cost": "90m", "found_on": "2026-01-31"}),
    Issue("FP-ddddddd", "D", extra={"browsers": ["safari", "firefox"], "seen_in": ["FP-bbbbbbb"]}),
)
ASKED = Asked(CONFIG, datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("severity:minor", "b"),
        ("severity:>=major", "a"),
        ("severity:<critical", "b"),
        ("-severity:minor", "acd"),
        ("severity:none", "d"),
        ("points:10.0", "a"),
        ("points:<10", "b"),
        ("cost:<2h", "c"),
        ("cost:120m", "b"),
        ("found_on:<7d", "a"),
        ("found_on:>=2026-02-01", "a"),
        ("found_on:2026-01-31", "c"),
        ("found_on:any", "ac"),
        ("flaky:true", "a"),
        ("caused_by:aaa", "b"),
        ("seen_in:fp-bbbbbbb", "d"),
        ("browsers:firefox,safari", "d"),
        ("sort:-severity", "abcd"),
        ("sort:points", "bacd"),
        ("sort:found_on", "cabd"),
        ("sort:-cost", "bcad"),
    ],
)
def test_a_query_compares_by_kind(text: str, expected: str) -> None:
    assert "".join(one.id[3] for one in select(parse(text, CONFIG), ISSUES, ASKED)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("severity:mjor", "no severity 'mjor' at column 1"),
        ("points:>many", "'many' is no number"),
        ("flaky:maybe", "'maybe' is no bool"),
        ("found_on:<soon", "'soon' is no time"),
        ("browsers:netscape", "no browsers 'netscape'"),
    ],
)
def test_a_value_that_no_issue_can_have_is_told(text: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        parse(text, CONFIG)


def test_names_that_mean_something_else_are_told() -> None:
    own = CONFIG._replace(
        properties={"status": Property(), "sort": Property(), "a b": Property(), "fine-1": Property()}
    )
    assert len(list(properties.misnamed(own, ""))) == 3
