"""The reader of Jira's issues, from its API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.jira import read
from tests.support.importing import Place

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 1, 12, 2, 22, 19, tzinfo=UTC)
TIME = "2026-01-12T03:22:19.000+0100"
ANN = {"accountId": "5b10ac", "displayName": "Ann A", "emailAddress": "ann@acme.example", "active": True}
NAMES = {
    "customfield_1": "Story Points",
    "customfield_2": "Sprint",
    "customfield_3": "Epic Link",
    "customfield_4": "Team",
}


def fields(**own: Any) -> dict[str, Any]:
    """The fields of an issue as the API answers."""
    return {
        "summary": "A title", "description": None, "issuetype": {"name": "Task", "subtask": False},
        "status": {"name": "To Do", "statusCategory": {"key": "new", "name": "To Do"}}, "priority": None,
        "labels": [], "assignee": None, "reporter": None, "creator": ANN, "created": TIME, "updated": TIME,
        "resolution": None, "resolutiondate": None, "duedate": None, "issuelinks": [], "subtasks": [],
        "components": [], "fixVersions": [], "versions": [], "project": {"key": "ABC"}, "votes": {"votes": 3},
        "watches": {"watchCount": 1}, "workratio": -1, "progress": {"progress": 0}, "timeoriginalestimate": None,
        "comment": {"comments": [], "total": 0}, "attachment": [], "lastViewed": TIME, "worklog": {"total": 0},
        "customfield_1": None, "customfield_2": None, "statusCategory": {"key": "new"}, **own,
    }  # fmt: skip


def issue(key: str = "ABC-7", **own: Any) -> dict[str, Any]:
    return {"id": "10007", "self": "https://x", "key": key, "expand": "", "fields": fields(**own)}


def answer(*issues: Any) -> bytes:
    return json.dumps({"expand": "names", "startAt": 0, "total": 1, "names": NAMES, "issues": list(issues)}).encode()


def one(**own: Any) -> base.ForeignIssue:
    (found,) = read({"x.json": answer(issue(**own))}).issues
    return found


def status(name: str, category: str = "new") -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": category}}


def link(way: str, key: str = "ABC-3", name: str = "Blocks", **words: str) -> dict[str, Any]:
    kind = {"name": name, "inward": "is blocked by", "outward": "blocks", **words}
    return {"id": "1", "type": kind, f"{way}Issue": {"id": "3", "key": key, "fields": {}}}


DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hm."}]}],
}
SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint@1a[id=42,rapidViewId=7,state=ACTIVE,name=Sprint 12,goal=]"


@pytest.mark.parametrize(
    ("own", "name", "value"),
    [
        ({}, "key", "ABC-7"),
        ({}, "title", "A title"),
        ({"description": DOCUMENT}, "body", "Hm."),
        ({"description": "h1. Hm"}, "body", "# Hm"),
        ({}, "status", "todo"),
        ({"status": status("In Review", "indeterminate")}, "status", "in-review"),
        ({"status": status("Building", "indeterminate")}, "status", "in-progress"),
        ({"status": status("Shipped", "done")}, "status", "done"),
        ({"status": status("Done", "done"), "resolution": {"name": "Won't Fix"}}, "status", "cancelled"),
        ({"status": status("Odd", "odd")}, "status", "todo"),
        ({"issuetype": {"name": "Story"}}, "type", "feature"),
        ({"issuetype": {"name": "Sub-task"}}, "type", "task"),
        ({"issuetype": {"name": "Risk"}}, "type", "task"),
        ({}, "priority", None),
        ({"priority": {"name": "Highest"}}, "priority", "critical"),
        ({"priority": {"name": "Major"}}, "priority", "high"),
        ({}, "created", AT),
        ({"assignee": ANN}, "assignees", ("Ann A",)),
        ({"assignee": {"name": "ann", "displayName": "Ann A"}}, "assignees", ("ann",)),
        ({"labels": ["web", "api"]}, "labels", ("web", "api")),
        ({"fixVersions": [{"name": "1.2"}, {"name": "1.3"}]}, "milestone", "1.2"),
        ({"duedate": "2026-02-01"}, "due", "2026-02-01"),
        ({"customfield_1": 5.0}, "estimate", "5"),
        ({"customfield_1": 0.5, "timeoriginalestimate": 3600}, "estimate", "0.5"),
        ({"timeoriginalestimate": 43200}, "estimate", "1d 4h"),
        ({"parent": {"id": "3", "key": "ABC-3"}}, "parent", "ABC-3"),
        ({"customfield_3": "ABC-4"}, "parent", "ABC-4"),
        ({"issuelinks": [link("inward")]}, "depends_on", ("ABC-3",)),
        ({"issuelinks": [link("outward", name="Dependency", outward="depends on")]}, "depends_on", ("ABC-3",)),
        ({"issuelinks": [link("outward", name="Relates", outward="relates to")]}, "links",
         (base.Link("relates to", "ABC-3"),)),
        ({"issuelinks": [link("outward")]}, "links", (base.Link("blocks", "ABC-3"),)),
        ({"comment": {"comments": [{"author": ANN, "created": TIME, "body": DOCUMENT}], "total": 1}}, "comments",
         (base.Comment("Ann A", AT, "Hm."),)),
        ({"status": status("Done"), "resolution": {"name": "Fixed"}, "resolutiondate": TIME}, "closing",
         base.Closing(AT)),
        ({"status": status("Done"), "resolution": {"name": "Duplicate"}, "resolutiondate": TIME}, "closing",
         base.Closing(AT, "Duplicate")),
    ],
)  # fmt: skip
def test_a_field_becomes_ours(own: dict[str, Any], name: str, value: object) -> None:
    assert getattr(one(**own), name) == value


@pytest.mark.parametrize(
    ("own", "fact"),
    [
        ({"status": status("Building", "indeterminate")}, ("status", "Building")),
        ({"issuetype": {"name": "Story"}}, ("issuetype", "Story")),
        ({"priority": {"name": "Highest"}}, ("priority", "Highest")),
        ({"reporter": ANN}, ("reporter", "Ann A")),
        ({"resolution": {"name": "Won't Fix"}}, ("resolution", "Won't Fix")),
        ({"fixVersions": [{"name": "1.2"}, {"name": "1.3"}]}, ("fix versions", "1.2, 1.3")),
        ({"versions": [{"name": "1.1"}]}, ("affects versions", "1.1")),
        ({"components": [{"name": "web"}, {"name": "api"}]}, ("components", "web, api")),
        ({"environment": DOCUMENT}, ("environment", "Hm.")),
        ({"timeoriginalestimate": 3600, "customfield_1": 3}, ("original estimate", "1h")),
        ({"timespent": 1800}, ("time spent", "30m")),
        ({"security": {"name": "Internal"}}, ("security", "Internal")),
        ({"attachment": [{"filename": "a.png", "content": "https://x/a.png"}]}, ("attachments", "a.png (https://x/a.png)")),
        ({"customfield_2": [SPRINT]}, ("Sprint", "Sprint 12")),
        ({"customfield_2": [{"id": 1, "name": "S 1", "state": "closed"}, {"name": "S 2"}]}, ("Sprint", "S 1, S 2")),
        ({"customfield_4": {"value": "Core", "child": {"value": "Auth"}}}, ("Team", "Core / Auth")),
        ({"customfield_9": [{"value": "x"}, 3]}, ("customfield_9", "x, 3")),
        ({"customfield_1": "many"}, ("Story Points", "many")),
        ({"duedate": "soon"}, ("due", "soon")),
    ],
)  # fmt: skip
def test_what_has_no_field_is_kept(own: dict[str, Any], fact: tuple[str, str]) -> None:
    assert fact in one(**own).facts


def test_what_says_nothing_more_is_not_kept() -> None:
    assert one(customfield_1=3, customfield_3="ABC-3").facts == ()


def test_either_end_may_tell_what_blocks_and_who_is_the_parent() -> None:
    first = issue("ABC-3", issuelinks=[link("outward", "ABC-7")], subtasks=[{"key": "ABC-7"}])
    found = read({"x.json": answer(first, issue())}).issues
    assert [(one.depends_on, one.parent, one.links) for one in found] == [((), None, ()), (("ABC-3",), "ABC-3", ())]


def test_pages_and_single_issues_are_read() -> None:
    data = answer(issue("ABC-1")) + answer(issue("ABC-2")) + json.dumps([issue("ABC-3")]).encode()
    assert [one.key for one in read({"stdin": data}).issues] == ["ABC-1", "ABC-2", "ABC-3"]


@pytest.mark.parametrize(
    ("pages", "missing"),
    [
        ([{"isLast": False}], True),
        ([{"isLast": False}, {"isLast": True}], False),
        ([{"total": 2}], True),
        ([{"total": 2}, {"total": 2, "startAt": 1}], False),
        ([{}], False),
    ],
)
def test_pages_that_are_missing_are_told(pages: list[dict[str, Any]], missing: bool) -> None:
    data = "".join(json.dumps({**page, "issues": [issue(f"ABC-{n}")]}) for n, page in enumerate(pages))
    found = read({"stdin": data.encode()})
    assert [problem.code for problem in found.problems] == ["missing-pages"] * missing
    assert len(found.issues) == len(pages)


def test_what_is_incomplete_or_unknown_is_reported() -> None:
    own = {"status": status("Odd", "odd"), "comment": {"comments": [], "total": 4}, "created": "yesterday"}
    assert one(**own).repairs == (
        "created: not a date, left out",
        "status: 'Odd' is unknown, taken as todo",
        "comments: the export has 0 of 4",
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"errorMessages": ["No project"], "errors": {}}', "No project"),
        (b'{"issues": [{"fields": {"summary": "x"}}]}', "no issue key"),
        (b'{"issues": [3]}', "not a JSON object"),
        (b"[3]", "not a JSON object"),
        (b'{"issues": [', "not JSON"),
        (b" \n", "empty"),
    ],
)
def test_what_is_odd_is_a_problem(data: bytes, words: str) -> None:
    (problem,) = read({"x.json": data}).problems
    assert words in problem.message


def test_fields_of_other_shapes_stop_nothing() -> None:
    odd = {key: [3, None, {"nodes": 3, "comments": 4}] for key in (*fields(), "customfield_3")} | {"summary": "T"}
    assert [one.title for one in read({"x.json": answer({"key": "A-1", "fields": odd})}).issues] == ["T"]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    second = issue(issuelinks=[link("inward")], description=DOCUMENT, duedate="2026-02-01", customfield_1=3)
    for expected in ([plan.CREATED] * 2, [plan.UNCHANGED] * 2):
        prepared = apply.prepare("jira", read({"x.json": answer(issue("ABC-3"), second)}), place.files)
        assert [outcome.status for outcome in prepared.plan.outcomes] == expected
        apply.write(prepared, place.files, iter)
