"""All that whoever works on one issue should have read: the issue, its kin, decisions, comments, lessons. A shell.

Reads the worktree as `fp show` does, writes nothing, and works where git's folder is read-only. Lessons come from the
tracker ref's commit alone (`fp.lessons`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import graph, lessons, source
from fp.codec import resolve
from fp.event import COMMENT
from fp.kernel import markdown
from fp.kernel.errors import KitError, Refused
from fp.lesson import Lesson, matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fp.event import Event
    from fp.kernel.ports import Files
    from fp.model import Issue
    from fp.tracker import Tracker

DECISION_FOLDERS = ("docs/decisions", "docs/adr")
DECISIONS_READ_MAX = 500
DECISION_BYTES_MAX = 64 * 1024
PARENTS_MAX = 16
PATH_CHARACTERS_MIN = 4
"""A shorter path, such as `a/b`, would be found in every text."""
_NUMBER = re.compile(r"0*([1-9][0-9]*)\b", re.ASCII)


class Kin(NamedTuple):
    """Another issue and how it is related: parent, child, waits for, waits for this; None where no file has it."""

    relation: str
    id: str
    issue: Issue | None


class Decision(NamedTuple):
    """A page of decisions, and why it is here."""

    path: str
    title: str
    why: str


class Context(NamedTuple):
    """What `fp context` tells. Comments by name, so by time; `lessons` are the approved ones that match."""

    issue: Issue
    kin: tuple[Kin, ...]
    decisions: tuple[Decision, ...]
    comments: tuple[Event, ...]
    lessons: tuple[Lesson, ...]
    terminal: tuple[str, ...]


def gather(start: Path, files: Files, where: source.IssueSource, word: str) -> Context:
    """The context of the issue that a word names. Refused when it cannot be read."""
    tracker = source.load(where)
    issue = _named(tracker, word)
    events = source.load_events(where, issue.id)[0].get(issue.id, ())
    comments = tuple(one for one in events if one.kind == COMMENT)
    told = "\n".join((issue.title, issue.body, *(one.note for one in comments)))
    return Context(
        issue=issue,
        kin=tuple(kin(tracker, issue)),
        decisions=tuple(_decisions(files, issue, told)),
        comments=comments,
        lessons=tuple(fitting(lessons.landed(start, tracker.config), issue)),
        terminal=tracker.config.workflow.terminal,
    )


def _named(tracker: Tracker, word: str) -> Issue:
    found = source.id_or_refusal(resolve({*tracker.issues, *tracker.duplicates, *tracker.unreadable}, word))
    if found in tracker.duplicates:
        raise source.duplicate_refusal(found, tracker.duplicates[found])
    if found in tracker.unreadable:
        raise Refused(
            "this issue cannot be read", where=tracker.unreadable[found], hint="fp check", reason="unreadable"
        )
    return tracker.issues[found]


def kin(tracker: Tracker, issue: Issue) -> Iterator[Kin]:
    """Parents up to the root, children, and the dependencies of both directions."""
    issues = tracker.issues
    seen, above = {issue.id}, issue.parent
    for _ in range(PARENTS_MAX):
        if above is None or above in seen:
            break
        seen.add(above)
        yield Kin("parent", above, issues.get(above))
        above = issues[above].parent if above in issues else None
    for target in issue.depends_on:
        yield Kin("waits for", target, issues.get(target))
    for child in graph.children(issues).get(issue.id, ()):
        yield Kin("child", child, issues.get(child))
    for other in issues.values():
        if issue.id in other.depends_on:
            yield Kin("waits for this", other.id, other)


def fitting(known: Sequence[Lesson], issue: Issue) -> list[Lesson]:
    """Lessons that share a label or a path with the issue, or come from it or one it names; the newest first."""
    own = [one for one in known if one.issue == issue.id]
    if not issue.labels and not issue.touches:
        return own[::-1]
    matched = matching(known, labels=issue.labels, paths=issue.touches)
    return [one for one in reversed(known) if one in own or one in matched]


# -- decisions --------------------------------------------------------------------------------------------------------


def _decisions(files: Files, issue: Issue, told: str) -> Iterator[Decision]:
    """Pages that the issue names, by path, name or number, and those that name the issue or one of its paths."""
    paths = [path for touched in issue.touches if len(path := _literal(touched)) >= PATH_CHARACTERS_MIN]
    for path in _pages(files):
        try:
            text = files.read(path, DECISION_BYTES_MAX).decode("utf-8", "replace")
        except (KitError, FileNotFoundError):
            continue
        why = _why(path, text, issue.id, told, paths)
        if why:
            yield Decision(path, markdown.first_title(text) or path, why)


def _pages(files: Files) -> list[str]:
    found = [f"{folder}/{name}" for folder in DECISION_FOLDERS for name in files.names(folder) if name.endswith(".md")]
    return [path for path in found if not path.lower().endswith("/readme.md")][:DECISIONS_READ_MAX]


def _why(path: str, text: str, issue_id: str, told: str, paths: Sequence[str]) -> str:
    name = path.rpartition("/")[2].removesuffix(".md")
    number = _NUMBER.match(name)
    if path in told or name in told:
        return "named by the issue"
    if number and re.search(rf"\b(?:adr|decision)[ -]*#?0*{number[1]}\b", told, re.IGNORECASE):
        return "named by the issue"
    if issue_id in text:
        return "names the issue"
    touched = next((one for one in paths if one in text), None)
    return f"names {touched}" if touched else ""


def _literal(pattern: str) -> str:
    """A pattern up to its first wildcard, whole folders only."""
    parts: list[str] = []
    for part in pattern.rstrip("/").split("/"):
        if any(sign in part for sign in "*?["):
            break
        parts.append(part)
    return "/".join(parts)
