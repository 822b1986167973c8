"""Locks that a merge left in conflict, settled by binding: read from git's index and the worktree, written, staged.

What stands outside of markers in the worktree is in both sides, so a line that was settled by hand stays settled.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drift.lock import LOCK_BYTES_MAX, read_lock
from drift.merge import merge, merged_text, read, settle
from drift.model import LOCK_NAME, Lock
from fp.kernel.errors import Config
from fp.kernel.fs import RealFiles
from fp.kernel.git.conflicts import stage, unmerged
from fp.kernel.markers import split

if TYPE_CHECKING:
    from drift.merge import Clash
    from fp.kernel.git.repo import Repository

SIDES = ("ours", "theirs")


class Settled(NamedTuple):
    """One lock: how many bindings it has now, and what is left to a person."""

    path: str
    bindings: int
    left: tuple[Clash, ...] = ()


def resolve_locks(repository: Repository, root: Path, side: str = "", *, dry: bool = False) -> list[Settled]:
    """Settle every lock of the repository that is in conflict; clashes as `side` says, else they stay between markers.

    A whole lock is staged where git waits for it. Config, with path and line, for a lock that cannot be read.
    """
    top = Path(repository.top or root)
    bases = {one.path: one.sides[0] for one in unmerged(repository, _is_lock)}
    here = posixpath.join(root.relative_to(top).as_posix(), LOCK_NAME).removeprefix("./")
    files = RealFiles(top)
    done = []
    for path in sorted({*bases, here}):
        data = files.read(path, LOCK_BYTES_MAX) if files.stat(path) is not None else b""
        settled, after = _settled(path, data, bases.get(path), side)
        if settled is None or dry:
            done += [settled] if settled is not None else []
            continue
        if after != data:
            files.write(path, after)
        if path in bases and not settled.left:
            stage(repository, [path])
        if path in bases or after != data:
            done.append(settled)
    return done


def _is_lock(path: str) -> bool:
    return posixpath.basename(path) == LOCK_NAME


def _settled(path: str, data: bytes, base: bytes | None, side: str) -> tuple[Settled | None, bytes]:
    """The lock as it will be; None for what holds no conflict and is waited for by nobody."""
    sides = split(data)
    if sides is None:
        lock, problems = read_lock(data, path)
        if problems:
            raise Config(problems[0].message, where=problems[0].where, reason=problems[0].code, hint=MARKERS_HINT)
        return Settled(path, len(lock.bindings)), data
    locks: list[Lock] = []
    for text in (sides.base if base is None else base, sides.ours, sides.theirs):
        lock, problems = read(text)
        if problems:
            why = f"one side of the conflict cannot be read: {problems[0].message}"
            raise Config(why, where=path, reason=problems[0].code, hint=MARKERS_HINT)
        locks.append(lock)
    merged = merge(*locks)
    if side:
        lock = settle(merged, side)
        merged = merged._replace(lock=lock, clashes=())
    return Settled(path, len(merged.lock.bindings), merged.clashes), merged_text(merged)


MARKERS_HINT = f"put it right by hand, or begin anew: git checkout --merge {LOCK_NAME}"
