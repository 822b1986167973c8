"""Folders (`src/auth/`) and patterns (`src/**/*.ts`) as targets: which files are their members. Pure.

`*` and `?` stay within a name, `**` is any number of folders; other signs mean themselves. A lock is no member of
anything. Invariant: the work is bounded, whatever the patterns and however many the files.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from fnmatch import translate
from typing import TYPE_CHECKING, NamedTuple

from drift.model import LOCK_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEMBERS_MAX = 5_000
"""A target of more files is of no part of a repository."""
LOOKS_MAX = 5_000_000
"""How often a path is held against a pattern in one check, all patterns together: some seconds."""

Members = tuple[str, ...] | None
"""The paths of a target, sorted; None for one that is too large."""


class _Pattern(NamedTuple):
    """A pattern in parts: the folder before its first wildcard, and what each name behind must be (None for `**`)."""

    text: str
    folder: str
    segments: tuple[re.Pattern[str] | None, ...]


def members_of(patterns: Iterable[str], files: Iterable[str]) -> dict[str, Members]:
    """The members of folders and patterns among these files, each file looked at once."""
    by_folder: defaultdict[str, list[_Pattern]] = defaultdict(list)
    for text in sorted(set(patterns)):
        by_folder[_compiled(text).folder].append(_compiled(text))
    found: dict[str, list[str]] = {one.text: [] for ones in by_folder.values() for one in ones}
    lost: set[str] = set()
    looks = 0
    for path in files:
        if path.rpartition("/")[2] == LOCK_NAME:
            continue
        for pattern in (one for folder in _above(path) for one in by_folder.get(folder, ())):
            looks += 1
            if looks > LOOKS_MAX or len(found[pattern.text]) > MEMBERS_MAX:
                lost.add(pattern.text)
            elif fits(path, pattern.text):
                found[pattern.text].append(path)
    return {
        text: None if text in lost or len(paths) > MEMBERS_MAX else tuple(sorted(paths))
        for text, paths in found.items()
    }


def fits(path: str, pattern: str) -> bool:
    """Whether a file is a member of a folder or pattern."""
    one = _compiled(pattern)
    if one.folder and not path.startswith(one.folder):
        return False
    if not one.segments:
        return True
    names = path[len(one.folder) :].split("/")
    last = one.segments[-1]
    if last is not None and not last.match(names[-1]):
        return False
    reached = [True] + [False] * len(names)
    for segment in one.segments:
        if segment is None:
            first = reached.index(True) if True in reached else len(reached)
            reached = [at >= first for at in range(len(reached))]
        else:
            reached = [False] + [reached[at] and segment.match(names[at]) is not None for at in range(len(names))]
    return reached[-1]


def overlaps(folder: str, pattern: str) -> bool:
    """Whether a pattern's members lie in a folder (with a `/` behind)."""
    return _compiled(pattern).folder.startswith(folder)


def folder_of(pattern: str) -> str:
    """The folder that holds all members, with a `/` behind; empty for the root."""
    return _compiled(pattern).folder


@functools.lru_cache(maxsize=16_384)
def _compiled(pattern: str) -> _Pattern:
    words = pattern.split("/")
    plain = next((at for at, word in enumerate(words) if "*" in word or "?" in word), len(words))
    if plain == len(words):
        return _Pattern(pattern, pattern, ())
    tail = words[plain:] if words[-1] else [*words[plain:-1], "**", "*"]
    segments = tuple(None if word == "**" else re.compile(translate(word.replace("[", "[[]"))) for word in tail)
    return _Pattern(pattern, "".join(f"{word}/" for word in words[:plain]), segments)


def _above(path: str) -> Iterator[str]:
    """The folders around a path, the root as nothing."""
    yield ""
    at = path.find("/")
    while at >= 0:
        yield path[: at + 1]
        at = path.find("/", at + 1)


def without(members: Members, doc: str) -> Members:
    """The members but the bound document, which may lie among them."""
    return tuple(path for path in members if path != doc) if members is not None and doc in members else members
