"""The Atlassian Document Format, in which Jira's REST API version 3 has descriptions and comments, as Markdown.

Pure. Nodes and marks as in "Atlassian Document Format" (developer.atlassian.com/cloud/jira/platform/apis/document/
structure) and its schema (@atlaskit/adf-schema). A node of another kind gives the text it holds. What Markdown cannot
say (colours, alignment, layout) is left out; a picture is named, for it is not in the export.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fp.importers import clean
from fp.importers.jsontext import mapping, number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEPTH_MAX = 40
"""Deeper nodes are left out: nobody writes them."""
HEADING_MAX = 6
MARKS = {"strong": "**", "em": "*", "strike": "~~"}
CARDS = ("inlineCard", "blockCard", "embedCard")
LISTS = ("bulletList", "orderedList", "taskList", "decisionList")
_AT_START = re.compile(r"^(\s*(?:[0-9]{1,9}(?=[.)]\s))?)(?=[#>]|[-+*]\s|[.)]\s)", re.MULTILINE)
_TIMESTAMP = re.compile(r"-?[0-9]{1,14}")

Node = dict[str, Any]


def is_document(value: Any) -> bool:
    """Whether a field's value is such a document."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def markdown(document: Node) -> str:
    """The document as Markdown."""
    return clean.block(_blocks(document, DEPTH_MAX))


def _children(node: Node) -> list[Node]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _blocks(node: Node, depth: int) -> str:
    """The blocks in a node, a blank line between them; loose inline nodes make a paragraph."""
    if depth <= 0:
        return ""
    parts: list[str] = []
    loose: list[Node] = []
    for child in [*_children(node), {}]:
        block = _BLOCKS.get(text(child, "type"))
        if block is None and child:
            loose.append(child)
            continue
        if loose:
            parts.append(_inline(loose, depth - 1))
            loose = []
        if block is not None:
            parts.append(block(child, depth - 1))
    return "\n\n".join(part for part in parts if part.strip())


def _paragraph(node: Node, depth: int) -> str:
    return _AT_START.sub(r"\1\\", _inline(_children(node), depth)) if depth > 0 else ""


def _heading(node: Node, depth: int) -> str:
    level = min(max(number(mapping(node, "attrs"), "level") or 1, 1), HEADING_MAX)
    return f"{'#' * level} {clean.one_line(_inline(_children(node), depth))}"


def _code_block(node: Node, depth: int) -> str:
    code = "".join(text(child, "text") for child in _children(node))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
    return f"{fence}{clean.one_line(text(mapping(node, 'attrs'), 'language'))}\n{code}\n{fence}"


def _quote(node: Node, depth: int) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node, depth).split("\n"))


def _expand(node: Node, depth: int) -> str:
    title = clean.one_line(text(mapping(node, "attrs"), "title"))
    return clean.join(f"**{title}**" if title else "", _blocks(node, depth))


def _rule(node: Node, depth: int) -> str:
    return "***"


def _card(node: Node, depth: int) -> str:
    return _inline([node], depth)


def _media(node: Node, depth: int) -> str:
    return " ".join(_name_of(child) for child in _children(node))


def _list(node: Node, depth: int) -> str:
    """A list; an item's further lines stand under its text, nested lists of tasks under the item before them."""
    lines: list[str] = []
    kind = text(node, "type")
    count = number(mapping(node, "attrs"), "order")
    count = 1 if count is None else count
    for item in _children(node):
        if text(item, "type") in LISTS:
            lines.append("\n".join(f"  {line}".rstrip() for line in _list(item, depth - 1).split("\n")))
            continue
        done = text(mapping(item, "attrs"), "state") == "DONE"
        mark = {"orderedList": f"{count}. ", "taskList": "- [x] " if done else "- [ ] "}.get(kind, "- ")
        count += 1
        body = _blocks(item, depth) if depth > 0 else ""
        gap = " " * (len(mark) if kind == "orderedList" else 2)
        first, *rest = body.replace("\n\n- ", "\n- ").split("\n")
        lines.append("\n".join([f"{mark}{first}".rstrip(), *(f"{gap}{line}".rstrip() for line in rest)]))
    return "\n".join(lines) if depth > 0 else ""


def _table(node: Node, depth: int) -> str:
    rows = [[_cell(cell, depth) for cell in _children(row)] for row in _children(node)]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    headed = any(text(cell, "type") == "tableHeader" for row in _children(node)[:1] for cell in _children(row))
    rows = rows if headed else [[""] * width, *rows]
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _cell(node: Node, depth: int) -> str:
    return re.sub(r"\n+", "<br>", _blocks(node, depth).replace("|", "\\|"))


_BLOCKS: dict[str, Callable[[Node, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "codeBlock": _code_block,
    "blockquote": _quote,
    "panel": _quote,
    "expand": _expand,
    "nestedExpand": _expand,
    "rule": _rule,
    "table": _table,
    "blockCard": _card,
    "embedCard": _card,
    "mediaSingle": _media,
    "mediaGroup": _media,
    "layoutSection": _expand,
    "layoutColumn": _expand,
    **dict.fromkeys(LISTS, _list),
}


# -- within a line ----------------------------------------------------------------------------------------------------


def _inline(nodes: list[Node], depth: int) -> str:
    return "".join(_piece(node, depth) for node in nodes) if depth > 0 else ""


def _piece(node: Node, depth: int) -> str:
    kind, attrs = text(node, "type"), mapping(node, "attrs")
    if kind == "text":
        return _marked(text(node, "text"), list(_marks(node)))
    if kind == "hardBreak":
        return "\\\n"
    if kind in CARDS:
        return f"<{url}>" if (url := clean.one_line(text(attrs, "url"))) else ""
    if kind == "emoji":
        return text(attrs, "text") or text(attrs, "shortName")
    if kind == "date":
        return _day(text(attrs, "timestamp"))
    if kind in ("media", "mediaInline"):
        return _name_of(node)
    return text(attrs, "text") or _inline(_children(node), depth - 1)


def _marks(node: Node) -> Iterator[Node]:
    marks = node.get("marks")
    yield from (mark for mark in marks if isinstance(mark, dict)) if isinstance(marks, list) else ()


def _marked(plain: str, marks: list[Node]) -> str:
    """The text within its marks; blanks at its ends stay outside, for Markdown marks nothing there."""
    kinds = [text(mark, "type") for mark in marks]
    inner = plain.strip()
    if not inner:
        return plain
    before, after = plain[: len(plain) - len(plain.lstrip())], plain[len(plain.rstrip()) :]
    if "code" in kinds:
        inner = clean.code(inner)
    for kind, sign in MARKS.items():
        inner = f"{sign}{inner}{sign}" if kind in kinds else inner
    link = next((mark for mark in marks if text(mark, "type") == "link"), {})
    address = clean.one_line(text(mapping(link, "attrs"), "href"))
    if address:
        inner = f"<{address}>" if inner == address else f"[{inner}]({address})"
    return f"{before}{inner}{after}"


def _name_of(node: Node) -> str:
    attrs = mapping(node, "attrs")
    name = clean.one_line(text(attrs, "alt") or text(attrs, "url") or text(attrs, "id"))
    return f"(attachment: {name})" if name else ""


def _day(timestamp: str) -> str:
    if not _TIMESTAMP.fullmatch(timestamp):
        return clean.one_line(timestamp)
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return timestamp
