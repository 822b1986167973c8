"""Reader of beads' and beads_rust's issue lists: JSON Lines, one record a line.

Pure. Fields as in beads' `internal/types/types.go` of both eras (SQLite until 0.49, Dolt since): what we have a field
for goes there, what we do not goes to `facts`, so that an unknown field of a later version is kept too. Tombstones and
records of other kinds are explained. docs/importing.md holds the mapping.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.importers import base, clean, conventions
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, NEEDS_ATTENTION, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LISTS = ("issues.jsonl", "beads.jsonl")
LINE_BYTES_MAX = 4 * 1024 * 1024

STATUSES = {
    "open": TODO,
    "in_progress": IN_PROGRESS,
    "hooked": IN_PROGRESS,
    "blocked": NEEDS_ATTENTION,
    "deferred": TODO,
    "pinned": TODO,
    "closed": DONE,
}
SAME_STATUS = ("open", "in_progress", "closed")
TYPES = {
    "task": "task",
    "bug": "bug",
    "feature": "feature",
    "epic": "epic",
    "chore": "chore",
    "molecule": "epic",
    "milestone": "epic",
    "story": "feature",
}
SAME_TYPE = ("task", "bug", "feature", "epic", "chore")
OTHER_KINDS = {
    "agent": "the record of an agent's state",
    "message": "a message between agents",
    "rig": "the record of a workspace",
    "role": "the description of an agent's role",
    "slot": "a lock between agents",
}
FACT_OF_HISTORY = "event"
PRIORITIES = ("critical", "high", "medium", "low", "low")
PRIORITY_SAME_MAX = 3
BLOCKING = ("blocks", "conditional-blocks", "waits-for")
PARENT = ("parent-child", "parent_child")

TAKEN = frozenset(
    (
        "id", "title", "description", "design", "acceptance_criteria", "notes", "status", "priority", "issue_type",
        "assignee", "labels", "dependencies", "comments", "created_at", "closed_at", "close_reason",
        # Derived by beads from the rest; git tells when an issue changed (CONTRACT: no `updated` key).
        "updated_at", "content_hash", "dependency_count", "dependent_count", "comment_count",
    )
)  # fmt: skip


class _Row(NamedTuple):
    """One line that holds a record: its number, the record, and its `path:line`."""

    number: int
    record: dict[str, Any]
    where: str


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read the issue list among `files`; other lists beside it (deletions, interactions) are explained."""
    main = next((name for name in LISTS if name in files), min(files, default=""))
    rows: dict[str, _Row] = {}
    problems: list[Problem] = []
    explained = [
        base.Explained(name, name, base.OTHER_KIND, "not the list of issues") for name in sorted(files) if name != main
    ]
    for row in _rows(main, files.get(main, b"")):
        if isinstance(row, Problem):
            problems.append(row)
        else:
            explained += _keep_newest(rows, row)
    issues: list[base.ForeignIssue] = []
    for key, row in rows.items():
        why = _why_left_out(row)
        if why is None:
            issues.append(_issue(key, row, rows))
        else:
            explained.append(why)
    return base.Reading(tuple(issues), tuple(explained), tuple(problems))


def _rows(name: str, data: bytes) -> Iterator[_Row | Problem]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield _row(name, number, line)


def _row(name: str, number: int, line: bytes) -> _Row | Problem:
    def problem(message: str) -> Problem:
        return Problem("unreadable-record", name, number, message, hint="mend or remove the line, then import again")

    if len(line) > LINE_BYTES_MAX:
        return problem(f"the record is larger than {LINE_BYTES_MAX:,} bytes")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return problem(f"not JSON: {error}")
    if not isinstance(record, dict):
        return problem("not a JSON object")
    key = record.get("id")
    if not isinstance(key, str) or not key or key != clean.one_line(key) or len(key) > base.KEY_CHARACTERS_MAX:
        return problem("`id` is missing or not a plain text")
    return _Row(number, record, f"{name}:{number}")


