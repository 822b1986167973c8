"""The one module that writes files: atomic, durable, inside one root.

A write is an `O_EXCL` temporary file in the same folder, fsync, rename, fsync of the folder: after a crash at any
point the old or the new content is there [measured: every shorter protocol has a third state]. Named failpoints mark
each step, so that tests crash there. Paths are relative, POSIX, and never leave the root, also not through a link.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from fp.kernel.errors import External, Refused
from fp.kernel.ports import FileStat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

TEMPORARY_PREFIX = ".fp-tmp-"
READ_BYTES_MAX = 64 * 1024 * 1024
NAME_TRIES_MAX = 16


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
    if not path or path.startswith("/") or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise Refused(f"not a path inside the repository: {path!r}", reason="bad-path")
    return path


class RealFiles:
    """`Files` below `root` on the real disk."""

    def __init__(self, root: Path, *, durable: bool = True):
        self.root = root
        self._durable = durable
        self._real_root = os.path.realpath(root)
        self._safe_folders: set[str] = set()

    def read(self, path: str, limit_bytes: int | None = None) -> bytes:
        """The content of a regular file."""
        descriptor = os.open(self._inside(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Refused("not a regular file", where=path, reason="not-a-file")
            limit = READ_BYTES_MAX if limit_bytes is None else limit_bytes
            if status.st_size > limit:
                raise Refused(f"larger than {limit:,} bytes", where=path, reason="too-large")
            return file.read(limit + 1)

    def stat(self, path: str) -> FileStat | None:
        """What is there, links not followed."""
        try:
            status = os.lstat(self._inside(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return FileStat(_kind(status.st_mode), status.st_size, status.st_mtime_ns, status.st_ino)

    def names(self, folder: str) -> list[str]:
        """Sorted names in the folder, without our own temporary files."""
        try:
            found = os.listdir(self._inside(folder) if folder else self.root)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for name in found if not name.startswith(TEMPORARY_PREFIX))

    def write(self, path: str, data: bytes) -> None:
        """Replace atomically and durably. The file's mode stays."""
        target = self._prepared(path)
        temporary = self._temporary(target, data, _mode_of(target))
        try:
            failpoint("before-rename")
            os.replace(temporary, target)
        except OSError as error:
            self._discard(temporary)
            raise External(f"cannot write: {error.strerror}", where=path) from error
        failpoint("after-rename")
        self._sync_folder(target)

    def create(self, path: str, data: bytes) -> bool:
        """Create atomically and durably where nothing is: a hard link fails on what exists, a rename would not."""
        target = self._prepared(path)
        temporary = self._temporary(target, data, 0o644)
        try:
            failpoint("before-link")
            os.link(temporary, target)
        except FileExistsError:
            return False
        except OSError as error:
            raise External(f"cannot create: {error.strerror}", where=path) from error
        finally:
            self._discard(temporary)
        failpoint("after-link")
        self._sync_folder(target)
        return True

    def replace_if(self, path: str, old: bytes, new: bytes) -> bool:
        """Write under the path's lock if the content is still `old`."""
        from fp.kernel.lock import locked

        with locked(self._lock_folder(), path):
            try:
                if self.read(path) != old:
                    return False
            except FileNotFoundError:
                return False
            self.write(path, new)
            return True

    def append(self, path: str, data: bytes) -> None:
        """Append durably, in one write call."""
        target = self._prepared(path)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(target, flags, 0o644)
        try:
            failpoint("before-append")
            _write_all(descriptor, data)
            failpoint("after-append")
            self._sync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: str) -> None:
        """Remove a file or a link."""
        target = self._inside(path)
        failpoint("before-remove")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(target)
            self._sync_folder(target)

    def write_many(self, changes: Iterable[tuple[str, bytes]]) -> None:
        """Write a bulk: each file atomic by itself, all synced before the first rename, folders once at the end."""
        staged: list[tuple[str, str]] = []
        try:
            for path, data in changes:
                target = self._prepared(path)
                staged.append((self._temporary(target, data, _mode_of(target)), target))
            failpoint("before-bulk-rename")
            folders: dict[str, str] = {}
            while staged:
                temporary, target = staged[-1]
                os.replace(temporary, target)
                staged.pop()
                folders[os.path.dirname(target)] = target
        finally:
            for temporary, _ in staged:
                self._discard(temporary)
        for target in folders.values():
            self._sync_folder(target)

    # -- inside the root ------------------------------------------------------------------------------------------

    def _inside(self, path: str) -> str:
        """The absolute path; Refused when a parent folder is a link that leaves the root."""
        checked(path)
        full = os.path.join(self.root, path)
        folder = os.path.dirname(full)
        if folder not in self._safe_folders:
            real = os.path.realpath(folder)
            if real != self._real_root and not real.startswith(self._real_root + os.sep):
                raise Refused("a folder on the way is a link out of the repository", where=path, reason="bad-path")
            self._safe_folders.add(folder)
        return full

    def _prepared(self, path: str) -> str:
        target = self._inside(path)
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        except OSError as error:
            raise External(f"cannot make the folder: {error.strerror}", where=path) from error
        if os.path.islink(target):
            raise Refused("is a link; links are not written through", where=path, reason="is-a-link")
        return target

    def _temporary(self, target: str, data: bytes, mode: int) -> str:
        descriptor, temporary = _open_temporary(os.path.dirname(target), mode)
        try:
            failpoint("before-write")
            _write_all(descriptor, data)
            failpoint("before-sync")
            self._sync(descriptor)
        except OSError as error:
            self._discard(temporary)
            raise External(f"cannot write: {error.strerror}", where=target) from error
        finally:
            os.close(descriptor)
        return temporary

    def _sync(self, descriptor: int) -> None:
        if self._durable:
            os.fsync(descriptor)

    def _sync_folder(self, target: str) -> None:
        if not self._durable:
            return
        failpoint("before-folder-sync")
        descriptor = os.open(os.path.dirname(target), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _discard(self, temporary: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)

    def _lock_folder(self) -> Path:
        """Locks live outside what git sees: in the git folder, else beside the data."""
        from pathlib import Path

        for folder in (self.root, *self.root.parents):
            git = folder / ".git"
            if git.is_dir():
                return git / "fp" / "locks"
            if git.is_file():
                return Path(_common_folder(git)) / "fp" / "locks"
        return self.root / ".fp-locks"


def _common_folder(git_file: Path) -> str:
    """The shared git folder of a linked worktree: `.git` names its own, whose `commondir` names the shared one."""
    own = os.path.join(git_file.parent, git_file.read_text(encoding="utf-8").partition("gitdir:")[2].strip())
    pointer = os.path.join(own, "commondir")
    if not os.path.exists(pointer):
        return own
    with open(pointer, encoding="utf-8") as file:
        return os.path.normpath(os.path.join(own, file.read().strip()))


def _open_temporary(folder: str, mode: int) -> tuple[int, str]:
    for _ in range(NAME_TRIES_MAX):
        name = os.path.join(folder, TEMPORARY_PREFIX + os.urandom(8).hex())
        try:
            return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode), name
        except FileExistsError:
            continue
        except OSError as error:
            raise External(f"cannot create a file: {error.strerror}", where=folder) from error
    raise External("no free temporary name", where=folder)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _mode_of(target: str) -> int:
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except FileNotFoundError:
        return 0o644


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"
