"""What earlier observations saw, as one bounded value. Losing it only starts counting again.

Pure. Ages are told by this machine's monotonic clock within one boot, so that no two clocks are ever compared. Bounded
by what is there now: what the present observation does not show is forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tarmac.snapshot import Snapshot

FORMAT = 1
MEMORY_PATH = "tarmac/memory.jsonl"
"""Below the git folder that all worktrees share."""
MEMORY_BYTES_MAX = 16 * 1024 * 1024
ENTRIES_MAX = 20_000


class Seen(NamedTuple):
    """A finding as it was seen before: when first and last (RFC 3339), how often with these facts, and their digest."""

    first: str
    last: str
    times: int
    facts: str


class Sight(NamedTuple):
    """A value that has not changed since `since` seconds of the boot named `boot`."""

    value: str
    since: float
    boot: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Earlier findings by key, values watched for change by key, and where refs stood."""

    findings: Mapping[str, Seen] = field(default_factory=dict)
    sights: Mapping[str, Sight] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    known: bool = False
    """an earlier observation was remembered at all"""


NOTHING = Memory()


def unchanged_seconds(memory: Memory, key: str, value: str, snapshot: Snapshot) -> float | None:
    """For how long the value has been seen unchanged; None when it was not seen before in this boot, or has changed."""
    sight = memory.sights.get(key)
    if sight is None or sight.value != value or sight.boot != snapshot.boot:
        return None
    return snapshot.monotonic - sight.since


def look(memory: Memory, watched: Mapping[str, str], snapshot: Snapshot) -> dict[str, Sight]:
    """The watched values with their first sight; a value that changed, or another boot, starts anew."""
    found: dict[str, Sight] = {}
    for key, value in list(watched.items())[:ENTRIES_MAX]:
        seconds = unchanged_seconds(memory, key, value, snapshot)
        since = snapshot.monotonic if seconds is None else memory.sights[key].since
        found[key] = Sight(value, since, snapshot.boot)
    return found


def see(memory: Memory, found: Iterable[tuple[str, str]], at: str) -> dict[str, Seen]:
    """Count the findings, given by key and digest of facts; other facts under one key start anew at one."""
    seen: dict[str, Seen] = {}
    for key, facts in found:
        before = memory.findings.get(key)
        if len(seen) >= ENTRIES_MAX:
            break
        if before is None:
            seen[key] = Seen(at, at, 1, facts)
        else:
            seen[key] = Seen(before.first, at, before.times + 1 if before.facts == facts else 1, facts)
    return seen


def dump(memory: Memory) -> bytes:
    """The file: a header line, then one JSON object a line."""
    lines: list[dict[str, Any]] = [{"format": FORMAT}]
    lines += [{"kind": "finding", "key": key, **seen._asdict()} for key, seen in sorted(memory.findings.items())]
    lines += [{"kind": "sight", "key": key, **sight._asdict()} for key, sight in sorted(memory.sights.items())]
    lines += [{"kind": "ref", "key": key, "value": value} for key, value in sorted(memory.refs.items())]
    return "".join(json.dumps(line) + "\n" for line in lines).encode("ascii")


def load(data: bytes) -> Memory:
    """Read the file. A torn or foreign line is left out, another format reads as nothing: counting starts again."""
    values = [value for line in data.splitlines() if isinstance(value := _read(line), dict)]
    if not values or values[0].get("format") != FORMAT:
        return NOTHING
    findings: dict[str, Seen] = {}
    sights: dict[str, Sight] = {}
    refs: dict[str, str] = {}
    for value in values[1:]:
        kind, key = value.pop("kind", ""), str(value.pop("key", ""))
        if kind == "finding" and _is(value, Seen, (str, str, int, str)):
            findings[key] = Seen(**value)
        elif kind == "sight" and _is(value, Sight, (str, (int, float), str)):
            sights[key] = Sight(**value)
        elif kind == "ref" and isinstance(value.get("value"), str):
            refs[key] = value["value"]
    return Memory(findings, sights, refs, known=True)


def _read(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _is(value: dict[str, Any], kind: Any, types: tuple[Any, ...]) -> bool:
    return set(value) == set(kind._fields) and all(
        isinstance(value[name], expected) for name, expected in zip(kind._fields, types, strict=True)
    )
