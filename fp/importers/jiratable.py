"""The CSV of Jira's export, row by row in the shape of its API.

Pure. Columns as exports of the cloud and of servers have them: one column for each value of a list, all of one name
(Labels, Sprint, Comment, Fix versions, links, watchers); `Inward issue link (Blocks)` holds what blocks the issue;
a comment is `date;author;text`; a parent is the `Issue id` of a row, or in `Parent key` its key; estimates are seconds;
dates are the exporter's: `12/Mar/26 9:05 AM` and ISO are read, without a zone as UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fp.importers import clean
from fp.importers.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fp.importers.tabletext import Row

TEXTS = {"summary": "summary", "description": "description", "environment": "environment"}
NAMED = {"status": "status", "issue type": "issuetype", "priority": "priority", "resolution": "resolution"}
PEOPLE = {"assignee": "assignee", "reporter": "reporter", "creator": "creator"}
DATES = {"created": "created", "resolved": "resolutiondate", "updated": "updated"}
LISTS = {
    "fix version/s": "fixVersions",
    "fix versions": "fixVersions",
    "affects version/s": "versions",
    "affects versions": "versions",
    "component/s": "components",
    "components": "components",
}
SECONDS = {"original estimate": "timeoriginalestimate", "time spent": "timespent"}
OPPOSITE = {"inward": "is blocked by", "outward": "blocks"}
BLOCKS = "blocks"
LEFT_OUT = frozenset(
    (
        "issue key", "key", "issue id", "status category", "labels", "sprint", "comment", "comments", "due date", "due",
        "parent", "parent id", "parent key", "parent summary", "parent status", "attachment", "attachments",
        # Derived by Jira from the rest, or of the project and not of the issue.
        "project key", "project name", "project type", "project lead", "project lead id", "project description",
        "project url", "assignee id", "reporter id", "creator id", "watchers", "watchers id", "votes", "last viewed",
        "work ratio", "remaining estimate", "status category changed", "log work",
    )
)  # fmt: skip
SUM = "\u03c3 "
COMMENT_PARTS = 3
ROLES = ("Assignee", "Reporter", "Creator")

_LINK = re.compile(r"(inward|outward) issue link \((.{1,80})\)", re.IGNORECASE)
_CUSTOM = re.compile(r"custom field \((.{1,200})\)", re.IGNORECASE)
_DATE = re.compile(
    r"([0-9]{1,2})[/ -]([A-Z][a-z]{2})[/ -]([0-9]{4}|[0-9]{2})"
    r"(?:,?\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*([AaPp][Mm])?)?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CENTURY = 2000
TWO_DIGITS = 2
NOON = 12


def records_of(rows: Sequence[Row]) -> Iterator[Record]:
    """The rows as records; parents by the ids of all rows, who commented by the ids of all people named."""
    keys = {row.one("Issue id").strip(): _key(row) for row in rows}
    people = {row.one(f"{role} Id").strip(): row.one(role).strip() for role in ROLES for row in rows}
    for row in rows:
        yield Record({"key": _key(row), "fields": dict(_fields(row, keys, people))}, row.name, row.line)


def _key(row: Row) -> str:
    return row.one("Issue key", "Key").strip()


def _fields(row: Row, keys: dict[str, str], people: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for column, told in row.cells:
        name = column.casefold()
        yield from _simple(name, told)
    yield "labels", [label for told in row.all("Labels") for label in told.replace(",", " ").split()]
    for name in dict.fromkeys(LISTS.values()):
        columns = [column for column, field in LISTS.items() if field == name]
        yield name, [{"name": told.strip()} for told in row.all(*columns)]
    yield "parent", {"key": _parent(row, keys)}
    yield "duedate", _day(row.one("Due date", "Due"))
    yield "issuelinks", list(_links(row))
    yield "comment", {"comments": [_comment(told, people) for told in row.all("Comment", "Comments")]}
    yield "attachment", [_attachment(told) for told in row.all("Attachment", "Attachments")]
    category = {"name": row.one("Status Category").strip()}
    yield "status", {"name": row.one("Status").strip(), "statusCategory": category}
    yield from _others(row)


def _simple(name: str, told: str) -> Iterator[tuple[str, Any]]:
    if name in TEXTS:
        yield TEXTS[name], told
    elif name in NAMED:
        yield NAMED[name], {"name": told.strip()}
    elif name in PEOPLE:
        yield PEOPLE[name], {"displayName": told}
    elif name in DATES:
        yield DATES[name], _iso(told)
    elif name in SECONDS and _is_seconds(told):
        yield SECONDS[name], int(told.strip()[:12])


def _others(row: Row) -> Iterator[tuple[str, Any]]:
    """Sprints, fields of one's own and unknown columns, by their names, all their values."""
    columns: dict[str, list[str]] = {}
    for column, told in row.cells:
        if not _is_known(column.casefold(), told):
            custom = _CUSTOM.fullmatch(column)
            columns.setdefault(custom[1] if custom else column, []).append(told.strip())
    columns |= {"Sprint": row.all("Sprint")} if row.all("Sprint") else {}
    yield from ((name, values[0] if len(values) == 1 else values) for name, values in columns.items())


