"""Random names that a seed repeats."""

from __future__ import annotations

import random


class SimIds:
    """`Ids` from a seeded generator."""

    def __init__(self, seed: int):
        self._source = random.Random(f"ids {seed}")

    def text(self, alphabet: str, length: int) -> str:
        """`length` characters drawn evenly from `alphabet`."""
        return "".join(self._source.choice(alphabet) for _ in range(length))
