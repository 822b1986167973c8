"""What a tracker needs beside its issues: the line of `.gitattributes` that folds events in reviews. Pure."""

from __future__ import annotations

ATTRIBUTES_PATH = ".gitattributes"
ATTRIBUTES_LINE = b".issues/events/** linguist-generated"


def with_attributes(before: bytes) -> bytes:
    """The file with our line at its end; unchanged where the line is there, in any spelling of blanks."""
    lines = [b" ".join(line.split()) for line in before.splitlines()]
    if any(line.startswith(ATTRIBUTES_LINE) for line in lines):
        return before
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + gap + ATTRIBUTES_LINE + b"\n"
