"""Build output and caches in a landed run's worktree: what the policy names goes, so that disks do not fill.

Invariants: only files that git ignores, each one matched by a pattern of the policy; never what lies in a repository
within; no link is followed. What comes in meanwhile stays, and keeps the worktree.
"""

from __future__ import annotations

import contextlib
import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from fp.kernel.git.history import Dirt

IGNORED = "!!"
UNTRACKED = "??"
POINTER = ".git"


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern takes the path or a folder above it: a bare name at any depth, one with `/` from the root."""
    parts = path.split("/")
    return any(_one(parts, pattern) for pattern in patterns)


def _one(parts: Sequence[str], pattern: str) -> bool:
    words = pattern.strip("/").split("/")
    if len(words) == 1 and not pattern.startswith("/"):
        return any(fnmatchcase(part, words[0]) for part in parts)
    above = parts[: len(words)]
    return len(above) == len(words) and all(map(fnmatchcase, above, words))


def _files_of(root: Path, one: Dirt) -> list[str]:
    """The files and links that a line of git's status stands for: an ignored folder is one line."""
    return [*_walk(root, one.path.rstrip("/"))] if one.path.endswith("/") else [one.path]


def _walk(root: Path, top: str) -> Iterator[str]:
    for folder, folders, names in os.walk(root / top):
        links = (name for name in folders if os.path.islink(os.path.join(folder, name)))
        for name in (*names, *links):
            yield os.path.relpath(os.path.join(folder, name), root)


def goes(root: Path, one: Dirt, patterns: Sequence[str], mine: frozenset[str]) -> list[str] | None:
    """What of it may be removed; None when anything in it must stay. `mine` are files of ours, removed elsewhere."""
    if one.state not in (IGNORED, UNTRACKED):
        return None
    thrown = [name for name in _files_of(root, one) if name not in mine]
    if not all(one.state == IGNORED and matches(name, patterns) and not _in_repository(name) for name in thrown):
        return None
    return thrown


def remove(root: Path, paths: Sequence[str]) -> None:
    """Remove these, file by file, and the folders that are empty then. Not synced: a crash leaves them to be found."""
    files = RealFiles(root, durable=False)
    for name in paths:
        files.remove(name)
    for folder in sorted({above for name in paths for above in _above(name)}, reverse=True):
        with contextlib.suppress(OSError):  # what came in meanwhile keeps it
            os.rmdir(root / folder)


def _in_repository(name: str) -> bool:
    return any(part.lower() == POINTER for part in name.split("/"))


def _above(name: str) -> Iterator[str]:
    parts = name.split("/")[:-1]
    for count in range(len(parts), 0, -1):
        yield "/".join(parts[:count])
