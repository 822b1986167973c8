"""Locks that a killed git left, told from those of a git that lives.

A lock counts as left by a move only if its journal names it, it is younger than the journal, it holds what the move
would have written, and no git works in that repository. The caller has seen that all processes of the move are dead,
and removes a lock only if it looks the same at a second observation.

Our own refs need no journal, for nobody but our git commands writes them: a lock on one is left when no git works in
the repository, or when it is older than any of our transfers may run.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles
from fp.kernel.lock import lock_folder, locked
from fp.kernel.ports import StaleLock
from fp.kernel.refnames import OWN_REFS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fp.kernel.git.checkout import Step
    from fp.kernel.git.repo import Repository

CONTENT_BYTES_MAX = 100
PROCESSES = Path("/proc")
OWN_REFS_LOCK = "own-refs"
AGE_SECONDS_MIN = 600.0
"""Twice what a fetch may last, and a reference is locked for its last milliseconds only."""
SECOND_LOOK_SECONDS = 0.5
OBJECT_NAME = re.compile(rb"[0-9a-f]{40}([0-9a-f]{24})?")


def left_by(repository: Repository, step: Step) -> tuple[StaleLock, ...]:
    """The locks that this move left; none while any git works there, for one of them may be its."""
    found = [lock for lock in _named(repository, step) if lock is not None]
    return () if found and _git_at_work(repository, step.worktree) else tuple(found)


def free_own_refs(repository: Repository, refs: Sequence[str]) -> tuple[StaleLock, ...]:
    """Remove the locks that a killed git left on our own refs; those removed.

    `refs` are names or, with a `*` at the end, prefixes; of others than our own nothing is touched. One process at a
    time does this, so a lock that looks the same twice is still the one that was judged.
    """
    with locked(lock_folder(repository.common_dir), OWN_REFS_LOCK):
        first = _left_on_own_refs(repository, refs)
        if first:
            time.sleep(SECOND_LOOK_SECONDS)
        files = RealFiles(repository.common_dir)
        same = [lock for lock in _left_on_own_refs(repository, refs) if lock in first] if first else []
        for lock in same:
            files.remove(os.path.relpath(lock.path, repository.common_dir))
    return tuple(same)


def _left_on_own_refs(repository: Repository, refs: Sequence[str]) -> list[StaleLock]:
    ours = [ref for ref in refs if ref.startswith(OWN_REFS)]
    found = [lock for ref in ours for path in _lock_paths(repository, ref) if (lock := _observed(path, 0, None))]
    left = [lock for lock in found if _half_written(lock.path)]
    if left and _git_at_work(repository, str(repository.where)):
        before = (time.time() - AGE_SECONDS_MIN) * 1e9
        return [lock for lock in left if lock.mtime_ns < before]
    return left


def _lock_paths(repository: Repository, ref: str) -> list[str]:
    if not ref.endswith("*"):
        return [os.path.join(repository.common_dir, f"{ref}.lock")]
    folder = repository.common_dir / ref.removesuffix("*")
    return sorted(str(path) for path in folder.glob("*.lock"))


def _half_written(path: str) -> bool:
    """Whether the lock holds what git writes into one of a reference: nothing yet, or an object's name."""
    content = Path(path).read_bytes().strip() if os.path.isfile(path) else b"?"
    return not content or OBJECT_NAME.fullmatch(content) is not None


def _named(repository: Repository, step: Step) -> Iterator[StaleLock | None]:
    since = _mtime(repository.common_dir / step.journal)
    yield _observed(os.path.join(step.git_dir, "index.lock"), since, None)
    yield _observed(os.path.join(step.git_dir, "HEAD.lock"), since, {b""})
    yield _observed(os.path.join(repository.common_dir, "packed-refs.lock"), since, None)
    for update in step.updates:
        contents = {b"", (update.new or "").encode()}
        yield _observed(os.path.join(repository.common_dir, f"{update.ref}.lock"), since, contents)


def _observed(path: str, since: int, contents: set[bytes] | None) -> StaleLock | None:
    """The lock, if it is there, young enough and holds one of the contents (None: whatever it holds)."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            start = file.read(CONTENT_BYTES_MAX)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    if status.st_mtime_ns < since or (contents is not None and start.strip() not in contents):
        return None
    return StaleLock(path, status.st_ino, status.st_mtime_ns, status.st_size)


def _mtime(path: Path) -> int:
    return path.stat().st_mtime_ns


def _git_at_work(repository: Repository, worktree: str) -> bool:
    """Whether a process called git has its working folder in the worktree or in the git folder."""
    homes = tuple(os.path.join(os.path.realpath(path), "") for path in (worktree, repository.common_dir))
    return any(name.startswith("git") and f"{folder}/".startswith(homes) for name, folder in processes())


def processes() -> Iterator[tuple[str, str]]:
    """Name and working folder of each process that we may look at."""
    for entry in PROCESSES.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            yield (entry / "comm").read_text().strip(), os.readlink(entry / "cwd")
        except (OSError, UnicodeDecodeError):  # ended meanwhile, or another user's
            continue
