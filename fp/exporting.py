"""Gather what an export is made of: the chosen issues with all their files. A shell over the port `Files`; reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import codec
from fp.event import read_event
from fp.exporters.base import Exported
from fp.model import archived_events_path, events_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fp.config import Config
    from fp.event import Event
    from fp.kernel.ports import Files
    from fp.model import Issue


def exported(files: Files, config: Config, chosen: Iterable[Issue]) -> Iterator[Exported]:
    """The issues, the oldest first, each read from its file as it is now; one that is gone by then is left out."""
    for one in sorted(chosen, key=lambda issue: (issue.created is None, issue.created, issue.id)):
        try:
            data = files.read(one.path)
        except FileNotFoundError:
            continue
        issue, _ = codec.read_issue(one.path, data, config)
        if issue is not None:
            yield _with_events(files, issue, data)


def _with_events(files: Files, issue: Issue, data: bytes) -> Exported:
    found = {issue.path: data}
    events: list[Event] = []
    for folder in (events_path(issue.id), archived_events_path(issue.id)):
        for name in sorted(files.names(folder)):
            if not name.endswith(".md"):
                continue
            path = f"{folder}/{name}"
            found[path] = files.read(path)
            event, _ = read_event(path, found[path])
            events += [event] if event is not None else []
    return Exported(issue, sorted(events, key=lambda event: event.name), found)
