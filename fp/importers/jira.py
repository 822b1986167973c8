"""Reader of Jira's issues: answers of its REST API's search (versions 2 and 3), and its CSV export.

Pure. Field names as in "Issue search" (developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search) and
in Jira's server documentation of the same resource; a link of type Blocks with an `inwardIssue` says that this issue is
blocked by that one. Fields of one's own are called by the `names` of the answer (`expand=names`). Texts are documents
(`fp.importers.adf`) or wiki markup (`fp.importers.wikitext`). `fp.importers.jiratable` knows the CSV.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.importers import base, clean, conventions, jirafacts, jiratable, jsontext, records, tabletext
from fp.importers.jirafacts import person
from fp.importers.jsontext import mapping, mappings, text
from fp.importers.records import Record
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, IN_REVIEW, NEEDS_ATTENTION, TERMINAL, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STATUSES = {
    "to do": TODO,
    "open": TODO,
    "reopened": TODO,
    "backlog": TODO,
    "selected for development": TODO,
    "in progress": IN_PROGRESS,
    "in review": IN_REVIEW,
    "code review": IN_REVIEW,
    "blocked": NEEDS_ATTENTION,
    "done": DONE,
    "closed": DONE,
    "resolved": DONE,
    "won't do": CANCELLED,
    "cancelled": CANCELLED,
    "canceled": CANCELLED,
}
CATEGORIES = {
    "new": TODO,
    "to do": TODO,
    "indeterminate": IN_PROGRESS,
    "in progress": IN_PROGRESS,
    "done": DONE,
}
RESOLUTIONS_OF_NOTHING = (
    "won't do", "won't fix", "wont fix", "duplicate", "cannot reproduce", "declined", "incomplete", "invalid",
    "rejected", "obsolete", "cancelled", "canceled", "not a bug",
)  # fmt: skip
TYPES = {
    "task": "task",
    "sub-task": "task",
    "subtask": "task",
    "bug": "bug",
    "story": "feature",
    "new feature": "feature",
    "feature": "feature",
    "improvement": "feature",
    "epic": "epic",
    "chore": "chore",
}
PRIORITIES = {
    "blocker": "critical",
    "highest": "critical",
    "critical": "critical",
    "high": "high",
    "major": "high",
    "medium": "medium",
    "normal": "medium",
    "low": "low",
    "minor": "low",
    "lowest": "low",
    "trivial": "low",
}
NEEDS = (
    "is blocked by", "blocked by", "depends on", "depends upon", "is dependent on", "requires", "has to be done after",
)  # fmt: skip
NEEDED = ("blocks", "is depended on by", "is depended upon by", "is required by", "has to be done before")
SAME = ("to do", "open", "closed", "resolved", "sub-task", "subtask")
"""Words that say no more than ours for the same."""
POINTS = ("story points", "story point estimate")
EPIC_LINK = "epic link"
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}-[0-9]{1,9}")


class _Ends(NamedTuple):
    """What an issue waits for, what waits for it, and other links."""

    needs: tuple[str, ...]
    blocks: tuple[str, ...]
    links: tuple[base.Link, ...]


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read answers of the API and CSV exports; a file that starts as JSON does is read as JSON."""
    kept = records.newest((_sorted_out(one) for one in _all(files)), _changed)
    ends = {key: _ends(mapping(one.fields, "fields")) for key, one in kept.by_key.items()}
    issues = [_issue(key, one, ends[key]) for key, one in kept.by_key.items()]
    parents = {
        child: key
        for key, one in kept.by_key.items()
        for item in mappings(mapping(one.fields, "fields"), "subtasks")
        if (child := text(item, "key"))
    }
    related = records.with_blocked(issues, {key: end.blocks for key, end in ends.items()}, parents)
    return base.Reading(related, tuple(kept.explained), (*kept.problems, *_missing(files)))


