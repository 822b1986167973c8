"""Locks that a killed git left, told from those of a git that lives.

A lock counts as left by a move only if its journal names it, it is younger than the journal, it holds what the move
would have written, and no git works in that repository. The caller has seen that all processes of the move are dead,
and removes a lock only if it looks the same at a second observation.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.ports import StaleLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fp.kernel.git.checkout import Step
    from fp.kernel.git.repo import Repository

CONTENT_BYTES_MAX = 100
PROCESSES = Path("/proc")


def left_by(repository: Repository, step: Step) -> tuple[StaleLock, ...]:
    """The locks that this move left; none while any git works there, for one of them may be its."""
    found = [lock for lock in _named(repository, step) if lock is not None]
    return () if found and _git_at_work(repository, step) else tuple(found)


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


def _git_at_work(repository: Repository, step: Step) -> bool:
    """Whether a process called git has its working folder in the worktree or in the git folder."""
    homes = tuple(os.path.join(os.path.realpath(path), "") for path in (step.worktree, repository.common_dir))
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
