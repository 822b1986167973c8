"""A cache of derived values by content id, in sqlite, never of record.

Whatever goes wrong with it (a locked, corrupt, read-only or foreign file) is a miss, never an error and never a wrong
answer: a key names content, and `version` names the code that derived the value.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LOCK_SECONDS = 1.0
KEYS_A_QUERY_MAX = 500
SCHEMA = (
    "create table if not exists entry (kind text, version text, key text, value blob, primary key (kind, version, key))"
)


class BlobCache:
    """Values of one file at `path`, opened on first use."""

    def __init__(self, path: Path):
        self._path = path

    def get_many(self, kind: str, version: str, keys: Sequence[str]) -> dict[str, bytes]:
        """The values that are there."""
        found: dict[str, bytes] = {}
        with self._open() as connection:
            for start in range(0, len(keys) if connection else 0, KEYS_A_QUERY_MAX):
                found.update(_select(connection, kind, version, keys[start : start + KEYS_A_QUERY_MAX]))
        return found

    def put_many(self, kind: str, version: str, values: Mapping[str, bytes]) -> None:
        """Keep values; those of other versions of the kind go."""
        rows = [(kind, version, key, value) for key, value in values.items()]
        with self._open() as connection:
            if connection is None or not rows:
                return
            with contextlib.suppress(sqlite3.Error), connection:
                connection.execute("delete from entry where kind = ? and version <> ?", (kind, version))
                connection.executemany("insert or replace into entry values (?, ?, ?, ?)", rows)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        connection = None
        with contextlib.suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=LOCK_SECONDS)
            connection.execute("pragma synchronous = off")
            connection.execute(SCHEMA)
        try:
            yield connection
        finally:
            if connection is not None:
                connection.close()


def _select(
    connection: sqlite3.Connection | None, kind: str, version: str, keys: Sequence[str]
) -> list[tuple[str, bytes]]:
    assert connection is not None
    marks = ",".join("?" * len(keys))
    query = f"select key, value from entry where kind = ? and version = ? and key in ({marks})"  # noqa: S608 - marks only
    try:
        rows = connection.execute(query, (kind, version, *keys)).fetchall()
    except sqlite3.Error:
        return []
    return [(key, bytes(value)) for key, value in rows if isinstance(key, str)]
