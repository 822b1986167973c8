"""Commits whose messages name an issue, and what they say of it. A shell over two calls of git.

Only branches, remote-tracking branches and HEAD are looked at, for claims name issues in commits of their own; at most
`WALKED_COMMITS_MAX` commits, the newest. A name counts as a word of its own, in any case: `FP-k3v9q2m`, not inside one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.git.run import git
from fp.model import ISSUES_FOLDER, is_issue_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fp.kernel.ports import Oid

WALKED_COMMITS_MAX = 20_000
EVERYWHERE = ("--branches", "--remotes", "HEAD")
FORMAT = "--format=h%H%x00p%P%x00n%an%x00a%at%x00c%ct%x00b%B"
HEADS = 6
"""Fields before the paths; each begins with a letter, so that none is empty."""
FIX_WORDS = ("fixes", "closes", "resolves")
_FIX = re.compile(rf"(?im)^(?:{'|'.join(FIX_WORDS)}):[ \t]*(?P<ids>\S.*)$")
_BY = re.compile(r"[,\s]+")


class Linked(NamedTuple):
    """A commit: who wrote it and when, when it was committed, its message, and the paths it changed."""

    oid: Oid
    parents: tuple[Oid, ...]
    author: str
    at: datetime
    committed: datetime
    message: str
    paths: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.lstrip("\n").partition("\n")[0]

    @property
    def tickets_only(self) -> bool:
        """Whether it changes nothing but the tracker: bookkeeping, not work."""
        return bool(self.paths) and all(path.startswith(f"{ISSUES_FOLDER}/") for path in self.paths)

    @property
    def fixes(self) -> tuple[str, ...]:
        """Ids in its lines `Fixes: ID` and `Closes: ID`, as an issue writes them."""
        words = (word for found in _FIX.finditer(self.message) for word in _BY.split(found["ids"].strip()))
        parts = (word.rstrip(".;").partition("-") for word in words)
        ids = (f"{prefix.upper()}-{rest.lower()}" for prefix, _, rest in parts)
        return tuple(dict.fromkeys(one for one in ids if is_issue_id(one)))


def naming(where: Path, issue_id: str, commits_max: int = WALKED_COMMITS_MAX) -> list[Linked]:
    """The commits that name an issue, the newest first, among so many of the newest."""
    word = re.compile(rf"(?i)(?<![0-9a-z]){re.escape(issue_id)}(?![0-9a-z])")
    # One process where nothing names it, which is what `fp show` finds most often; the messages are read anyway.
    walked = git(where, "log", "-z", f"--max-count={commits_max}", "--format=%H%n%B", *EVERYWHERE, ok=(0, 128))
    wanted = issue_id.lower().encode()
    if walked.code or wanted not in walked.stdout.lower():
        return []
    oids = [one.lstrip(b"\n").partition(b"\n")[0] for one in walked.stdout.split(b"\0") if wanted in one.lower()]
    return [one for one in _told(where, b"\n".join(oids), ()) if word.search(one.message)]


def fixing(where: Path, commit: Oid) -> list[Linked]:
    """The commits in a commit's history that say what they fix, the newest first."""
    words = [f"--grep=^{word}:" for word in FIX_WORDS]
    return [one for one in _grepped(where, (commit,), words) if one.fixes]


def _grepped(where: Path, revisions: Sequence[str], grep: Sequence[str]) -> list[Linked]:
    walked = git(where, "rev-list", f"--max-count={WALKED_COMMITS_MAX}", *revisions, ok=(0, 128))
    if walked.code or not walked.stdout:
        return []
    return _told(where, walked.stdout, ("--regexp-ignore-case", *grep))


def _told(where: Path, oids: bytes, grep: Sequence[str]) -> list[Linked]:
    paths = ("--raw", "--no-abbrev", "--no-renames", "--diff-merges=first-parent", "--no-ext-diff", "-z")
    words = ("log", "--no-walk=unsorted", "--stdin", *grep, *paths, FORMAT)
    return list(_read(git(where, *words, stdin=oids).fields()))


def _read(fields: Sequence[str]) -> Iterator[Linked]:
    """Heads of `HEADS` fields, each followed by raw lines and paths by turns."""
    at = 0
    while at + HEADS <= len(fields):
        oid, parents, author, wrote, committed, message = (one.lstrip("\n")[1:] for one in fields[at : at + HEADS])
        at += HEADS
        paths = []
        while at + 1 < len(fields) and fields[at].lstrip("\n").startswith(":"):
            paths.append(fields[at + 1])
            at += 2
        times = (_instant(wrote), _instant(committed))
        yield Linked(oid, tuple(parents.split()), author, *times, message, tuple(paths))


def _instant(seconds: str) -> datetime:
    """A date that no clock has reads as the oldest."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