def _keep_newest(rows: dict[str, _Row], row: _Row) -> list[base.Explained]:
    """Of two lines with one id, the one changed last stays: a merged list holds both sides."""
    key = row.record["id"]
    other = rows.get(key)
    if other is None:
        rows[key] = row
        return []
    newer, older = (other, row) if _changed(other) > _changed(row) else (row, other)
    rows[key] = newer
    return [base.Explained(key, older.where, "superseded", f"line {newer.number} has a newer version of this record")]


def _changed(row: _Row) -> str:
    at = clean.instant(_text(row.record, "updated_at"))
    return "" if at is None else at.isoformat(timespec="microseconds")


def _why_left_out(row: _Row) -> base.Explained | None:
    record, key = row.record, row.record["id"]
    if record.get("status") == "tombstone" or (record.get("deleted_at") and "status" not in record):
        return base.Explained(key, row.where, base.TOMBSTONE, "deleted in the source")
    kind = OTHER_KINDS.get(_text(record, "issue_type"))
    if kind is not None:
        return base.Explained(key, row.where, base.OTHER_KIND, kind)
    if not clean.one_line(_text(record, "title")):
        return base.Explained(key, row.where, base.NO_TITLE, "the record has no title")
    return None


def _issue(key: str, row: _Row, rows: Mapping[str, _Row]) -> base.ForeignIssue:
    record = row.record
    kind = _text(record, "issue_type") or "task"
    parents, depends_on, links = _relations(key, record, rows)
    closed = clean.instant(_text(record, "closed_at"))
    status = _status(record, kind)
    reason = clean.block(_text(record, "close_reason"))
    return base.ForeignIssue(
        key=key,
        where=row.where,
        title=clean.one_line(_text(record, "title")),
        status=status,
        type=TYPES.get(kind, "task"),
        priority=_priority(record),
        created=clean.instant(_text(record, "created_at")),
        assignees=clean.names([_text(record, "assignee")]),
        labels=clean.names([*_texts(record, "labels"), *([] if kind in SAME_TYPE else [kind])]),
        parent=parents[0] if parents else None,
        depends_on=depends_on,
        links=links,
        comments=_comments(record),
        closing=base.Closing(closed, reason) if closed and status in (DONE, CANCELLED) else None,
        body=_body(record),
        facts=_facts(record, kind, kept_reason="" if closed else reason),
        repairs=_repairs(record),
        estimate=_estimate(record),
    )


def _estimate(record: Mapping[str, Any]) -> str | None:
    minutes = record.get("estimated_minutes")
    return conventions.span(minutes * 60) if isinstance(minutes, int) and not isinstance(minutes, bool) else None


def _status(record: Mapping[str, Any], kind: str) -> str:
    """Ours. What happened is over, whatever its record says: an event is never work to do."""
    return DONE if kind == FACT_OF_HISTORY else STATUSES.get(_text(record, "status"), TODO)


def _priority(record: Mapping[str, Any]) -> str | None:
    number = _priority_number(record)
    return None if number is None else PRIORITIES[number]


def _priority_number(record: Mapping[str, Any]) -> int | None:
    text = str(record.get("priority", "")).upper().removeprefix("P")
    return int(text) if text in ("0", "1", "2", "3", "4") else None


def _relations(
    key: str, record: Mapping[str, Any], rows: Mapping[str, _Row]
) -> tuple[list[str], tuple[str, ...], tuple[base.Link, ...]]:
    """Parents (the one to keep first), dependencies, and all other links, second parents among them."""
    parents: list[str] = []
    depends_on: list[str] = []
    links: list[base.Link] = []
    for dependency in _records(record, "dependencies"):
        target, kind = clean.one_line(_text(dependency, "depends_on_id")), clean.one_line(_text(dependency, "type"))
        if not target or target == key:
            continue
        if kind in PARENT:
            parents.append(target)
        elif kind in BLOCKING:
            depends_on.append(target)
        else:
            links.append(base.Link(kind or "related", target))
    parents = _parents(key, parents, rows)
    links += [base.Link(base.OTHER_PARENT, parent) for parent in parents[1:]]
    return parents, tuple(dict.fromkeys(depends_on)), tuple(dict.fromkeys(links))


