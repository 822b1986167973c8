"""The reader of GitLab's issues, in the shape of its REST API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.gitlab import read
from tests.support.importing import Place

if TYPE_CHECKING:
    from pathlib import Path

HOME = "https://gitlab.example/acme/tools/widget/-/issues"
AT = datetime(2026, 1, 12, 3, 22, 19, 512000, tzinfo=UTC)
TIME = "2026-01-12T03:22:19.512Z"
USER = {"id": 2, "username": "bob", "name": "Bob B", "state": "active", "web_url": "https://gitlab.example/bob"}


def issue(iid: int = 7, **fields: Any) -> dict[str, Any]:
    """An issue as the REST API prints it."""
    return {
        "id": 1000 + iid, "iid": iid, "project_id": 4, "title": "A title", "description": None, "state": "opened",
        "created_at": TIME, "updated_at": TIME, "closed_at": None, "closed_by": None, "labels": [], "milestone": None,
        "assignees": [], "author": {"username": "ann", "name": "Ann A"}, "type": "ISSUE", "assignee": None,
        "user_notes_count": 0, "merge_requests_count": 0, "upvotes": 0, "downvotes": 0, "due_date": None,
        "confidential": False, "discussion_locked": None, "issue_type": "issue", "web_url": f"{HOME}/{iid}",
        "time_stats": {"time_estimate": 0, "total_time_spent": 0, "human_time_estimate": None},
        "task_completion_status": {"count": 0, "completed_count": 0}, "weight": None, "blocking_issues_count": 0,
        "has_tasks": True, "task_status": "0 of 0", "_links": {"self": "x", "closed_as_duplicate_of": None},
        "references": {"short": f"#{iid}", "relative": f"#{iid}", "full": f"acme/tools/widget#{iid}"},
        "severity": "UNKNOWN", "moved_to_id": None, "imported": False, "imported_from": "none", "epic": None,
        "iteration": None, "health_status": None, **fields,
    }  # fmt: skip


def note(iid: int = 7, **fields: Any) -> dict[str, Any]:
    """A note as the REST API prints it."""
    return {
        "id": 55, "body": "Hm.", "author": USER, "created_at": TIME, "system": False, "noteable_type": "Issue",
        "noteable_iid": iid, "project_id": 4, **fields,
    }  # fmt: skip


def reading(*records: Any) -> base.Reading:
    return read({"issues.json": json.dumps(list(records)).encode()})


def one(**fields: Any) -> base.ForeignIssue:
    (found,) = reading(issue(**fields)).issues
    return found


def link(kind: str, iid: int = 3, **fields: Any) -> dict[str, Any]:
    return {"iid": iid, "link_type": kind, "web_url": f"{HOME}/{iid}", **fields}


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({}, "key", "7"),
        ({}, "title", "A title"),
        ({"description": "Text.\n\n- [x] box"}, "body", "Text.\n\n- [x] box"),
        ({}, "status", "todo"),
        ({"state": "closed"}, "status", "done"),
        ({"labels": ["Doing"]}, "status", "in-progress"),
        ({"state": "closed", "_links": {"closed_as_duplicate_of": "https://x/api/v4/projects/4/issues/3"}}, "status",
         "cancelled"),
        ({"state": "closed", "moved_to_id": 99}, "status", "cancelled"),
        ({}, "type", "task"),
        ({"issue_type": "incident"}, "type", "bug"),
        ({"labels": ["type::feature"]}, "type", "feature"),
        ({"issue_type": "incident", "labels": ["type::feature"]}, "type", "bug"),
        ({"labels": ["priority::high"]}, "priority", "high"),
        ({}, "created", AT),
        ({"assignees": [USER], "assignee": USER}, "assignees", ("bob",)),
        ({"labels": ["a", "b c"]}, "labels", ("a", "b c")),
        ({"labels": [{"id": 1, "name": "a"}]}, "labels", ("a",)),
        ({"milestone": {"iid": 1, "title": "v1", "due_date": "2026-02-01"}}, "milestone", "v1"),
        ({"due_date": "2026-02-01"}, "due", "2026-02-01"),
        ({"due_date": "soon"}, "due", None),
        ({"time_stats": {"time_estimate": 12600}}, "estimate", "3h 30m"),
        ({"time_stats": {"time_estimate": 8 * 3600 * 6}, "weight": 3}, "estimate", "1w 1d"),
        ({"weight": 3}, "estimate", "3"),
        ({"links": [link("is_blocked_by")]}, "depends_on", ("3",)),
        ({"links": [link("is_blocked_by", web_url="https://gitlab.example/o/r/-/issues/3")]}, "depends_on", ("o/r#3",)),
        ({"description": "Blocked by #3, acme/tools/widget#4"}, "depends_on", ("3", "4")),
        ({"description": f"Depends on {HOME}/3"}, "depends_on", ("3",)),
        ({"links": [link("relates_to")]}, "links", (base.Link("relates to", "3"),)),
        ({"_links": {"closed_as_duplicate_of": "https://x/api/v4/projects/4/issues/3"}}, "links",
         (base.Link("duplicate of", "3"),)),
        ({"state": "closed", "closed_at": TIME, "closed_by": USER}, "closing", base.Closing(AT, "", "bob")),
        ({"state": "closed", "closed_at": TIME, "moved_to_id": 9}, "closing", base.Closing(AT, "moved")),
    ],
)  # fmt: skip
def test_a_field_becomes_ours(fields: dict[str, Any], name: str, value: object) -> None:
    assert getattr(one(**fields), name) == value


@pytest.mark.parametrize(
    ("fields", "fact"),
    [
        ({}, ("url", f"{HOME}/7")),
        ({}, ("author", "ann")),
        ({"issue_type": "test_case"}, ("type", "test_case")),
        ({"issue_type": "incident"}, ("type", "incident")),
        ({"weight": 3, "time_stats": {"time_estimate": 60}}, ("weight", "3")),
        ({"time_stats": {"total_time_spent": 1800}}, ("time spent", "30m")),
        ({"milestone": {"title": "v1", "due_date": "2026-02-01"}}, ("milestone due", "2026-02-01")),
        ({"epic": {"iid": 5, "title": "Login"}}, ("epic", "Login")),
        ({"iteration": {"iid": 2, "title": None, "start_date": "2026-01-01", "due_date": "2026-01-14"}},
         ("iteration", "2026-01-01 to 2026-01-14")),
        ({"severity": "HIGH"}, ("severity", "HIGH")),
        ({"confidential": True}, ("confidential", "yes")),
        ({"discussion_locked": True}, ("discussion locked", "yes")),
        ({"moved_to_id": 9}, ("moved to id", "9")),
        ({"due_date": "soon"}, ("due date", "soon")),
        ({"health_status": "at_risk"}, ("health_status", "at_risk")),
    ],
)  # fmt: skip
def test_what_has_no_field_is_kept(fields: dict[str, Any], fact: tuple[str, str]) -> None:
    assert fact in one(**fields).facts


def test_what_says_nothing_more_is_not_kept() -> None:
    assert [name for name, _ in one().facts] == ["url", "author"]


def test_the_other_end_may_tell_what_blocks() -> None:
    found = reading(issue(3, links=[link("blocks", 7), link("blocks", 99)]), issue())
    assert [one.depends_on for one in found.issues] == [(), ("3",)]
    assert found.issues[0].links == (base.Link("blocks", "99"),)


def test_notes_of_people_are_comments() -> None:
    found = reading(issue(), note(), note(system=True), note(8), note(noteable_type="MergeRequest"))
    assert found.issues[0].comments == (base.Comment("bob", AT, "Hm."),)
    assert [why.reason for why in found.explained] == ["system-note", "other-kind", "other-kind"]


def test_what_everybody_will_read_is_reported() -> None:
    assert one(confidential=True, user_notes_count=2).repairs == (
        "confidential: whoever reads this repository reads it",
        "comments: the export has only their number, 2",
    )


def test_a_merge_request_is_explained() -> None:
    assert [why.reason for why in reading(issue(source_branch="x")).explained] == ["pull-request"]


def test_issues_of_two_projects_are_a_problem() -> None:
    found = reading(issue(), issue(project_id=5))
    assert (len(found.issues), "--project" in found.problems[0].message) == (1, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"message": "404 Project Not Found"}', "404 Project Not Found"),
        (b'{"error": "invalid_token"}', "invalid_token"),
        (b'[{"title": "x"}]', "`iid` is missing"),
        (b"[1]", "not a JSON object"),
    ],
)
def test_what_is_odd_is_a_problem(data: bytes, words: str) -> None:
    (problem,) = read({"x.json": data}).problems
    assert words in problem.message


def test_fields_of_other_shapes_stop_nothing() -> None:
    odd = {key: [3, None, {"nodes": 3}] for key in issue()} | {"iid": 7, "title": "T"}
    assert [one.title for one in reading(odd).issues] == ["T"]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    found = reading(
        issue(3), issue(links=[link("is_blocked_by")], due_date="2026-02-01", weight=3, state="closed"), note()
    )
    for expected in ([plan.CREATED] * 2, [plan.UNCHANGED] * 2):
        prepared = apply.prepare("gitlab", found, place.files)
        assert [outcome.status for outcome in prepared.plan.outcomes] == expected
        apply.write(prepared, place.files, iter)
