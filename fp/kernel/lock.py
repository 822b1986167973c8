"""A lock on one path for the span of a read-check-write, held by the kernel and so never left stale.

`flock` on a file beside the data, kept in the lock folder and never removed: removing a locked file would let two
holders lock two files of one name. The standard library, `disk` and errors only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.disk import typed
from fp.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS_MAX = 10.0
POLL_SECONDS = 0.01


@contextlib.contextmanager
def locked(folder: Path, name: str, *, wait_seconds: float = WAIT_SECONDS_MAX) -> Iterator[int]:
    """Hold the lock `name`; Conflict when somebody else holds it for longer than `wait_seconds`.

    Gives the descriptor that holds it: a child that inherits it keeps the lock until it ends too.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    with typed("lock", name):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / f"{digest}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _acquire(descriptor, name, wait_seconds)
        yield descriptor
    finally:
        os.close(descriptor)  # closing releases


def _acquire(descriptor: int, name: str, wait_seconds: float) -> None:
    for _ in range(int(wait_seconds / POLL_SECONDS) + 1):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise Conflict(f"{name} is locked by another process", hint="try again; nothing was changed", reason="locked")


def lock_folder(root: Path) -> Path:
    """Where locks of files below `root` live: outside what git sees, in the git folder, else beside the data."""
    for folder in (root.absolute(), *root.absolute().parents):
        if all((folder / name).exists() for name in ("HEAD", "objects", "refs")):
            return folder / "fp" / "locks"  # a git folder itself
        git = folder / ".git"
        if git.is_dir():
            return git / "fp" / "locks"
        if git.is_file():
            return Path(_common_folder(git)) / "fp" / "locks"
    return root / ".fp-locks"


def _common_folder(git_file: Path) -> str:
    """The shared git folder of a linked worktree: `.git` names its own, whose `commondir` names the shared one."""
    own = os.path.join(git_file.parent, git_file.read_text(encoding="utf-8").partition("gitdir:")[2].strip())
    pointer = os.path.join(own, "commondir")
    if not os.path.exists(pointer):
        return own
    with open(pointer, encoding="utf-8") as file:
        return os.path.normpath(os.path.join(own, file.read().strip()))
