"""The reader of Linear's issues, from its CSV and from its API."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.linear import read
from tests.support.importing import Place

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "ID", "Team", "Title", "Description", "Status", "Estimate", "Priority", "Project ID", "Project", "Creator",
    "Assignee", "Labels", "Cycle Number", "Cycle Name", "Cycle Start", "Cycle End", "Created", "Updated", "Started",
    "Triaged", "Completed", "Canceled", "Archived", "Due Date", "Parent issue", "Initiatives", "Project Milestone ID",
    "Project Milestone", "SLA Status", "UUID", "Time in status (minutes)", "Related to", "Blocked by", "Duplicate of",
)  # fmt: skip
JAVASCRIPT = "Wed May 13 2026 11:21:41 GMT+0100 (GMT+01:00)"
AT = datetime(2026, 5, 13, 10, 21, 41, tzinfo=UTC)
ISO = "2026-05-13T10:21:41.000Z"


def table(*rows: dict[str, str], header: tuple[str, ...] = HEADER) -> bytes:
    """An export with these cells, all quoted as Linear does."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in rows:
        cells = {"ID": "ENG-7", "Team": "ENG", "Title": "A title", "Status": "Todo", "Priority": "No priority", **row}
        writer.writerow([cells.get(column, "") for column in header])
    return out.getvalue().encode()


def node(**fields: Any) -> dict[str, Any]:
    """An issue as the API answers."""
    return {
        "id": "u-7", "identifier": "ENG-7", "title": "A title", "state": {"name": "Todo", "type": "unstarted"},
        "priority": 0, "createdAt": ISO, "labels": {"nodes": []}, **fields,
    }  # fmt: skip


def answer(*nodes: Any) -> bytes:
    return json.dumps({"data": {"issues": {"nodes": list(nodes), "pageInfo": {"hasNextPage": False}}}}).encode()


def row(**cells: str) -> base.ForeignIssue:
    (issue,) = read({"x.csv": table({name.replace("_", " "): cell for name, cell in cells.items()})}).issues
    return issue


def one(**fields: Any) -> base.ForeignIssue:
    (issue,) = read({"x.json": answer(node(**fields))}).issues
    return issue


