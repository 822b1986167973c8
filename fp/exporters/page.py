"""One Markdown page for reading and printing: the issues under their status, headings of a body below its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp.event import COMMENT
from fp.importers.page import outside_fences
from fp.kernel.clock import instant
from fp.kernel.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fp.exporters.base import Exported
    from fp.model import Issue

LEVEL = 3
LEVEL_MAX = 6
_HEADING = re.compile(r" {0,3}(#{1,6})(?=\s|$)")


def page(found: Iterable[Exported]) -> Iterator[str]:
    """All issues, in the order of the statuses where the first of each stands."""
    by_status: dict[str, list[Exported]] = {}
    for one in found:
        by_status.setdefault(one.issue.status, []).append(one)
    yield "# Issues\n"
    for status, issues in by_status.items():
        yield f"\n## {safe(status)} ({len(issues)})\n"
        for one in issues:
            yield _issue(one)


def _issue(one: Exported) -> str:
    issue = one.issue
    parts = [f"\n### {issue.id} {safe(issue.title)}\n", "\n".join(f"- {fact}" for fact in _facts(issue)) + "\n"]
    body = safe_block(issue.body).strip("\n")
    if body:
        parts.append(f"{_below(body)}\n")
    for event in one.events:
        if event.kind == COMMENT and event.note.strip():
            when = f", {instant(event.at)}" if event.at is not None else ""
            said = "\n".join(f"> {line}".rstrip() for line in safe_block(event.note).strip("\n").splitlines())
            parts.append(f"{safe(str(event.by or 'unknown'))}{when}:\n\n{said}\n")
    return "\n".join(parts)


def _facts(issue: Issue) -> Iterator[str]:
    yield f"{safe(issue.type)}, priority {safe(issue.priority)}"
    named = (
        ("assigned to", issue.assignees),
        ("labels", issue.labels),
        ("parent", (issue.parent,) if issue.parent else ()),
        ("waits for", issue.depends_on),
        ("milestone", (issue.milestone,) if issue.milestone else ()),
        ("due", (issue.due,) if issue.due else ()),
        ("estimate", (issue.estimate,) if issue.estimate else ()),
    )
    for name, items in named:
        if items:
            yield f"{name}: {safe(', '.join(items))}"


def _below(body: str) -> str:
    """The text with its headings below the issue's own."""
    lines = body.split("\n")
    for at, line in outside_fences(lines):
        found = _HEADING.match(line)
        if found is not None:
            lines[at] = "#" * min(LEVEL_MAX, len(found[1]) + LEVEL) + line[found.end() :]
    return "\n".join(lines)
