"""A run's journal: one JSON envelope a line, appended durably by the one orchestrator that owns the run.

A torn last line is legal, for a crash leaves one; a torn line in the middle is a problem that is told, never hidden.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fp.kernel.problem import Problem
from tarmac.model import Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Files

VERSION = 1
JOURNAL_BYTES_MAX = 16 * 1024 * 1024


def encode(event: Envelope) -> bytes:
    """One line."""
    return (json.dumps(event._asdict(), separators=(",", ":")) + "\n").encode("ascii")


def decode(data: bytes, path: str) -> tuple[list[Envelope], list[Problem]]:
    """All events in order; a torn last line is dropped in silence, any other bad line is a problem."""
    events: list[Envelope] = []
    problems: list[Problem] = []
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        event = _read(line)
        if event is not None:
            events.append(event)
        elif number < len(lines):
            problems.append(
                Problem("journal-line", path, number, "is not an event", "the run's other events still count")
            )
    return events, problems


def read(files: Files, path: str) -> tuple[list[Envelope], list[Problem]]:
    """The journal at `path`; empty when there is none."""
    try:
        data = files.read(path, JOURNAL_BYTES_MAX)
    except FileNotFoundError:
        return [], []
    return decode(data, path)


def next_sequence(events: Sequence[Envelope]) -> int:
    """The number of the next event."""
    return events[-1].seq + 1 if events else 0


def _read(line: bytes) -> Envelope | None:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict) or value.get("v") != VERSION or set(value) != set(Envelope._fields):
        return None
    return Envelope(**value)
