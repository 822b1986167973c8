"""Text of ours in files of others: between markers, byte-exact around them, and never over a person's change. Pure.

The opening marker holds a digest of what we wrote. Where the digest fits, the text is still ours and may be renewed or
taken out, whatever version wrote it; where it does not, a person changed it. Put in and taken out again, a file is as
it was, to the byte.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

ABSENT = "absent"
CURRENT = "current"
OLDER = "older"
CHANGED = "changed"
_BLOCK = re.compile(rb"<!-- fp:begin ([0-9a-f]{12}) -->\r?\n(.*?)<!-- fp:end -->(\r?\n)?", re.DOTALL)


class Seen(NamedTuple):
    """A file's block: absent, current, older (ours, of another version), or changed by a person."""

    state: str
    start: int = 0
    end: int = 0


def look(data: bytes, text: str) -> Seen:
    """What stands in the file, where `text` is what should."""
    found = _BLOCK.search(data)
    if found is None:
        return Seen(ABSENT)
    inner = found[2].replace(b"\r\n", b"\n")
    if _digest(inner) != found[1].decode():
        return Seen(CHANGED, found.start(), found.end())
    return Seen(CURRENT if inner == text.encode() else OLDER, found.start(), found.end())


def put(data: bytes, text: str) -> bytes:
    """The file with the block renewed in its place, or at the end, in the file's own line ends."""
    seen = look(data, text)
    style = data if seen.state == ABSENT else data[seen.start : seen.end]
    newline = b"\r\n" if b"\r\n" in style else b"\n"
    block = _block(text).replace(b"\n", newline)
    if seen.state != ABSENT:
        ends = data[: seen.end].endswith(b"\n")
        return data[: seen.start] + (block if ends else block.removesuffix(newline)) + data[seen.end :]
    if not data:
        return block
    # A file without a final line end stays one: so taking the block out knows what was there.
    return data + newline + block if data.endswith(b"\n") else data + newline * 2 + block.removesuffix(newline)


def take(data: bytes) -> bytes:
    """The file without the block and the blank line that came with it."""
    found = _BLOCK.search(data)
    if found is None:
        return data
    before, after = data[: found.start()], data[found.end() :]
    newline = b"\r\n" if b"\r\n" in found[0] else b"\n"
    for _ in range(1 if found[3] else 2):
        before = before.removesuffix(newline)
    return before + after


def _block(text: str) -> bytes:
    assert text.endswith("\n"), text
    return f"<!-- fp:begin {_digest(text.encode())} -->\n{text}<!-- fp:end -->\n".encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
