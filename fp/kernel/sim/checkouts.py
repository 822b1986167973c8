"""One simulated checkout: an index over files of a simulated disk."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.sim import plain
from fp.kernel.sim.objects import object_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.ports import Oid
    from fp.kernel.sim.disk import SimDisk
    from fp.kernel.sim.objects import SimObjects


class Entry(NamedTuple):
    """Mode and blob of a path."""

    mode: str
    oid: Oid


Entries = dict[str, Entry]


@dataclass
class Checkout:
    """A worktree. `head` is its commit when it is detached, `branch` None then."""

    path: str
    branch: str | None
    head: Oid | None = None
    index: Entries = field(default_factory=dict)
    under_way: str | None = None
    """a merge, a rebase, ... that a person has begun here"""
    locked: bool = False


def entries_of(objects: SimObjects, commit: Oid | None) -> Entries:
    """All files of a commit; none of no commit."""
    listed = objects.list_tree(commit) if commit else []
    return {entry.path: Entry(entry.mode, entry.oid) for entry in listed if entry.kind == "blob"}


def found(disk: SimDisk, checkout: Checkout, path: str) -> Entry | None:
    """What the file would be in the index; None when there is none."""
    full = f"{checkout.path}/{path}"
    there = plain.status(disk, full)
    data = plain.get(disk, full)
    if there is None or data is None:
        return None
    if stat.S_ISLNK(there.st_mode):
        return Entry("120000", object_id("blob", data))
    return Entry("100755" if there.st_mode & 0o100 else "100644", object_id("blob", data))


def dirt(disk: SimDisk, checkout: Checkout, head: Entries) -> list[str]:
    """Paths that hold what no commit has: modified, staged or untracked."""
    paths = {*plain.walk(disk, checkout.path), *checkout.index, *head}
    return sorted(
        path for path in paths if not found(disk, checkout, path) == checkout.index.get(path) == head.get(path)
    )


def write(disk: SimDisk, objects: SimObjects, checkout: Checkout, path: str, entry: Entry) -> None:
    """Put a file there as git does: the old one goes first."""
    full = f"{checkout.path}/{path}"
    if plain.status(disk, full) is not None:
        disk.unlink(full)
    data = objects.read_blobs([entry.oid])[entry.oid]
    if entry.mode == "120000":
        plain.make_folders(disk, os.path.dirname(full))
        disk.symlink(os.fsdecode(data), full)
    else:
        plain.put(disk, full, data, 0o755 if entry.mode == "100755" else 0o644)


def follow(disk: SimDisk, objects: SimObjects, checkout: Checkout, old: Entries, new: Entries) -> None:
    """Files first, removals before them, the index last and at once: the order of git."""
    for path in sorted(old):
        if path not in new:
            plain.remove(disk, f"{checkout.path}/{path}", below=checkout.path)
    for path, entry in sorted(new.items()):
        if old.get(path) != entry:
            write(disk, objects, checkout, path, entry)
    checkout.index = {path: entry for path, entry in checkout.index.items() if path not in old} | new


def obstacle(disk: SimDisk, checkout: Checkout, old: Entries, new: Entries) -> str | None:
    """Why the checkout cannot follow, in words for a person; None when it can."""
    if checkout.under_way:
        return f"{checkout.under_way} is under way in {checkout.path}"
    changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    for path in changed:
        if path in new and path not in old and _taken(disk, checkout, path, old, new):
            return f"{path!r} is in the way in {checkout.path}: the new commit adds it"
    for path in changed:
        if checkout.index.get(path) != old.get(path) or (path in old and found(disk, checkout, path) != old[path]):
            return f"{path!r} has uncommitted changes in {checkout.path}"
    return None


def _taken(disk: SimDisk, checkout: Checkout, path: str, old: Mapping[str, Entry], new: Mapping[str, Entry]) -> bool:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        there = plain.status(disk, f"{checkout.path}/{above}")
        if there is not None and not stat.S_ISDIR(there.st_mode):
            return not (above in old and above not in new)
    full = f"{checkout.path}/{path}"
    there = plain.status(disk, full)
    if there is None:
        return False
    if not stat.S_ISDIR(there.st_mode):
        return True
    held = [f"{path}/{inner}" for inner in plain.walk(disk, full)]
    return not all(inner in old and inner not in new for inner in held)


def put_back(disk: SimDisk, objects: SimObjects, checkout: Checkout, old: Entries, new: Entries) -> None:
    """Undo, path by path, what is ours: a new index entry, and a file that holds the new content or a part of it."""
    for path in sorted({*old, *new}, reverse=True):
        was, came = old.get(path), new.get(path)
        if was == came or checkout.index.get(path) not in (was, came):
            continue
        if was is None:
            checkout.index.pop(path, None)
        else:
            checkout.index[path] = was
        if not _ours(disk, objects, checkout, path, came):
            continue
        if was is not None:
            write(disk, objects, checkout, path, was)
        elif plain.status(disk, f"{checkout.path}/{path}") is not None:
            plain.remove(disk, f"{checkout.path}/{path}", below=checkout.path)


def _ours(disk: SimDisk, objects: SimObjects, checkout: Checkout, path: str, came: Entry | None) -> bool:
    there = found(disk, checkout, path)
    if there is None or there == came:
        return plain.status(disk, f"{checkout.path}/{path}") is None or there == came
    if came is None or there.mode == "120000":
        return False
    data = plain.get(disk, f"{checkout.path}/{path}") or b""
    return objects.read_blobs([came.oid])[came.oid].startswith(data)
