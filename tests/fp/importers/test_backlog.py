"""The reader of Backlog.md's folder."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.importers import base
from fp.importers.backlog import read

CONFIG = b'task_prefix: "back"\n'


def task(key: str = "BACK-1", header: str = "", body: str = "", *, status: str = "To Do") -> bytes:
    return f"---\nid: {key}\ntitle: A title\nstatus: {status}\n{header}---\n\n{body}".encode()


def reading(files: dict[str, bytes]) -> base.Reading:
    return read({"config.yml": CONFIG, **files})


def one(
    header: str = "", body: str = "", *, path: str = "tasks/back-1 - a.md", status: str = "To Do"
) -> base.ForeignIssue:
    (issue,) = reading({path: task("BACK-1", header, body, status=status)}).issues
    return issue


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ("priority: high\n", "priority", "high"),
        ("priority: odd\n", "priority", None),
        ("priority: odd\n", "facts", (("priority", "odd"),)),
        ("", "priority", None),
        ("type: enhancement\n", "type", "feature"),
        ("type: enhancement\n", "facts", (("type", "enhancement"),)),
        ("type: spike\n", "type", "task"),
        ("assignee:\n  - '@codex'\n", "assignees", ("@codex",)),
        ("assignee: Claude\n", "assignees", ("Claude",)),
        ("assignee: @Claude\n", "assignees", ("@Claude",)),
        ("labels: [cli, bug]\n", "labels", ("cli", "bug")),
        ("created_date: 2025-06-09\n", "created", datetime(2025, 6, 9, tzinfo=UTC)),
        ("created_date: '2026-04-25 12:14'\n", "created", datetime(2026, 4, 25, 12, 14, tzinfo=UTC)),
        ("milestone: m-7\nordinal: 3000\n", "facts", (("ordinal", "3000"),)),
        ("milestone: m-7\n", "milestone", "m-7"),
        ("references:\n  - a\n  - b\n", "facts", (("references", "- a\n- b"),)),
        ("references: []\nupdated_date: 2025-06-09\n", "facts", ()),
    ],
)
def test_a_field_becomes_ours(header: str, name: str, value: object) -> None:
    assert getattr(one(header), name) == value


@pytest.mark.parametrize(
    ("folder", "word", "status"),
    [
        ("tasks", "To Do", "todo"),
        ("tasks", "To do", "todo"),
        ("tasks", "In Progress", "in-progress"),
        ("tasks", "Done", "done"),
        ("tasks", "Won't Do", "cancelled"),
        ("completed", '"Done"', "done"),
        ("drafts", "Draft", "todo"),
        ("tasks", "Of our own", "todo"),
        ("archive/tasks", "Done", "done"),
        ("archive/tasks", "To Do", "cancelled"),
        ("archive/drafts", "Draft", "cancelled"),
    ],
)
def test_a_status_becomes_ours(folder: str, word: str, status: str) -> None:
    assert one(path=f"{folder}/back-1 - a.md", status=word).status == status


def test_an_unknown_status_is_kept_and_said() -> None:
    issue = one(status="Of our own")
    assert issue.facts == (("status", "Of our own"),)
    assert issue.repairs == ("status: 'Of our own' is unknown, taken as todo",)


def test_an_archived_task_says_where_it_was() -> None:
    facts = one(path="archive/tasks/back-1 - a.md").facts
    assert facts == (("folder", "archive/tasks"), ("status", "To Do"))


def test_a_draft_is_labelled() -> None:
    assert one("labels: [cli]\n", path="drafts/draft-1 - a.md").labels == ("cli", "draft")


def test_a_completion_date_closes() -> None:
    header = "completed_date: 2025-06-09\n"
    assert one(header, status="Done").closing == base.Closing(datetime(2025, 6, 9, tzinfo=UTC))
    assert one(header).closing is None


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("BACK-2", "BACK-2"),
        ("back-2", "BACK-2"),
        ("task-2", "BACK-2"),
        ("2", "BACK-2"),
        ("task-002", "BACK-2"),
        ("task-3.01", "BACK-3.1"),
        ("draft-2", "DRAFT-2"),
        ("task-99", "task-99"),
        ("other-2", "other-2"),
    ],
)
def test_a_reference_survives_the_renaming_of_ids(reference: str, key: str) -> None:
    files = {
        "tasks/a.md": task("BACK-1", f"dependencies: [{reference}]\n"),
        "tasks/b.md": task("BACK-2"),
        "tasks/c.md": task("BACK-3.1"),
        "drafts/d.md": task("DRAFT-2"),
    }
    assert {issue.key: issue.depends_on for issue in reading(files).issues}["BACK-1"] == (key,)


def test_a_parent_is_named_or_told_by_a_dotted_id() -> None:
    files = {
        "tasks/a.md": task("BACK-1"),
        "tasks/b.md": task("BACK-1.1"),
        "tasks/c.md": task("BACK-2", "parent_task_id: task-1\n"),
        "tasks/d.md": task("BACK-9.1"),
        "tasks/e.md": task("BACK-3", "parent_task_id: task-8\n"),
    }
    parents = {issue.key: issue.parent for issue in reading(files).issues}
    expected = {"BACK-1": None, "BACK-1.1": "BACK-1", "BACK-2": "BACK-1", "BACK-9.1": None, "BACK-3": "task-8"}
    assert parents == expected


def test_two_tasks_with_one_id_are_two_issues() -> None:
    files = {"archive/tasks/a.md": task(), "completed/b.md": task(), "tasks/c.md": task(), "tasks/d.md": task()}
    assert {issue.key: issue.where for issue in reading(files).issues} == {
        "BACK-1": "tasks/c.md",
        "BACK-1@tasks": "tasks/d.md",
        "BACK-1@completed": "completed/b.md",
        "BACK-1@archive/tasks": "archive/tasks/a.md",
    }


def test_marks_go_and_criteria_stand_under_acceptance() -> None:
    body = "## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nWhat.\n<!-- SECTION:DESCRIPTION:END -->\n\n"
    body += "## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [x] #1 Works\n- [ ] #2 Fast\n<!-- AC:END -->\n"
    assert one(body=body).body == "## Description\n\nWhat.\n\n## Acceptance\n- [x] #1 Works\n- [ ] #2 Fast"


def test_marks_in_code_are_text() -> None:
    body = "```\n<!-- AC:BEGIN -->\n## Acceptance Criteria\n```"
    assert one(body=body).body == body


COMMENTS = """\
## Comments