def _missing(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Whether pages are missing: version 3 says `isLast`, version 2 how many issues there are."""
    answers = [
        found.value
        for name in sorted(files)
        if jsontext.is_json(files[name])
        for found in jsontext.values(name, files[name])
        if isinstance(found, jsontext.Found) and isinstance(found.value, dict) and "issues" in found.value
    ]
    ends = [answer["isLast"] is True for answer in answers if "isLast" in answer]
    here = sum(len(_list(answer, "issues")) for answer in answers)
    total = max((jsontext.number(answer, "total") or 0 for answer in answers), default=0)
    ends += [here >= total] if total else []
    yield from records.missing_pages(min(files, default=""), ends, f"{here:,} issues of {total or 'more'}")


def _all(files: Mapping[str, bytes]) -> Iterator[Record | Problem]:
    for name in sorted(files):
        data = files[name]
        if jsontext.is_json(data):
            yield from _answers(name, data)
        else:
            rows = list(tabletext.rows(name, data))
            yield from jiratable.records_of([row for row in rows if isinstance(row, tabletext.Row)])
            yield from (row for row in rows if isinstance(row, Problem))


def _answers(name: str, data: bytes) -> Iterator[Record | Problem]:
    """The issues of an answer, their own fields called by the answer's names."""
    for found in jsontext.values(name, data):
        if isinstance(found, Problem):
            yield found
            continue
        answer = found.value if isinstance(found.value, dict) else {}
        issues = _list(answer, "issues") if "issues" in answer else [found.value]
        for issue in issues:
            if not isinstance(issue, dict):
                yield jsontext.problem(name, found.line, "not a JSON object")
                continue
            names = {**mapping(answer, "names"), **mapping(issue, "names")}
            fields = {_called(field, names): value for field, value in mapping(issue, "fields").items()}
            yield Record({**issue, "fields": fields}, name, found.line)


def _called(field: str, names: Mapping[str, Any]) -> str:
    """A field of one's own by its name for people; fields of Jira's by theirs."""
    name = names.get(field)
    return clean.one_line(name) or field if field.startswith("customfield_") and isinstance(name, str) else field


def _sorted_out(record: Record | Problem) -> tuple[str, Record] | base.Explained | Problem:
    if isinstance(record, Problem):
        return record
    key = text(record.fields, "key")
    errors = record.fields.get("errorMessages")
    if not key and isinstance(errors, list):
        return record.problem(f"Jira's answer is no list of issues: {clean.one_line(jsontext.shown(errors))[:200]}")
    if not _KEY.fullmatch(key):
        return record.problem("no issue key, such as `ABC-12`")
    if not clean.one_line(text(mapping(record.fields, "fields"), "summary")):
        return base.Explained(key, record.where, base.NO_TITLE, "the record has no summary")
    return key, record


def _changed(record: Record) -> str:
    return records.when(Record(mapping(record.fields, "fields"), record.name, record.line), "updated")


def _issue(key: str, record: Record, ends: _Ends) -> base.ForeignIssue:
    fields = mapping(record.fields, "fields")
    labels = clean.names(label for label in _list(fields, "labels") if isinstance(label, str))
    status = _status(fields)
    due = text(fields, "duedate")
    versions = [text(item, "name") for item in mappings(fields, "fixVersions")]
    return base.ForeignIssue(
        key=key,
        where=record.where,
        title=clean.one_line(text(fields, "summary")),
        status=status,
        type=TYPES.get(_name(fields, "issuetype").casefold(), "task"),
        priority=PRIORITIES.get(_name(fields, "priority").casefold()),
        created=clean.instant(text(fields, "created")),
        assignees=clean.names([person(mapping(fields, "assignee"))]),
        labels=labels,
        parent=_parent(key, fields),
        depends_on=tuple(other for other in ends.needs if other != key),
        links=ends.links,
        comments=tuple(_comments(fields)),
        closing=_closing(fields, status),
        body=jirafacts.markdown(fields.get("description")),
        facts=tuple(_facts(fields)),
        repairs=tuple(_repairs(fields)),
        milestone=clean.one_line(versions[0]) or None if versions else None,
        due=due if clean.is_day(due) else None,
        estimate=_estimate(fields),
    )


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else []


def _name(fields: dict[str, Any], field: str) -> str:
    return clean.one_line(text(mapping(fields, field), "name"))


def _category(fields: dict[str, Any]) -> str:
    category = mapping(mapping(fields, "status"), "statusCategory")
    return (text(category, "key") or text(category, "name")).casefold()


def _status(fields: dict[str, Any]) -> str:
    """Ours: by the status's name, else by its category. What ended without being done is cancelled."""
    status = STATUSES.get(_name(fields, "status").casefold()) or CATEGORIES.get(_category(fields), TODO)
    ended = _name(fields, "resolution").casefold() in RESOLUTIONS_OF_NOTHING
    return CANCELLED if status == DONE and ended else status


def _estimate(fields: dict[str, Any]) -> str | None:
    """Story points, else the original estimate as a time."""
    told = (fields.get(name) for name in fields if name.casefold() in POINTS)
    points = next((found for value in told if (found := conventions.points(value))), None)
    return points or conventions.span(jsontext.number(fields, "timeoriginalestimate") or 0)


def _parent(key: str, fields: dict[str, Any]) -> str | None:
    told = text(mapping(fields, "parent"), "key")
    epic = next((text(fields, name) for name in fields if name.casefold() == EPIC_LINK), "")
    parent = told or epic
    return parent if _KEY.fullmatch(parent) and parent != key else None


def _ends(fields: dict[str, Any]) -> _Ends:
    needs: list[str] = []
    blocks: list[str] = []
    links: list[base.Link] = []
    for item in mappings(fields, "issuelinks"):
        for end, way in (("inwardIssue", "inward"), ("outwardIssue", "outward")):
            key, kind = text(mapping(item, end), "key"), mapping(item, "type")
            words = clean.one_line(text(kind, way) or text(kind, "name"))
            if not _KEY.fullmatch(key):
                continue
            if words.casefold() in NEEDS:
                needs.append(key)
            elif words.casefold() in NEEDED:
                blocks.append(key)
            else:
                links.append(base.Link(words or "related", key))
    return _Ends(tuple(dict.fromkeys(needs)), tuple(dict.fromkeys(blocks)), tuple(dict.fromkeys(links)))


def _comments(fields: dict[str, Any]) -> Iterator[base.Comment]:
    for item in mappings(mapping(fields, "comment"), "comments"):
        said = jirafacts.markdown(item.get("body"))
        if said:
            yield base.Comment(person(mapping(item, "author")) or None, clean.instant(text(item, "created")), said)


def _closing(fields: dict[str, Any], status: str) -> base.Closing | None:
    at = clean.instant(text(fields, "resolutiondate"))
    resolution = _name(fields, "resolution")
    reason = "" if resolution.casefold() in jirafacts.RESOLUTIONS_OF_ALL else resolution
    return base.Closing(at, reason) if at is not None and status in TERMINAL else None


def _facts(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """First what our words say less exactly, then what has no field here."""
    for field, table in (("status", STATUSES), ("issuetype", TYPES), ("priority", PRIORITIES)):
        name = _name(fields, field)
        ours = table.get(name.casefold(), "")
        if name and name.casefold() not in (ours, ours.replace("-", " "), *SAME):
            yield field, name
    used = EPIC_LINK if not text(mapping(fields, "parent"), "key") and _parent("", fields) else ""
    points = next((name for name in fields if name.casefold() in POINTS and conventions.points(fields[name])), "")
    yield from jirafacts.facts(fields, {used, points.casefold()}, timed=bool(points))


def _repairs(fields: dict[str, Any]) -> Sequence[str]:
    repairs = [*records.retitled(text(fields, "summary"))]
    repairs += records.mended(fields, (), ("created", "resolutiondate", "duedate"))
    name = _name(fields, "status")
    if name.casefold() not in STATUSES and _category(fields) not in CATEGORIES:
        repairs.append(base.unknown_status(name))
    comment = mapping(fields, "comment")
    total, here = jsontext.number(comment, "total") or 0, len(mappings(comment, "comments"))
    if total > here:
        repairs.append(f"comments: the export has {here} of {total}")
    return repairs
