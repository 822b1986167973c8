"""Reader of GitLab's issues as its REST API prints them.

Pure. Field names as in "Issues API" (docs.gitlab.com/ee/api/issues.html), "Notes API" (`noteable_iid`, `system`) and
"Issue links API" (`link_type`: relates_to, blocks, is_blocked_by, seen from the issue whose links they are). Pages may
stand behind each other in one file, notes among them. docs/importing.md holds the mapping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fp.importers import base, clean, conventions, jsontext, records
from fp.importers.jsontext import mapping, mappings, text
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, TERMINAL, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fp.importers.records import Record

STATUSES = {"opened": TODO, "closed": DONE}
TYPES = {"issue": "task", "task": "task", "incident": "bug", "epic": "epic"}
PLAIN_TYPES = ("issue", "task")
DOING = "doing"
BLOCKED_BY = "is_blocked_by"
BLOCKS = "blocks"
SYSTEM_NOTE = "system-note"
NUMBER_MAX = 10**9

TAKEN = frozenset(
    (
        "iid", "title", "description", "state", "labels", "assignees", "assignee", "milestone", "due_date", "weight",
        "time_stats", "issue_type", "type", "created_at", "closed_at", "closed_by", "links", "web_url", "author",
        "epic", "iteration", "severity", "confidential", "discussion_locked", "moved_to_id",
        # Derived by GitLab from the rest, about the asker, or addresses of the API.
        "id", "project_id", "updated_at", "upvotes", "downvotes", "user_notes_count", "merge_requests_count",
        "task_completion_status", "has_tasks", "task_status", "_links", "references", "subscribed",
        "blocking_issues_count", "imported", "imported_from", "epic_iid", "start_date",
    )
)  # fmt: skip

_ADDRESS = re.compile(r"https?://[^/\s]+/(?P<home>[^\s]+?)/(?:-/)?(?:issues|work_items)/(?P<number>[0-9]{1,9})\b")


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read exports of one project; notes may be among them."""
    found = list(records.of_json(files, (("nodes",),)))
    said = [one for one in found if not isinstance(one, Problem) and _is_note(one)]
    rest = (_sorted_out(one) for one in found if isinstance(one, Problem) or not _is_note(one))
    kept = records.newest(rest, lambda one: records.when(one, "updated_at"), _same)
    notes: dict[str, list[base.Comment]] = {}
    left: list[base.Explained] = []
    for note in said:
        why = _why_left_out(note, kept)
        if why is None:
            notes.setdefault(_noted(note), []).append(_comment(note.fields))
        else:
            left.append(why)
    issues = [_issue(key, one, notes.get(key, ())) for key, one in kept.by_key.items()]
    blocks = {key: list(_linked(one.fields, BLOCKS)) for key, one in kept.by_key.items()}
    return base.Reading(records.with_blocked(issues, blocks, {}), (*kept.explained, *left), tuple(kept.problems))


def _is_note(record: Record) -> bool:
    return "noteable_iid" in record.fields or "noteable_type" in record.fields


def _noted(record: Record) -> str:
    number = jsontext.number(record.fields, "noteable_iid")
    return "" if number is None else str(number)


def _why_left_out(note: Record, kept: records.Sorted) -> base.Explained | None:
    key = f"note on {_noted(note) or 'nothing'}"
    if note.fields.get("system") is True:
        return base.Explained(key, note.where, SYSTEM_NOTE, "a note that GitLab wrote of a change")
    other = text(note.fields, "noteable_type") not in ("Issue", "WorkItem", "")
    if other or _noted(note) not in kept.by_key:
        return base.Explained(key, note.where, base.OTHER_KIND, "a note on what is no issue of this export")
    return None