def _parents(key: str, named: list[str], rows: Mapping[str, _Row]) -> list[str]:
    """The parents named, the one that the dotted id tells first; that one also when nobody named it."""
    told, dot, _ = key.rpartition(".")
    if not dot or (told not in named and (named or told not in rows)):
        return list(dict.fromkeys(named))
    return [told, *(parent for parent in dict.fromkeys(named) if parent != told)]


def _comments(record: Mapping[str, Any]) -> tuple[base.Comment, ...]:
    found = []
    for comment in _records(record, "comments"):
        author, text = clean.one_line(_text(comment, "author")), clean.block(_plain(_text(comment, "text")))
        if text:
            found.append(base.Comment(author or None, clean.instant(_text(comment, "created_at")), text))
    return tuple(found)


def _body(record: Mapping[str, Any]) -> str:
    parts = {name: _plain(_text(record, name)) for name in ("description", "design", "acceptance_criteria", "notes")}
    return clean.join(
        clean.block(parts["description"]),
        clean.section("Acceptance", clean.boxes(parts["acceptance_criteria"])),
        clean.section("Design", clean.block(parts["design"])),
        clean.section("Notes", clean.block(parts["notes"])),
    )


def _facts(record: Mapping[str, Any], kind: str, *, kept_reason: str) -> tuple[tuple[str, str], ...]:
    """What has no field of ours, by the source's names; first what our words say less exactly."""
    facts: list[tuple[str, str]] = []
    if kind not in SAME_TYPE:
        facts.append(("issue_type", kind))
    status = _text(record, "status")
    if status not in SAME_STATUS or (kind == FACT_OF_HISTORY and status != "closed"):
        facts.append(("status", status))
    number = _priority_number(record)
    if "priority" in record and (number is None or number > PRIORITY_SAME_MAX):
        facts.append(("priority", str(record["priority"])))
    if kept_reason:
        facts.append(("close_reason", kept_reason))
    taken = TAKEN | {"estimated_minutes"} if _estimate(record) else TAKEN
    facts += [(name, _shown(value)) for name, value in record.items() if name not in taken and _says_something(value)]
    return tuple((clean.one_line(name), clean.block(text)) for name, text in facts)


def _repairs(record: Mapping[str, Any]) -> tuple[str, ...]:
    repairs = []
    title = _text(record, "title")
    if title.strip() != clean.one_line(title) or "\n" in title.strip(" "):
        repairs.append("title: put on one line")
    for name in ("description", "design", "acceptance_criteria", "notes"):
        text = _text(record, name)
        if clean.spelled_breaks(text):
            repairs.append(f"{name}: line breaks spelled `\\n` made real")
        if clean.REPLACEMENT in clean.block(text) and clean.REPLACEMENT not in text:
            repairs.append(f"{name}: control characters replaced")
    for name in ("created_at", "closed_at"):
        if record.get(name) and clean.instant(_text(record, name)) is None:
            repairs.append(f"{name}: not a date, left out")
    if _text(record, "status") not in STATUSES:
        repairs.append(base.unknown_status(_text(record, "status")))
    if any(_text(dependency, "depends_on_id") == record["id"] for dependency in _records(record, "dependencies")):
        repairs.append("dependencies: one on itself left out")
    return tuple(repairs)


def _plain(text: str) -> str:
    return text.replace("\\n", "\n") if clean.spelled_breaks(text) else text


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _texts(record: Mapping[str, Any], name: str) -> list[str]:
    value = record.get(name)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _records(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = record.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _says_something(value: Any) -> bool:
    return value not in (None, "", [], {})
