"""What every reader gives: foreign issues, explained records and problems; and which readers there are.

Pure. A reader is a function of files in memory: `read(files) -> Reading`, `files` mapping paths relative to the source
to their bytes. It writes nothing, knows no id of ours, and raises nothing for what the files hold: a record becomes a
`ForeignIssue`, an `Explained` or a `Problem`, never nothing.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from fp.kernel.problem import Problem


class Comment(NamedTuple):
    """A remark on a foreign issue. `author` is the source's text, `at` in UTC; either may be unknown."""

    author: str | None
    at: datetime | None
    text: str


class Closing(NamedTuple):
    """When a foreign issue was closed (UTC), the reason given, and by whom where the source tells."""

    at: datetime
    reason: str = ""
    by: str | None = None


class Link(NamedTuple):
    """A relation that is neither dependency nor parent: `kind` as the source names it, `key` of the other record."""

    kind: str
    key: str


class Standing(NamedTuple):
    """What a report of faults says of one cause: a mark of each place where it shows, and when somebody looked (UTC).

    A mark stays the same as long as nobody has settled that place; a place that went bad anew has another mark.
    """

    marks: tuple[str, ...]
    at: datetime | None = None


class ForeignIssue(NamedTuple):
    """One issue of another tracker in our vocabulary; relations still by the source's keys.

    `key` is the source's id and unique within the reading; `where` is the path in the source, or
    `path:line` where a file holds many. `priority` is None
    where the source has none. `parent`, `depends_on` and `links` may name records that the reading does not hold.
    `facts` are fields without a place of their own, `(name, text)` in order. `repairs` says what had to be mended.
    `milestone` is a name, `due` a day, `estimate` a time (`3d 4h`) or points (`5`). `standing` is there where the
    source reports faults and not issues: then status and creation are the tracker's own.
    """

    key: str
    where: str
    title: str
    status: str
    type: str
    priority: str | None = None
    created: datetime | None = None
    assignees: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    parent: str | None = None
    depends_on: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    comments: tuple[Comment, ...] = ()
    closing: Closing | None = None
    body: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    repairs: tuple[str, ...] = ()
    standing: Standing | None = None
    milestone: str | None = None
    due: str | None = None
    estimate: str | None = None


class Explained(NamedTuple):
    """A record that is left out, and why. `reason` is a stable slug (`tombstone`, `other-kind` ...), `text` says it."""

    key: str
    where: str
    reason: str
    text: str


class Reading(NamedTuple):
    """All records of a source, each in exactly one of the three; problems are records that could not be read."""

    issues: tuple[ForeignIssue, ...]
    explained: tuple[Explained, ...]
    problems: tuple[Problem, ...]


class Source(NamedTuple):
    """A kind of source: what people call it, its reader, where its files lie, and which of them are read.

    `homes` are folders below a repository's root, tried before PATH itself. `suffixes` are the files that matter,
    `deep` whether also those in folders below. `stream`: one file can hold it all, so it may come by standard input.
    `reports`: it tells which faults there are now, so that what it no longer tells is settled.
    """

    kind: str
    name: str
    reader: str
    homes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = (".json",)
    deep: bool = False
    stream: bool = True
    reports: bool = False


OTHER_PARENT = "other parent"
"""The kind of a link to a second parent: an issue has one here."""
KEY_CHARACTERS_MAX = 200
"""A source's id that is longer is not one."""
_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
TOMBSTONE = "tombstone"
OTHER_KIND = "other-kind"
NO_TITLE = "no-title"

SOURCES: Mapping[str, Source] = {
    source.kind: source
    for source in (
        Source("beads", "beads", "fp.importers.beads:read", (".beads",), (".jsonl",)),
        Source(
            "backlog",
            "Backlog.md",
            "fp.importers.backlog:read",
            ("backlog", ".backlog"),
            (".md", ".yml"),
            deep=True,
            stream=False,
        ),
        Source("tk", "tk", "fp.importers.tk:read", (".tickets", "tickets"), (".md",), stream=False),
        Source("github", "GitHub", "fp.importers.github:read"),
        Source("gitlab", "GitLab", "fp.importers.gitlab:read"),
        Source("linear", "Linear", "fp.importers.linear:read", suffixes=(".csv", ".json")),
        Source("jira", "Jira", "fp.importers.jira:read", suffixes=(".csv", ".json")),
        Source("csv", "the table", "fp.importers.table:read", suffixes=(".csv", ".tsv")),
        Source("drift-report", "drift check", "fp.importers.drift_report:read", reports=True),
    )
}


def origin(kind: str, project: str = "") -> str:
    """What imported issues name as their source: the kind, or `kind/project`. Usage for a project's odd name."""
    if project and not _PROJECT.fullmatch(project):
        raise Usage(f"not a project's name: {project!r}", hint="up to 40 of a-z, 0-9 and -, such as `web`")
    return f"{kind}/{project}" if project else kind


def unknown_status(word: str) -> str:
    """The repair of a status that has no counterpart here."""
    return f"status: {word[:40]!r} is unknown, taken as todo" if word else "status: none, taken as todo"


def reader(kind: str) -> Callable[[Mapping[str, bytes]], Reading]:
    """The reader of a kind of source, imported now; Usage for a kind that does not exist."""
    source = SOURCES.get(kind)
    if source is None:
        raise Usage(f"no importer for {kind!r}", hint=f"there are: {', '.join(SOURCES)}")
    module, _, name = source.reader.partition(":")
    found: Callable[[Mapping[str, bytes]], Reading] = getattr(importlib.import_module(module), name)
    return found
