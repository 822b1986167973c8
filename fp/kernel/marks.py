"""Foreign text inside Markdown that a forge renders: nothing in it formats, links, mentions a person or hides. Pure.

Where the text goes is said by its caller: `plain` for running text, `code` for a code span. Both give one line.
"""

from __future__ import annotations

import re

from fp.kernel.text import safe

BREAK = "<!-- -->"
"""Ends a run of text without showing: forges look for `@name` and `#1` in the rendered text."""

_PUNCTUATION = re.compile(r"[\\`*_{}\[\]()<>!|~$&]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_REFERENCES = re.compile(r"([@#])(?=\w)")
_BACKTICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """Running text; what it says is shown as it is."""
    escaped = _PUNCTUATION.sub(lambda found: f"\\{found[0]}", safe(text))
    return _REFERENCES.sub(rf"\1{BREAK}", escaped)


def code(text: str) -> str:
    """A code span that nothing inside can close."""
    shown = safe(text)
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if shown[:1] in ("`", "") or shown.endswith("`") else ""
    return f"{fence}{gap}{shown}{gap}{fence}"
