"""The shape of `gh issue list --json`: what GitHub calls an issue, for programs that read that.

Pure. Numbers follow the order of creation. Type and priority are labels, as GitHub has no field that all may use.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fp.event import COMMENT
from fp.exporters.base import closed_by
from fp.kernel.clock import instant
from fp.model import CANCELLED, DEFAULT_PRIORITY, DEFAULT_TYPE, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fp.event import Event
    from fp.exporters.base import Exported


def listing(found: Iterable[Exported]) -> Iterator[str]:
    """One JSON array."""
    issues = list(found)
    numbers = {one.issue.id: number for number, one in enumerate(issues, start=1)}
    yield "["
    behind = "\n"
    for one in issues:
        yield behind + json.dumps(_value(one, numbers))
        behind = ",\n"
    yield "\n]\n"


def _value(one: Exported, numbers: Mapping[str, int]) -> dict[str, Any]:
    issue, closed = one.issue, closed_by(one)
    over = issue.status in TERMINAL
    reason = ("NOT_PLANNED" if issue.status == CANCELLED else "COMPLETED") if over else ""
    return {
        "number": numbers[issue.id],
        "title": issue.title,
        "body": issue.body.strip("\n"),
        "state": "CLOSED" if over else "OPEN",
        "stateReason": reason,
        "labels": [{"name": label} for label in _labels(one)],
        "assignees": [{"login": name} for name in issue.assignees],
        "milestone": {"title": issue.milestone} if issue.milestone else None,
        "createdAt": instant(issue.created) if issue.created is not None else None,
        "closedAt": instant(closed.at) if closed is not None and closed.at is not None else None,
        "parent": {"number": numbers[issue.parent]} if issue.parent and issue.parent in numbers else None,
        "blockedBy": [{"number": numbers[target]} for target in issue.depends_on if target in numbers],
        "comments": [_comment(event) for event in one.events if event.kind == COMMENT],
    }


def _labels(one: Exported) -> list[str]:
    issue = one.issue
    told = [f"type: {issue.type}"] if issue.type != DEFAULT_TYPE else []
    told += [f"priority: {issue.priority}"] if issue.priority != DEFAULT_PRIORITY else []
    return list(dict.fromkeys((*issue.labels, *told)))


def _comment(event: Event) -> dict[str, Any]:
    return {
        "author": {"login": event.by.name if event.by is not None else ""},
        "body": event.note.strip("\n"),
        "createdAt": instant(event.at) if event.at is not None else None,
    }
