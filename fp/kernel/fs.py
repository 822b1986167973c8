"""The one module that writes files: atomic, durable, inside one root.

A write is an `O_EXCL` temporary file in the same folder, fsync, rename, fsync of the folder: after a crash at any
point the old or the new content is there [measured: every shorter protocol has a third state], and what is left behind
is a temporary file of ours. Named failpoints mark each step, so that tests crash there. Paths are relative, POSIX, and
never leave the root, also not through a link. The standard library, errors and ports only.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import os
import stat
from typing import TYPE_CHECKING

from fp.kernel.disk import FileStat, kind, resolved, typed
from fp.kernel.errors import External, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fp.kernel.disk import Disk, Status

TEMPORARY_PREFIX = ".fp-tmp-"
READ_BYTES_MAX = 64 * 1024 * 1024
NAME_TRIES_MAX = 16
CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
APPEND_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold us up
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def _no_fault(name: str) -> None:
    """The failpoint of every run that is not a test of crashes."""


_fault: Callable[[str], None] = _no_fault


@contextlib.contextmanager
def faults(handler: Callable[[str], None]) -> Iterator[None]:
    """Call `handler` with the name of each step reached; it may raise, or kill the process."""
    global _fault  # noqa: PLW0603 - one switch for the process, set by crash tests alone
    before, _fault = _fault, handler
    try:
        yield
    finally:
        _fault = before


def failpoint(name: str) -> None:
    """Mark a step that a crash test may stop at."""
    _fault(name)


def checked(path: str) -> str:
    """The path, if it is relative, POSIX and stays below its root; Refused otherwise."""
    parts = path.split("/")
    if not path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise Refused(f"not a path inside the repository: {path!r}", reason="bad-path")
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise Refused(f"not a path that a disk can hold: {path!r}", reason="bad-path") from error
    return path


class DiskFiles:
    """`Files` below the absolute folder `root` of a disk."""

    def __init__(
        self,
        disk: Disk,
        root: str,
        *,
        durable: bool,
        lock: Callable[[str], AbstractContextManager[object]],
        token: Callable[[], str] = lambda: os.urandom(8).hex(),
    ):
        self._disk = disk
        self._token = token
        self._durable = durable
        self._lock = lock
        self._root = resolved(disk, root)

    def read(self, path: str, limit_bytes: int | None = None) -> bytes:
        """The content of a regular file."""
        limit = READ_BYTES_MAX if limit_bytes is None else limit_bytes
        with typed("read", path, FileNotFoundError):
            descriptor = self._open_to_read(path)
            with self._closing(descriptor):
                status = self._disk.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise Refused("not a regular file", where=path, reason="not-a-file")
                data = self._read_all(descriptor, status.st_size, limit)
        if len(data) > limit:
            raise Refused(f"larger than {limit:,} bytes", where=path, reason="too-large")
        return data

    def stat(self, path: str) -> FileStat | None:
        """What is there, links not followed."""
        with typed("look at", path):
            status = self._status(self._inside(path))
        if status is None:
            return None
        return FileStat(kind(status.st_mode), status.st_size, status.st_mtime_ns, status.st_ino)

    def names(self, folder: str) -> list[str]:
        """Sorted names in the folder, without our own temporary files."""
        length = len(TEMPORARY_PREFIX)
        return sorted([name for name in self._listed(folder) if name[:length] != TEMPORARY_PREFIX])

    def leftovers(self, folder: str) -> list[str]:
        """Sorted names of the temporary files that a crash left in the folder."""
        return sorted(name for name in self._listed(folder) if name.startswith(TEMPORARY_PREFIX))

    def write(self, path: str, data: bytes) -> None:
        """Replace atomically and durably. The file's mode stays."""
        with typed("write", path):
            target = self._prepared(path)
            with self._temporary(target, data) as temporary:
                failpoint("before-rename")
                self._disk.replace(temporary, target)
            failpoint("after-rename")
            self._sync_folder(target)

    def create(self, path: str, data: bytes) -> bool:
        """Create atomically and durably where nothing is: a hard link fails on what exists, a rename would not."""
        with typed("create", path):
            if self._status(self._inside(path)) is not None:
                return False
            target = self._prepared(path)
            with self._temporary(target, data) as temporary:
                failpoint("before-link")
                try:
                    self._disk.link(temporary, target)
                except FileExistsError:
                    return False
                finally:
                    self._discard(temporary)
            failpoint("after-link")
            self._sync_folder(target)
            return True

    def replace_if(self, path: str, old: bytes, new: bytes) -> bool:
        """Write under the path's lock if the content is still `old`."""
        with self._lock(checked(path)):
            try:
                if self.read(path) != old:
                    return False
            except FileNotFoundError:
                return False
            self.write(path, new)
            return True

    def append(self, path: str, data: bytes) -> None:
        """Append durably, in one write call; what an error left of it is taken back."""
        with typed("append to", path):
            target = self._prepared(path)
            descriptor = self._disk.open(target, APPEND_FLAGS, 0o644)
            with self._closing(descriptor):
                start = self._disk.fstat(descriptor).st_size
                try:
                    failpoint("before-append")
                    self._write_all(descriptor, data)
                    failpoint("after-append")
                    self._sync(descriptor)
                except OSError:
                    self._cut_back(descriptor, start, len(data))
                    raise
            if start == 0:
                self._sync_folder(target)

    def remove(self, path: str) -> None:
        """Remove a file or a link."""
        with typed("remove", path):
            target = self._inside(path)
            if self._status(target) is None:
                return
            failpoint("before-remove")
            self._disk.unlink(target)
            failpoint("after-remove")
            self._sync_folder(target)

    def set_mode(self, path: str, mode: int) -> None:
        """Change a regular file's permissions."""
        with typed("change the mode of", path), self._closing(self._open_to_read(path)) as descriptor:
            self._disk.fchmod(descriptor, mode)

    def write_many(self, changes: Iterable[tuple[str, bytes]]) -> None:
        """Write a bulk: each file atomic by itself; after a crash each has its old or its new content.

        All content is synced before the first rename and all names after the last, each by one flush of the whole
        disk: 7,500 single ones for 3,800 files took 4 s on an idle disk and 25 s on a busy one.
        """
        later = copy.copy(self)
        later._durable = False
        with contextlib.ExitStack() as stack:
            staged = [later._staged(path, data, stack) for path, data in changes]
            if not staged:
                return
            self._sync_all(staged[-1][0])
            for path, temporary, target in staged:
                with typed("write", path):
                    failpoint("before-bulk-rename")
                    self._disk.replace(temporary, target)
            self._sync_all(staged[-1][0])

    def remove_if_empty(self, folder: str) -> None:
        """Remove a folder that nothing is in any more; one that holds something stays."""
        target = self._inside(folder)
        with contextlib.suppress(OSError):  # not empty, gone already, or no folder
            self._disk.rmdir(target)

    def remove_many(self, paths: Iterable[str]) -> None:
        """Remove a bulk of files; after a crash each is there or not. Synced at the end, by one flush of the disk."""
        later = copy.copy(self)
        later._durable = False
        last = ""
        for path in paths:
            later.remove(path)
            last = path
        if last:
            self._sync_all(last)

    def _staged(self, path: str, data: bytes, stack: contextlib.ExitStack) -> tuple[str, str, str]:
        with typed("write", path):
            target = self._prepared(path)
            return path, stack.enter_context(self._temporary(target, data)), target

    # -- inside the root ------------------------------------------------------------------------------------------

    def _inside(self, path: str) -> str:
        """The absolute path, free of links but for its last part; Refused when a link on the way leaves the root.

        Looked up anew each time: a folder that was safe may have become a link since.
        """
        *folders, name = checked(path).split("/")
        return f"{self._folder(folders, path)}/{name}"

    def _folder(self, parts: Sequence[str], path: str) -> str:
        full = self._root
        for part in parts:
            full = f"{full}/{part}"
            status = self._status(full)
            if status is not None and stat.S_ISLNK(status.st_mode):
                full = resolved(self._disk, full)
                if full != self._root and not full.startswith(f"{self._root}/"):
                    raise Refused("a folder on the way is a link out of the repository", where=path, reason="bad-path")
        return full

    def _listed(self, folder: str) -> list[str]:
        with typed("list", folder):
            full = self._folder(checked(folder).split("/"), folder) if folder else self._root or "/"
            try:
                return self._disk.listdir(full)
            except (FileNotFoundError, NotADirectoryError):
                return []

    def _prepared(self, path: str) -> str:
        """The absolute path of a file about to be written, its folders made, nothing but a file in its place."""
        target = self._inside(path)
        self._make_folders(os.path.dirname(target))
        kind = self._mode(target)
        if stat.S_ISLNK(kind):
            raise Refused("is a link; links are not written through", where=path, reason="is-a-link")
        if kind and not stat.S_ISREG(kind):
            raise Refused("is not a regular file", where=path, reason="not-a-file")
        return target

    def _make_folders(self, folder: str) -> None:
        """Each new folder is synced into its parent: a durable file in a folder that is lost is lost too."""
        missing: list[str] = []
        while folder and self._status(folder) is None:
            missing.append(folder)
            folder = os.path.dirname(folder)
        while missing:
            made = missing.pop()
            with contextlib.suppress(FileExistsError):  # somebody else was first
                self._disk.mkdir(made)
            self._sync_folder(made)

    def _status(self, full: str) -> Status | None:
        try:
            return self._disk.lstat(full)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _mode(self, full: str) -> int:
        status = self._status(full)
        return 0 if status is None else status.st_mode

    # -- descriptors ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _temporary(self, target: str, data: bytes) -> Iterator[str]:
        """A synced file beside the target, with the target's mode; gone afterwards unless it was renamed."""
        descriptor, temporary = self._open_temporary(os.path.dirname(target))
        try:
            with self._closing(descriptor):
                mode = self._mode(target)
                if mode:
                    self._disk.fchmod(descriptor, stat.S_IMODE(mode))
                failpoint("before-write")
                self._write_all(descriptor, data)
                failpoint("before-sync")
                self._sync(descriptor)
            yield temporary
        except BaseException:
            self._discard(temporary)
            raise

    def _open_temporary(self, folder: str) -> tuple[int, str]:
        for _ in range(NAME_TRIES_MAX):
            name = f"{folder}/{TEMPORARY_PREFIX}{self._token()}"
            try:
                return self._disk.open(name, CREATE_FLAGS, 0o644), name
            except FileExistsError:
                continue
        raise External("no free temporary name", where=folder)

    @contextlib.contextmanager
    def _closing(self, descriptor: int) -> Iterator[int]:
        try:
            yield descriptor
        finally:
            self._disk.close(descriptor)

    def _open_to_read(self, path: str) -> int:
        try:
            return self._disk.open(self._inside(path), READ_FLAGS)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Refused("is a link; links are not read through", where=path, reason="not-a-file") from error
            if error.errno == errno.ENXIO:
                raise Refused("not a regular file", where=path, reason="not-a-file") from error
            raise

    def _read_all(self, descriptor: int, size: int, limit: int) -> bytes:
        """At most one byte more than the limit; a file that grows meanwhile is read on."""
        chunks: list[bytes] = []
        left = limit + 1
        while left > 0:
            chunk = self._disk.read(descriptor, min(left, size + 1))
            if not chunk:
                break
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)

    def _write_all(self, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._disk.write(descriptor, view) :]

    def _cut_back(self, descriptor: int, start: int, length: int) -> None:
        """Undo a failed append, unless the file grew by more than ours: then somebody else's line would go too."""
        if start < self._disk.fstat(descriptor).st_size <= start + length:
            self._disk.ftruncate(descriptor, start)

    def _sync(self, descriptor: int) -> None:
        if self._durable:
            self._disk.fsync(descriptor)

    def _sync_all(self, path: str) -> None:
        """`path` is the one to name when it fails."""
        if self._durable:
            with typed("write", path):
                failpoint("before-bulk-sync")
                self._disk.sync()

    def _sync_folder(self, target: str) -> None:
        """Make the name `target` itself durable."""
        if not self._durable:
            return
        failpoint("before-folder-sync")
        descriptor = self._disk.open(os.path.dirname(target) or "/", FOLDER_FLAGS)
        with self._closing(descriptor):
            self._disk.fsync(descriptor)

    def _discard(self, temporary: str) -> None:
        with contextlib.suppress(OSError):  # the error that led here says more
            self._disk.unlink(temporary)


class RealFiles(DiskFiles):
    """`Files` below `root` on the real disk."""

    def __init__(self, root: Path, *, durable: bool = True):
        super().__init__(os, os.path.abspath(root), durable=durable, lock=self._locked)
        self.root = root

    def _locked(self, path: str) -> AbstractContextManager[object]:
        from fp.kernel.lock import lock_folder, locked

        return locked(lock_folder(self.root), path)
