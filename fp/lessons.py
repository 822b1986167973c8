"""Lessons read from a tracker. A shell over `IssueSource`.

What is put before agents comes from the tracker's commit, where a person's approval has landed, never from a draft. Of
the events only those are read that can matter: an issue without an `ack` has no approved lesson.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.codec import read_issue
from fp.event import read_event
from fp.kernel.errors import KitError, Refused
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.lesson import APPROVED, LESSON, Lesson, is_lesson, is_verdict, lessons_of
from fp.model import archive_path, event_owner, issue_path
from fp.source import FILE, CommitSource, Found
from fp.trackerref import tracker_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.event import Event
    from fp.model import Issue
    from fp.source import IssueSource

_MARK = f"{LESSON}:".encode()


def approved(source: IssueSource, config: Config) -> list[Lesson]:
    """The approved lessons, oldest first."""
    by_owner = _by_owner(source.event_files())
    verdicts = _events(source, [one for ones in by_owner.values() for one in ones if "-ack-" in one.path])
    owners = {owner for one in verdicts if is_verdict(one) and (owner := event_owner(one.path))}
    return [one for one in _read(source, config, {owner: by_owner[owner] for owner in owners}) if one.state == APPROVED]


def every(source: IssueSource, config: Config) -> list[Lesson]:
    """All lessons, proposed and retired ones too, oldest first. Reads all comments."""
    return _read(source, config, _by_owner(source.event_files()))


def _read(source: IssueSource, config: Config, by_owner: dict[str, list[Found]]) -> list[Lesson]:
    wanted = [one for ones in by_owner.values() for one in ones if "-comment-" in one.path or "-ack-" in one.path]
    events: dict[str, list[Event]] = {}
    for one in _events(source, wanted):
        events.setdefault(event_owner(one.path) or "", []).append(one)
    owners = [owner for owner, ones in events.items() if any(is_lesson(one) for one in ones)]
    issues = _issues(source, config, owners)
    found = [lesson for owner in owners for lesson in lessons_of(owner, issues.get(owner), events[owner])]
    return sorted(found, key=lambda one: one.event)


def _by_owner(files: Iterable[Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for one in files:
        owner = event_owner(one.path)
        if one.kind == FILE and owner is not None and one.path.endswith(".md"):
            found.setdefault(owner, []).append(one)
    return found


def _events(source: IssueSource, files: Sequence[Found]) -> list[Event]:
    """The readable ones that say `lesson:` somewhere."""
    found = []
    for path, content in source.read(files).items():
        event = read_event(path, content)[0] if isinstance(content, bytes) and _MARK in content else None
        found += [event] if event is not None else []
    return found


def _issues(source: IssueSource, config: Config, owners: Sequence[str]) -> dict[str, Issue]:
    contents = source.read([Found(place(owner), FILE) for owner in owners for place in (issue_path, archive_path)])
    read = [read_issue(path, one, config)[0] for path, one in contents.items() if isinstance(one, bytes)]
    return {issue.id: issue for issue in read if issue is not None}


def landed(start: Path, config: Config) -> list[Lesson]:
    """The approved lessons of the tracker ref's commit; none where there is no repository or commit yet."""
    try:
        repository = Repository.discover(start)
    except KitError:
        return []
    objects = GitObjects(repository)
    commit = tracker_ref(repository, objects).commit
    return [] if commit is None else approved(CommitSource(objects, commit), config)


def named(known: Iterable[Lesson], word: str) -> Lesson:
    """The lesson that a person names by its event, or a part of the event's name. Refused for none or several."""
    found = [one for one in known if word and word in one.event]
    if len(found) != 1:
        hint = "\n".join(one.event for one in found) or "fp lessons --all shows the names"
        text = f"no lesson {word!r}" if not found else f"more than one lesson is like {word!r}"
        raise Refused(text, hint=hint, reason="unknown-lesson" if not found else "ambiguous-lesson")
    return found[0]
