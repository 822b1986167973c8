"""Reader of any CSV with a header: of `fp export csv`, and of tables that people keep.

Pure. A column is known by its name, in any case; `--map COLUMN=FIELD` names others. A row without a title is explained.
A row without an id is known by its title, so that another import finds it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.exporters.table import unguarded
from fp.importers import base, clean, conventions, tabletext
from fp.kernel.errors import Usage
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, IN_REVIEW, NEEDS_ATTENTION, PRIORITIES, STATUSES, TODO, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "key", "number", "issue", "issue id", "#"),
    "title": ("title", "summary", "name", "subject"),
    "status": ("status", "state"),
    "type": ("type", "issue type", "kind"),
    "priority": ("priority", "severity"),
    "assignees": ("assignees", "assignee", "owner", "assigned to"),
    "labels": ("labels", "label", "tags"),
    "parent": ("parent", "epic", "parent id"),
    "depends_on": ("depends_on", "depends on", "blocked by", "dependencies"),
    "milestone": ("milestone", "release", "version", "sprint"),
    "due": ("due", "due date", "deadline"),
    "estimate": ("estimate", "points", "story points"),
    "created": ("created", "created at", "created_at", "date"),
    "body": ("body", "description", "details", "notes"),
}
WORDS = {
    "open": TODO, "new": TODO, "backlog": TODO, "to do": TODO, "todo": TODO, "ready": TODO,
    "in progress": IN_PROGRESS, "doing": IN_PROGRESS, "started": IN_PROGRESS, "active": IN_PROGRESS, "wip": IN_PROGRESS,
    "review": IN_REVIEW, "in review": IN_REVIEW, "testing": IN_REVIEW,
    "blocked": NEEDS_ATTENTION, "on hold": NEEDS_ATTENTION,
    "closed": DONE, "complete": DONE, "completed": DONE, "resolved": DONE, "fixed": DONE,
    "canceled": CANCELLED, "won't do": CANCELLED, "wontfix": CANCELLED, "rejected": CANCELLED,
}  # fmt: skip


class _Cells(NamedTuple):
    """A row by our fields, and what else it has as (column, text)."""

    fields: Mapping[str, str]
    rest: tuple[tuple[str, str], ...]
    where: str


def columns_of(words: Iterable[str]) -> dict[str, str]:
    """`COLUMN=FIELD` as fields by column; Usage for a field that there is none of."""
    found: dict[str, str] = {}
    for word in words:
        column, _, field = word.rpartition("=")
        if not column or field not in NAMES:
            raise Usage(f"not COLUMN=FIELD: {word!r}", hint=f"fields are: {', '.join(NAMES)}")
        found[column.strip().casefold()] = field
    return found


def read(files: Mapping[str, bytes], columns: Mapping[str, str] | None = None) -> base.Reading:
    """Read all rows; `columns` maps names of columns, in lower case, to fields, before those that are known."""
    by_name = {name: field for field, names in NAMES.items() for name in names} | dict(columns or {})
    issues: dict[str, base.ForeignIssue] = {}
    explained: list[base.Explained] = []
    problems: list[Problem] = []
    for name in sorted(files):
        for row in tabletext.rows(name, files[name]):
            found = row if isinstance(row, Problem) else _read(_cells(row, by_name))
            if isinstance(found, Problem):
                problems.append(found)
            elif isinstance(found, base.Explained):
                explained.append(found)
            elif found.key in issues:
                where, line = found.where.rpartition(":")[::2]
                hint = "give each row an id of its own"
                problems.append(Problem("unreadable-record", where, int(line), f"{found.key!r} is there twice", hint))
            else:
                issues[found.key] = found
    return base.Reading(tuple(issues.values()), tuple(explained), tuple(problems))


def _cells(row: tabletext.Row, by_name: Mapping[str, str]) -> _Cells:
    """The first column of a field that has something in it is that field."""
    fields: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for column, cell in row.cells:
        field = by_name.get(column.casefold())
        if field is None or field in fields:
            rest.append((clean.one_line(column), unguarded(cell)))
        else:
            fields[field] = unguarded(cell)
    return _Cells(fields, tuple(rest), row.where)


def _read(row: _Cells) -> base.ForeignIssue | base.Explained | Problem:
    fields = row.fields
    title = clean.one_line(fields.get("title", ""))
    key = clean.one_line(fields.get("id", "")) or title
    if not title:
        return base.Explained(key or row.where, row.where, base.NO_TITLE, "the row has no title")
    status, repairs = _status(clean.one_line(fields.get("status", "")).casefold())
    kind, priority = (clean.one_line(fields.get(name, "")).casefold() for name in ("type", "priority"))
    due, estimate = clean.one_line(fields.get("due", "")), clean.one_line(fields.get("estimate", ""))
    day = due[:10] if clean.is_day(due[:10]) else None
    odd = [("due", due)] if due and day is None else []
    return base.ForeignIssue(
        key=key[: base.KEY_CHARACTERS_MAX],
        where=row.where,
        title=title,
        status=status,
        type=kind if kind in TYPES else conventions.TYPES.get(kind, "task"),
        priority=priority if priority in PRIORITIES else conventions.PRIORITIES.get(priority),
        created=clean.instant(fields.get("created", "").strip()),
        assignees=clean.names(_items(fields, "assignees")),
        labels=clean.names(_items(fields, "labels")),
        parent=clean.one_line(fields.get("parent", "")) or None,
        depends_on=tuple(_items(fields, "depends_on")),
        body=clean.block(fields.get("body", "")),
        facts=tuple((name, clean.one_line(cell)) for name, cell in (*odd, *row.rest) if clean.one_line(cell)),
        repairs=repairs,
        milestone=clean.one_line(fields.get("milestone", "")) or None,
        due=day,
        estimate=estimate or None,
    )


def _status(word: str) -> tuple[str, tuple[str, ...]]:
    plain = word.replace("_", "-").replace(" ", "-")
    if plain in STATUSES:
        return plain, ()
    found = WORDS.get(word.replace("_", " ").replace("-", " "))
    return (found, ()) if found else (TODO, (base.unknown_status(word),))


def _items(fields: Mapping[str, str], name: str) -> Iterator[str]:
    """A list, an item a line; where it is one line, apart by commas or semicolons."""
    cell = fields.get(name, "").strip()
    parts = cell.splitlines() if "\n" in cell else cell.replace(";", ",").split(",")
    yield from dict.fromkeys(part for one in parts if (part := clean.one_line(one)))
