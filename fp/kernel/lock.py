"""A lock on one path for the span of a read-check-write, held by the kernel and so never left stale.

`flock` on a file beside the data, kept in the lock folder and never removed: removing a locked file would let two
holders lock two files of one name. The standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from typing import TYPE_CHECKING

from fp.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT_SECONDS_MAX = 10.0
POLL_SECONDS = 0.01


@contextlib.contextmanager
def locked(folder: Path, name: str, *, wait_seconds: float = WAIT_SECONDS_MAX) -> Iterator[None]:
    """Hold the lock `name`; Conflict when somebody else holds it for longer than `wait_seconds`."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    descriptor = os.open(folder / f"{digest}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _acquire(descriptor, name, wait_seconds)
        yield
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
