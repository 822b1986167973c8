"""Reader of Linear's issues: the CSV of its export, and answers of its GraphQL API.

Pure. Names of the API as in its schema (linear.app/developers/graphql): priority 0 to 4, the type of a state, relations
of type blocks from the blocking end. `fp.importers.lineartable` knows the CSV. docs/importing.md holds the mapping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.importers import base, clean, conventions, jsontext, lineartable, records, tabletext
from fp.importers.jsontext import mapping, mappings, text
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, IN_REVIEW, TERMINAL, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fp.importers.records import Record

STATUSES = {
    "triage": TODO,
    "backlog": TODO,
    "todo": TODO,
    "in progress": IN_PROGRESS,
    "in review": IN_REVIEW,
    "done": DONE,
    "canceled": CANCELLED,
    "cancelled": CANCELLED,
    "duplicate": CANCELLED,
}
STATE_TYPES = {
    "triage": TODO,
    "backlog": TODO,
    "unstarted": TODO,
    "started": IN_PROGRESS,
    "completed": DONE,
    "canceled": CANCELLED,
}
PRIORITIES = {"urgent": "critical", "high": "high", "medium": "medium", "low": "low"}
NUMBERS = (None, "critical", "high", "medium", "low")
WRAPPINGS = (
    ("data", "issues", "nodes"),
    ("data", "team", "issues", "nodes"),
    ("data", "project", "issues", "nodes"),
    ("data", "viewer", "assignedIssues", "nodes"),
    ("data", "searchIssues", "nodes"),
    ("data", "issue"),
    ("issues", "nodes"),
    ("nodes",),
)
BLOCKS = lineartable.BLOCKS

TAKEN = frozenset(
    (
        "identifier", "title", "description", "state", "priority", "priorityLabel", "estimate", "labels", "assignee",
        "creator", "createdAt", "completedAt", "canceledAt", "archivedAt", "startedAt", "dueDate", "parent", "children",
        "relations", "inverseRelations", "comments", "project", "projectMilestone", "cycle", "team", "url",
        "attachments",
        # Derived by Linear from the rest, or how it shows them.
        "id", "number", "updatedAt", "triagedAt", "branchName", "sortOrder", "boardOrder", "subIssueSortOrder",
        "prioritySortOrder", "previousIdentifiers", "trashed", "customerTicketCount", "__typename",
    )
)  # fmt: skip


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read CSV exports and answers of the API; a file that starts as JSON does is read as JSON."""
    kept = records.newest((_sorted_out(one) for one in _all(files)), lambda one: records.when(one, "updatedAt"))
    issues = [_issue(key, one) for key, one in kept.by_key.items()]
    blocks = {key: list(_related(one.fields, "relations", "relatedIssue", BLOCKS)) for key, one in kept.by_key.items()}
    parents = {
        child: key
        for key, one in kept.by_key.items()
        for item in mappings(one.fields, "children")
        if (child := _key(item))
    }
    related = records.with_blocked(issues, blocks, parents)
    missing = records.missing_pages(
        min(files, default=""), _ends(files), f"{len(kept.by_key):,} issues, and more pages"
    )
    return base.Reading(related, tuple(kept.explained), (*kept.problems, *missing))


def _ends(files: Mapping[str, bytes]) -> list[bool]:
    """Of each answer with pages whether it is the last."""
    found = [
        one for name in sorted(files) if jsontext.is_json(files[name]) for one in jsontext.values(name, files[name])
    ]
    answers = [one.value for one in found if isinstance(one, jsontext.Found) and isinstance(one.value, dict)]
    pages = [
        page for answer in answers for path in WRAPPINGS if (page := _mapping_at(answer, (*path[:-1], "pageInfo")))
    ]
    return [page["hasNextPage"] is not True for page in pages if "hasNextPage" in page]


