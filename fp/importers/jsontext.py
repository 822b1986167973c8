"""JSON as tools write it into a file: one value, many behind each other, arrays page by page.

Pure. Every value comes with its line, so that whatever is wrong with it has a place. `gh api --paginate` writes one
array a page without anything between, `--slurp` an array of pages, `--jq '.[]'` an object a line; PowerShell's `>`
writes UTF-16 with a byte order mark: all of that is read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "unreadable-record"
EMPTY = "empty: nothing came out of the export"
START_BYTES = 64
PAGES_DEPTH_MAX = 3
"""How deep arrays of pages are looked into."""
_BLANK = re.compile(r"[ \t\r\n]*")


class Found(NamedTuple):
    """A value and the line it starts at, from 1."""

    value: Any
    line: int


def problem(name: str, line: int, message: str, hint: str = "export it again, then import again") -> Problem:
    """A file or record that cannot be read."""
    return Problem(CODE, name, line, message, hint)


def values(name: str, data: bytes) -> Iterator[Found | Problem]:
    """The values of a file, arrays taken apart; the first thing that is not JSON ends it as a problem."""
    text = decoded(data)
    if text is None:
        yield problem(name, 1, "not UTF-8")
    elif not text.strip():
        yield problem(name, 1, EMPTY)
    else:
        yield from _Reader(name, text).values()


def decoded(data: bytes) -> str | None:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 as its first bytes tell; None for what is no text."""
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def is_json(data: bytes) -> bool:
    """Whether a file starts as JSON does, and so is no table."""
    start = data[:START_BYTES].decode(json.detect_encoding(data), "ignore")
    return start.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


class _Reader:
    """Goes through a text once. Lines are counted on the way, for a count from the start at each value is slow."""

    def __init__(self, name: str, text: str):
        self._name = name
        self._text = text
        self._at = 0
        self._line = 1
        self._decoder = json.JSONDecoder()

    def values(self) -> Iterator[Found | Problem]:
        while self._peek():
            try:
                found = list(self._value(PAGES_DEPTH_MAX))
            except json.JSONDecodeError as error:
                yield problem(self._name, error.lineno, f"not JSON: {error.msg} (column {error.colno})")
                return
            except (ValueError, RecursionError) as error:
                yield problem(self._name, self._line, f"not JSON: {error}")
                return
            yield from found

    def _peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        self._move(_BLANK.match(self._text, self._at).end())  # type: ignore[union-attr]  # it matches nothing, too
        return self._text[self._at : self._at + 1]

    def _move(self, to: int) -> None:
        self._line += self._text.count("\n", self._at, to)
        self._at = to

    def _value(self, depth: int) -> Iterator[Found]:
        if self._peek() == "[" and depth:
            yield from self._items(depth - 1)
            return
        line = self._line
        value, end = self._decoder.raw_decode(self._text, self._at)
        self._move(end)
        yield Found(value, line)

    def _items(self, depth: int) -> Iterator[Found]:
        self._move(self._at + 1)
        if self._peek() == "]":
            self._move(self._at + 1)
            return
        while True:
            yield from self._value(depth)
            mark = self._peek()
            if mark not in (",", "]") or not mark:
                raise json.JSONDecodeError("expected ',' or ']'", self._text, self._at)
            self._move(self._at + 1)
            if mark == "]":
                return


def text(record: dict[str, Any], name: str) -> str:
    """A field's text; nothing where it has none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def mapping(record: dict[str, Any], name: str) -> dict[str, Any]:
    """A field's object; an empty one where it has none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def mappings(record: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A field's list of objects, what is none left out; GraphQL's `{"nodes": [...]}` is such a list."""
    value = record.get(name)
    if isinstance(value, dict):
        value = value.get("nodes")
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(record: dict[str, Any], name: str) -> int | None:
    """A field's whole number; None where it has none."""
    value = record.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def shown(value: Any) -> str:
    """A value as text for people: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def says_something(value: Any) -> bool:
    """Whether a value is neither nothing nor empty."""
    return value not in (None, "", [], {})
