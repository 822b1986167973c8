"""Foreign text made fit for an issue file, and foreign dates for UTC.

Pure. Invariant: nothing is invented; what cannot be kept is replaced by a mark that shows (U+FFFD), and the caller can
see that a text changed by comparing it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from fp.kernel.clock import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BACKTICKS = re.compile(r"`+")
_BOX = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s")
_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])\s+(?=\S)")
# A text of one line that spells out its paragraph, list or heading breaks was encoded twice (beads_rust's exports).
_SPELLED_BREAK = re.compile(r"\\n(?:\\n|[-*#]|\d+\.)")
INSTANT_CHARACTERS_MAX = 64
REPLACEMENT = "\ufffd"


def one_line(text: str) -> str:
    """A title, label or name: control characters and line breaks become spaces, runs of them one."""
    return " ".join(_CONTROL.sub(" ", text).split()) if _CONTROL.search(text) else text.strip()


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Labels or people: each on one line, none empty, none twice, in order."""
    return tuple(dict.fromkeys(name for value in values if (name := one_line(value))))


def block(text: str) -> str:
    """A body or comment: line ends as `\\n`, no blank lines around it, U+FFFD for characters that files cannot hold."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub(REPLACEMENT, plain).strip("\n").rstrip()


def spelled_breaks(text: str) -> bool:
    """Whether a text of one line has its line breaks spelled `\\n`."""
    return "\n" not in text and _SPELLED_BREAK.search(text) is not None


def instant(text: str | None) -> datetime | None:
    """A date, with or without time and zone (UTC where it has none); None for what is none."""
    if not text or len(text) > INSTANT_CHARACTERS_MAX:
        return None
    try:
        return parse_instant(text.strip())
    except OverflowError:  # the year 1 east of Greenwich has no UTC
        return None


def boxes(text: str) -> str:
    """Acceptance criteria as task list items: each list item, or else each line, becomes a box; boxes stay."""
    lines = block(text).split("\n")
    if any(_BOX.match(line) for line in lines):
        return "\n".join(lines)
    if any(_ITEM.match(line) for line in lines):
        return "\n".join(_ITEM.sub("- [ ] ", line, count=1) if _ITEM.match(line) else line for line in lines)
    return "\n".join(f"- [ ] {line.strip()}" for line in lines if line.strip())


def section(title: str, text: str) -> str:
    """A section of the body, or nothing where the text is empty."""
    return f"## {title}\n\n{text}" if text else ""


def join(*parts: str) -> str:
    """Parts of a body with a blank line between, empty ones left out."""
    return "\n\n".join(part for part in parts if part)


def code(text: str) -> str:
    """Text of one line as Markdown code, whatever backticks it holds."""
    plain = one_line(text)
    longest = max((len(run) for run in _BACKTICKS.findall(plain)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{gap}{plain}{gap}{fence}"


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, `2026-12-01`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
