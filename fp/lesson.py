"""Lessons: comments that say what would help whoever works on something like it next, once a person approved them.

Pure. A comment marked `lesson: true` proposes one; an `ack` event of a person with `code: lesson` that cites it
approves or retires it. Only a person's word counts, the last one. A lesson speaks of its own `labels:` and `paths:`,
or where it names none, of those of its issue.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from fp.event import ACK, COMMENT, HUMAN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from fp.event import Event
    from fp.kernel.yamlguard import Value
    from fp.model import Issue

LESSON = "lesson"
"""The key that marks a comment, and the code of the event that decides on one."""
MARKED = "true"
VERDICT = "verdict"
APPROVE = "approve"
RETIRE = "retire"
PROPOSED = "proposed"
APPROVED = "approved"
RETIRED = "retired"
STATES = {APPROVE: APPROVED, RETIRE: RETIRED}
_WILD = "*?["


class Lesson(NamedTuple):
    """One lesson; `event` is its comment's name, `decided_by` the person of the last verdict, empty without one."""

    issue: str
    event: str
    by: str
    at: datetime | None
    text: str
    labels: tuple[str, ...]
    paths: tuple[str, ...]
    state: str = PROPOSED
    decided_by: str = ""


def is_lesson(event: Event) -> bool:
    """Whether a comment proposes a lesson."""
    return event.kind == COMMENT and event.fields.get(LESSON) == MARKED


def is_verdict(event: Event) -> bool:
    """Whether a person decides on a lesson here."""
    by_person = event.by is not None and event.by.kind == HUMAN
    return event.kind == ACK and event.fields.get("code") == LESSON and by_person


def lessons_of(issue_id: str, issue: Issue | None, events: Iterable[Event]) -> list[Lesson]:
    """The lessons of one issue's events; `issue` is None where its file cannot be read."""
    known = list(events)
    verdicts = sorted((one for one in known if is_verdict(one)), key=lambda one: one.name)
    last = {str(one.fields.get(LESSON)): one for one in verdicts if one.fields.get(VERDICT) in STATES}
    return [_lesson(issue_id, issue, one, last.get(one.name)) for one in known if is_lesson(one)]


def _lesson(issue_id: str, issue: Issue | None, event: Event, verdict: Event | None) -> Lesson:
    return Lesson(
        issue=issue_id,
        event=event.name,
        by=str(event.by) if event.by is not None else "",
        at=event.at,
        text=event.note,
        labels=_texts(event.fields.get("labels")) or (issue.labels if issue is not None else ()),
        paths=_texts(event.fields.get("paths")) or (issue.touches if issue is not None else ()),
        state=PROPOSED if verdict is None else STATES[str(verdict.fields[VERDICT])],
        decided_by="" if verdict is None else str(verdict.by),
    )


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def matching(
    lessons: Iterable[Lesson], *, words: Sequence[str] = (), labels: Collection[str] = (), paths: Sequence[str] = ()
) -> list[Lesson]:
    """Those with all words in text, labels or paths, and with one of the labels or paths where any are given."""
    asked = [word.casefold() for word in words]
    return [
        one
        for one in lessons
        if all(word in _haystack(one) for word in asked) and (not (labels or paths) or speaks_of(one, labels, paths))
    ]


def _haystack(one: Lesson) -> str:
    return "\n".join((one.text, *one.labels, *one.paths, one.issue)).casefold()


def speaks_of(one: Lesson, labels: Collection[str], paths: Sequence[str]) -> bool:
    """Whether a lesson has one of the labels, or a path that overlaps one of the paths."""
    return bool(set(one.labels) & set(labels)) or any(overlap(own, path) for own in one.paths for path in paths)


def overlap(one: str, other: str) -> bool:
    """Whether two paths or patterns can speak of one file: equal, matching, or one within the other's folder.

    Two patterns are compared by the folders before their first wildcard: rather one lesson too many than one too few.
    """
    if fnmatchcase(one, other) or fnmatchcase(other, one):
        return True
    left, right = _folder(one), _folder(other)
    wild = any(sign in one for sign in _WILD) and any(sign in other for sign in _WILD)
    shorter, longer = sorted((left, right), key=len)
    if shorter != longer and longer[: len(shorter)] == shorter:
        return bool(shorter) or wild
    return left == right and wild


def _folder(pattern: str) -> tuple[str, ...]:
    """The parts of a path before its first wildcard."""
    parts = pattern.rstrip("/").split("/")
    wild = next((index for index, part in enumerate(parts) if any(sign in part for sign in _WILD)), len(parts))
    return tuple(parts[:wild])
