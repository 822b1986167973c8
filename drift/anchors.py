"""The grammar of anchors: `file`, `file#Symbol`, `file#name(types)`, `doc.md#heading`, `folder/`, `src/**/*.ts`.

Pure; the standard library and `drift.model` only. Invariant: an `Anchor` made here names a path below its root, never
git's own folder, and a fragment whose parts are known.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from drift.model import Anchor, Kind

PATH_BYTES_MAX = 1024
FRAGMENT_CHARACTERS_MAX = 400
PROSE_SUFFIXES = (".md", ".markdown", ".mdx")
KEPT_MAX = 65_536
"""Anchors kept once they were read: a lock names each document and many targets again and again."""
WILDCARDS = "*?"
WILDCARDS_MAX = 32
EVERY = "*"
"""As the signature: all definitions of a name together."""

_SEGMENT = re.compile(r'"(?P<quoted>[^"]+)"|(?P<computed>\[[^\]]+\])|(?P<plain>[^."\[()]+)')


class BadAnchor(ValueError):
    """The text is not an anchor; the message says why."""


class SymbolPath(NamedTuple):
    """`Class.method(int, str)`: names from the outside in, and the signature, None if none was given."""

    names: tuple[str, ...]
    signature: str | None


@functools.lru_cache(maxsize=KEPT_MAX)
def parse_anchor(text: str) -> Anchor:
    """Read an anchor as the lock holds it. BadAnchor says what is wrong with it."""
    path, mark, fragment = text.partition("#")
    many = is_many(path)
    check_path(path.removesuffix("/") if many else path)
    if many and mark:
        raise BadAnchor("a folder or a pattern has no part: leave out what `#` begins")
    if many and sum(path.count(sign) for sign in WILDCARDS) > WILDCARDS_MAX:
        raise BadAnchor(f"more than {WILDCARDS_MAX} wildcards")
    if mark and not fragment:
        raise BadAnchor("nothing after `#`")
    if len(fragment) > FRAGMENT_CHARACTERS_MAX:
        raise BadAnchor(f"longer than {FRAGMENT_CHARACTERS_MAX} characters after `#`")
    if fragment != fragment.strip() or not fragment.isprintable():
        raise BadAnchor("spaces around it or characters that cannot be shown after `#`")
    if fragment and not fragment.isidentifier() and not is_prose(path):
        parse_symbol(fragment)
    return Anchor(path, fragment)


def is_many(path: str) -> bool:
    """Whether a path means many files: it is a folder (`src/`), or a pattern."""
    return path[-1:] == "/" or "*" in path or "?" in path


@functools.lru_cache(maxsize=KEPT_MAX)
def check_path(path: str) -> None:
    """Refuse what is not a plain path below the root, or lies in git's folder."""
    parts = path.split("/")
    if not path:
        raise BadAnchor("no path")
    if path.startswith("/") or ".." in parts:
        raise BadAnchor("leaves the repository")
    if "" in parts or "." in parts:
        raise BadAnchor("not in its shortest form: no `./`, no `//`, no `/` at the end")
    if any(part.lower() == ".git" for part in parts):
        raise BadAnchor("lies in git's own folder")
    if "\\" in path:
        raise BadAnchor("has a backslash; folders are parted by `/`")
    if not path.isprintable() or path != path.strip():
        raise BadAnchor("has spaces around it or characters that cannot be shown")
    if len(path.encode()) > PATH_BYTES_MAX:
        raise BadAnchor(f"longer than {PATH_BYTES_MAX} bytes")


def parse_symbol(fragment: str) -> SymbolPath:
    """Read the fragment of a code anchor."""
    names: list[str] = []
    at = 0
    while True:
        segment = _SEGMENT.match(fragment, at)
        if segment is None:
            raise BadAnchor(
                f"a name is missing at {fragment[at:]!r}" if fragment[at:] else "a name is missing at the end"
            )
        names.append(segment["quoted"] or segment["computed"] or segment["plain"])
        at = segment.end()
        if at == len(fragment):
            return SymbolPath(tuple(names), None)
        if fragment[at] == "(" and fragment.endswith(")"):
            return SymbolPath(tuple(names), fragment[at + 1 : -1])
        if fragment[at] != ".":
            raise BadAnchor(f"expected `.` or `(...)` at {fragment[at:]!r}")
        at += 1


def write_symbol(names: tuple[str, ...], signature: str | None = None) -> str:
    """The fragment that `parse_symbol` reads back."""
    path = ".".join(name if _SEGMENT.fullmatch(name) else f'"{name}"' for name in names)
    return path if signature is None else f"{path}({signature})"


def is_prose(path: str) -> bool:
    """Whether fragments of this file are headings."""
    return path.lower().endswith(PROSE_SUFFIXES)


def kind_of(anchor: Anchor) -> Kind:
    """What the anchor points at."""
    if not anchor.fragment:
        if is_many(anchor.path):
            return Kind.FOLDER if anchor.path[-1] == "/" else Kind.PATTERN
        return Kind.FILE
    return Kind.HEADING if is_prose(anchor.path) else Kind.SYMBOL
