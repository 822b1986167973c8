"""Jira's wiki markup, in which its CSV export and its REST API version 2 have texts, as Markdown.

Pure. Markup as in "Text Formatting Notation Help" (jira.atlassian.com/secure/WikiRendererHelpAction.jspa). What is not
markup stays as it is: many people write Markdown there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp.importers import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"\{(code|noformat)(?::([^}\n]{0,200}))?\}")
_HEADING = re.compile(r"\s*h([1-6])\.\s+(.*)")
_ITEM = re.compile(r"\s*([*#-]{1,6})\s+(\S.*)")
_QUOTED = re.compile(r"\s*bq\.\s+(.*)")
_RULE = re.compile(r"\s*-{4,}\s*")
_COLOR = re.compile(r"\{color(?::[^}\n]{0,40})?\}")
_PANEL = re.compile(r"\{panel(?::[^}\n]{0,200})?\}")
_MONO = re.compile(r"\{\{([^{}\n]{1,500})\}\}")
_BOLD = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{0,500}?)(?<=[^\s*])\*(?![\w*])")
_PERSON = re.compile(r"\[~(?:accountid:)?([^\]\n|]{1,200})\]")
_LINK = re.compile(r"\[([^|\]\n]{1,300})\|([^\s|\]]{1,2000})(?:\|[^\]\n]{0,100})?\](?!\()")
_ADDRESS = re.compile(r"\[((?:https?://|mailto:)[^\s|\]]{1,2000})\](?!\()")
_PICTURE = re.compile(r"!([^\s!|][^!|\n]{0,200}\.\w{1,5})(?:\|[^!\n]{0,200})?!")
_LANGUAGE = re.compile(r"[\w+#-]{1,30}")


TEXT_CHARACTERS_MAX = 256 * 1024
"""A longer text is no issue's body: it stays as it is."""


def markdown(source: str) -> str:
    """The text as Markdown."""
    if len(source) > TEXT_CHARACTERS_MAX:
        return clean.block(source)
    return clean.block("\n".join(_lines(clean.block(source))))


def _lines(source: str) -> Iterator[str]:
    at = 0
    quoted = False
    while (found := _CODE.search(source, at)) is not None:
        end = source.find(f"{{{found[1]}}}", found.end())
        if end < 0:
            break
        quoted, lines = _prose(source[at : found.start()], quoted=quoted)
        yield from lines
        yield from _code(source[found.end() : end], found[2] or "")
        at = end + len(found[1]) + 2
    yield from _prose(source[at:], quoted=quoted)[1]


def _code(code: str, words: str) -> Iterator[str]:
    """A block of code; of its settings only the language counts, the one without a name."""
    plain = code.strip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", plain)), default=0))
    languages = (word.removeprefix("language=") for word in words.split("|"))
    yield fence + next((word for word in languages if _LANGUAGE.fullmatch(word)), "")
    yield from plain.split("\n")
    yield fence


def _prose(source: str, *, quoted: bool) -> tuple[bool, list[str]]:
    """Lines outside code, and whether a quotation goes on behind them."""
    lines: list[str] = []
    rows = source.removeprefix("\n").removesuffix("\n").split("\n") if source.strip(" ") else []
    for row in rows:
        parts = row.split("{quote}")
        text = _line("".join(parts))
        inside = quoted or len(parts) > 1
        quoted ^= len(parts) % 2 == 0
        if inside:
            lines += [f"> {line}".rstrip() for line in text] if "".join(text).strip() else []
        else:
            lines += text
    return quoted, lines


def _line(row: str) -> list[str]:
    plain = _PANEL.sub("", _COLOR.sub("", row))
    if _RULE.fullmatch(plain):
        return ["***"]
    if plain.lstrip().startswith("||"):
        cells = [_inline(cell.strip()) for cell in plain.strip().strip("|").split("||")]
        return [f"| {' | '.join(cells)} |", f"|{' --- |' * len(cells)}"]
    heading, item, bq = _HEADING.fullmatch(plain), _ITEM.fullmatch(plain), _QUOTED.fullmatch(plain)
    if heading is not None:
        return [f"{'#' * int(heading[1])} {_inline(heading[2].strip())}"]
    if item is not None:
        return [_item(item[1], _inline(item[2]))]
    return [f"> {_inline(bq[1])}" if bq is not None else _inline(plain)]


def _item(marks: str, text: str) -> str:
    """A list's item; each mark before the last is a list around it."""
    indent = "".join("   " if mark == "#" else "  " for mark in marks[:-1])
    return f"{indent}{'1.' if marks[-1] == '#' else '-'} {text}"


def _inline(text: str) -> str:
    parts = _MONO.split(text)
    return "".join(clean.code(part) if index % 2 else _marked(part) for index, part in enumerate(parts))


def _marked(text: str) -> str:
    found = _PERSON.sub(r"@\1", text)
    found = _PICTURE.sub(r"(attachment: \1)", found)
    found = _BOLD.sub(r"**\1**", found)
    found = _LINK.sub(r"[\1](\2)", found)
    return _ADDRESS.sub(r"<\1>", found)
