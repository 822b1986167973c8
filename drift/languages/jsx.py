"""JSX: what counts of the text and the attributes of an element. Part of the table of TSX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import CLOSE, OPEN, STRING, VERBATIM, branch, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TEXTS = frozenset({"jsx_text", "html_character_reference"})
_STRETCH = re.compile(r"\0+|[^\0]+")
_LINE = re.compile(r"[ \t]*\n[ \t\n]*")
_PLAIN = re.compile(rb"[^\\\"'&{}<>\n]*")
_SPACE = re.compile(rb"['\"`] +['\"`]")


def jsx_attribute(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`a="x"`, `a='x'` and `a={"x"}` are one; a backslash in a quoted attribute is a backslash."""
    items: list[Node | bytes] = []
    for item in branch(node, source):
        plain = None if isinstance(item, bytes) else _attribute_text(item, source)
        items.append(item if plain is None else STRING + b"=" + plain)
    return items


def _attribute_text(node: Node, source: bytes) -> bytes | None:
    """The raw text of a quoted attribute; None for any other."""
    if node.type == "jsx_expression" and node.named_child_count == 1 and node.named_children[0].type == "string":
        body = text(node.named_children[0], source)[1:-1]
        return body if _PLAIN.fullmatch(body) else None
    return text(node, source)[1:-1] if node.type == "string" and node.is_named else None


def jsx_element(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The children as React sees them: line breaks and indentation between them are layout, `{" "}` is a space."""
    items: list[Node | bytes] = [OPEN + node.type.encode()]
    words: list[str] = []
    for child in node.children:
        piece = _text_piece(child, source)
        if piece is not None:
            words.append(piece)
        elif not _empty(child):
            items += [*_text(words), child]
            words = []
    return [*items, *_text(words), CLOSE]


def _text_piece(node: Node, source: bytes) -> str | None:
    if node.type in TEXTS:
        return text(node, source).decode("utf-8", "surrogateescape")
    if node.type == "jsx_expression" and node.named_child_count == 1:
        inner = text(node.named_children[0], source)
        if _SPACE.fullmatch(inner):
            return inner[1:-1].decode().replace(" ", "\0")
    return None


def _empty(node: Node) -> bool:
    """`{}` and `{/* words */}` render nothing."""
    return node.type == "jsx_expression" and all(child.type == "comment" for child in node.named_children)


def _text(words: Sequence[str]) -> list[bytes]:
    """Each stretch of text cleaned by itself, the written spaces between them kept."""
    whole = "".join(piece if piece[0] == "\0" else _cleaned(piece) for piece in _STRETCH.findall("".join(words)))
    return [VERBATIM + whole.replace("\0", " ").encode("utf-8", "surrogateescape")] if whole else []


def _cleaned(words: str) -> str:
    """Space around a line break vanishes at the ends and is one space inside; other space counts."""
    return _LINE.sub("\n", words).strip("\n").replace("\n", " ")