def _is_known(name: str, told: str) -> bool:
    """Whether a column has its place in the API's shape, or is left out; sums over sub-tasks start with a sigma."""
    if name in SECONDS:
        return _is_seconds(told)
    known = any(name in table for table in (TEXTS, NAMED, PEOPLE, DATES, LISTS, LEFT_OUT))
    return known or name.startswith(SUM) or _LINK.fullmatch(name) is not None


def _is_seconds(told: str) -> bool:
    return told.strip().isascii() and told.strip().isdecimal()


def _parent(row: Row, keys: dict[str, str]) -> str:
    told = row.one("Parent key").strip() or row.one("Parent").strip() or row.one("Parent id").strip()
    return keys.get(told, told) if told else ""


def _links(row: Row) -> Iterator[dict[str, Any]]:
    for column, told in row.cells:
        found = _LINK.fullmatch(column)
        if found is None:
            continue
        way, name = found[1].casefold(), found[2]
        words = OPPOSITE[way] if name.casefold() == BLOCKS else f"{name} ({way})"
        for key in told.replace(";", ",").split(","):
            yield {"type": {"name": name, way: words}, f"{way}Issue": {"key": key.strip()}}


def _comment(told: str, people: dict[str, str]) -> dict[str, Any]:
    """`date;author;text`, the author by an id; a text alone where the first part is no date."""
    date, *rest = told.split(";", COMMENT_PARTS - 1)
    at = _iso(date)
    if len(rest) < COMMENT_PARTS - 1 or clean.instant(at) is None:
        return {"body": told}
    return {"created": at, "author": {"displayName": people.get(rest[0].strip()) or rest[0]}, "body": rest[1]}


def _attachment(told: str) -> dict[str, str]:
    """`date;author;name;address`, of which the last two count."""
    parts = told.split(";")
    return {"filename": parts[-2], "content": parts[-1]} if len(parts) > 1 else {"content": told}


def _day(told: str) -> str:
    at = clean.instant(_iso(told))
    return told.strip() if at is None else at.date().isoformat()


def _iso(told: str) -> str:
    """A date such as `12/Mar/26 9:05 AM` in ISO, others as they are."""
    found = _DATE.fullmatch(told.strip())
    if found is None or found[2] not in _MONTHS:
        return told.strip()
    year = int(found[3]) + (CENTURY if len(found[3]) == TWO_DIGITS else 0)
    hour = int(found[4] or 0)
    if found[7]:
        hour = hour % NOON + (NOON if found[7].casefold() == "pm" else 0)
    try:
        at = datetime(
            year, _MONTHS.index(found[2]) + 1, int(found[1]), hour, int(found[5] or 0), int(found[6] or 0), tzinfo=UTC
        )
    except ValueError:
        return told.strip()
    return at.isoformat()
