"""What people write into labels and bodies where a tracker has no field for it, and only where it is beyond doubt.

Pure. A label of a type or priority is told by its words alone or behind `type:`, `kind/`, `priority::` and the like; it
stays a label too. A dependency is a line that says nothing but `Blocked by #3` or `Depends on: #4, #5`, or an item that
starts with a reference under a heading of these words; a sentence that mentions one is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp.importers import page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TYPES: Mapping[str, str] = {
    "bug": "bug",
    "defect": "bug",
    "feature": "feature",
    "feature request": "feature",
    "enhancement": "feature",
    "improvement": "feature",
    "epic": "epic",
    "chore": "chore",
    "task": "task",
}
PRIORITIES: Mapping[str, str] = {
    "critical": "critical",
    "urgent": "critical",
    "p0": "critical",
    "high": "high",
    "p1": "high",
    "medium": "medium",
    "p2": "medium",
    "low": "low",
    "p3": "low",
    "p4": "low",
}
NUMBERED = re.compile(r"p[0-4]")
_MARKED = re.compile(r"(?P<mark>type|kind|priority|prio)\s*(?:::?|/|-)\s*(?P<word>.+)")
_REFERENCE = r"(?:[\w.-]+/[\w./-]+)?[#][0-9]{1,9}|https?://[^\s,;)>\]]{1,300}"
_REFERENCES = re.compile(_REFERENCE)
_BETWEEN = r"[\s,;&]+(?:and\s+)?"
_LINE = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?[*_]*(?:blocked by|depends on|depends upon)[*_]*\s*:?[*_]*\s*"
    rf"((?:{_REFERENCE})(?:{_BETWEEN}(?:{_REFERENCE}))*)\s*\.?\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}\s+[*_]*(?:blocked by|depends on|dependencies)[*_]*:?\s*#*\s*", re.IGNORECASE)
_ANY_HEADING = re.compile(r"#{1,6}\s")
_ITEM = re.compile(rf"\s*[-*+]\s+(?:\[[ xX]\]\s+)?({_REFERENCE})(?![\w/])", re.IGNORECASE)
_SHORT = re.compile(r"(?P<home>(?:[\w.-]+/[\w./-]+)?)#(?P<number>[0-9]{1,9})")
SPAN_SECONDS_MAX = 10**10
POINTS_MAX = 100_000
LINE_CHARACTERS_MAX = 2_000
"""A longer line says more than a list of references."""


def type_of(labels: Iterable[str]) -> str | None:
    """The type that a label tells, the first that does."""
    return next((TYPES[word] for mark, word in _words(labels) if word in TYPES and mark in ("", "type", "kind")), None)


def priority_of(labels: Iterable[str]) -> str | None:
    """The priority that a label tells: `P1`, or a word behind `priority`."""
    return next(
        (
            PRIORITIES[word]
            for mark, word in _words(labels)
            if word in PRIORITIES and (mark in ("priority", "prio") or NUMBERED.fullmatch(word))
        ),
        None,
    )


def _words(labels: Iterable[str]) -> Iterator[tuple[str, str]]:
    for label in labels:
        plain = label.casefold().strip()
        found = _MARKED.fullmatch(plain)
        yield (found["mark"], found["word"].strip()) if found else ("", plain)


def references(body: str) -> list[str]:
    """What the body says the issue waits for: `#3`, `group/project#4` or an address, as written, in order."""
    found: list[str] = []
    under = False
    for _, line in page.outside_fences(body.split("\n")):
        if len(line) > LINE_CHARACTERS_MAX:
            continue
        if _ANY_HEADING.match(line):
            under = _HEADING.fullmatch(line) is not None
            continue
        told = _LINE.fullmatch(line) or (_ITEM.match(line) if under else None)
        if told is not None:
            found += _REFERENCES.findall(told[1])
    return list(dict.fromkeys(found))


def one_of(words: Sequence[str], table: Mapping[str, str]) -> str | None:
    """The first of the words that the table knows, in any case."""
    return next((table[word.casefold()] for word in words if word.casefold() in table), None)


def key_of(written: str, home: str, address: re.Pattern[str]) -> str | None:
    """The key that a reference means: a number here, else `group/project#number`; None for what is no reference.

    `home` is this project in lower case; `address` has the groups `home` and `number`.
    """
    found = address.match(written) or _SHORT.fullmatch(written)
    if found is None:
        return None
    number = str(int(found["number"]))
    project = found["home"] or ""
    return number if not project or project.casefold() == home else f"{project}#{number}"


def span(seconds: int) -> str | None:
    """An estimate in working time: weeks of 5 days of 8 hours, as GitLab and Jira count; None for none or too much."""
    rest, words = seconds // 60, []
    for unit, minutes in (("w", 5 * 8 * 60), ("d", 8 * 60), ("h", 60), ("m", 1)):
        count, rest = divmod(rest, minutes)
        words += [f"{count}{unit}"] if count else []
    return " ".join(words) if 0 < seconds < SPAN_SECONDS_MAX and words else None


def points(value: object) -> str | None:
    """An estimate in points as text; None for what is none."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return None
    return f"{number:.2f}".rstrip("0").rstrip(".") if 0 <= number < POINTS_MAX else None
