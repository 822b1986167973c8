"""Our own JSON: every field for other programs, and beside it the files as they stand, from which `fp import fp` reads.

Pure. The fields are for reading; what counts on the way back is `files`, so that nothing is lost on the way: no key of
a person's own, no comment in a header, no event.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from fp.kernel.clock import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fp.event import Event
    from fp.exporters.base import Exported

SCHEMA = "fp.export.v1"


def document(found: Iterable[Exported]) -> Iterator[str]:
    """One JSON document, an issue a line."""
    yield f'{{"schema": "{SCHEMA}", "issues": ['
    behind = "\n"
    for one in found:
        yield behind + json.dumps(value(one))
        behind = ",\n"
    yield "\n]}\n"


def lines(found: Iterable[Exported]) -> Iterator[str]:
    """JSON Lines: one issue each."""
    for one in found:
        yield json.dumps({"schema": SCHEMA, **value(one)}) + "\n"


def value(one: Exported) -> dict[str, Any]:
    """One issue; docs/schemas/fp.export.v1.json has the shape."""
    issue = one.issue
    return {
        "id": issue.id,
        "title": issue.title,
        "status": issue.status,
        "type": issue.type,
        "priority": issue.priority,
        "created": instant(issue.created) if issue.created is not None else None,
        "assignees": list(issue.assignees),
        "labels": list(issue.labels),
        "parent": issue.parent,
        "depends_on": list(issue.depends_on),
        "touches": list(issue.touches),
        "dispatch": issue.dispatch,
        "milestone": issue.milestone,
        "due": issue.due,
        "estimate": issue.estimate,
        "external": list(issue.external),
        "properties": dict(issue.extra),
        "body": issue.body,
        "events": [_event(event) for event in one.events],
        "files": [{"path": path, **_content(data)} for path, data in sorted(one.files.items())],
    }


def _event(event: Event) -> dict[str, Any]:
    moved = {"from": event.from_, "to": event.to} if event.to is not None else {}
    return {
        "name": event.name,
        "kind": event.kind,
        "by": str(event.by) if event.by is not None else None,
        "at": instant(event.at, milliseconds=True) if event.at is not None else None,
        **moved,
        "text": event.note,
    }


def _content(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
