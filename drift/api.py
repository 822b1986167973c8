"""The names that other packages may import from drift: pure data out, files through a function in.

`check` looks at a folder on disk; `stale_at` serves a caller that holds a git tree and reads its
files by itself, so that a commit is judged without being checked out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.check import Read, stale_for
from drift.check import check as check_bindings
from drift.lock import read_lock
from drift.merge import merged_lock
from drift.model import (
    LOCK_NAME,
    SETTINGS_NAME,
    AnchorReport,
    Binding,
    CheckReport,
    DocumentReport,
    Lock,
    Reason,
    Result,
    Settings,
)
from drift.patterns import members_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from fp.kernel.problem import Problem

__all__ = [
    "LOCK_NAME",
    "SETTINGS_NAME",
    "AnchorReport",
    "Binding",
    "Bound",
    "CheckReport",
    "DocumentReport",
    "Lock",
    "Read",
    "Reason",
    "Result",
    "Settings",
    "Stale",
    "bound_at",
    "check",
    "files_of",
    "merged_lock",
    "stale_at",
]


class Stale(NamedTuple):
    """A binding that no longer fits: the document (or section), its target, and why, as code and words."""

    doc: str
    target: str
    reason: str
    message: str


def check(root: Path) -> CheckReport:
    """Check the lock of a folder (or the nearest above it) against the files on disk.

    A folder without a lock has an empty report. Config, with path and line, for a broken lock or `drift.toml`.
    """
    from drift.workspace import open_workspace, sources

    workspace = open_workspace(root)
    return check_bindings(workspace.lock, workspace.settings, sources(workspace))


class Bound(NamedTuple):
    """A binding of this repository: the document (or section) and its target."""

    doc: str
    target: str


def bound_at(read: Read) -> tuple[tuple[Bound, ...], list[Problem]]:
    """The bindings that the lock names, in its order; `read` is as `stale_at` takes it. None with a broken lock."""
    data = read(LOCK_NAME)
    if data is None:
        return (), []
    lock, problems = read_lock(data, LOCK_NAME)
    if problems:
        return (), problems
    return tuple(Bound(item.doc.text, item.target.text) for item in lock.bindings if not item.origin), []


def files_of(targets: Collection[str], files: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The files that each target is or, of a folder or pattern, has among these: all of them where it is too large."""
    paths = {target: target.partition("#")[0] for target in targets}
    many = members_of({path for path in paths.values() if is_many(path)}, files)
    found = {}
    for target, path in paths.items():
        members = many.get(path, (path,))
        found[target] = tuple(files) if members is None else members
    return found


def stale_at(
    read: Read, changed: Collection[str], files: Collection[str] = ()
) -> tuple[tuple[Stale, ...], list[Problem]]:
    """The bindings whose target is one of the `changed` paths and that are stale for the content that `read` gives.

    `read` takes a path from the root of the tree (`drift.lock` among them) and gives the bytes, or None for no file; it
    may raise Refused for what is no plain file. `files` are the paths of all files of the tree: without them a bound
    folder or pattern has no members. A broken lock or settings file gives problems and nothing stale; a tree
    without a lock gives neither. The order is that of the lock.
    """
    data, words = read(LOCK_NAME), read(SETTINGS_NAME)
    if data is None:
        return (), []
    lock, problems = read_lock(data, LOCK_NAME)
    settings = Settings()
    if words is not None:
        from drift.settings import read_settings

        settings, more = read_settings(words)
        problems = [*problems, *more]
    if problems:
        return (), problems
    return tuple(_stale(item) for item in stale_for(lock, settings, read, changed, files=files)), []


def _stale(item: AnchorReport) -> Stale:
    return Stale(item.binding.doc.text, item.binding.target.text, str(item.reason), item.message)