def _sorted_out(record: Record | Problem) -> tuple[str, Record] | base.Explained | Problem:
    if isinstance(record, Problem):
        return record
    fields = record.fields
    number = jsontext.number(fields, "iid")
    said = text(fields, "message") or text(fields, "error")
    if number is None and said:
        return record.problem(f"GitLab's answer is no list of issues: {clean.one_line(said)}")
    if number is None or not 0 < number < NUMBER_MAX:
        return record.problem("`iid` is missing or no number: it should be an issue as the REST API prints it")
    key = str(number)
    if "source_branch" in fields or "/merge_requests/" in text(fields, "web_url"):
        return base.Explained(key, record.where, records.PULL_REQUEST, "a merge request")
    if not clean.one_line(text(fields, "title")):
        return base.Explained(key, record.where, base.NO_TITLE, "the record has no title")
    return key, record


def _same(one: Record, other: Record) -> bool:
    return one.fields.get("project_id") == other.fields.get("project_id")


def _home(fields: dict[str, Any]) -> str:
    """The project that the issue is in, where the export tells."""
    found = _ADDRESS.match(text(fields, "web_url"))
    return found["home"].casefold() if found else ""


def _issue(key: str, record: Record, notes: Sequence[base.Comment]) -> base.ForeignIssue:
    fields = record.fields
    labels = clean.names(_labels(fields))
    status = _status(fields, labels)
    body = clean.block(text(fields, "description"))
    due = text(fields, "due_date")
    return base.ForeignIssue(
        key=key,
        where=record.where,
        title=clean.one_line(text(fields, "title")),
        status=status,
        type=_type(fields, labels),
        priority=conventions.priority_of(labels),
        created=clean.instant(text(fields, "created_at")),
        assignees=clean.names(_people(fields)),
        labels=labels,
        depends_on=tuple(_depends_on(key, fields, body)),
        links=tuple(_links(fields)),
        comments=tuple(notes),
        closing=_closing(fields, status),
        body=body,
        facts=tuple(_facts(fields)),
        repairs=tuple(_repairs(fields, notes)),
        milestone=clean.one_line(text(mapping(fields, "milestone"), "title")) or None,
        due=due if clean.is_day(due) else None,
        estimate=_time(fields) or conventions.points(fields.get("weight")),
    )


def _labels(fields: dict[str, Any]) -> Iterator[str]:
    """Label names: texts, or objects with `with_labels_details`."""
    value = fields.get("labels")
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
    yield from (text(item, "name") for item in mappings(fields, "labels"))


def _people(fields: dict[str, Any]) -> Iterator[str]:
    yield from (_person(item) for item in mappings(fields, "assignees"))
    yield _person(mapping(fields, "assignee"))


def _person(user: dict[str, Any]) -> str:
    return clean.one_line(text(user, "username") or text(user, "name"))


def _status(fields: dict[str, Any], labels: Sequence[str]) -> str:
    status = STATUSES.get(text(fields, "state"), TODO)
    if status in TERMINAL:
        return CANCELLED if _duplicate_of(fields) or jsontext.number(fields, "moved_to_id") else status
    return IN_PROGRESS if DOING in (label.casefold() for label in labels) else status


def _duplicate_of(fields: dict[str, Any]) -> str:
    return text(mapping(fields, "_links"), "closed_as_duplicate_of")


def _type_name(fields: dict[str, Any]) -> str:
    return clean.one_line(text(fields, "issue_type") or text(fields, "type")).casefold()


def _type(fields: dict[str, Any], labels: Sequence[str]) -> str:
    name = _type_name(fields)
    told = TYPES.get(name, "task")
    return told if name not in ("", *PLAIN_TYPES) else conventions.type_of(labels) or told


def _time(fields: dict[str, Any]) -> str | None:
    return conventions.span(jsontext.number(mapping(fields, "time_stats"), "time_estimate") or 0)


def _comment(fields: dict[str, Any]) -> base.Comment:
    author = _person(mapping(fields, "author"))
    return base.Comment(author or None, clean.instant(text(fields, "created_at")), clean.block(text(fields, "body")))


def _closing(fields: dict[str, Any], status: str) -> base.Closing | None:
    at = clean.instant(text(fields, "closed_at"))
    if at is None or status not in TERMINAL:
        return None
    reason = "duplicate" if _duplicate_of(fields) else "moved" if status == CANCELLED else ""
    return base.Closing(at, reason, _person(mapping(fields, "closed_by")) or None)


