"""The reader of beads' JSON Lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fp.importers import base
from fp.importers.beads import LINE_BYTES_MAX, read


def line(key: str = "bd-1", **fields: Any) -> bytes:
    return json.dumps({"id": key, "title": "A title", "status": "open", **fields}).encode()


def reading(*lines: bytes) -> base.Reading:
    return read({"issues.jsonl": b"\n".join(lines) + b"\n"})


def one(**fields: Any) -> base.ForeignIssue:
    (issue,) = reading(line(**fields)).issues
    return issue


def dependency(target: str, kind: str) -> dict[str, str]:
    return {"issue_id": "bd-1", "depends_on_id": target, "type": kind}


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"status": "in_progress"}, "status", "in-progress"),
        ({"status": "hooked"}, "status", "in-progress"),
        ({"status": "hooked"}, "facts", (("status", "hooked"),)),
        ({"status": "closed"}, "status", "done"),
        ({"status": "blocked"}, "status", "needs-attention"),
        ({"status": "odd"}, "status", "todo"),
        ({"status": ["closed"]}, "status", "todo"),
        ({"priority": 0}, "priority", "critical"),
        ({"priority": 3}, "priority", "low"),
        ({"priority": 4}, "priority", "low"),
        ({"priority": 4}, "facts", (("priority", "4"),)),
        ({"priority": "P1"}, "priority", "high"),
        ({"priority": 17}, "priority", None),
        ({}, "priority", None),
        ({"issue_type": "bug"}, "type", "bug"),
        ({"issue_type": "molecule"}, "type", "epic"),
        ({"issue_type": "merge-request"}, "type", "task"),
        ({"issue_type": "merge-request"}, "labels", ("merge-request",)),
        ({"labels": ["b", "a", "b", " ", 7]}, "labels", ("b", "a")),
        ({"assignee": "beads/crew/dave"}, "assignees", ("beads/crew/dave",)),
        ({"title": "two\nlines\n"}, "title", "two lines"),
        (
            {"created_at": "2025-12-14T14:25:28.1-08:00"},
            "created",
            datetime(2025, 12, 14, 22, 25, 28, 100000, tzinfo=UTC),
        ),
        ({"created_at": "soon"}, "created", None),
        ({"estimated_minutes": 90}, "estimate", "1h 30m"),
        ({"estimated_minutes": 90}, "facts", ()),
        ({"estimated_minutes": "90"}, "facts", (("estimated_minutes", "90"),)),
        ({"owner": "", "metadata": {}}, "facts", ()),
        ({"metadata": {"b": 1, "a": "x"}}, "facts", (("metadata", '{"a": "x", "b": 1}'),)),
        ({"updated_at": "2025-12-14T14:25:28Z"}, "facts", ()),
    ],
)
def test_a_field_becomes_ours(fields: dict[str, Any], name: str, value: object) -> None:
    assert getattr(one(**fields), name) == value


@pytest.mark.parametrize(
    ("kind", "depends_on", "parent", "links"),
    [
        ("blocks", ("bd-2",), None, ()),
        ("waits-for", ("bd-2",), None, ()),
        ("parent-child", (), "bd-2", ()),
        ("parent_child", (), "bd-2", ()),
        ("discovered-from", (), None, (base.Link("discovered-from", "bd-2"),)),
        ("of-tomorrow", (), None, (base.Link("of-tomorrow", "bd-2"),)),
    ],
)
def test_a_dependency_goes_where_its_type_says(
    kind: str, depends_on: tuple[str, ...], parent: str | None, links: tuple[base.Link, ...]
) -> None:
    issue = one(dependencies=[dependency("bd-2", kind)])
    assert (issue.depends_on, issue.parent, issue.links) == (depends_on, parent, links)


def test_a_dependency_on_itself_is_left_out_and_said() -> None:
    issue = one(dependencies=[dependency("bd-1", "blocks")])
    assert issue.depends_on == ()
    assert issue.repairs == ("dependencies: one on itself left out",)


def test_a_dotted_id_tells_its_parent() -> None:
    issues = reading(line("bd-1"), line("bd-1.1"), line("bd-9.1")).issues
    assert [issue.parent for issue in issues] == [None, "bd-1", None]


def test_of_two_parents_the_one_of_the_id_stays_and_the_other_is_a_link() -> None:
    both = [dependency("bd-7", "parent-child"), dependency("bd-1", "parent-child")]
    issue = reading(line("bd-1"), line("bd-1.1", dependencies=both)).issues[1]
    assert (issue.parent, issue.links) == ("bd-1", (base.Link(base.OTHER_PARENT, "bd-7"),))


def test_the_texts_become_sections_and_criteria_become_boxes() -> None:
    issue = one(description="What.", design="How.", acceptance_criteria="- Works", notes="Later.")
    assert issue.body == "What.\n\n## Acceptance\n\n- [ ] Works\n\n## Design\n\nHow.\n\n## Notes\n\nLater."


def test_spelled_line_breaks_are_made_real_and_said() -> None:
    issue = one(description=r"Do:\n\n- this")
    assert issue.body == "Do:\n\n- this"
    assert issue.repairs == ("description: line breaks spelled `\\n` made real",)


def test_a_comment_keeps_author_time_and_text() -> None:
    comment = {"id": 1, "author": "ann", "text": "Seen.\r\n", "created_at": "2026-01-12T02:16:00Z"}
    expected = base.Comment("ann", datetime(2026, 1, 12, 2, 16, tzinfo=UTC), "Seen.")
    assert one(comments=[comment, {"author": "ann", "text": " "}]).comments == (expected,)


def test_a_closing_needs_a_time_and_a_closed_status() -> None:
    at = "2026-01-11T10:33:47Z"
    closed = one(status="closed", closed_at=at, close_reason="Merged")
    assert closed.closing == base.Closing(datetime(2026, 1, 11, 10, 33, 47, tzinfo=UTC), "Merged")
    assert one(status="open", closed_at=at).closing is None
    assert one(status="closed", close_reason="Merged").facts == (("close_reason", "Merged"),)


def test_what_happened_is_never_work_to_do() -> None:
    assert one(issue_type="event").status == "done"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "tombstone"}, base.TOMBSTONE),
        ({"issue_type": "agent"}, base.OTHER_KIND),
        ({"issue_type": "message"}, base.OTHER_KIND),
        ({"title": " \n"}, base.NO_TITLE),
        ({"title": None}, base.NO_TITLE),
    ],
)
def test_what_is_left_out_is_explained(fields: dict[str, Any], reason: str) -> None:
    found = reading(line("bd-0"), line("bd-1", **fields))
    assert [(why.key, why.where, why.reason) for why in found.explained] == [("bd-1", "issues.jsonl:2", reason)]


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b"7",
        b'{"title": "no id"}',
        b'{"id": 7, "title": "x"}',
        b'{"id": "a\\u001bb", "title": "x"}',
        b'{"id": "' + b"x" * 300 + b'", "title": "x"}',
        b"[" * 100_000,
        b'{"id": "a", "n": ' + b"9" * 5000 + b"}",
        b'\xff{"id": "a"}',
        b'{"id": "a", "title": "' + b"x" * LINE_BYTES_MAX + b'"}',
    ],
    ids=["cut", "list", "number", "no id", "odd id", "control", "long id", "deep", "big number", "bytes", "huge"],
)
def test_a_bad_line_is_a_problem_and_stops_nothing_else(bad: bytes) -> None:
    found = reading(line("bd-1"), bad, line("bd-2"))
    assert [issue.key for issue in found.issues] == ["bd-1", "bd-2"]
    assert [problem.where for problem in found.problems] == ["issues.jsonl:2"]


def test_a_path_as_an_id_is_only_a_text() -> None:
    assert reading(line("../../etc/x")).issues[0].key == "../../etc/x"


def test_of_two_lines_with_one_id_the_newer_counts() -> None:
    old, new = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00+01:00"
    found = reading(line(title="New", updated_at=new), line(title="Old", updated_at=old))
    assert [issue.title for issue in found.issues] == ["New"]
    assert [(why.where, why.reason) for why in found.explained] == [("issues.jsonl:2", "superseded")]


def test_other_lists_beside_the_issues_are_explained() -> None:
    found = read({"issues.jsonl": line(), "deletions.jsonl": line("bd-9")})
    assert [issue.key for issue in found.issues] == ["bd-1"]
    assert [why.key for why in found.explained] == ["deletions.jsonl"]
