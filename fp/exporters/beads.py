"""beads' issue list: JSON Lines with the fields of its `internal/types/types.go`, keys as our ids.

Pure. beads has fewer statuses: what is in review is in progress there, and what is cancelled is closed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fp.event import COMMENT
from fp.exporters.base import closed_by
from fp.kernel.clock import instant
from fp.model import CANCELLED, DONE, IN_PROGRESS, IN_REVIEW, NEEDS_ATTENTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fp.exporters.base import Exported

STATUSES = {
    IN_PROGRESS: "in_progress",
    IN_REVIEW: "in_progress",
    NEEDS_ATTENTION: "blocked",
    DONE: "closed",
    CANCELLED: "closed",
}
PRIORITIES = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def lines(found: Iterable[Exported]) -> Iterator[str]:
    """One record a line."""
    for one in found:
        yield json.dumps({key: value for key, value in _record(one).items() if value not in (None, "", [])}) + "\n"


def _record(one: Exported) -> dict[str, Any]:
    issue, closed = one.issue, closed_by(one)
    created = instant(issue.created) if issue.created is not None else None
    needs = [(target, "blocks") for target in issue.depends_on]
    needs += [(issue.parent, "parent-child")] if issue.parent else []
    return {
        "id": issue.id,
        "title": issue.title,
        "description": issue.body.strip("\n"),
        "status": STATUSES.get(issue.status, "open"),
        "priority": PRIORITIES.get(issue.priority, 2),
        "issue_type": issue.type,
        "assignee": issue.assignees[0] if issue.assignees else None,
        "labels": list(issue.labels),
        "created_at": created,
        "closed_at": instant(closed.at) if closed is not None and closed.at is not None else None,
        "close_reason": (closed.note.strip("\n") or None) if closed is not None else None,
        "dependencies": [{"issue_id": issue.id, "depends_on_id": to, "type": kind} for to, kind in needs],
        "comments": [
            {
                "author": event.by.name if event.by is not None else "",
                "text": event.note.strip("\n"),
                "created_at": instant(event.at) if event.at is not None else None,
            }
            for event in one.events
            if event.kind == COMMENT
        ],
    }
