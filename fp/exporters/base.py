"""What every export is made of, and which there are.

Pure. An exporter takes the chosen issues, the oldest first, and gives the parts of one text in order, so that a large
tracker need not stand in memory twice. Equal trackers give equal bytes.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

from fp.event import TRANSITION
from fp.kernel.errors import Usage
from fp.model import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fp.event import Event
    from fp.model import Issue

MODULES = {
    "json": "fp.exporters.own:document",
    "jsonl": "fp.exporters.own:lines",
    "csv": "fp.exporters.table:table",
    "markdown": "fp.exporters.page:page",
    "github": "fp.exporters.github:listing",
    "beads": "fp.exporters.beads:lines",
}


class Exported(NamedTuple):
    """One issue with its readable events by name, and the bytes of all its files by path."""

    issue: Issue
    events: Sequence[Event]
    files: Mapping[str, bytes]


def exporter(kind: str) -> Callable[[Iterable[Exported]], Iterator[str]]:
    """The exporter of a format, imported now; Usage for one that does not exist."""
    if kind not in MODULES:
        raise Usage(f"no export as {kind!r}", hint=f"there are: {', '.join(MODULES)}")
    module, _, name = MODULES[kind].partition(":")
    found: Callable[[Iterable[Exported]], Iterator[str]] = getattr(importlib.import_module(module), name)
    return found


def closed_by(one: Exported) -> Event | None:
    """The last move to where the issue is closed; None for an open one, and where nothing tells."""
    if one.issue.status not in TERMINAL:
        return None
    moves = (event for event in reversed(one.events) if event.kind == TRANSITION)
    return next((event for event in moves if event.to == one.issue.status), None)
