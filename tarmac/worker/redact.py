"""Replaces secrets in a stream by their names, also one that is split over two chunks. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Redactor:
    """Holds back only what may be the beginning of a secret: at most one byte less than the longest one."""

    def __init__(self, secrets: Mapping[str, str]):
        values = {value.encode("utf-8", "surrogateescape"): f"[{name}]".encode() for value, name in secrets.items()}
        self._names = values
        longest_first = sorted(values, key=len, reverse=True)  # one secret may begin another
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first))) if values else None
        self._longest = max(map(len, values), default=0)
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The next piece that is safe to write."""
        if self._pattern is None:
            return data
        text = self._replaced(self._held + data)
        keep = self._beginning(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> bytes:
        """What was held back, at the end of the stream."""
        held, self._held = self._held, b""
        return held

    def text(self, value: str) -> str:
        """A whole text without secrets."""
        return self._replaced(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def _replaced(self, data: bytes) -> bytes:
        if self._pattern is None:
            return data
        return self._pattern.sub(lambda found: self._names[found[0]], data)

    def _beginning(self, text: bytes) -> int:
        """How many bytes at the end are the beginning of some secret."""
        most = min(self._longest - 1, len(text))
        return next((size for size in range(most, 0, -1) if self._begins(text[len(text) - size :])), 0)

    def _begins(self, tail: bytes) -> bool:
        return any(value.startswith(tail) for value in self._names)