<!-- COMMENTS:BEGIN -->
author: @ann
created: 2026-07-09 22:13
---
First.

---

## A heading of its own
---

author: bob
created: 2026-07-09 22:24
---
Second.
---
<!-- COMMENTS:END -->
"""


def test_comments_leave_the_body() -> None:
    issue = one(body=f"Before.\n\n{COMMENTS}\n## After\n")
    assert issue.body == "Before.\n\n## After"
    assert issue.comments == (
        base.Comment("@ann", datetime(2026, 7, 9, 22, 13, tzinfo=UTC), "First.\n\n---\n\n## A heading of its own"),
        base.Comment("bob", datetime(2026, 7, 9, 22, 24, tzinfo=UTC), "Second."),
    )


@pytest.mark.parametrize("text", ["Only prose.", "author: ann\n---\nNever closed.", "author: ann"])
def test_a_section_that_is_not_comments_stays(text: str) -> None:
    issue = one(body=f"## Comments\n\n{text}\n")
    assert (issue.body, issue.comments) == (f"## Comments\n\n{text}", ())


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("readme.md", b"# Backlog\n", base.OTHER_KIND),
        ("tasks/readme.md", b"# Tasks\n", base.OTHER_KIND),
        ("docs/doc-1.md", task(), base.OTHER_KIND),
        ("docs/guides/doc-1.md", task(), base.OTHER_KIND),
        ("decisions/decision-1.md", task(), base.OTHER_KIND),
        ("archive/milestones/m-1.md", task(), base.OTHER_KIND),
        ("tasks/a.md", b"---\nid: BACK-1\n---\nbody\n", base.NO_TITLE),
        ("tasks/a.md", b"", base.NO_TITLE),
    ],
)
def test_what_is_left_out_is_explained(path: str, data: bytes, reason: str) -> None:
    found = read({path: data})
    assert [(why.where, why.reason) for why in found.explained] == [(path, reason)]


def test_a_task_without_header_is_read_by_its_name_and_heading() -> None:
    (issue,) = reading({"tasks/back-7 - Some-name.md": b"# By its heading\n\nText.\n"}).issues
    assert (issue.key, issue.title, issue.body, issue.status) == ("back-7", "By its heading", "Text.", "todo")
    assert issue.repairs[0] == "no header: id from the file's name, title from its first heading"


def test_a_header_that_cannot_be_read_is_a_problem_and_stops_nothing_else() -> None:
    found = reading({"tasks/a.md": b"---\nid: [\n---\n", "tasks/b.md": task("BACK-2")})
    assert [problem.path for problem in found.problems] == ["tasks/a.md"]
    assert [issue.key for issue in found.issues] == ["BACK-2"]


def test_a_path_as_an_id_is_only_a_text() -> None:
    assert reading({"tasks/a.md": task("../../x")}).issues[0].key == "../../x"
