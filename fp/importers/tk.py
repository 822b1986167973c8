"""Reader of wedow/ticket's folder: one ticket a Markdown file whose title is its first heading.

Pure. Notes (`tk add-note`: a bold instant, then text, under `## Notes`) are comments without an author.
docs/importing.md holds the mapping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp.importers import base, clean, page
from fp.kernel.problem import Problem
from fp.model import DONE, IN_PROGRESS, TODO, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUSES = {"open": TODO, "in_progress": IN_PROGRESS, "closed": DONE}
NUMBERED = ("critical", "high", "medium", "low", "low")
TAKEN = frozenset(
    ("id", "status", "deps", "links", "created", "type", "priority", "assignee", "parent", "tags", "labels")
)

_NOTE = re.compile(r"\*\*(\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d))\*\*\s*")


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read a `.tickets/` folder; paths in `files` are relative to it."""
    issues: dict[str, base.ForeignIssue] = {}
    explained: list[base.Explained] = []
    problems: list[Problem] = []
    for path in sorted(files):
        record = _record(path, files[path])
        if isinstance(record, base.Explained):
            explained.append(record)
        elif isinstance(record, Problem):
            problems.append(record)
        elif record.key in issues:
            at = issues[record.key].where
            problems.append(page.problem(path, 1, f"the id {record.key} is also that of {at}"))
        else:
            issues[record.key] = record
    return base.Reading(tuple(issues.values()), tuple(explained), tuple(problems))


def _record(path: str, data: bytes) -> base.ForeignIssue | base.Explained | Problem:
    parsed = page.parse(data, path)
    if isinstance(parsed, Problem):
        return parsed
    lines = parsed.body.split("\n")
    heading = page.first_title(lines)
    title = clean.one_line(heading.title) if heading else parsed.text("title")
    if not parsed.has_header:
        return base.Explained(path, path, base.OTHER_KIND, "has no header, so it is no ticket")
    if not title:
        return base.Explained(path, path, base.NO_TITLE, "the file has no title")
    if heading:
        lines = page.without(lines, heading.start, heading.start + 1)
    key = parsed.text("id") or path.removesuffix(".md")
    if len(key) > base.KEY_CHARACTERS_MAX:
        return page.problem(path, 1, "the id is too long")
    return _issue(key, path, title, parsed, lines)


def _issue(key: str, path: str, title: str, parsed: page.Page, lines: Sequence[str]) -> base.ForeignIssue:
    rest, comments = _without_notes(page.with_acceptance(lines))
    kind = parsed.text("type")
    parent = parsed.text("parent")
    return base.ForeignIssue(
        key=key,
        where=path,
        title=title,
        status=STATUSES.get(parsed.text("status"), TODO),
        type=kind if kind in TYPES else "task",
        priority=_priority(parsed),
        created=clean.instant(parsed.text("created")),
        assignees=parsed.texts("assignee"),
        labels=clean.names([*parsed.texts("tags"), *parsed.texts("labels")]),
        parent=parent if parent and parent != key else None,
        depends_on=tuple(name for name in parsed.texts("deps") if name != key),
        links=tuple(base.Link("related", name) for name in parsed.texts("links") if name != key),
        comments=tuple(comments),
        body=clean.block("\n".join(rest)),
        facts=_facts(parsed, title),
        repairs=_repairs(parsed),
    )


def _priority(parsed: page.Page) -> str | None:
    text = parsed.text("priority")
    return NUMBERED[int(text)] if text in ("0", "1", "2", "3", "4") else None


def _facts(parsed: page.Page, title: str) -> tuple[tuple[str, str], ...]:
    facts: list[tuple[str, str]] = []
    for name, same in (("status", tuple(STATUSES)), ("type", TYPES), ("priority", ("0", "1", "2", "3"))):
        value = parsed.text(name)
        if value and value not in same:
            facts.append((name, value))
    left = [name for name in parsed.fields if name not in TAKEN and (name != "title" or parsed.text(name) != title)]
    facts += [(clean.one_line(name), text) for name in left if (text := page.shown(parsed.fields[name]))]
    return tuple(facts)


def _repairs(parsed: page.Page) -> tuple[str, ...]:
    repairs = list(parsed.mends)
    status = parsed.text("status")
    if status not in STATUSES:
        repairs.append(base.unknown_status(status))
    if parsed.text("created") and clean.instant(parsed.text("created")) is None:
        repairs.append("created: not a date, left out")
    return tuple(repairs)


def _without_notes(lines: list[str]) -> tuple[list[str], list[base.Comment]]:
    """The body without its dated notes, and these as comments; text before the first note stays.

    tk appends notes at the end of the file, and a note may hold headings: all that follows the first is notes.
    """
    section = page.named(lines, 2, "Notes")
    if section is None:
        return lines, []
    body = lines[section.start + 1 :]
    starts = [(index, found) for index, line in page.outside_fences(body) if (found := _NOTE.fullmatch(line))]
    if not starts:
        return lines, []
    ends = [*(index for index, _ in starts[1:]), len(body)]
    comments = [
        base.Comment(None, clean.instant(found[1]), clean.block("\n".join(body[index + 1 : end])))
        for (index, found), end in zip(starts, ends, strict=True)
    ]
    kept_until = section.start + 1 + starts[0][0]
    start = section.start if not "".join(body[: starts[0][0]]).strip() else kept_until
    return page.without(lines, start, len(lines)), [comment for comment in comments if comment.text]