# -- relations --------------------------------------------------------------------------------------------------------


def _linked(fields: dict[str, Any], kind: str) -> Iterator[str]:
    """The keys that links of this kind lead to."""
    for item in mappings(fields, "links"):
        number = jsontext.number(item, "iid")
        key = conventions.key_of(text(item, "web_url"), _home(fields), _ADDRESS)
        if text(item, "link_type") == kind and (key or number is not None):
            yield key or str(number)


def _depends_on(key: str, fields: dict[str, Any], body: str) -> Iterator[str]:
    told: list[str | None] = [*_linked(fields, BLOCKED_BY)]
    told += [conventions.key_of(written, _home(fields), _ADDRESS) for written in conventions.references(body)]
    yield from dict.fromkeys(other for other in told if other and other != key)


def _links(fields: dict[str, Any]) -> Iterator[base.Link]:
    kinds = dict.fromkeys(clean.one_line(text(item, "link_type")) for item in mappings(fields, "links"))
    for kind in kinds:
        if kind not in (BLOCKED_BY, BLOCKS):
            yield from (base.Link(kind.replace("_", " ") or "related", key) for key in _linked(fields, kind))
    other = _duplicate_of(fields)
    if other:
        found = re.search(r"/issues/([0-9]{1,9})$", other)
        yield base.Link("duplicate of", found[1] if found else clean.one_line(other))


# -- what has no field ------------------------------------------------------------------------------------------------


def _facts(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    stats = mapping(fields, "time_stats")
    name, state, due = _type_name(fields), text(fields, "state"), text(fields, "due_date")
    both = _time(fields) is not None or conventions.points(fields.get("weight")) is None
    moved, weight = jsontext.number(fields, "moved_to_id"), fields.get("weight")
    pairs = (
        ("url", text(fields, "web_url")),
        ("author", _person(mapping(fields, "author"))),
        ("state", state if state not in STATUSES else ""),
        ("due date", due if due and not clean.is_day(due) else ""),
        ("type", name if name not in ("", *PLAIN_TYPES) and TYPES.get(name) != name else ""),
        ("weight", jsontext.shown(weight) if both and weight is not None else ""),
        ("time spent", conventions.span(jsontext.number(stats, "total_time_spent") or 0) or ""),
        ("milestone due", text(mapping(fields, "milestone"), "due_date")),
        ("epic", _titled(mapping(fields, "epic"))),
        ("iteration", _titled(mapping(fields, "iteration"))),
        ("severity", text(fields, "severity") if text(fields, "severity") != "UNKNOWN" else ""),
        ("confidential", "yes" if fields.get("confidential") is True else ""),
        ("discussion locked", "yes" if fields.get("discussion_locked") is True else ""),
        ("moved to id", "" if moved is None else str(moved)),
        ("start date", text(fields, "start_date")),
    )
    yield from ((name, clean.one_line(value)) for name, value in pairs if clean.one_line(value))
    yield from records.facts(fields, TAKEN)


def _titled(part: dict[str, Any]) -> str:
    """An epic or iteration: its title, else when it is, else its number."""
    number = jsontext.number(part, "iid")
    days = " to ".join(day for day in (text(part, "start_date"), text(part, "due_date")) if day)
    return text(part, "title") or days or ("" if number is None else str(number))


def _repairs(fields: dict[str, Any], notes: Sequence[base.Comment]) -> Iterator[str]:
    yield from records.retitled(text(fields, "title"))
    yield from records.mended(fields, ("description",), ("created_at", "closed_at", "due_date"))
    if text(fields, "state") not in STATUSES:
        yield base.unknown_status(clean.one_line(text(fields, "state")))
    if fields.get("confidential") is True:
        yield "confidential: whoever reads this repository reads it"
    count = jsontext.number(fields, "user_notes_count")
    if count and not notes:
        yield f"comments: the export has only their number, {count}"
