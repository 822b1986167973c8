"""What an issue is: its fields, the default vocabulary, the grammar of ids, and where its files lie.

Pure; the standard library only. Named tuples, not data classes: every command loads this module, and ten thousand
issues are built by one `fp list` (a frozen data class costs four times as much to build). An `Issue` is whole: a file
that cannot be read as one becomes problems, never a partial issue.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from fp.kernel.yamlguard import Value

ISSUES_FOLDER = ".issues"
EVENTS_FOLDER = ".issues/events"
TEMPLATES_FOLDER = ".issues/templates"
ARCHIVE_FOLDER = ".issues/archive"
ARCHIVED_EVENTS = ".issues/archive/events"
CONFIG_PATH = ".issues/config.yaml"
FORMAT = 1

TODO: Final = "todo"
IN_PROGRESS = "in-progress"
IN_REVIEW = "in-review"
NEEDS_ATTENTION = "needs-attention"
DONE = "done"
CANCELLED = "cancelled"
STATUSES = (TODO, IN_PROGRESS, IN_REVIEW, NEEDS_ATTENTION, DONE, CANCELLED)
TERMINAL = (DONE, CANCELLED)
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    TODO: (IN_PROGRESS, CANCELLED),
    IN_PROGRESS: (IN_REVIEW, NEEDS_ATTENTION, TODO, DONE, CANCELLED),
    IN_REVIEW: (DONE, IN_PROGRESS, NEEDS_ATTENTION, TODO, CANCELLED),
    NEEDS_ATTENTION: (TODO, IN_PROGRESS, IN_REVIEW, DONE, CANCELLED),
    DONE: (TODO,),
    CANCELLED: (TODO,),
}
"""The arrows that bind machines, and everybody where the workflow is strict."""

TYPES = ("task", "bug", "feature", "epic", "chore")
PRIORITIES = ("critical", "high", "medium", "low")
AUTO = "auto"
HOLD = "hold"
DISPATCHES = (AUTO, HOLD)
DEFAULT_TYPE = "task"
DEFAULT_PRIORITY = "medium"

ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 in lower case: no i, l, o, u."""
ID_LENGTH = 7
PREFIX_LENGTH_MAX = 10
_ID = re.compile(rf"[A-Z][A-Z0-9]{{0,{PREFIX_LENGTH_MAX - 1}}}-[{ID_ALPHABET}]{{{ID_LENGTH}}}", re.ASCII)
_PREFIX = re.compile(rf"[A-Z][A-Z0-9]{{0,{PREFIX_LENGTH_MAX - 1}}}", re.ASCII)


class Issue(NamedTuple):
    """One issue as its file says it, every value parsed; absent values have their defaults.

    `created` is in UTC with a zone. `due` is a day, `2026-12-01`; `estimate` a time (`3d 4h`) or points (`5`). `extra`
    holds the raw values of keys that the format does not know. `body` is the text after the header, line ends as `\\n`.
    `lines` gives the line, from 1, of each key in the file; `body_line` the body's first. `path` is relative to the
    repository's root.
    """

    id: str
    title: str
    status: str = STATUSES[0]
    type: str = DEFAULT_TYPE
    priority: str = DEFAULT_PRIORITY
    created: datetime | None = None
    assignees: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    parent: str | None = None
    depends_on: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    dispatch: str = HOLD
    external: tuple[str, ...] = ()
    milestone: str | None = None
    due: str | None = None
    estimate: str | None = None
    extra: Mapping[str, Value] = {}
    body: str = ""
    path: str = ""
    lines: Mapping[str, int] = {}
    body_line: int = 1


def is_issue_id(text: str) -> bool:
    """Whether the text is a full issue id, such as `FP-k3v9q2m`."""
    return _ID.fullmatch(text) is not None


def odd_names(names: Iterable[str]) -> frozenset[str]:
    """The names of files that are no id with `.md` behind it. One pass: `fp show` looks at every name of the folder."""
    odd = re.compile(rf"(?<![^/])(?!{_ID.pattern}\.md(?![^/]))[^/]+", re.ASCII)
    return frozenset(odd.findall("/".join(names)))


def is_prefix(text: str) -> bool:
    """Whether the text can be a tracker's id prefix: an upper-case letter, then letters and digits, 10 at most."""
    return _PREFIX.fullmatch(text) is not None


def issue_path(issue_id: str) -> str:
    """The issue's file, relative to the repository's root."""
    return f"{ISSUES_FOLDER}/{issue_id}.md"


def events_path(issue_id: str) -> str:
    """The folder of the issue's events, relative to the repository's root."""
    return f"{EVENTS_FOLDER}/{issue_id}"


def archive_path(issue_id: str) -> str:
    """The file of an issue that is archived, relative to the repository's root."""
    return f"{ARCHIVE_FOLDER}/{issue_id}.md"


def archived_events_path(issue_id: str) -> str:
    """The folder of the events that were archived with their issue."""
    return f"{ARCHIVED_EVENTS}/{issue_id}"


def is_archived(path: str) -> bool:
    """Whether a file of the tracker lies in the archive."""
    return path.startswith(f"{ARCHIVE_FOLDER}/")


def live_path(path: str) -> str:
    """Where a file of the archive was before, and would be again; any other path as it is."""
    return path.replace(f"{ARCHIVE_FOLDER}/", f"{ISSUES_FOLDER}/", 1) if is_archived(path) else path


def both_places(path: str) -> tuple[str, str]:
    """The path of a file of an issue, and of the same file in the archive."""
    plain = live_path(path)
    return plain, plain.replace(f"{ISSUES_FOLDER}/", f"{ARCHIVE_FOLDER}/", 1)


def event_owner(path: str) -> str | None:
    """The id that an event's file, or its folder, belongs to, archived or not; None for any other path."""
    plain = live_path(path)
    return plain.split("/")[2] if plain.startswith(f"{EVENTS_FOLDER}/") else None


def priority_rank(priority: str) -> int:
    """0 for the most urgent; an unknown priority comes after all known ones."""
    return PRIORITIES.index(priority) if priority in PRIORITIES else len(PRIORITIES)
