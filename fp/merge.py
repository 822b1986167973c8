"""Two edits of one issue merged by field: lists as sets, boxes one by one, the rest of the body as text. Pure.

Invariant: no line is lost. What both sides changed in different ways stays with both versions between conflict markers;
a file that does not read as an issue's, or a comment in a header that a merge by field would drop, is left to the merge
by lines. That merge is git's own, and is passed in.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from fp.codec import put
from fp.kernel import frontmatter
from fp.kernel.errors import Refused
from fp.kernel.markdown import boxes, ticked, unticked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.frontmatter import Document
    from fp.kernel.markers import Sides
    from fp.kernel.yamlguard import Value

    TextMerge = Callable[[bytes, bytes, bytes], tuple[bytes, bool]]

BODY = "body"
ABSENT = "<absent>"


class Merged(NamedTuple):
    """The file, and what is left to a person: keys, `body`; empty when the merge is whole."""

    data: bytes
    left: tuple[str, ...] = ()


def merge(sides: Sides, by_lines: TextMerge) -> Merged:
    """Merge by field where that loses nothing, else by lines."""
    documents = [_read(data) for data in sides]
    if documents[1] is None or documents[2] is None or (sides.base and documents[0] is None):
        return _whole(sides, by_lines)
    try:
        merged = _by_field(sides, documents, by_lines)
    except Refused:
        return _whole(sides, by_lines)
    return merged if _keeps_comments(sides, merged.data) else _whole(sides, by_lines)


def _whole(sides: Sides, by_lines: TextMerge) -> Merged:
    data, clean = by_lines(*sides)
    return Merged(data, () if clean else ("text",))


def _read(data: bytes) -> Document | None:
    document, problems = frontmatter.parse(data, "")
    return document if document is not None and document.has_header and not problems else None


def _by_field(sides: Sides, documents: list[Document | None], by_lines: TextMerge) -> Merged:
    base, ours, theirs = documents
    assert ours is not None
    assert theirs is not None
    before: Mapping[str, Value] = base.fields if base is not None else {}
    wanted, left = fields(before, ours.fields, theirs.fields)
    body, clean = _bodies(base.body if base is not None else "", ours.body, theirs.body, by_lines)
    whole = frontmatter.edit_body(_edited(sides.ours, wanted), body)
    if not left:
        return Merged(whole, () if clean else (BODY,))
    other = _edited(whole, {key: theirs.fields.get(key, ABSENT) for key in left})
    root = _edited(whole, {key: before.get(key, ABSENT) for key in left})
    data, _ = by_lines(root, whole, other)
    return Merged(data, (*left, *(() if clean else (BODY,))))


def fields(
    base: Mapping[str, Value], ours: Mapping[str, Value], theirs: Mapping[str, Value]
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """What to change in `ours` (ABSENT takes a key away), and the keys that both sides changed in different ways."""
    changed: dict[str, Value] = {}
    left = []
    for key in dict.fromkeys((*ours, *theirs)):
        old, one, other = (side.get(key, ABSENT) for side in (base, ours, theirs))
        if other in (one, old):
            continue
        joined = _joined(old, one, other)
        if one == old:
            changed[key] = other
        elif joined is not None:
            changed[key] = list(joined)
        else:
            left.append(key)
    return changed, tuple(left)


def _joined(old: Value, one: Value, other: Value) -> list[str] | None:
    """Two edits of a list: what either removed is gone, what either added is there."""
    sets = [_items(value) for value in (old, one, other)]
    if any(found is None for found in sets) or not any(isinstance(value, list) for value in (one, other)):
        return None
    before, left, right = (found or [] for found in sets)
    gone = {item for item in before if item not in left or item not in right}
    return sorted({*before, *left, *right} - gone)


def _items(value: Value) -> list[str] | None:
    if value is None or value == ABSENT:
        return []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None


def _edited(data: bytes, changes: Mapping[str, Value]) -> bytes:
    edits: list[frontmatter.Edit] = []
    for key, value in changes.items():
        if value == ABSENT:
            edits.append(frontmatter.Drop(key))
        elif isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
            raise Refused("a nested value is not merged by field", reason="nested")
        else:
            edits.append(put(key, [str(item) for item in value] if isinstance(value, list) else value))
    return frontmatter.edit(data, edits) if edits else data


def _bodies(base: str, ours: str, theirs: str, by_lines: TextMerge) -> tuple[str, bool]:
    """The bodies by lines; where that clashes, the texts by lines and each box by itself."""
    data, clean = by_lines(base.encode(), ours.encode(), theirs.encode())
    if clean:
        return data.decode(), True
    plain, text_clean = by_lines(*(unticked(side).encode() for side in (base, ours, theirs)))
    if not text_clean:
        return data.decode(), False
    text = plain.decode()
    ticks = [_ticks(side) for side in (base, ours, theirs)]
    wanted = [index for index, key in enumerate(_keys(text)) if _ticked(key, *ticks)]
    return ticked(text, frozenset(wanted)), True


Key = tuple[str, int]


def _keys(text: str) -> list[Key]:
    """Each box by what it says, and which of those that say it: lines move."""
    seen: Counter[str] = Counter()
    keys = []
    for box in boxes(text):
        keys.append((box.text, seen[box.text]))
        seen[box.text] += 1
    return keys


def _ticks(text: str) -> dict[Key, bool]:
    return dict(zip(_keys(text), (box.checked for box in boxes(text)), strict=True))


def _ticked(key: Key, base: dict[Key, bool], ours: dict[Key, bool], theirs: dict[Key, bool]) -> bool:
    old = base.get(key, False)
    one, other = ours.get(key, old), theirs.get(key, old)
    return other if one == old else one


def _keeps_comments(sides: Sides, data: bytes) -> bool:
    """Whether each line of theirs with a comment that the base does not have is in the result."""
    old, there = Counter(_commented(sides.base)), Counter(_commented(data))
    return all(there[line] >= count for line, count in (Counter(_commented(sides.theirs)) - old).items())


def _commented(data: bytes) -> list[bytes]:
    document, _ = frontmatter.parse(data, "")
    lines = data.splitlines()
    header = lines[: document.body_line] if document is not None else lines
    return [line.strip() for line in header if b"#" in line]
