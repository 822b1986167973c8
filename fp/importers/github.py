"""Reader of GitHub's issues: what `gh issue list --json ...` and the REST API print, and answers of GraphQL.

Pure. Field names as in gh's manual (cli.github.com/manual/gh_issue_list, gh 2.94 for `parent`, `blockedBy`,
`subIssues`: cli/cli#13057) and in "REST API endpoints for issues" (docs.github.com/en/rest/issues/issues): there, pull
requests are issues with a `pull_request`, and comments come by `GET /repos/{owner}/{repo}/issues/comments`, which may
stand in the same file. docs/importing.md holds the mapping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fp.importers import base, clean, conventions, jsontext, records
from fp.importers.jsontext import mapping, mappings, text
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, TERMINAL, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fp.importers.records import Record

STATUSES = {"open": TODO, "closed": DONE}
REASONS = {"completed": DONE, "not_planned": CANCELLED, "duplicate": CANCELLED}
WRAPPINGS = (
    ("items",),
    ("nodes",),
    ("data", "repository", "issues", "nodes"),
    ("data", "search", "nodes"),
)
NUMBER_MAX = 10**9

TAKEN = frozenset(
    (
        "number", "title", "body", "state", "stateReason", "state_reason", "createdAt", "created_at", "closedAt",
        "closed_at", "closed_by", "assignees", "assignee", "labels", "milestone", "comments", "parent",
        "parent_issue_url", "blockedBy", "blocking", "subIssues", "issueType", "type", "author", "user", "url",
        "html_url", "projectItems", "projectCards", "closedByPullRequestsReferences", "isPinned", "locked",
        # Derived by GitHub from the rest, about the asker, or addresses of the API.
        "id", "node_id", "closed", "updatedAt", "updated_at", "subIssuesSummary", "sub_issues_summary",
        "issue_dependencies_summary", "reactions", "reactionGroups", "author_association", "authorAssociation",
        "repository_url", "labels_url", "comments_url", "events_url", "timeline_url", "performed_via_github_app",
        "score", "draft", "repository", "body_text", "body_html", "__typename",
    )
)  # fmt: skip

_ADDRESS = re.compile(
    r"https?://[^/\s]+/(?:repos/|api/v3/repos/)?(?P<home>[^/\s]+/[^/\s]+)/(?:issues|pulls?)/(?P<number>[0-9]{1,9})\b"
)


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read exports of one repository; comments of the REST API may be among them."""
    found = list(records.of_json(files, WRAPPINGS))
    said = [one for one in found if not isinstance(one, Problem) and _is_comment(one)]
    rest = (_sorted_out(one) for one in found if isinstance(one, Problem) or not _is_comment(one))
    kept = records.newest(rest, lambda one: records.when(one, "updatedAt", "updated_at"), _same)
    comments: dict[str, list[base.Comment]] = {}
    for one in said:
        key = _reference(text(one.fields, "issue_url"), "") or ""
        comments.setdefault(key.rpartition("#")[2], []).append(_comment(one.fields))
    issues = [_issue(key, one, comments.get(key, ())) for key, one in kept.by_key.items()]
    other = [_comment_of_other(one, kept) for one in said]
    related = records.with_blocked(issues, _blocks(kept.by_key), _parents(kept.by_key))
    return base.Reading(related, (*kept.explained, *filter(None, other)), tuple(kept.problems))


def _is_comment(record: Record) -> bool:
    return "issue_url" in record.fields and "number" not in record.fields


def _comment_of_other(record: Record, kept: records.Sorted) -> base.Explained | None:
    key = (_reference(text(record.fields, "issue_url"), "") or "").rpartition("#")[2]
    if key in kept.by_key:
        return None
    told = f"comment on {clean.one_line(key) or 'nothing'}"
    return base.Explained(told, record.where, base.OTHER_KIND, "a comment on what is no issue of this export")