def _mapping_at(value: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for part in path:
        value = mapping(value, part)
    return value


def _all(files: Mapping[str, bytes]) -> Iterator[Record | Problem]:
    for name in sorted(files):
        data = files[name]
        if jsontext.is_json(data):
            yield from records.of_json({name: data}, WRAPPINGS)
        else:
            rows = tabletext.rows(name, data)
            yield from (lineartable.record(row) if isinstance(row, tabletext.Row) else row for row in rows)


def _sorted_out(record: Record | Problem) -> tuple[str, Record] | base.Explained | Problem:
    if isinstance(record, Problem):
        return record
    fields = record.fields
    key = _key(fields)
    errors = mappings(fields, "errors")
    if not key and errors:
        return record.problem(f"Linear's answer is no list of issues: {clean.one_line(text(errors[0], 'message'))}")
    if not key:
        return record.problem("no `ID`, or `identifier`: it should be an issue of Linear, such as ENG-12")
    if not clean.one_line(text(fields, "title")):
        return base.Explained(key, record.where, base.NO_TITLE, "the record has no title")
    return key, record


def _key(fields: dict[str, Any]) -> str:
    key = text(fields, "identifier")
    return key if key and key == clean.one_line(key) and len(key) <= base.KEY_CHARACTERS_MAX else ""


# -- the issue --------------------------------------------------------------------------------------------------------


def _issue(key: str, record: Record) -> base.ForeignIssue:
    fields = record.fields
    labels = clean.names(text(item, "name") for item in mappings(fields, "labels"))
    status = _status(fields)
    due, points = text(fields, "dueDate"), conventions.points(fields.get("estimate"))
    return base.ForeignIssue(
        key=key,
        where=record.where,
        title=clean.one_line(text(fields, "title")),
        status=status,
        type=conventions.type_of(labels) or "task",
        priority=_priority(fields),
        created=clean.instant(text(fields, "createdAt")),
        assignees=clean.names([_person(mapping(fields, "assignee"))]),
        labels=labels,
        parent=_key(mapping(fields, "parent")) or None,
        depends_on=tuple(other for other in _related(fields, "inverseRelations", "issue", BLOCKS) if other != key),
        links=tuple(_links(fields)),
        comments=tuple(_comment(item) for item in mappings(fields, "comments") if text(item, "body")),
        closing=_closing(fields, status),
        body=clean.block(text(fields, "description")),
        facts=tuple(_facts(fields)),
        repairs=tuple(_repairs(fields)),
        milestone=clean.one_line(text(mapping(fields, "projectMilestone"), "name")) or None,
        due=due if clean.is_day(due) else None,
        estimate=points,
    )


def _state(fields: dict[str, Any]) -> tuple[str, str]:
    state = mapping(fields, "state")
    return clean.one_line(text(state, "name")), text(state, "type").casefold()


def _status(fields: dict[str, Any]) -> str:
    """Ours: by the state's name, its type, or the dates. What was archived before its end was taken off the board."""
    name, kind = _state(fields)
    dated = ((DONE, "completedAt"), (CANCELLED, "canceledAt"), (IN_PROGRESS, "startedAt"))
    by_date = next((status for status, date in dated if text(fields, date)), TODO)
    status = STATUSES.get(name.casefold()) or STATE_TYPES.get(kind) or by_date
    return CANCELLED if text(fields, "archivedAt") and status not in TERMINAL else status


def _priority(fields: dict[str, Any]) -> str | None:
    number = jsontext.number(fields, "priority")
    if number is not None:
        return NUMBERS[number] if 0 <= number < len(NUMBERS) else None
    return PRIORITIES.get(text(fields, "priorityLabel").casefold())


def _person(user: dict[str, Any]) -> str:
    return clean.one_line(text(user, "displayName") or text(user, "name") or text(user, "email"))


def _comment(item: dict[str, Any]) -> base.Comment:
    author = _person(mapping(item, "user")) or _person(mapping(item, "botActor"))
    return base.Comment(author or None, clean.instant(text(item, "createdAt")), clean.block(text(item, "body")))


def _closing(fields: dict[str, Any], status: str) -> base.Closing | None:
    dates = ("completedAt", "canceledAt") if status == DONE else ("canceledAt", "completedAt", "archivedAt")
    at = next((at for date in dates if (at := clean.instant(text(fields, date)))), None)
    return base.Closing(at) if at is not None and status in TERMINAL else None


def _related(fields: dict[str, Any], field: str, end: str, kind: str) -> Iterator[str]:
    for item in mappings(fields, field):
        key = _key(mapping(item, end))
        if text(item, "type") == kind and key:
            yield key


def _links(fields: dict[str, Any]) -> Iterator[base.Link]:
    for field, end, words in (
        ("relations", "relatedIssue", {"duplicate": "duplicate of"}),
        ("inverseRelations", "issue", {"duplicate": "duplicated by"}),
    ):
        for item in mappings(fields, field):
            kind, key = clean.one_line(text(item, "type")), _key(mapping(item, end))
            if key and kind != BLOCKS:
                yield base.Link(words.get(kind, kind or "related"), key)


def _facts(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name, _ = _state(fields)
    cycle, due, estimate = mapping(fields, "cycle"), text(fields, "dueDate"), fields.get("estimate")
    priority = text(fields, "priorityLabel")
    attached = (text(item, "url") or text(item, "title") for item in mappings(fields, "attachments"))
    pairs = (
        ("url", text(fields, "url")),
        ("creator", _person(mapping(fields, "creator"))),
        ("team", text(mapping(fields, "team"), "name") or text(mapping(fields, "team"), "key")),
        ("status", name if name.casefold() not in STATUSES or name.casefold() == "duplicate" else ""),
        ("priority", priority if priority.casefold() not in (*PRIORITIES, "no priority") else ""),
        ("estimate", jsontext.shown(estimate) if estimate and conventions.points(estimate) is None else ""),
        ("due", due if due and not clean.is_day(due) else ""),
        ("project", text(mapping(fields, "project"), "name")),
        ("cycle", " ".join(part for part in (_count(cycle), text(cycle, "name")) if part)),
        ("started", text(fields, "startedAt")),
        ("archived", text(fields, "archivedAt")),
        ("attachments", ", ".join(part for part in attached if part)),
    )
    yield from ((name, clean.one_line(value)) for name, value in pairs if clean.one_line(value))
    yield from records.facts(fields, TAKEN)


def _count(cycle: dict[str, Any]) -> str:
    number = cycle.get("number")
    return str(number) if isinstance(number, int | str) else ""


def _repairs(fields: dict[str, Any]) -> Sequence[str]:
    name, kind = _state(fields)
    repairs = [*records.retitled(text(fields, "title"))]
    repairs += records.mended(fields, ("description",), ("createdAt", "completedAt", "canceledAt", "dueDate"))
    if name.casefold() not in STATUSES and kind not in STATE_TYPES:
        repairs.append(f"status: {name[:40]!r} is unknown, taken as {_status(fields)}" if name else "status: none")
    return repairs
