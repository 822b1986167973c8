"""What was derived from issue files, kept in one sqlite file of the git folder that all worktrees share.

Never of record: `.git/fp/index.sqlite` may be deleted at any time. A shell over sqlite. Whatever is wrong with the
file (locked, corrupt, truncated, foreign, of another version, not to be written) is a miss, and the next write that
can heals it. sqlite does not notice a flipped bit, so each part has a checksum; one transaction writes the parts that
belong together. Says nothing of whether a part is still true: whoever reads it holds it against what it was made of.

Imports little (sqlite when it is opened): a listing answers from here before anything else is loaded.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib

from fp import __version__
from fp.kernel.git.layout import common_folder

TYPE_CHECKING = False  # `typing` alone is 7 ms of a command of 60 [measured]
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from typing import Any

INDEX_PATH = "fp/index.sqlite"
"""The index's file in the git folder that all worktrees share."""
VERSION = "1"
"""Changes whenever the same files could read as something else, or are kept in another shape."""
STAMP = f"{VERSION} {__version__} {sys.implementation.cache_tag}"
LOCK_SECONDS = 0.5
SCHEMA = "create table if not exists part (key text primary key, stamp text, sum integer, data blob)"
TRIES_MAX = 2
BEYOND_US = frozenset({3, 5, 6, 8, 10, 13, 14})
"""sqlite's codes for: no permission, busy, locked, read-only, input or output, full, cannot open."""


class Index:
    """The parts in the file at `path`."""

    def __init__(self, path: str):
        self._path = path

    def get(self, *keys: str) -> dict[str, Any]:
        """The parts that are there and whole, all of one moment."""
        if not os.path.exists(self._path):
            return {}
        marks = ",".join("?" * len(keys))
        query = f"select key, sum, data from part where stamp = ? and key in ({marks})"  # noqa: S608 - marks only
        found = {}
        for key, checksum, data in self._rows(query, (STAMP, *keys)):
            if isinstance(data, bytes) and checksum == _sum(key, data):
                found[key] = marshal.loads(data)  # noqa: S302 - our own bytes, as the checksum says
        return found

    def names(self) -> list[str]:
        """The names of all parts."""
        if not os.path.exists(self._path):
            return []
        return [str(key) for (key,) in self._rows("select key from part where stamp = ?", (STAMP,))]

    def _rows(self, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        import sqlite3

        try:
            connection = self._connect()
        except sqlite3.Error:
            return []
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.Error:
            return []
        finally:
            connection.close()

    def put(self, parts: Mapping[str, Any], gone: Sequence[str] = ()) -> bool:
        """Keep parts, drop those named in `gone` and all of other versions, in one transaction; whether that worked."""
        import sqlite3

        rows = []
        for key, value in parts.items():
            data = marshal.dumps(value)
            rows.append((key, STAMP, _sum(key, data), data))
        for _ in range(TRIES_MAX):
            try:
                self._write(rows, gone)
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code in BEYOND_US or not self._remove():
                    return False
            except OSError:
                return False
            else:
                return True
        return False

    def _write(self, rows: list[tuple[str, str, int, bytes]], gone: Sequence[str]) -> None:
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        connection = self._connect()
        try:
            connection.execute("pragma synchronous = off")
            connection.execute("begin immediate")
            connection.execute(SCHEMA)
            connection.execute("delete from part where stamp <> ?", (STAMP,))
            connection.executemany("delete from part where key = ?", [(key,) for key in gone])
            connection.executemany("insert or replace into part values (?, ?, ?, ?)", rows)
            connection.execute("commit")
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        import sqlite3

        return sqlite3.connect(self._path, timeout=LOCK_SECONDS, isolation_level=None)

    def _remove(self) -> bool:
        """Take away what is no index of ours; its journal first, which sqlite would else apply to the next file."""
        from pathlib import Path

        from fp.kernel.errors import KitError
        from fp.kernel.fs import RealFiles

        folder, name = os.path.split(self._path)
        files = RealFiles(Path(folder), durable=False)
        try:
            files.remove(f"{name}-journal")
            files.remove(name)
        except KitError:
            return False
        return True


def _sum(key: str, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(key.encode("utf-8", "surrogateescape")))


def open_index(root: str) -> Index | None:
    """The index of the repository whose worktree is at `root`; None where there is no git folder."""
    folder = common_folder(root)
    return None if folder is None else Index(f"{folder}/{INDEX_PATH}")
