"""Foreign Markdown files: tolerant headers, headings outside code."""

from __future__ import annotations

import pytest

from fp.importers import page
from fp.kernel.problem import Problem


def parsed(text: str) -> page.Page:
    found = page.parse(text.encode(), "a.md")
    assert isinstance(found, page.Page), found
    return found


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [
        ("reporter: @name", "reporter", "@name"),
        ("title: one: two", "title", "one: two"),
        ("title: it's `ours`: yes", "title", "it's `ours`: yes"),
        ("assignee:\n  - @one\n  - two", "assignee", ["@one", "two"]),
        ("note: *bold* move", "note", "*bold* move"),
        ("deps: [a, b]", "deps", ["a", "b"]),
        ("title: >-\n  folded: so\n  it stays", "title", "folded: so it stays"),
    ],
)
def test_a_header_that_is_not_yaml_is_read_as_it_was_meant(header: str, field: str, value: object) -> None:
    assert parsed(f"---\n{header}\n---\nbody\n").fields[field] == value


def test_a_mend_is_said_with_its_line() -> None:
    assert parsed("---\nid: a\nreporter: @name\n---\n").mends == ("line 3: not YAML, read as text: reporter: @name",)


def test_a_header_that_is_yaml_is_not_touched() -> None:
    assert parsed("---\ntitle: '@name'\n---\n").mends == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"---\nid: a\n", 1),
        (b"---\nid: a\nid: b\n---\n", 3),
        (b"---\nid: [a\n---\n", 2),
        (b"---\nid: a\n\ttitle: b\n---\n", 3),
        (b"one\ntwo \xff\n", 2),
        (b"x" * (page.FILE_BYTES_MAX + 1), 0),
    ],
    ids=["unclosed", "duplicate key", "open list", "tab", "not UTF-8", "huge"],
)
def test_what_cannot_be_read_is_a_problem_with_its_line(data: bytes, line: int) -> None:
    found = page.parse(data, "a.md")
    assert isinstance(found, Problem)
    assert (found.path, found.line) == ("a.md", line)


def test_mending_ends() -> None:
    lines = "".join(f"k{number}: @x\n" for number in range(page.MENDS_MAX + 5))
    assert isinstance(page.parse(f"---\n{lines}---\n".encode(), "a.md"), Problem)


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter() -> None:
    found = page.parse(b"\xef\xbb\xbf---\r\nid: a\r\n---\r\nbody\r\n", "a.md")
    assert isinstance(found, page.Page)
    assert (found.text("id"), found.body) == ("a", "body\n")


def test_headings_in_code_are_no_headings() -> None:
    lines = ["# One", "```", "# not", "```", "## Two", "~~~~", "```", "# not", "~~~~", "# Three"]
    assert [(one.title, one.start, one.end) for one in page.headings(lines)] == [
        ("One", 0, 9),
        ("Two", 4, 9),
        ("Three", 9, 10),
    ]


def test_taking_lines_out_leaves_one_blank_line() -> None:
    assert page.without(["a", "", "b", "", "c"], 2, 4) == ["a", "", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "# " + " " * 200_000 + "x",
        "---\ntitle: @" + " " * 200_000 + "x\n---\n",
        "# T\n" + "\n" * 200_000 + "x",
        "---\n" * 60_000,
        "`" * 200_000,
        "#" * 200_000,
    ],
    ids=["spaces in a heading", "spaces in a header", "blank lines", "rules", "backticks", "hashes"],
)
def test_long_runs_take_no_longer_than_their_length(text: str) -> None:
    found = page.parse(text.encode(), "a.md")
    lines = text.split("\n")
    assert len(page.without(lines, 0, 1)) <= len(lines)
    assert isinstance(found, page.Page | Problem)
    assert len(page.headings(lines)) <= 1
