"""Edits of small sources, by language: what must change a fingerprint and what must not."""

from __future__ import annotations

import importlib
from typing import NamedTuple

DEFAULT = ("python", "typescript", "javascript", "go", "rust")
"""The languages that come with the kit, each with a table here; TSX shares that of TypeScript."""


class Edits(NamedTuple):
    """One language's table: pairs of old and new text of `base`, and pairs of sources with whether they are one."""

    base: str
    changes: list[tuple[str, str]]
    same: list[tuple[str, str]]
    pairs: list[tuple[str, str, bool]]


def edits(name: str) -> Edits:
    """The table of a language."""
    module = importlib.import_module(f"tests.support.edits.{name}")
    return Edits(module.BASE, module.CHANGES, module.SAME, module.PAIRS)
