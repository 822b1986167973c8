"""Typed reading of raw values by a table of fields."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.kernel import frontmatter
from fp.kernel.schema import Field, Table, json_schema, near, read

if TYPE_CHECKING:
    from fp.kernel.problem import Problem

AGENT = Table(
    (
        Field("argv", "list", required=True, least=1),
        Field("prompt", "choice", choices=("stdin", "file"), default="stdin"),
    )
)
GATE = Table((Field("name", required=True), Field("timeout", "duration", default=600.0, least=1)))
TABLE = Table(
    (
        Field("title", required=True, help="write `title: ...`"),
        Field("status", "choice", choices=("todo", "in-progress", "done"), default="todo", who="person"),
        Field("labels", "list", default=()),
        Field("attempts", "integer", default=3, least=1, most=9),
        Field("due", "date"),
        Field("agent", "mapping", table=AGENT),
        Field("gates", "list", item=Field("", "mapping", table=GATE), default=()),
        Field("arrows", "mapping", item=Field("", "list"), default={}),
    ),
    title="a factory",
)


def read_yaml(text: str) -> tuple[dict[str, Any], list[Problem]]:
    document, problems = frontmatter.parse_yaml(text.encode(), "f.yaml")
    assert document is not None, problems
    return read(TABLE, document.fields, document.lines, "f.yaml")


def one(kind: str, raw: str, **more: Any) -> tuple[Any, list[Problem]]:
    values, problems = read(Table((Field("key", kind, default="default", **more),)), {"key": raw}, {"key": 7}, "a.md")
    return values["key"], problems


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", " no ", "no"),
        ("text", "0123", "0123"),
        ("path", "docs/a b.md", "docs/a b.md"),
        ("path", "docs/", "docs/"),
        ("path", "...", "..."),
        ("integer", "0", 0),
        ("integer", "-12", -12),
        ("number", "2.50", 2.5),
        ("number", "-7", -7.0),
        ("bool", "true", True),
        ("bool", "False", False),
        ("duration", "500ms", 0.5),
        ("duration", "0s", 0.0),
        ("duration", "15m", 900.0),
        ("duration", "1h 30m", 5400.0),
        ("duration", "2d", 172_800.0),
        ("size", "50MB", 50_000_000),
        ("size", "64 KiB", 65_536),
        ("size", "7B", 7),
        ("instant", "2026-11-22T23:15:01Z", datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC)),
        ("instant", "2026-11-23T01:15:01+02:00", datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC)),
        ("date", "2026-11-22", date(2026, 11, 22)),
    ],
)
def test_a_value_is_read_by_its_kind(kind: str, raw: str, value: object) -> None:
    assert one(kind, raw) == (value, [])


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", ""),
        ("text", "a\nb"),
        ("text", "a\x1bb"),
        ("text", "a\u2028b"),
        ("text", "x" * 10_001),
        *[("path", raw) for raw in ("", "/etc", "../a", "a/../b", "a//b", "~/a", "a\\b", ".", "a\x00b")],
        *[("number", raw) for raw in ("", "-", ".5", "5.", "1e3", "nan", "inf", "1,5", "01", "1.-2", "1_0.5")],
        *[("integer", raw) for raw in ("", "-", "+1", "007", "1_000", "1.0", "0x1", "٣", "²", "1" * 5000, "1e3")],
        *[("bool", raw) for raw in ("yes", "on", "1", "")],
        *[("duration", raw) for raw in ("", " ", "15", "m", "1x", "-1s", "1.5h", "1h30", "12:30", "1s" * 100)],
        *[("size", raw) for raw in ("", "50", "MB", "1MB1", "1TB", "-1B")],
        *[("instant", raw) for raw in ("", "2026-11-22", "2026-13-22T00:00:00Z", "now")],
        *[("date", raw) for raw in ("", "2026-13-45", "22.11.2026", "20261122", "2026-W01-1")],
    ],
)
def test_a_wrong_value_is_a_problem_with_its_line_and_reads_as_the_default(kind: str, raw: str) -> None:
    value, [problem] = one(kind, raw)
    assert value == "default"
    assert (problem.code, problem.where) == ("wrong-value", "a.md:7")
    assert problem.message.startswith("`key` ")
    assert problem.hint


def test_bounds_are_part_of_the_field() -> None:
    assert one("integer", "9", most=9)[1] == []
    assert one("integer", "10", most=9)[1][0].hint == "at most 9"
    assert one("duration", "1s", least=2)[1][0].message == "`key` is 1 seconds"


def test_what_is_absent_has_its_default_all_the_way_down() -> None:
    values, problems = read_yaml("title: T\nagent: {argv: [x]}\n")
    assert problems == []
    assert values == {
        "title": "T",
        "status": "todo",
        "labels": (),
        "attempts": 3,
        "due": None,
        "agent": {"argv": ("x",), "prompt": "stdin"},
        "gates": (),
        "arrows": {},
    }


def test_nested_values_are_read_by_their_own_tables() -> None:
    gates = "gates:\n  - {name: t, timeout: 2m}\n"
    values, problems = read_yaml(
        f"title: T\nagent:\n  argv: [a, no]\n  prompt: file\n{gates}arrows: {{todo: [done]}}\n"
    )
    assert problems == []
    assert values["agent"] == {"argv": ("a", "no"), "prompt": "file"}
    assert values["gates"] == ({"name": "t", "timeout": 120.0},)
    assert values["arrows"] == {"todo": ("done",)}


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("status: todo\nagent: {argv: [x]}\n", "missing-value", 1, "`title` is missing"),
        ("title:\nagent: {argv: [x]}\n", "missing-value", 1, "`title` is missing"),
        ("title: T\nagent: {}\n", "missing-value", 2, "`agent.argv` is missing"),
        ("title: T\nagent: {argv: []}\n", "wrong-value", 2, "`agent.argv` has 0 items"),
        ("title: T\nagent: {argv: [x]}\nstaus: done\n", "unknown-key", 3, "unknown key `staus`"),
        ("title: T\nagent:\n  argv: [x]\n  promt: file\n", "unknown-key", 4, "unknown key `promt`"),
        ("title: T\nagent: {argv: [x]}\nstatus: Done\n", "wrong-value", 3, "`status` cannot be `Done`"),
        ("title: T\nagent: {argv: [x]}\nlabels: bug\n", "wrong-value", 3, "`labels` must be a list"),
        ("title: T\nagent: {argv: [x]}\nlabels:\n  - a\n  -\n", "missing-value", 5, "`labels.1` is missing"),
        (
            "title: T\nagent: {argv: [x]}\nlabels:\n  - a\n  - {b: c}\n",
            "wrong-value",
            5,
            "`labels.1` must be one value",
        ),
        ("title: [T]\nagent: {argv: [x]}\n", "wrong-value", 1, "`title` must be one value"),
        ("title: T\nagent: word\n", "wrong-value", 2, "`agent` must be a mapping"),
        (
            "title: T\nagent: {argv: [x]}\ngates:\n  - name: t\n    timeout: soon\n",
            "wrong-value",
            5,
            "`gates.0.timeout` must be",
        ),
        ("title: T\nagent: {argv: [x]}\narrows:\n  a: b\n", "wrong-value", 4, "`arrows.a` must be a list"),
        ('title: T\nagent: {argv: [x]}\n"a\\e[31m": b\n', "unknown-key", 3, "unknown key `a\\x1b[31m`"),
    ],
)
def test_every_problem_says_what_and_where(text: str, code: str, line: int, said: str) -> None:
    _, [problem] = read_yaml(text)
    assert (problem.code, problem.path, problem.line) == (code, "f.yaml", line)
    assert problem.message.startswith(said)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("staus", "did you mean `status`?"), ("Labels", "did you mean `labels`?"), ("zzz", "known are status, labels")],
)
def test_a_misspelt_word_gets_the_word_it_is_like(word: str, hint: str) -> None:
    assert near(word, ["status", "labels"]) == hint


def test_thousands_of_unknown_keys_are_told_without_thousands_of_searches() -> None:
    values, problems = read(TABLE, {f"key{number}": "x" for number in range(5000)}, {}, "a.yaml")
    assert values["status"] == "todo"
    assert sum("did you mean" in problem.hint or "known are" in problem.hint for problem in problems) <= 20


def test_the_json_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    schema = json_schema(TABLE)
    checker = jsonschema.Draft202012Validator(schema)
    checker.check_schema(schema)
    assert checker.is_valid({"title": "T", "status": None, "agent": {"argv": ["x"]}, "gates": [{"name": "t"}]})
    assert not checker.is_valid({"title": "T", "staus": "done"})
    assert not checker.is_valid({"title": "T", "attempts": 10})
    assert not checker.is_valid({"status": "todo"})
    assert schema["properties"]["status"]["description"] == "Written by: person."


@settings(max_examples=200)
@given(
    st.sampled_from(["text", "path", "integer", "bool", "duration", "size", "instant", "date", "choice", "list"]),
    st.text(max_size=20) | st.text(alphabet="0123456789-:.msdhMBKT +Z/", max_size=20),
)
def test_any_text_is_a_value_or_a_problem(kind: str, raw: str) -> None:
    value, problems = one(kind, raw)
    assert (value == "default" and len(problems) == 1) or not problems
