"""Signs of work other than output: CPU time of the run's processes, and files of the worktree that changed.

An agent that buffers its output is silent for an hour and busy all the while [an orchestrator killed one that had
changed 27 files, for its command line prints only at the end].
"""

from __future__ import annotations

import os
import resource
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles
from tarmac.worker.tree import running_below

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES_MAX = 200_000
POINTER_BYTES_MAX = 4096
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """CPU time of all descendants so far, ended ones included, and so only ever growing."""
    living = sum(row.ticks for row in running_below(os.getpid())) / TICKS_PER_SECOND
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return living + ended.ru_utime + ended.ru_stime


def changed_since(folder: str, since: float) -> bool:
    """Whether something below `folder` was written after `since` (Unix time); links are not followed.

    The worktree's own git folder counts too: a commit changes nothing else. No more than `ENTRIES_MAX` entries of a
    tree are looked at.
    """
    return any(at > since for at in islice(_changes(folder), ENTRIES_MAX)) or _git_changed(folder, since)


def _changes(folder: str) -> Iterator[float]:
    queue = [folder]
    while queue:
        try:
            entries = list(os.scandir(queue.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            yield status.st_mtime
            if entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                queue.append(entry.path)


def _git_changed(folder: str, since: float) -> bool:
    try:
        pointer = RealFiles(Path(folder)).read(".git", POINTER_BYTES_MAX)  # the agent may have made it anything
        own = os.path.join(folder, os.fsdecode(pointer).partition("gitdir:")[2].strip())
        return any(os.lstat(os.path.join(own, name)).st_mtime > since for name in ("index", "logs/HEAD"))
    except (KitError, OSError, ValueError):
        return False
