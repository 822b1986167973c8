"""The operating system's calls that files need, as a narrow protocol, and what is said when one fails.

The real disk is the module `os` itself; `fp.kernel.sim.disk` has the same names. So the simulation runs the product's
own write protocol, and an enumeration of crash states judges the code that ships. The standard library and errors only.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.kernel.errors import External, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKS_MAX = 40


class FileStat(NamedTuple):
    """What `lstat` says: `kind` is file, folder, link or other; times in nanoseconds."""

    kind: str
    size: int
    mtime_ns: int
    inode: int


class Status(Protocol):
    """The parts of a stat result in use."""

    @property
    def st_mode(self) -> int:
        """Kind and permissions."""
        ...

    @property
    def st_size(self) -> int:
        """Bytes."""
        ...

    @property
    def st_mtime_ns(self) -> int:
        """Last change of the content."""
        ...

    @property
    def st_ino(self) -> int:
        """The file itself, whatever its name."""
        ...


class Disk(Protocol):
    """What `os` offers, by its names."""

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        """A descriptor."""
        ...

    def close(self, fd: int, /) -> None:
        """Give it back."""
        ...

    def read(self, fd: int, length: int, /) -> bytes:
        """At most that many bytes."""
        ...

    def write(self, fd: int, data: memoryview, /) -> int:
        """How many bytes were taken."""
        ...

    def fsync(self, fd: int) -> None:
        """Make a file's content, or a folder's entries, survive a power loss."""
        ...

    def sync(self) -> None:
        """Make everything on the disk survive a power loss."""
        ...

    def ftruncate(self, fd: int, length: int, /) -> None:
        """Cut."""
        ...

    def fchmod(self, fd: int, mode: int) -> None:
        """Permissions, whatever the umask."""
        ...

    def fstat(self, fd: int) -> Status:
        """What is open."""
        ...

    def lstat(self, path: str) -> Status:
        """What is there, links not followed."""
        ...

    def readlink(self, path: str) -> str:
        """Where a link points."""
        ...

    def listdir(self, path: str) -> list[str]:
        """Names in a folder."""
        ...

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        """Make a folder."""
        ...

    def replace(self, src: str, dst: str) -> None:
        """Rename over what is there."""
        ...

    def link(self, src: str, dst: str) -> None:
        """A second name, only where nothing is."""
        ...

    def unlink(self, path: str) -> None:
        """Remove a name."""
        ...

    def rmdir(self, path: str) -> None:
        """Remove an empty folder."""
        ...


def resolved(disk: Disk, path: str) -> str:
    """An absolute path with every link followed, without a final `/`; parts that do not exist stay as they are."""
    pending = path.split("/")[::-1]
    done = ""
    links = 0
    while pending:
        part = pending.pop()
        if part == "..":
            done = os.path.dirname(done).rstrip("/")
        if part in ("", ".", ".."):
            continue
        target = _link_target(disk, f"{done}/{part}")
        if target is None:
            done = f"{done}/{part}"
            continue
        links += 1
        if links > LINKS_MAX:
            raise Refused(f"more than {LINKS_MAX} links follow each other", where=path, reason="bad-path")
        done = "" if target.startswith("/") else done
        pending += target.split("/")[::-1]
    return done


def _link_target(disk: Disk, full: str) -> str | None:
    try:
        return disk.readlink(full)
    except OSError:  # not a link, or nothing
        return None


@contextlib.contextmanager
def typed(action: str, path: str, *let_through: type[OSError]) -> Iterator[None]:
    """The disk's errors as External; those let through are answers, not failures."""
    try:
        yield
    except let_through:
        raise
    except NotADirectoryError as error:
        if FileNotFoundError in let_through:
            raise FileNotFoundError(error.errno, "a file is where a folder should be", path) from error
        raise _external(action, path, error) from error
    except OSError as error:
        raise _external(action, path, error) from error


def _external(action: str, path: str, error: OSError) -> External:
    return External(f"cannot {action} it: {error.strerror or error}", where=path or ".", reason="disk")


def kind(mode: int) -> str:
    """file, folder, link or other."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"
