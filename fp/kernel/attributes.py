"""Lines of `.gitattributes`. Pure."""

from __future__ import annotations

ATTRIBUTES_PATH = ".gitattributes"


def with_line(before: bytes, wanted: bytes) -> bytes:
    """The file with a line at its end; unchanged where a line starts with it, in any spelling of blanks."""
    lines = [b" ".join(line.split()) for line in before.splitlines()]
    if any(line.startswith(wanted) for line in lines):
        return before
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + gap + wanted + b"\n"