@pytest.mark.parametrize(
    ("cells", "name", "value"),
    [
        ({}, "key", "ENG-7"),
        ({}, "where", "x.csv:2"),
        ({"Title": "'=1+1"}, "title", "=1+1"),
        ({"Title": "'quoted'"}, "title", "'quoted'"),
        ({"Description": "Line\n\n* [ ] box"}, "body", "Line\n\n* [ ] box"),
        ({}, "status", "todo"),
        ({"Status": "In Progress"}, "status", "in-progress"),
        ({"Status": "Duplicate"}, "status", "cancelled"),
        ({"Status": "Shipped", "Completed": JAVASCRIPT}, "status", "done"),
        ({"Status": "Building", "Started": JAVASCRIPT}, "status", "in-progress"),
        ({"Status": "Dropped", "Canceled": JAVASCRIPT}, "status", "cancelled"),
        ({"Status": "Mine"}, "status", "todo"),
        ({"Archived": JAVASCRIPT}, "status", "cancelled"),
        ({"Status": "Done", "Archived": JAVASCRIPT}, "status", "done"),
        ({"Labels": "Bug, web"}, "type", "bug"),
        ({}, "type", "task"),
        ({}, "priority", None),
        ({"Priority": "Urgent"}, "priority", "critical"),
        ({"Priority": "Low"}, "priority", "low"),
        ({"Created": JAVASCRIPT}, "created", AT),
        ({"Created": ISO}, "created", AT),
        ({"Created": "Wed Xyz 13 2026 11:21:41 GMT+0100"}, "created", None),
        ({"Assignee": "ann@acme.example"}, "assignees", ("ann@acme.example",)),
        ({"Labels": "Bug, web"}, "labels", ("Bug", "web")),
        ({"Project_Milestone": "Launch"}, "milestone", "Launch"),
        ({"Due_Date": "2026-06-26"}, "due", "2026-06-26"),
        ({"Due_Date": "Thu Jun 25 2026 23:00:00 GMT+0000 (GMT+00:00)"}, "due", "2026-06-26"),
        ({"Due_Date": "2026-06-26T07:00:00.000Z"}, "due", "2026-06-26"),
        ({"Due_Date": "soon"}, "due", None),
        ({"Estimate": "3"}, "estimate", "3"),
        ({"Parent_issue": "ENG-3"}, "parent", "ENG-3"),
        ({"Blocked_by": "ENG-3, ENG-4"}, "depends_on", ("ENG-3", "ENG-4")),
        ({"Related_to": "ENG-3", "Duplicate_of": "ENG-4"}, "links",
         (base.Link("related", "ENG-3"), base.Link("duplicate of", "ENG-4"))),
        ({"Status": "Done", "Completed": JAVASCRIPT}, "closing", base.Closing(AT)),
        ({"Status": "Canceled", "Canceled": JAVASCRIPT}, "closing", base.Closing(AT)),
        ({"Completed": JAVASCRIPT}, "closing", None),
    ],
)  # fmt: skip
def test_a_cell_becomes_ours(cells: dict[str, str], name: str, value: object) -> None:
    assert getattr(row(**cells), name) == value


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({}, "key", "ENG-7"),
        ({"description": "Text."}, "body", "Text."),
        ({"state": {"name": "Mine", "type": "started"}}, "status", "in-progress"),
        ({"state": {"name": "In Review", "type": "started"}}, "status", "in-review"),
        ({"state": {"name": "Mine", "type": "canceled"}}, "status", "cancelled"),
        ({"priority": 2}, "priority", "high"),
        ({"priority": 0, "priorityLabel": "No priority"}, "priority", None),
        ({}, "created", AT),
        ({"assignee": {"displayName": "ann", "name": "Ann A"}}, "assignees", ("ann",)),
        ({"labels": {"nodes": [{"name": "Feature"}]}}, "type", "feature"),
        ({"labels": {"nodes": [{"name": "web"}]}}, "labels", ("web",)),
        ({"projectMilestone": {"name": "Launch"}}, "milestone", "Launch"),
        ({"dueDate": "2026-06-26"}, "due", "2026-06-26"),
        ({"estimate": 2.5}, "estimate", "2.5"),
        ({"parent": {"identifier": "ENG-3"}}, "parent", "ENG-3"),
        ({"inverseRelations": {"nodes": [{"type": "blocks", "issue": {"identifier": "ENG-3"}}]}}, "depends_on",
         ("ENG-3",)),
        ({"inverseRelations": {"nodes": [{"type": "duplicate", "issue": {"identifier": "ENG-3"}}]}}, "links",
         (base.Link("duplicated by", "ENG-3"),)),
        ({"comments": {"nodes": [{"body": "Hm.", "createdAt": ISO, "user": {"displayName": "ann"}}]}}, "comments",
         (base.Comment("ann", AT, "Hm."),)),
        ({"state": {"name": "Done", "type": "completed"}, "completedAt": ISO}, "closing", base.Closing(AT)),
    ],
)  # fmt: skip
def test_a_field_becomes_ours(fields: dict[str, Any], name: str, value: object) -> None:
    assert getattr(one(**fields), name) == value


@pytest.mark.parametrize(
    ("cells", "fact"),
    [
        ({}, ("team", "ENG")),
        ({"Status": "Mine"}, ("status", "Mine")),
        ({"Status": "Duplicate"}, ("status", "Duplicate")),
        ({"Priority": "P9"}, ("priority", "P9")),
        ({"Estimate": "XL"}, ("estimate", "XL")),
        ({"Due_Date": "soon"}, ("due", "soon")),
        ({"Project": "Rebuild"}, ("project", "Rebuild")),
        ({"Creator": "Ann"}, ("creator", "Ann")),
        ({"Cycle_Number": "4", "Cycle_Name": "May"}, ("cycle", "4 May")),
        ({"Started": JAVASCRIPT}, ("started", "2026-05-13T11:21:41+01:00")),
        ({"Archived": ISO}, ("archived", ISO)),
        ({"Initiatives": "Growth"}, ("Initiatives", "Growth")),
        ({"SLA_Status": "breached"}, ("SLA Status", "breached")),
    ],
)
def test_what_has_no_field_is_kept(cells: dict[str, str], fact: tuple[str, str]) -> None:
    assert fact in row(**cells).facts


