"""`drift.lock` exactly as it is written, read without a look at single characters. Pure.

Most locks have this form, and reading them line by line is a third of a warm check [measured]. Invariant: what is read
here is what `drift.lock` reads of the same text, without a problem; anything else is left to it, by None.
"""

from __future__ import annotations

import functools

from drift.anchors import BadAnchor, parse_anchor
from drift.model import Binding, Lock, Stamp

VERSION = 1
KEYS = ("doc", "sig", "blob", "origin", "target")
"""In the order in which they are written."""
START = "[[bindings]]"
HEX = "0123456789abcdef"
SCHEME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.+/_-"
DIGEST_LENGTHS = range(8, 129)
BLOB_LENGTHS = (40, 64)


def read_written(text: str) -> Lock | None:
    """The lock of a text; None for any other form, or one with a mistake."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        return None
    blocks = text[:-1].split("\n\n")
    if blocks[0] != f"version = {VERSION}":
        return None
    found: dict[tuple[str, str], Binding] = {}
    line = 3
    for block in blocks[1:]:
        lines = block.split("\n")
        binding = _binding(lines, line)
        if binding is None or found.setdefault(binding.key, binding) is not binding:
            return None
        line += len(lines) + 1
    keys = list(found)
    return Lock(tuple(found[key] for key in (keys if keys == sorted(keys) else sorted(keys))))


def _binding(lines: list[str], line: int) -> Binding | None:
    """One block: `doc`, then `sig` and `blob` where they are, then `target`."""
    notes = 0
    while lines[notes][:1] == "#" and notes < len(lines) - 1:
        if lines[notes] != lines[notes].strip():
            return None
        notes += 1
    if lines[notes] != START or not notes + 3 <= len(lines) <= notes + 5:
        return None
    doc, target = _value(lines[notes + 1], "doc"), _value(lines[-1], "target")
    between = lines[notes + 2 : -1]
    sig = _value(between.pop(0), "sig") if between and between[0][:3] == "sig" else ""
    blob = _value(between.pop(0), "blob") if between else ""
    stamp = read_stamp(sig) if sig else None
    if not doc or not target or sig is None or blob is None or between or (sig and stamp is None):
        return None
    if blob and (len(blob) not in BLOB_LENGTHS or blob.strip(HEX)):
        return None
    try:
        document, place = parse_anchor(doc), parse_anchor(target)
    except BadAnchor:
        return None
    if doc[-1] == "/":
        return None
    return Binding(document, place, stamp, blob, "", tuple(lines[:notes]), line + notes)


def _value(line: str, key: str) -> str | None:
    """What stands between the quotes of `key = "..."`, if nothing in it is escaped; None for another line."""
    start = len(key) + 4
    value = line[start:-1]
    written = line[:start] == f'{key} = "' and line[-1] == '"' and len(line) > start
    return value if written and value and '"' not in value and "\\" not in value and value.isprintable() else None


def read_stamp(sig: str) -> Stamp | None:
    """A signature as the lock holds it; None for what is none."""
    scheme, colon, digest = sig.rpartition(":")
    sound = len(digest) in DIGEST_LENGTHS and not digest.strip(HEX) and (not colon or _is_scheme(scheme))
    return Stamp(scheme, digest) if sound else None


@functools.lru_cache(maxsize=256)
def _is_scheme(text: str) -> bool:
    return bool(text) and text[0] in SCHEME_CHARACTERS[:36] and not text.strip(SCHEME_CHARACTERS)
