"""What a tracker needs beside its issues: the line of `.gitattributes` that folds events in reviews. Pure."""

from __future__ import annotations

ATTRIBUTES_PATH = ".gitattributes"
ATTRIBUTES_LINE = b".issues/events/** linguist-generated"
ARCHIVE_LINE = b".issues/archive/** linguist-generated"


def with_attributes(before: bytes) -> bytes:
    """The file with our line at its end; unchanged where the line is there, in any spelling of blanks."""
    return with_line(before, ATTRIBUTES_LINE)


def with_line(before: bytes, wanted: bytes) -> bytes:
    """The file with a line at its end; unchanged where a line starts with it, in any spelling of blanks."""
    lines = [b" ".join(line.split()) for line in before.splitlines()]
    if any(line.startswith(wanted) for line in lines):
        return before
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + gap + wanted + b"\n"
