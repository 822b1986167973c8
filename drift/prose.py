"""Markdown as the words it says: re-wrapping, table padding and ticked boxes do not count, code blocks do as written.

Pure; the standard library only. A line that starts a heading, list item, quote or table row stays a line of its own;
all other lines of a paragraph are one.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_BOX = re.compile(r"(-|\d{1,9}[.)]) \[[xX]\](?=\s|$)")
_RULE_CHARACTERS = frozenset("|:- ")
_STARTS = ("#", ">", "|")
CODE_INDENT = 4


def normalised(text: str) -> str:
    """The text without what layout alone decides."""
    blocks: list[str] = []
    fence = ""
    glued = in_list = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        opening = _FENCE.match(line)
        if fence:
            blocks.append(line.rstrip())
            if opening is not None and opening[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence, glued = "", False
            continue
        if opening is not None:
            fence = opening[1]
            blocks.append(line.strip())
            continue
        words = " ".join(line.split())
        if not words:
            glued = False
        elif _is_code(line, glued=glued, in_list=in_list):
            blocks.append(line.expandtabs(CODE_INDENT).rstrip())
        elif glued and not _starts(words):
            blocks[-1] += " " + words
        else:
            in_list = bool(_ITEM.match(words)) or (in_list and line[:1].isspace())
            blocks.append(_plain(words))
            glued = not words.startswith(("#", "|"))
    return "\n".join(blocks)


def _is_code(line: str, *, glued: bool, in_list: bool) -> bool:
    """Whether a line is indented code: after a blank line and outside a list."""
    shown = line.expandtabs(CODE_INDENT)
    return not glued and not in_list and shown.startswith(" " * CODE_INDENT)


def _starts(words: str) -> bool:
    return words.startswith(_STARTS) or bool(_ITEM.match(words)) or _is_rule(words)


def _is_rule(words: str) -> bool:
    """A thematic break, or the line between a table's head and body."""
    return "-" in words and _RULE_CHARACTERS.issuperset(words)


def _plain(words: str) -> str:
    """One line: list markers alike, boxes unticked, the rule of a table without its dashes."""
    if "|" in words and _is_rule(words):
        return re.sub(r"-+", "-", words.replace(" ", ""))
    if words[:2] in ("* ", "+ "):
        words = "- " + words[2:]
    return _BOX.sub(r"\1 [ ]", words, count=1)
