"""Reading issue files, writing new ones, editing them, and ids as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.codec import Ambiguous, Unknown, new_issue_bytes, read_issue, resolve, size_of, with_fields
from fp.config import Property, default_config
from fp.model import Issue

CONFIG = default_config("FP")
PATH = ".issues/FP-k3v9q2m.md"
FULL = """\
---
id: FP-k3v9q2m
title: Reject expired tokens at the gateway
created: 2026-11-22T23:15:01Z
status: todo
type: bug
priority: high

assignees:
  - ann

labels:
  - auth
  - gateway

parent:

depends_on:
  - FP-c3d41xz

touches:
  - gateway/**

dispatch: auto
---

What and why.
"""
ISSUE = Issue(
    id="FP-k3v9q2m",
    title="Reject expired tokens at the gateway",
    created=datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC),
    type="bug",
    priority="high",
    assignees=("ann",),
    labels=("auth", "gateway"),
    depends_on=("FP-c3d41xz",),
    touches=("gateway/**",),
    dispatch="auto",
    body="\nWhat and why.\n",
    path=PATH,
)


def header(*lines: str, body: str = "") -> bytes:
    return ("---\nid: FP-k3v9q2m\ntitle: T\n" + "".join(f"{line}\n" for line in lines) + f"---\n{body}").encode()


def test_a_file_reads_as_its_issue() -> None:
    issue, problems = read_issue(PATH, FULL.encode(), CONFIG)
    assert problems == []
    assert issue is not None
    assert issue._replace(lines={}, body_line=1) == ISSUE
    assert (issue.lines["depends_on.0"], issue.body_line) == (19, 26)


def test_a_new_file_has_every_group() -> None:
    assert new_issue_bytes(ISSUE).decode() == FULL
    assert new_issue_bytes(Issue("FP-k3v9q2m", "T")).decode() == (
        "---\nid: FP-k3v9q2m\ntitle: T\ncreated:\nstatus: todo\ntype: task\npriority: medium\n\nassignees:\n\nlabels:\n"
        "\nparent:\n\ndepends_on:\n\ntouches:\n\ndispatch: hold\n---\n\n"
    )


def test_lists_of_a_new_file_are_sorted_and_its_own_keys_come_last() -> None:
    text = new_issue_bytes(
        Issue("FP-k3v9q2m", "T", labels=("b", "a", "b"), external=("gh:1",), extra={"deadline": "2026"})
    )
    assert b"labels:\n  - a\n  - b\n\n" in text
    assert text.endswith(b"dispatch: hold\n\nexternal:\n  - gh:1\n\ndeadline: '2026'\n---\n\n")


@pytest.mark.parametrize(
    "title",
    ["no", "0123", "12:30", "a: b", "# x", "[x]", "- y", "*a", "'q' \"d\"", "\\e[31m", "ünï", "@ann", "null"],
)
def test_any_title_comes_back_as_it_was(title: str) -> None:
    issue, problems = read_issue(PATH, new_issue_bytes(Issue("FP-k3v9q2m", title)), CONFIG)
    assert (problems, issue and issue.title) == ([], title)


def test_a_new_file_has_its_plans_between_what_it_touches_and_its_dispatch() -> None:
    text = new_issue_bytes(Issue("FP-k3v9q2m", "T", milestone="v1.2", due="2026-12-01", estimate="5"))
    assert b"touches:\n\nmilestone: v1.2\n\ndue: '2026-12-01'\n\nestimate: '5'\n\ndispatch: hold\n" in text
    issue, problems = read_issue(PATH, text, CONFIG)
    assert issue is not None
    assert (issue.milestone, issue.due, issue.estimate, problems) == ("v1.2", "2026-12-01", "5", [])


@pytest.mark.parametrize(
    ("estimate", "size"), [("5", 5.0), ("2.5", 2.5), ("90m", 1.5), ("3d 4h", 28.0), ("1w2d", 56.0), ("x", float("inf"))]
)
def test_an_estimate_has_a_size(estimate: str, size: float) -> None:
    assert size_of(estimate) == size


def test_windows_line_ends_and_a_byte_order_mark_read_the_same() -> None:
    data = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    issue, problems = read_issue(PATH, data, CONFIG)
    assert problems == []
    assert issue is not None
    assert issue._replace(lines={}, body_line=1) == ISSUE


def test_a_title_may_be_the_first_heading() -> None:
    issue, problems = read_issue(PATH, b"---\nid: FP-k3v9q2m\n---\n\n# By hand\n", CONFIG)
    assert (problems, issue and issue.title) == ([], "By hand")


def test_absent_values_have_their_defaults() -> None:
    issue, _ = read_issue(PATH, header("status:", "labels: []", "parent: ~"), CONFIG)
    assert issue is not None
    assert (issue.status, issue.type, issue.priority, issue.dispatch) == ("todo", "task", "medium", "hold")
    assert (issue.labels, issue.parent, issue.created) == ((), None, None)


def test_one_text_stands_for_a_list_of_one() -> None:
    issue, _ = read_issue(PATH, header("assignees: ann"), CONFIG)
    assert issue is not None
    assert issue.assignees == ("ann",)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty-file", 0),
        (b" \n", "empty-file", 0),
        (b"# Only a title\n", "not-adopted", 1),
        (b"---\ntitle: No id\n---\n", "not-adopted", 1),
        (b"---\nid: FP-k3v9q2m\n---\n", "no-title", 1),
        (header("status: nonsense"), "unknown-status", 4),
        (header("type: bugg"), "unknown-type", 4),
        (header("priority: 1"), "unknown-priority", 4),
        (header("dispatch: yes"), "unknown-dispatch", 4),
        (header("created: yesterday"), "bad-date", 4),
        (header("created: 0001-01-01T00:00:00+14:00"), "bad-date", 4),
        (header("created: 9999-12-31T23:59:59-14:00"), "bad-date", 4),
        (header("parent: FP-1"), "bad-id", 4),
        (header("depends_on:", "  - FP-c3d41xz", "  - k3v"), "bad-id", 6),
        (header("labels: a, b"), "bad-value", 4),
        (header("labels: {a: b}"), "bad-value", 4),
        (header("labels:", "  - a", "  -"), "bad-value", 6),
        (header("touches: [../x]"), "bad-path", 4),
        (header("touches: [/etc/passwd]"), "bad-path", 4),
        (b"---\nid: FP-k3v9q2m\ntitle: caf\xe9\n---\n", "file-encoding", 3),
        (header("a: 1", "a: 2"), "yaml-duplicate-key", 5),
        (header("status: todo", "\tx: 1"), "yaml-syntax", 5),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_at_its_line(data: bytes, code: str, line: int) -> None:
    issue, problems = read_issue(PATH, data, CONFIG)
    assert issue is None
    assert [(problem.code, problem.line) for problem in problems] == [(code, line)]


def test_all_wrong_values_of_a_file_are_told() -> None:
    _, problems = read_issue(PATH, header("status: x", "type: y", "wat: z"), CONFIG)
    assert [problem.code for problem in problems] == ["unknown-status", "unknown-type", "unknown-key"]


def test_an_unknown_key_is_kept_and_told_unless_declared() -> None:
    issue, problems = read_issue(PATH, header("asignees: ann", "deadline: soon"), CONFIG)
    assert issue is not None
    assert issue.extra == {"asignees": "ann", "deadline": "soon"}
    assert (problems[0].line, problems[0].hint.split("?")[0]) == (4, "did you mean `assignees`")
    declared = CONFIG._replace(properties={"deadline": Property()})
    assert len(read_issue(PATH, header("asignees: ann", "deadline: soon"), declared)[1]) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("due: 2026-02-28", ""),
        ("due: 2026-02-30", "bad-date"),
        ("due: soon", "bad-date"),
        ("due: [2026-02-28]", "bad-date"),
        ("estimate: 3d 4h", ""),
        ("estimate: 2.5", ""),
        ("estimate: a while", "bad-estimate"),
        ("milestone: v1.2", ""),
        ("milestone: [v1]", "bad-value"),
    ],
)
def test_plans_are_read_by_their_kinds(line: str, code: str) -> None:
    assert [problem.code for problem in read_issue(PATH, header(line), CONFIG)[1]] == ([code] if code else [])


def test_an_edit_changes_the_value_alone() -> None:
    edited = with_fields(FULL.encode(), {"status": "done", "priority": "low"})
    assert edited.decode() == FULL.replace("status: todo", "status: done").replace("priority: high", "priority: low")


def test_a_missing_key_goes_where_the_layout_has_it() -> None:
    assert with_fields(header("status: todo", "type: bug"), {"priority": "low"}) == header(
        "status: todo", "type: bug", "priority: low"
    )


IDS = {"FP-k3v9q2m", "FP-k3v0000", "FP-a1b2c3d", "WEB-a1b2c3d"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("FP-k3v9q2m", "FP-k3v9q2m"),
        ("fp-K3V9Q2M", "FP-k3v9q2m"),
        ("k3v9", "FP-k3v9q2m"),
        ("FP-k3v9", "FP-k3v9q2m"),
        ("K3VO", "FP-k3v0000"),
        ("web-a1b", "WEB-a1b2c3d"),
        ("alb", Ambiguous("alb", ("FP-a1b2c3d", "WEB-a1b2c3d"))),
        ("k3v", Ambiguous("k3v", ("FP-k3v0000", "FP-k3v9q2m"))),
        ("k3", Unknown("k3", ("FP-k3v0000", "FP-k3v9q2m"))),
        ("FP-k3w9q2m", Unknown("FP-k3w9q2m", ("FP-k3v9q2m", "FP-k3v0000"))),
        ("zzzz", Unknown("zzzz", ())),
        ("", Unknown("", ())),
    ],
)
def test_a_typed_id_is_a_prefix_in_any_case(word: str, expected: object) -> None:
    assert resolve(IDS, word) == expected