def _sorted_out(record: Record | Problem) -> tuple[str, Record] | base.Explained | Problem:
    if isinstance(record, Problem):
        return record
    fields = record.fields
    number = jsontext.number(fields, "number")
    if number is None and text(fields, "message"):
        return record.problem(f"GitHub's answer is no list of issues: {clean.one_line(text(fields, 'message'))}")
    if number is None or not 0 < number < NUMBER_MAX:
        return record.problem("`number` is missing or no number: gh issue list --json number,title,...")
    key = str(number)
    if fields.get("pull_request") or "/pull/" in text(fields, "url"):
        return base.Explained(key, record.where, records.PULL_REQUEST, "a pull request")
    if not clean.one_line(text(fields, "title")):
        return base.Explained(key, record.where, base.NO_TITLE, "the record has no title")
    return key, record


def _same(one: Record, other: Record) -> bool:
    return _home(one.fields) == _home(other.fields)


def _home(fields: Mapping[str, Any]) -> str:
    """The repository that the issue is in, where the export tells."""
    told = text(dict(fields), "html_url") or text(dict(fields), "url")
    found = _ADDRESS.match(told)
    return found["home"].casefold() if found else ""


def _issue(key: str, record: Record, more: list[base.Comment] | tuple[()]) -> base.ForeignIssue:
    fields = record.fields
    labels = clean.names(_names(fields, "labels", "name"))
    status = _status(fields)
    title, body = text(fields, "title"), clean.block(text(fields, "body"))
    milestone = mapping(fields, "milestone")
    return base.ForeignIssue(
        key=key,
        where=record.where,
        title=clean.one_line(title),
        status=status,
        type=_type(fields, labels),
        priority=conventions.priority_of(labels),
        created=clean.instant(text(fields, "createdAt") or text(fields, "created_at")),
        assignees=clean.names(_people(fields)),
        labels=labels,
        parent=_parent(fields),
        depends_on=tuple(_depends_on(key, fields, body)),
        comments=(*(_comment(one) for one in mappings(fields, "comments") if text(one, "body")), *more),
        closing=_closing(fields, status),
        body=body,
        facts=tuple(_facts(fields)),
        repairs=tuple(_repairs(fields, has_comments=bool(more))),
        milestone=clean.one_line(text(milestone, "title")) or None,
    )


def _names(fields: dict[str, Any], field: str, name: str) -> Iterator[str]:
    """The names in a list of objects, or of plain texts."""
    value = fields.get(field)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
    yield from (text(item, name) for item in mappings(fields, field))


def _people(fields: dict[str, Any]) -> Iterator[str]:
    yield from _names(fields, "assignees", "login")
    yield text(mapping(fields, "assignee"), "login")


def _state(fields: dict[str, Any]) -> tuple[str, str]:
    reason = text(fields, "stateReason") or text(fields, "state_reason")
    return text(fields, "state").casefold(), reason.casefold()


def _status(fields: dict[str, Any]) -> str:
    state, reason = _state(fields)
    status = STATUSES.get(state, TODO)
    return REASONS.get(reason, status) if status in TERMINAL else status


def _type(fields: dict[str, Any], labels: tuple[str, ...]) -> str:
    name = _type_name(fields).casefold()
    return conventions.TYPES.get(name) or conventions.type_of(labels) or "task"


def _type_name(fields: dict[str, Any]) -> str:
    return clean.one_line(text(mapping(fields, "issueType"), "name") or text(mapping(fields, "type"), "name"))


def _comment(fields: dict[str, Any]) -> base.Comment:
    author = text(mapping(fields, "author"), "login") or text(mapping(fields, "user"), "login")
    at = clean.instant(text(fields, "createdAt") or text(fields, "created_at"))
    return base.Comment(clean.one_line(author) or None, at, clean.block(text(fields, "body")))


def _closing(fields: dict[str, Any], status: str) -> base.Closing | None:
    at = clean.instant(text(fields, "closedAt") or text(fields, "closed_at"))
    if at is None or status not in TERMINAL:
        return None
    reason = _state(fields)[1].replace("_", " ")
    by = clean.one_line(text(mapping(fields, "closed_by"), "login"))
    return base.Closing(at, "" if reason == "completed" else reason, by or None)


