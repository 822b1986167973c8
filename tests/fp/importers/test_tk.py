"""The reader of wedow/ticket's folder."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.importers import base
from fp.importers.tk import read


def ticket(header: str = "", body: str = "# A title\n", *, status: str = "open") -> bytes:
    return f"---\nid: tc-1\nstatus: {status}\n{header}---\n{body}".encode()


def one(header: str = "", body: str = "# A title\n", *, status: str = "open") -> base.ForeignIssue:
    (issue,) = read({"tc-1.md": ticket(header, body, status=status)}).issues
    return issue


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ("", "title", "A title"),
        ("", "status", "todo"),
        ("deps: [tc-2, tc-3]\n", "depends_on", ("tc-2", "tc-3")),
        ("deps: []\n", "depends_on", ()),
        ("deps: [tc-1]\n", "depends_on", ()),
        ("links: [tc-2]\n", "links", (base.Link("related", "tc-2"),)),
        ("parent: tc-2\n", "parent", "tc-2"),
        ("priority: 0\n", "priority", "critical"),
        ("priority: 4\n", "priority", "low"),
        ("priority: 4\n", "facts", (("priority", "4"),)),
        ("type: epic\n", "type", "epic"),
        ("type: odd\n", "type", "task"),
        ("assignee: Ray Myers\n", "assignees", ("Ray Myers",)),
        ("tags: [a, b]\n", "labels", ("a", "b")),
        ("created: 2026-01-12T03:22:19Z\n", "created", datetime(2026, 1, 12, 3, 22, 19, tzinfo=UTC)),
        ("external-ref: gh-7\n", "facts", (("external-ref", "gh-7"),)),
    ],
)
def test_a_field_becomes_ours(header: str, name: str, value: object) -> None:
    assert getattr(one(header), name) == value


@pytest.mark.parametrize(("word", "status"), [("in_progress", "in-progress"), ("closed", "done"), ("odd", "todo")])
def test_a_status_becomes_ours(word: str, status: str) -> None:
    assert one(status=word).status == status


NOTES = """\
# A title

Text.

## Notes

**2026-01-09T20:49:14Z**

First.

## With a heading

**2026-01-09T21:00:00+01:00**

```
**2026-01-09T22:00:00Z**
```
"""


def test_dated_notes_are_comments() -> None:
    issue = one(body=NOTES)
    assert issue.body == "Text."
    assert issue.comments == (
        base.Comment(None, datetime(2026, 1, 9, 20, 49, 14, tzinfo=UTC), "First.\n\n## With a heading"),
        base.Comment(None, datetime(2026, 1, 9, 20, 0, tzinfo=UTC), "```\n**2026-01-09T22:00:00Z**\n```"),
    )


def test_notes_without_a_date_stay() -> None:
    assert one(body="# T\n\n## Notes\n\nNot dated.\n").body == "## Notes\n\nNot dated."


def test_text_before_the_first_dated_note_stays() -> None:
    issue = one(body="# T\n\n## Notes\n\nNot dated.\n\n**2026-01-09T20:49:14Z**\n\nDated.\n")
    assert issue.body == "## Notes\n\nNot dated."
    assert [comment.text for comment in issue.comments] == ["Dated."]


def test_criteria_stand_under_acceptance() -> None:
    assert one(body="# T\n\n## Acceptance Criteria\n\n- [ ] Works\n").body == "## Acceptance\n\n- [ ] Works"


def test_a_title_in_the_header_counts_where_there_is_no_heading() -> None:
    issue = one("title: By its header\n", "Text.\n")
    assert (issue.title, issue.body, issue.facts) == ("By its header", "Text.", ())


def test_a_page_without_header_is_no_ticket() -> None:
    assert [why.reason for why in read({"README.md": b"# Title\n"}).explained] == [base.OTHER_KIND]


def test_a_file_without_title_is_explained() -> None:
    assert [why.reason for why in read({"tc-1.md": ticket(body="text\n")}).explained] == [base.NO_TITLE]


def test_two_files_with_one_id_are_a_problem() -> None:
    found = read({"a.md": ticket(), "b.md": ticket()})
    assert [problem.path for problem in found.problems] == ["b.md"]
    assert len(found.issues) == 1
