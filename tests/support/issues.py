"""Issues, events and trackers as values, written in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fp.codec import read_issue
from fp.config import default_config
from fp.event import Event, event_bytes, event_name, event_path, parse_writer, read_event
from fp.model import Issue, issue_path
from fp.tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fp.config import Config
    from fp.kernel.problem import Problem

AT = datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC)
CONFIG = default_config("FP")
A, B, C, D = (f"FP-{letter * 7}" for letter in "abcd")


def issue(issue_id: str = A, **fields: object) -> Issue:
    """An issue that is todo and armed, unless said otherwise; `minutes` old."""
    made = {"title": f"Title of {issue_id}", "dispatch": "auto", "created": AT, "path": issue_path(issue_id), **fields}
    return Issue(issue_id, **made)  # type: ignore[arg-type]  # a table's fields


def event(
    kind: str, by: str = "human/ann", *, minutes: int = 0, random: str = "aaaa", issue_id: str = A, **fields: object
) -> Event:
    """An event with a name of the grammar."""
    at = AT + timedelta(minutes=minutes)
    name = event_name(at, kind, random)
    made = {"by": parse_writer(by), "at": at, "path": event_path(issue_id, name), **fields}
    return Event(name, kind, **made)  # type: ignore[arg-type]  # a table's fields


def tracker(
    issues: Iterable[Issue] = (),
    events: Mapping[str, tuple[Event, ...]] | None = None,
    *,
    config: Config = CONFIG,
    problems: tuple[Problem, ...] = (),
    **more: object,
) -> Tracker:
    """A tracker at a commit."""
    found = {one.id: one for one in issues}
    return Tracker(found, events or {}, problems, config, "test", "c" * 40, {}, **more)  # type: ignore[arg-type]


def tracker_of(files: Mapping[str, str | bytes], config: Config = CONFIG) -> Tracker:
    """A tracker read from files by path."""
    issues: list[Issue] = []
    events: dict[str, tuple[Event, ...]] = {}
    problems: list[Problem] = []
    for path, content in sorted(files.items()):
        data = content if isinstance(content, bytes) else content.encode()
        if path.startswith(".issues/events/"):
            one, found = read_event(path, data)
            owner = path.split("/")[2]
            events[owner] = (*events.get(owner, ()), *((one,) if one else ()))
        elif path.startswith(".issues/") and path.endswith(".md"):
            read, found = read_issue(path, data, config)
            issues += [read] if read else []
        else:
            found = []
        problems += found
    return tracker(issues, events, config=config, problems=tuple(problems))


def file_of(one: Event) -> dict[str, bytes]:
    """The event's file by its path."""
    return {one.path: event_bytes(one)}
