"""What other programs do on a simulated disk: git, editors and agents write in place and sync nothing."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fp.kernel.sim.disk import SimDisk, SimStatus


def status(disk: SimDisk, path: str) -> SimStatus | None:
    """What is there, links not followed; None when nothing is."""
    try:
        return disk.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def get(disk: SimDisk, path: str) -> bytes | None:
    """The content of a file, or where a link points; None for anything else."""
    there = status(disk, path)
    if there is None or stat.S_ISDIR(there.st_mode):
        return None
    if stat.S_ISLNK(there.st_mode):
        return os.fsencode(disk.readlink(path))
    descriptor = disk.open(path, os.O_RDONLY)
    try:
        return disk.read(descriptor, there.st_size + 1)
    finally:
        disk.close(descriptor)


def put(disk: SimDisk, path: str, data: bytes, mode: int = 0o644) -> None:
    """Write in place, making folders; a crash in between leaves an empty file."""
    make_folders(disk, os.path.dirname(path))
    descriptor = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        disk.fchmod(descriptor, mode)
        disk.write(descriptor, memoryview(data))
    finally:
        disk.close(descriptor)


def append(disk: SimDisk, path: str, data: bytes) -> None:
    """Append, as a log is written."""
    descriptor = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        disk.write(descriptor, memoryview(data))
    finally:
        disk.close(descriptor)


def make_folders(disk: SimDisk, path: str) -> None:
    """The folder and those above it."""
    for depth in range(2, path.count("/") + 2):
        folder = "/".join(path.split("/")[:depth])
        if status(disk, folder) is None:
            disk.mkdir(folder)


def remove(disk: SimDisk, path: str, *, below: str) -> None:
    """Remove a file, and the folders under `below` that are empty without it."""
    disk.unlink(path)
    folder = os.path.dirname(path)
    while folder.startswith(f"{below}/") and not disk.listdir(folder):
        disk.rmdir(folder)
        folder = os.path.dirname(folder)


def remove_tree(disk: SimDisk, path: str) -> None:
    """Remove a folder with all that is in it; links are not followed."""
    for name in disk.listdir(path):
        full = f"{path}/{name}"
        if stat.S_ISDIR(disk.lstat(full).st_mode):
            remove_tree(disk, full)
        else:
            disk.unlink(full)
    disk.rmdir(path)


def walk(disk: SimDisk, root: str, prefix: str = "") -> Iterator[str]:
    """Relative paths of all files and links below the folder, without `.git`."""
    for name in sorted(disk.listdir(f"{root}/{prefix}".rstrip("/"))):
        path = f"{prefix}{name}"
        if name == ".git":
            continue
        if stat.S_ISDIR(disk.lstat(f"{root}/{path}").st_mode):
            yield from walk(disk, root, f"{path}/")
        else:
            yield path
