"""A disk in memory with the names of `os`, that remembers what a power loss would take.

What is written is seen at once (the page cache), but survives only once it is synced: a file's content by fsync of the
file, a folder's entries by fsync of the folder. `states_after_power_loss` enumerates all that a weak file system may
leave: any subset of the unsynced entries, and of each unsynced content the old, nothing, a part or all of it. A process
that dies alone loses nothing. The standard library only.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.disk import LINKS_MAX

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

ROOT = 1
Contents = dict[str, bytes]
"""All regular files by absolute path."""


class SimStatus(NamedTuple):
    """A stat result."""

    st_mode: int
    st_size: int
    st_mtime_ns: int
    st_ino: int


@dataclass
class Node:
    """A file, folder or link. `synced` is its content at the last fsync; None when there was none."""

    number: int
    mode: int
    mtime_ns: int
    data: bytes = b""
    synced: bytes | None = None
    entries: dict[str, int] = field(default_factory=dict)

    @property
    def unsynced(self) -> bool:
        """Whether a power loss may take content."""
        return stat.S_ISREG(self.mode) and self.synced != self.data


class Change(NamedTuple):
    """One unsynced change of folders, whole or not at all: (folder, name, node or None) each."""

    entries: tuple[tuple[int, str, int | None], ...]


@dataclass
class Open:
    """An open descriptor."""

    node: Node
    flags: int
    position: int = 0


def _no_hook(call: str, path: str) -> None:
    """Called at each call of a disk that nothing happens to."""


class SimDisk:
    """The disk. `hook(call, path)` runs at each call and may raise an OSError, or end the simulated process."""

    def __init__(self, now_ns: Callable[[], int] = lambda: 0):
        self._now_ns = now_ns
        self._nodes = {ROOT: Node(ROOT, stat.S_IFDIR | 0o755, 0)}
        self._synced_entries: dict[int, dict[str, int]] = {ROOT: {}}
        self._changes: list[Change] = []
        self._open: dict[int, Open] = {}
        self._numbers = itertools.count(ROOT + 1)
        self._descriptors = itertools.count(3)
        self.hook: Callable[[str, str], None] = _no_hook
        self.deaf_to: frozenset[str] = frozenset()
        """Kinds of fsync that do nothing: a control, to see that a check would notice if the code left one out."""

    # -- the names of `os` ----------------------------------------------------------------------------------------

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        """A descriptor; honours O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NOFOLLOW and O_DIRECTORY."""
        self.hook("open", path)
        node = self._opened(self._found_or_made(path, flags, mode), path, flags)
        descriptor = next(self._descriptors)
        self._open[descriptor] = Open(node, flags)
        return descriptor

    def close(self, fd: int) -> None:
        """Give it back."""
        self._descriptor(fd)
        del self._open[fd]

    def read(self, fd: int, length: int) -> bytes:
        """At most that many bytes."""
        opened = self._descriptor(fd)
        self.hook("read", str(opened.node.number))
        if stat.S_ISDIR(opened.node.mode):
            raise _error(errno.EISDIR, str(fd))
        data = opened.node.data[opened.position : opened.position + length]
        opened.position += len(data)
        return data

    def write(self, fd: int, data: memoryview) -> int:
        """All bytes are taken."""
        opened = self._descriptor(fd)
        self.hook("write", str(opened.node.number))
        node = opened.node
        at = len(node.data) if opened.flags & os.O_APPEND else opened.position
        node.data = node.data[:at].ljust(at, b"\0") + bytes(data) + node.data[at + len(data) :]
        node.mtime_ns = self._now_ns()
        opened.position = at + len(data)
        return len(data)

    def fsync(self, fd: int) -> None:
        """Content of a file, entries of a folder."""
        node = self._descriptor(fd).node
        call = "fsync-folder" if stat.S_ISDIR(node.mode) else "fsync"
        self.hook(call, str(node.number))
        if call in self.deaf_to:
            return
        if stat.S_ISREG(node.mode):
            node.synced = node.data
            return
        here = [change for change in self._changes if any(folder == node.number for folder, _, _ in change.entries)]
        for change in here:
            _apply(self._synced_entries, change)
        self._changes = [change for change in self._changes if change not in here]

    def sync(self) -> None:
        """All contents and all entries."""
        self.hook("sync", "")
        if "sync" in self.deaf_to:
            return
        for node in self._nodes.values():
            if stat.S_ISREG(node.mode):
                node.synced = node.data
        for change in self._changes:
            _apply(self._synced_entries, change)
        self._changes = []

    def ftruncate(self, fd: int, length: int) -> None:
        """Cut or fill up."""
        self.hook("ftruncate", str(fd))
        node = self._descriptor(fd).node
        node.data = node.data[:length].ljust(length, b"\0")

    def fchmod(self, fd: int, mode: int) -> None:
        """Permissions."""
        self.hook("fchmod", str(fd))
        node = self._descriptor(fd).node
        node.mode = stat.S_IFMT(node.mode) | mode

    def fstat(self, fd: int) -> SimStatus:
        """What is open."""
        return _status(self._descriptor(fd).node)

    def lstat(self, path: str) -> SimStatus:
        """What is there, links not followed."""
        self.hook("lstat", path)
        return _status(self._at(path))

    def readlink(self, path: str) -> str:
        """Where a link points."""
        self.hook("readlink", path)
        node = self._at(path)
        if not stat.S_ISLNK(node.mode):
            raise _error(errno.EINVAL, path)
        return os.fsdecode(node.data)

    def listdir(self, path: str) -> list[str]:
        """Names in a folder."""
        self.hook("listdir", path)
        return list(self._folder(path).entries)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        """Make a folder."""
        self.hook("mkdir", path)
        folder, name = self._parent(path)
        if name in folder.entries:
            raise _error(errno.EEXIST, path)
        self._make(folder, name, stat.S_IFDIR | (mode & 0o755))

    def replace(self, src: str, dst: str) -> None:
        """Rename over what is there."""
        self.hook("replace", dst)
        from_folder, from_name = self._parent(src)
        to_folder, to_name = self._parent(dst)
        node = self._at(src)
        there = self._entry(to_folder, to_name)
        if there is not None and stat.S_ISDIR(there.mode) and not stat.S_ISDIR(node.mode):
            raise _error(errno.EISDIR, dst)
        if there is not None and stat.S_ISDIR(node.mode) and (not stat.S_ISDIR(there.mode) or there.entries):
            raise _error(errno.ENOTEMPTY if stat.S_ISDIR(there.mode) else errno.ENOTDIR, dst)
        self._change((from_folder, from_name, None), (to_folder, to_name, node.number))

    def link(self, src: str, dst: str) -> None:
        """A second name, only where nothing is."""
        self.hook("link", dst)
        node = self._at(src)
        folder, name = self._parent(dst)
        if name in folder.entries:
            raise _error(errno.EEXIST, dst)
        self._change((folder, name, node.number))

    def symlink(self, src: str, dst: str) -> None:
        """A link at `dst` that points to `src`."""
        self.hook("symlink", dst)
        folder, name = self._parent(dst)
        if name in folder.entries:
            raise _error(errno.EEXIST, dst)
        self._make(folder, name, stat.S_IFLNK | 0o777).data = os.fsencode(src)

    def unlink(self, path: str) -> None:
        """Remove a name that is no folder's."""
        self.hook("unlink", path)
        folder, name = self._parent(path)
        if stat.S_ISDIR(self._at(path).mode):
            raise _error(errno.EISDIR, path)
        self._change((folder, name, None))

    def rmdir(self, path: str) -> None:
        """Remove an empty folder."""
        self.hook("rmdir", path)
        folder, name = self._parent(path)
        node = self._at(path)
        if not stat.S_ISDIR(node.mode):
            raise _error(errno.ENOTDIR, path)
        if node.entries:
            raise _error(errno.ENOTEMPTY, path)
        self._change((folder, name, None))

    # -- crashes --------------------------------------------------------------------------------------------------

    def contents(self) -> Contents:
        """What is seen now."""
        entries = {number: node.entries for number, node in self._nodes.items()}
        return self._walk(entries, {number: node.data for number, node in self._nodes.items()})

    def close_all(self) -> None:
        """The process died: its descriptors go, what it wrote stays."""
        self._open.clear()

    def states_after_power_loss(self) -> Iterator[Contents]:
        """Every state that a loss of power now may leave; grows as 2 to the power of what is unsynced."""
        unsynced = [node for node in self._nodes.values() if node.unsynced]
        for kept in itertools.product((False, True), repeat=len(self._changes)):
            for remains in itertools.product(*(_remains(node) for node in unsynced)):
                yield self._state(kept, dict(zip((node.number for node in unsynced), remains, strict=True)))

    def lose_power(self, source: random.Random) -> None:
        """Become one of those states."""
        self.close_all()
        entries = {number: dict(names) for number, names in self._synced_entries.items()}
        for change in self._changes:
            if source.random() < 0.5:
                _apply(entries, change)
        for node in self._nodes.values():
            if node.unsynced:
                node.data = source.choice(_remains(node))
            node.synced = node.data
            node.entries = entries.get(node.number, {})
        self._synced_entries = {number: dict(names) for number, names in entries.items()}
        self._changes = []

    def _state(self, kept: Sequence[bool], remains: dict[int, bytes]) -> Contents:
        entries = {number: dict(names) for number, names in self._synced_entries.items()}
        for change, keep in zip(self._changes, kept, strict=True):
            if keep:
                _apply(entries, change)
        data = {number: remains.get(number, node.data) for number, node in self._nodes.items()}
        return self._walk(entries, data)

    def _walk(self, entries: dict[int, dict[str, int]], data: dict[int, bytes]) -> Contents:
        found: Contents = {}
        pending = [("", ROOT)]
        while pending:
            path, number = pending.pop()
            if stat.S_ISREG(self._nodes[number].mode):
                found[path] = data[number]
            pending += [(f"{path}/{name}", child) for name, child in entries.get(number, {}).items()]
        return found

    # -- paths ----------------------------------------------------------------------------------------------------

    def _folder(self, path: str) -> Node:
        """The folder at the path, links followed."""
        node = self._nodes[ROOT]
        walked: list[Node] = []
        pending = path.split("/")[::-1]
        links = 0
        while pending:
            part = pending.pop()
            if part in ("", "."):
                continue
            if part == "..":
                node = walked.pop() if walked else self._nodes[ROOT]
                continue
            child = self._entry(node, part)
            if child is None:
                raise _error(errno.ENOENT, path)
            if stat.S_ISLNK(child.mode):
                links += 1
                if links > LINKS_MAX:
                    raise _error(errno.ELOOP, path)
                target = os.fsdecode(child.data)
                if target.startswith("/"):
                    node, walked = self._nodes[ROOT], []
                pending += target.split("/")[::-1]
                continue
            walked.append(node)
            node = child
        if not stat.S_ISDIR(node.mode):
            raise _error(errno.ENOTDIR, path)
        return node

    def _parent(self, path: str) -> tuple[Node, str]:
        folder, _, name = path.rpartition("/")
        if not name:
            raise _error(errno.EISDIR, path)
        if len(os.fsencode(name)) > 255:
            raise _error(errno.ENAMETOOLONG, path)
        return self._folder(folder), name

    def _entry(self, folder: Node, name: str) -> Node | None:
        if not stat.S_ISDIR(folder.mode):
            raise _error(errno.ENOTDIR, name)
        number = folder.entries.get(name)
        return None if number is None else self._nodes[number]

    def _at(self, path: str) -> Node:
        if path.strip("/") == "":
            return self._nodes[ROOT]
        node = self._entry(*self._parent(path))
        if node is None:
            raise _error(errno.ENOENT, path)
        return node

    def _found_or_made(self, path: str, flags: int, mode: int) -> Node:
        if not flags & os.O_CREAT:
            return self._at(path)
        folder, name = self._parent(path)
        node = self._entry(folder, name)
        if node is None:
            return self._make(folder, name, stat.S_IFREG | (mode & 0o755))
        if flags & os.O_EXCL:
            raise _error(errno.EEXIST, path)
        return node

    def _opened(self, node: Node, path: str, flags: int) -> Node:
        if stat.S_ISLNK(node.mode):
            if flags & os.O_NOFOLLOW:
                raise _error(errno.ELOOP, path)
            node = self._at(os.path.join(os.path.dirname(path), os.fsdecode(node.data)))
        if stat.S_ISDIR(node.mode) and flags & (os.O_WRONLY | os.O_RDWR):
            raise _error(errno.EISDIR, path)
        if flags & os.O_DIRECTORY and not stat.S_ISDIR(node.mode):
            raise _error(errno.ENOTDIR, path)
        if flags & os.O_TRUNC:
            node.data = b""
        return node

    def _descriptor(self, fd: int) -> Open:
        if fd not in self._open:
            raise _error(errno.EBADF, str(fd))
        return self._open[fd]

    def _make(self, folder: Node, name: str, mode: int) -> Node:
        node = Node(next(self._numbers), mode, self._now_ns())
        self._nodes[node.number] = node
        if stat.S_ISDIR(mode):
            self._synced_entries[node.number] = {}
        self._change((folder, name, node.number))
        return node

    def _change(self, *entries: tuple[Node, str, int | None]) -> None:
        change = Change(tuple((folder.number, name, number) for folder, name, number in entries))
        self._changes.append(change)
        for folder, name, number in entries:
            folder.mtime_ns = self._now_ns()
            if number is None:
                folder.entries.pop(name, None)
            else:
                folder.entries[name] = number


def _apply(entries: dict[int, dict[str, int]], change: Change) -> None:
    for folder, name, number in change.entries:
        names = entries.setdefault(folder, {})
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number


def _remains(node: Node) -> list[bytes]:
    """What a power loss may leave of unsynced content: the old (or nothing), a torn part, all."""
    old = node.synced if node.synced is not None else b""
    return list(dict.fromkeys([old, node.data[: len(node.data) // 2], node.data]))


def _status(node: Node) -> SimStatus:
    return SimStatus(node.mode, len(node.data), node.mtime_ns, node.number)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
