"""The CSV of Linear's export, row by row in the shape of its API.

Pure. Columns and values as Linear's own importer reads them (github.com/linear/linear, packages/import/src/importers/
linearCsv: names of priorities, labels apart by `, `, a `'` before what a table program might take for a formula) and as
exports of 2024 to 2026 have them: dates in ISO or as JavaScript prints them, rows without their last cells, and from
2026 on the columns Related to, Blocked by and Duplicate of.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fp.importers import clean
from fp.importers.records import Record

if TYPE_CHECKING:
    from fp.importers import tabletext

BLOCKS = "blocks"
HALF_DAY = timedelta(hours=12)
COLUMNS = {
    "title": "title",
    "description": "description",
    "priority": "priorityLabel",
    "estimate": "estimate",
}
DATES = {
    "created": "createdAt",
    "completed": "completedAt",
    "canceled": "canceledAt",
    "archived": "archivedAt",
    "started": "startedAt",
}
NAMED = {
    "status": "state",
    "project": "project",
    "project milestone": "projectMilestone",
    "creator": "creator",
    "assignee": "assignee",
    "team": "team",
}
LEFT_OUT = (
    "id", "uuid", "updated", "triaged", "labels", "parent issue", "blocked by", "related to", "duplicate of",
    "due date", "cycle number", "cycle name", "cycle start", "cycle end", "project id", "project milestone id",
    "time in status (minutes)",
)  # fmt: skip

_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9]{4}) ([0-9:]{8}) GMT([+-][0-9]{2})([0-9]{2})(?: \(.{0,60}\))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORMULA = re.compile(r"'(?=[-+=@])")


def record(row: tabletext.Row) -> Record:
    """The row in the shape of the API; columns that it does not have keep their name."""
    fields: dict[str, Any] = {"identifier": row.one("ID").strip()}
    for column, told in row.cells:
        name, value = column.casefold(), _FORMULA.sub("", told, count=1) if _FORMULA.match(told) else told
        if name in COLUMNS:
            fields[COLUMNS[name]] = value
        elif name in DATES:
            fields[DATES[name]] = _iso(value)
        elif name in NAMED:
            fields[NAMED[name]] = {"name": value}
        elif name not in LEFT_OUT:
            fields[column] = value
    fields["labels"] = [{"name": label} for label in row.one("Labels").split(", ")]
    fields["parent"] = {"identifier": row.one("Parent issue").strip()}
    fields["inverseRelations"] = [{"type": BLOCKS, "issue": {"identifier": key}} for key in _keys(row, "Blocked by")]
    fields["relations"] = [
        {"type": kind, "relatedIssue": {"identifier": key}}
        for kind, column in (("related", "Related to"), ("duplicate", "Duplicate of"))
        for key in _keys(row, column)
    ]
    fields["cycle"] = {"number": row.one("Cycle Number"), "name": row.one("Cycle Name")}
    fields["dueDate"] = _due(row.one("Due Date"))
    fields["updatedAt"] = _iso(row.one("Updated"))
    return Record(fields, row.name, row.line)


def _keys(row: tabletext.Row, column: str) -> list[str]:
    return [key for part in row.one(column).split(",") if (key := part.strip())]


def _iso(told: str) -> str:
    """A date as JavaScript prints it, in ISO; others as they are."""
    found = _JAVASCRIPT.fullmatch(told.strip())
    if found is None or found[1] not in _MONTHS:
        return told
    month = _MONTHS.index(found[1]) + 1
    return f"{found[3]}-{month:02}-{found[2]}T{found[4]}{found[5]}:{found[6]}"


def _due(told: str) -> str:
    """The day of a due date. An export has its midnight somewhere in the world: the nearest one of UTC is meant."""
    at = clean.instant(_iso(told))
    if at is None or clean.is_day(told):
        return told
    try:
        return (at + HALF_DAY).date().isoformat()
    except OverflowError:
        return told
