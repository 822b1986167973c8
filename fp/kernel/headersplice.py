"""Where in a header's text a value stands, and the text with that place changed.

Pure; positions come from `yamlguard.layout` and count characters. Invariant: a splice touches the lines of one entry
only. It may still be wrong for an odd layout: `headeredit` reads every result again before anybody sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.yamlscalar import Written, entry, scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.yamlguard import Entry, Node

QUOTES = ("single", "double")


def set_inline(text: str, found: Entry, written: str) -> str:
    """Replace the value, whatever it is, by `written` behind the colon; empty leaves `key:`. Comments stay."""
    node = found.value
    if node.style == "block-list":
        return _behind_colon(_without_block(text, node), found.key.end, written)
    if node.start == node.end:
        return _behind_colon(text, found.key.end, written)
    end = node.end
    if node.style in ("literal", "folded"):
        end = max(node.start + 1, len(text[:end].rstrip()))
        written += _indicator_comment(text[node.start : end])
    start = node.start if written else len(text[: node.start].rstrip(" \t"))
    return text[:start] + written + text[end:]


def set_block(text: str, found: Entry, items: Sequence[str], newline: str) -> str:
    """Replace the value by a list, one item a line."""
    bare = set_inline(text, found, "")
    place = _after_line(bare, found.key.end)
    return bare[:place] + "".join([f"  - {scalar(item)}{newline}" for item in items]) + bare[place:]


def insert_in_flow(text: str, node: Node, index: int, item: str) -> str:
    """Put `item` before the item at `index` of a list in brackets, or behind the last; quoted as its neighbours are."""
    written = scalar(item, style=_style_of_items(node), flow=True)
    if not node.items:
        place = node.start + 1
    elif index < len(node.items):
        place, written = node.items[index].start, written + ", "
    else:
        place, written = node.items[-1].end, ", " + written
    return text[:place] + written + text[place:]


def insert_in_block(text: str, found: Entry, index: int, item: str, newline: str) -> str:
    """Like `insert_in_flow` for a list of one item a line; indented and spaced as its neighbour is."""
    node = found.value
    neighbour = node.items[max(index - 1, 0)]
    dash = _dash(text, neighbour)
    gap = text[dash + 1 : neighbour.start]
    gap = gap if gap and not gap.strip(" ") else " "
    place = _item_end(text, neighbour) if index else _after_line(text, found.key.end)
    indent = text[_line_start(text, dash) : dash]
    line = f"{indent}-{gap}{scalar(item, style=_style_of_items(node))}{newline}"
    return text[:place] + line + text[place:]


def without_flow_item(text: str, node: Node, index: int) -> str:
    """Take one item and its comma out of a list in brackets."""
    items = node.items
    if len(items) == 1:
        start, end = node.start + 1, node.end - 1
    elif index + 1 < len(items):
        start, end = items[index].start, items[index + 1].start
    else:
        start, end = items[index - 1].end, items[index].end
    return text[:start] + text[end:]


def without_block_item(text: str, node: Node, index: int) -> str:
    """Take one item's lines out of a list."""
    item = node.items[index]
    return text[: _line_start(text, _dash(text, item))] + text[_item_end(text, item) :]


def without_entry(text: str, found: Entry) -> str:
    """Remove the entry's lines."""
    return text[: _line_start(text, found.key.start)] + text[_entry_end(text, found) :]


def without_group(text: str, found: Entry) -> str:
    """Like `without_entry`; if the entry is a group of its own, the blank line before it goes too."""
    start, end = _line_start(text, found.key.start), _entry_end(text, found)
    if _is_blank_before(text, start) and not text[end : _after_line(text, end)].strip():
        start = _line_start(text, start - 1)
    return text[:start] + text[end:]


def insert_entry(text: str, key: str, value: Written, newline: str, *, anchor: Entry | None, top: int) -> str:
    """Add an entry behind `anchor`, or at the position `top`, set off by blank lines where the header's groups are."""
    lines = entry(key, value, newline)
    if anchor is None:
        return text[:top] + lines + text[top:]
    place = _after_comments(text, _entry_end(text, anchor))
    starts_group = _is_blank_before(text, _line_start(text, anchor.key.start))
    if starts_group or (isinstance(value, list) and _has_groups(text)):
        rest = text[place:]
        lines = newline + lines + (newline if rest and rest[:1] not in "\r\n" else "")
    return text[:place] + lines + text[place:]


def line_start(text: str, entry_at: Entry) -> int:
    """Where the line of the entry's key begins."""
    return _line_start(text, entry_at.key.start)


def _behind_colon(text: str, key_end: int, written: str) -> str:
    colon = text.find(":", key_end) + 1
    if not written or not colon:
        return text
    rest = text[colon : _after_line(text, colon)]
    blanks = 0 if rest.strip() else len(rest) - len(rest.lstrip(" \t"))
    return text[:colon] + " " + written + text[colon + blanks :]


def _without_block(text: str, node: Node) -> str:
    start = _line_start(text, _dash(text, node.items[0]))
    return text[:start] + text[_item_end(text, node.items[-1]) :]


def _indicator_comment(segment: str) -> str:
    """The comment behind the `|` or `>` of a block of text."""
    first = segment.partition("\n")[0]
    at = first.find("#")
    return "  " + first[at:].rstrip() if at > 0 else ""


def _style_of_items(node: Node) -> str:
    styles = {item.style for item in node.items}
    return next(iter(styles)) if len(styles) == 1 and not styles.isdisjoint(QUOTES) else "plain"


def _dash(text: str, item: Node) -> int:
    """Where the item's dash should be: the last sign before the item."""
    return max(len(text[: item.start].rstrip()) - 1, 0)


def _item_end(text: str, item: Node) -> int:
    return _after_line(text, max(item.start, len(text[: item.end].rstrip())))


def _entry_end(text: str, found: Entry) -> int:
    return _after_line(text, max(found.key.end, len(text[: found.value.end].rstrip())))


def _after_comments(text: str, place: int) -> int:
    """Skip comment lines that are indented: they belong to the list above them."""
    while place < len(text):
        end = _after_line(text, place)
        line = text[place:end]
        if line[:1] not in (" ", "\t") or not line.strip().startswith("#"):
            break
        place = end
    return place


def _is_blank_before(text: str, start: int) -> bool:
    return start > 0 and not text[_line_start(text, start - 1) : start].strip()


def _has_groups(text: str) -> bool:
    return "\n\n" in text or "\n\r\n" in text


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _after_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
