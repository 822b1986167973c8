"""What a tracker needs beside its issues: the line of `.gitattributes` that folds events in reviews. Pure."""

from __future__ import annotations

from fp.kernel.attributes import with_line

ATTRIBUTES_LINE = b".issues/events/** linguist-generated"
ARCHIVE_LINE = b".issues/archive/** linguist-generated"


def with_attributes(before: bytes) -> bytes:
    """The file with our line at its end; unchanged where the line is there, in any spelling of blanks."""
    return with_line(before, ATTRIBUTES_LINE)
