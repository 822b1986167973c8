"""Path patterns of `drift.toml`: `*` and `?` within a folder, `**` over any number of folders. Pure.

Matching is a table over segments, so that no pattern costs more than pattern times path.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern takes the path. One that ends in `/` means all below that folder."""
    segments = path.split("/")
    return any(_one(segments, _segments(pattern)) for pattern in patterns)


def _segments(pattern: str) -> list[str]:
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    return whole.removeprefix("./").split("/")


def _one(path: list[str], pattern: list[str]) -> bool:
    """`reached[n]`: the pattern so far takes the first `n` segments."""
    reached = [True] + [False] * len(path)
    for word in pattern:
        if word == "**":
            first = reached.index(True) if True in reached else len(reached)
            reached = [at >= first for at in range(len(reached))]
        else:
            reached = [False] + [reached[at] and fnmatchcase(path[at], word) for at in range(len(path))]
    return reached[-1]