def test_what_says_nothing_more_is_not_kept() -> None:
    cells = {"UUID": "u", "Updated": ISO, "Triaged": ISO, "Project_ID": "p", "Time_in_status_(minutes)": "9"}
    assert [name for name, _ in row(**cells).facts] == ["team"]


def test_either_end_may_tell_what_blocks_and_who_is_the_parent() -> None:
    blocking = {"nodes": [{"type": "blocks", "relatedIssue": {"identifier": "ENG-7"}}]}
    first = node(identifier="ENG-3", relations=blocking, children={"nodes": [{"identifier": "ENG-7"}]})
    found = read({"x.json": answer(first, node())}).issues[1]
    assert (found.depends_on, found.parent) == (("ENG-3",), "ENG-3")


def test_a_status_of_ones_own_is_reported() -> None:
    assert row(Status="Mine", Completed=ISO).repairs == ("status: 'Mine' is unknown, taken as done",)


@pytest.mark.parametrize(
    "wrapped",
    [
        [node()],
        {"data": {"team": {"issues": {"nodes": [node()]}}}},
        {"data": {"issue": node()}},
        {"nodes": [node()]},
        node(),
    ],
)
def test_however_the_answer_is_wrapped_it_is_read(wrapped: object) -> None:
    assert [issue.key for issue in read({"stdin": json.dumps(wrapped).encode()}).issues] == ["ENG-7"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_answer_is_told_from_a_table_whatever_letters_it_starts_with(encoding: str) -> None:
    record = json.dumps({"a": "é" * 40, **node()}, ensure_ascii=False)
    assert [issue.key for issue in read({"stdin": record.encode(encoding)}).issues] == ["ENG-7"]


def test_pages_that_are_missing_are_told() -> None:
    more = answer(node()).replace(b"false", b"true")
    assert [problem.code for problem in read({"stdin": more}).problems] == ["missing-pages"]
    assert read({"stdin": more + answer(node(identifier="ENG-8"))}).problems == ()


def test_rows_without_their_last_cells_are_read() -> None:
    assert row().key == read({"x.csv": table({}).replace(b',"","",""\r\n', b"\r\n")}).issues[0].key


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"errors": [{"message": "Authentication required"}]}', "Authentication required"),
        (b'[{"title": "x"}]', "no `ID`"),
        (b"Title,Status\nx,Todo\n", "no `ID`"),
        (b'ID,Title\nENG-1,"open\n', "not a table"),
        (b"ID,Title\nENG-1,a,b\n", "3 cells, but the header has 2"),
        (b"[1]", "not a JSON object"),
    ],
)
def test_what_is_odd_is_a_problem(data: bytes, words: str) -> None:
    (problem,) = read({"x": data}).problems
    assert words in problem.message


def test_a_row_without_title_is_explained() -> None:
    assert [why.reason for why in read({"x.csv": table({"Title": " "})}).explained] == [base.NO_TITLE]


def test_fields_of_other_shapes_stop_nothing() -> None:
    odd = {key: [3, None, {"nodes": 3}] for key in (*node(), "relations", "state", "comments", "dueDate", "estimate")}
    found = read({"x.json": answer(odd | {"identifier": "ENG-1", "title": "T"})})
    assert [issue.title for issue in found.issues] == ["T"]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rows = (
        {"ID": "ENG-3", "Due Date": "2026-06-26"},
        {"Parent issue": "ENG-3", "Blocked by": "ENG-3", "Estimate": "2"},
    )
    for expected in ([plan.CREATED] * 2, [plan.UNCHANGED] * 2):
        prepared = apply.prepare("linear", read({"x.csv": table(*rows)}), place.files)
        assert [outcome.status for outcome in prepared.plan.outcomes] == expected
        apply.write(prepared, place.files, iter)
