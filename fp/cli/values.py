"""How issues look: as JSON values in the documents, and in colour on a terminal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.model import (
    CANCELLED,
    DONE,
    IN_PROGRESS,
    IN_REVIEW,
    NEEDS_ATTENTION,
)

if TYPE_CHECKING:
    from fp.config import Config
    from fp.kernel.output import Printer
    from fp.model import Issue

_STYLES = {
    IN_PROGRESS: "accent",
    IN_REVIEW: "warn",
    NEEDS_ATTENTION: "bad",
    DONE: "good",
    CANCELLED: "dim",
    "critical": "bad",
    "high": "warn",
    "low": "dim",
}


def coloured(output: Printer, word: str, shown: str | None = None) -> str:
    """A status or a priority in its colour; `shown` is the word as it is laid out."""
    text = word if shown is None else shown
    return output.style(text, _STYLES[word]) if word in _STYLES else text


def style_of(word: str) -> str:
    """The style of a status or a priority; empty for one without."""
    return _STYLES.get(word, "")


def own_values(issue: Issue, config: Config) -> dict[str, Any]:
    """The tracker's own properties by their kinds, under a key of their own; nothing where it declares none."""
    if not config.properties:
        return {}
    from fp.properties import documented

    return {"properties": documented(issue, config)}


def issue_value(issue: Issue) -> dict[str, Any]:
    """The fields of an issue, its body left out; docs/schemas/fp.list.v1.json has the shape."""
    from fp.kernel.clock import instant

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
        "external": list(issue.external),
        "milestone": issue.milestone,
        "due": issue.due,
        "estimate": issue.estimate,
        "extra": dict(issue.extra),
        "path": issue.path,
    }
