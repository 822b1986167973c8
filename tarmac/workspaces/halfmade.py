"""A worktree that a crash left half made, before any agent was there: taken away again, if nothing in it is a person's.

Everything in it must be a file of the base, whole or cut short by the crash. Whatever else there is stays, and is said.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from fp.kernel.fs import RealFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fp.kernel.ports import Objects, Oid

POINTER = ".git"
READ_BYTES_MAX = 256 * 1000 * 1000


def remove(objects: Objects, path: Path, base: Oid) -> None:
    """Remove the folder, file by file; Refused when it holds anything but files of `base`, whole or their beginning.

    git itself would not: where it was stopped before it wrote `.git`, it does not know the folder again.
    """
    found = _only_of(objects, path, base)
    files = RealFiles(path, durable=False)  # a crash here leaves another half-made worktree
    for name in (*found, POINTER):
        files.remove(name)
    for folder, _, _ in os.walk(path, topdown=False):
        with contextlib.suppress(OSError):  # what came in meanwhile keeps it
            os.rmdir(folder)


def _only_of(objects: Objects, path: Path, base: Oid) -> list[str]:
    entries = {entry.path: entry for entry in objects.list_tree(base)}
    found = list(_files(path))
    strange = next((name for name in found if name not in entries), None)
    if strange is None:
        blobs = objects.read_blobs([entries[name].oid for name in found])
        strange = next((name for name in found if not blobs[entries[name].oid].startswith(_content(path, name))), None)
    if strange is not None:
        raise Refused(
            f"a crash left a half-made worktree, and {strange!r} in it is not from the run's base",
            where=str(path),
            hint="look at it and remove it",
            reason="path-exists",
        )
    return found


def _files(path: Path) -> Iterator[str]:
    """Relative paths of all that is no folder, but for git's own pointer."""
    for folder, folders, names in os.walk(path):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in (*names, *links):
            relative = os.path.relpath(os.path.join(folder, name), path)
            if relative != POINTER:
                yield relative


def _content(path: Path, name: str) -> bytes:
    if os.path.islink(path / name):
        return os.fsencode(os.readlink(path / name))
    return RealFiles(path).read(name, READ_BYTES_MAX)