# -- relations --------------------------------------------------------------------------------------------------------


def _reference(written: str, home: str) -> str | None:
    return conventions.key_of(written, home, _ADDRESS)


def _of(one: dict[str, Any], home: str) -> str | None:
    """The key of a related issue as an export has it: its address, or its number."""
    number = jsontext.number(one, "number")
    return _reference(text(one, "html_url") or text(one, "url"), home) or (None if number is None else str(number))


def _parent(fields: dict[str, Any]) -> str | None:
    return _of(mapping(fields, "parent"), _home(fields)) or _reference(text(fields, "parent_issue_url"), _home(fields))


def _depends_on(key: str, fields: dict[str, Any], body: str) -> Iterator[str]:
    home = _home(fields)
    told = [_of(one, home) for one in mappings(fields, "blockedBy")]
    told += [_reference(written, home) for written in conventions.references(body)]
    yield from dict.fromkeys(other for other in told if other and other != key)


def _blocks(by_key: Mapping[str, Record]) -> dict[str, list[str]]:
    return {
        key: [other for item in mappings(one.fields, "blocking") if (other := _of(item, _home(one.fields)))]
        for key, one in by_key.items()
    }


def _parents(by_key: Mapping[str, Record]) -> dict[str, str]:
    return {
        child: key
        for key, one in by_key.items()
        for item in mappings(one.fields, "subIssues")
        if (child := _of(item, _home(one.fields)))
    }


# -- what has no field ------------------------------------------------------------------------------------------------


def _facts(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    state, reason = _state(fields)
    milestone = mapping(fields, "milestone")
    due = text(milestone, "dueOn") or text(milestone, "due_on")
    name = _type_name(fields)
    pairs = (
        ("url", text(fields, "html_url") or text(fields, "url")),
        ("author", text(mapping(fields, "author"), "login") or text(mapping(fields, "user"), "login")),
        ("state", state if state not in STATUSES else ""),
        ("state reason", reason if reason not in REASONS or reason == "duplicate" else ""),
        ("type", name if conventions.TYPES.get(name.casefold()) != name.casefold() else ""),
        ("milestone due", due[:10]),
        ("projects", ", ".join(_projects(fields))),
        ("closed by pull request", ", ".join(_closed_by(fields))),
        ("pinned", "yes" if fields.get("isPinned") is True else ""),
        ("locked", (text(fields, "active_lock_reason") or "yes") if fields.get("locked") is True else ""),
    )
    yield from ((name, clean.one_line(value)) for name, value in pairs if clean.one_line(value))
    yield from records.facts(fields, TAKEN | {"active_lock_reason"})


def _projects(fields: dict[str, Any]) -> Iterator[str]:
    """Project boards by name, with the column where the issue stands."""
    for item in (*mappings(fields, "projectItems"), *mappings(fields, "projectCards")):
        title = text(item, "title") or text(mapping(item, "project"), "name")
        column = text(mapping(item, "status"), "name") or text(mapping(item, "column"), "name")
        yield f"{title} ({column})" if column else title


def _closed_by(fields: dict[str, Any]) -> Iterator[str]:
    for item in mappings(fields, "closedByPullRequestsReferences"):
        number = jsontext.number(item, "number")
        yield text(item, "url") or (f"#{number}" if number is not None else "")


def _repairs(fields: dict[str, Any], *, has_comments: bool) -> Iterator[str]:
    yield from records.retitled(text(fields, "title"))
    yield from records.mended(fields, ("body",), ("createdAt", "created_at", "closedAt", "closed_at"))
    if _state(fields)[0] not in STATUSES:
        yield base.unknown_status(_state(fields)[0])
    count = jsontext.number(fields, "comments")
    if count and not has_comments:
        yield f"comments: the export has only their number, {count}"
