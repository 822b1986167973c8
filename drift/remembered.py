"""Answers about contents kept from check to check, in one file of the git folder that all worktrees share. A shell.

Never of record: it is keyed by the contents' own digests and by this program's files, so that a stale answer cannot be
taken for one of now; a file that is torn, foreign or cannot be written costs time and nothing else. Two checks at once
each write a whole file, and the later one stays.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from drift import __version__
from drift.content import Ask, Found
from drift.fingerprint import digest
from drift.languages.table import name_of
from drift.model import Stamp
from drift.recall import Anew
from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from drift.content import Seen
    from drift.model import Comments

FILE = "drift/answers.json"
FILE_BYTES_MAX = 64 * 1024 * 1024


class Remembering:
    """`Recall` over the answers of earlier checks. Only what was asked for in this check is kept for the next."""

    def __init__(self, common_dir: Path):
        self._files = RealFiles(common_dir, durable=False)
        self._anew = Anew()
        self._version = _version()
        self._old = self._read()
        self._new: dict[str, Any] = {}
        self._learnt = False

    def seen(self, path: str, data: bytes, asks: Sequence[Ask], comments: Comments) -> dict[Ask, Seen]:
        """Answers that are at hand; the rest by one parse. What is not found is never kept: its hints may change."""
        kept = self._of(f"{name_of(path) or path.rpartition('.')[2]}:{comments}", data)
        known: dict[Ask, Seen] = {ask: found for ask in asks if (found := _found(kept.get(_key(ask)))) is not None}
        left = [ask for ask in asks if ask not in known]
        if not left:
            return known
        self._learnt = True
        fresh = self._anew.seen(path, data, left, comments)
        for ask, now in fresh.items():
            if isinstance(now, Found):
                kept[_key(ask)] = [now.stamp.scheme, now.stamp.digest, now.line, now.end_line]
        return known | fresh

    def links(self, data: bytes) -> Sequence[tuple[str, int]]:
        """The links of a document."""
        kept = self._of("page", data)
        known = _links(kept.get("links"))
        if known is None:
            self._learnt = True
            known = list(self._anew.links(data))
            kept["links"] = [list(link) for link in known]
        return known

    def slugs(self, data: bytes) -> frozenset[str]:
        """The fragments that lead into a document."""
        kept = self._of("page", data)
        known = kept.get("slugs")
        if not isinstance(known, list) or not all(isinstance(slug, str) for slug in known):
            self._learnt = True
            known = kept["slugs"] = sorted(self._anew.slugs(data))
        return frozenset(known)

    def keep(self) -> None:
        """Write what this check asked for, if it asked for anything new. What cannot be written is not kept."""
        if not self._learnt:
            return
        data = json.dumps({"version": self._version, "answers": self._new}, separators=(",", ":")).encode()
        with contextlib.suppress(KitError, OSError):
            self._files.write(FILE, data)

    def _of(self, kind: str, data: bytes) -> dict[str, Any]:
        """The answers about one content, as this check keeps them."""
        key = f"{kind}:{digest(data)}"
        kept = self._new.get(key)
        if kept is None:
            old = self._old.get(key)
            kept = self._new[key] = old if isinstance(old, dict) else {}
        return kept

    def _read(self) -> dict[str, Any]:
        try:
            value = json.loads(self._files.read(FILE, FILE_BYTES_MAX))
        except (FileNotFoundError, KitError, OSError, ValueError, RecursionError):
            return {}
        sound = isinstance(value, dict) and value.get("version") == self._version
        answers = value.get("answers") if sound else None
        return answers if isinstance(answers, dict) else {}


def _key(ask: Ask) -> str:
    return "\n".join(str(part) for part in ask)


def _found(kept: Any) -> Found | None:
    """A kept answer; None for what is none."""
    match kept:
        case [str(scheme), str(digest), int(line), int(end_line)]:
            return Found(Stamp(scheme, digest), line, end_line)
    return None


def _links(kept: Any) -> list[tuple[str, int]] | None:
    if not isinstance(kept, list):
        return None
    found = []
    for link in kept:
        match link:
            case [str(target), int(line)]:
                found.append((target, line))
            case _:
                return None
    return found


def _version() -> str:
    """This program's files by size and time: another version's answers, or an edited one's, are none."""
    here = os.path.dirname(__file__)
    parts = [__version__]
    for folder in (here, os.path.join(here, "languages")):
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py")]
        parts += [f"{name} {status.st_size} {status.st_mtime_ns}" for name, status in sorted(found)]
    return digest("\n".join(parts).encode())
