"""Broken input as data: a parser of many files returns `(items, problems)` and raises nothing.

Pure; the standard library only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a problem weighs: an error fails a check, a warning and a note are said."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Problem(NamedTuple):
    """One thing wrong with one file.

    `line` counts from 1; 0 means the file as a whole. `path` is relative to the repository's root, with `/`.
    """

    code: str
    path: str
    line: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def where(self) -> str:
        """`path:line`, or the path alone when no line is to blame."""
        return f"{self.path}:{self.line}" if self.line else self.path
