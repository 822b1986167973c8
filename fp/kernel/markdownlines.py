"""The lines of a Markdown text that are prose: fences, indented code and HTML blocks are seen and left out.

Pure; imports nothing. Invariant: one pass, each line looked at once, no regular expression, no nesting kept but the
innermost list item, so that no text takes more than linear time. The subset of CommonMark that headings, boxes and
links need; quotes are not entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE_COLUMNS = 4
ORDINAL_DIGITS_MAX = 9
_TAB_COLUMNS = 4
_HTML = (
    ("<!--", "-->"),
    ("<pre", "</pre>"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<textarea", "</textarea>"),
)


class Line(NamedTuple):
    """A line of prose. What is not prose is a line with empty `text`, as it ends a paragraph like a blank line.

    `start` is its offset in the text, `number` counts from 1. `text` has no line break; `indent` is in columns.
    `item` is where the content of a list item begins in `text`, 0 for other lines. `in_list`: it belongs to an item.
    """

    number: int
    start: int
    text: str
    indent: int
    item: int
    in_list: bool


class _Fence(NamedTuple):
    mark: str
    container: int

    def closed_by(self, stripped: str) -> bool:
        return stripped.startswith(self.mark) and not stripped.strip(self.mark[0])


def prose(text: str, start: int = 0) -> Iterator[Line]:
    """All lines from the offset `start` (the beginning of a line) on; those that are not prose are blanked."""
    fence: _Fence | None = None
    html_end = ""
    content = 0
    after_blank = True
    for number, offset, line in _numbered(text, start):
        stripped, indent = line.strip(), _columns(line)
        blank = Line(number, offset, "", 0, 0, bool(content))
        if fence and (not stripped or indent >= fence.container):
            fence, after_blank = None if fence.closed_by(stripped) else fence, True
            yield blank
            continue
        fence = None
        if html_end:
            html_end, after_blank = "" if html_end in line.lower() else html_end, True
            yield blank
            continue
        item = _item(line) if indent < CODE_COLUMNS or content else 0
        content = _content(content, line, item, after_blank=after_blank)
        code = indent >= CODE_COLUMNS and after_blank and not content
        if not code:
            fence = _fence(line[item:].strip(), min(_columns(line, item), content))
            html_end = _html_end(stripped.lower())
        prose_line = stripped and not code and not fence and not html_end and not stripped.startswith("<!--")
        yield Line(number, offset, line, indent, item, bool(content)) if prose_line else blank
        after_blank = not prose_line or stripped[0] == "#"


def _numbered(text: str, start: int) -> Iterator[tuple[int, int, str]]:
    number = text.count("\n", 0, start) + 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield number, start, text[start:end].rstrip("\r")
        number, start = number + 1, end + 1


def _columns(line: str, item: int = 0) -> int:
    """How far the line's text is indented; with `item`, how far its content is."""
    columns = 0
    for at, character in enumerate(line):
        if at >= item and character not in " \t":
            break
        columns += _TAB_COLUMNS - columns % _TAB_COLUMNS if character == "\t" else 1
    return columns


def _item(line: str) -> int:
    """Where a list item's content begins; 0 if the line opens none."""
    stripped = line.lstrip(" \t")
    marker = 1 if stripped[:1] in ("-", "*", "+") else _ordinal(stripped)
    if not marker or (stripped[marker:] and stripped[marker] not in " \t") or is_rule(stripped):
        return 0
    rest = stripped[marker:]
    return len(line) - len(rest.lstrip(" \t"))


def _ordinal(stripped: str) -> int:
    digits = 0
    while digits < ORDINAL_DIGITS_MAX and stripped[digits : digits + 1].isdecimal():
        digits += 1
    return digits + 1 if digits and stripped[digits : digits + 1] in (".", ")") else 0


def is_rule(stripped: str) -> bool:
    """Whether the line is a horizontal rule."""
    signs = stripped.replace(" ", "").replace("\t", "")
    return len(signs) >= 3 and signs[0] in "-*_" and not signs.strip(signs[0])


def _content(content: int, line: str, item: int, *, after_blank: bool) -> int:
    """The column from which lines belong to the list item at hand; 0 outside of lists."""
    if item:
        return _columns(line, item)
    if content and line[:1] not in ("", " ", "\t") and (after_blank or line[0] in "#`~>"):
        return 0
    return content


def _fence(stripped: str, container: int) -> _Fence | None:
    if not stripped.startswith(("```", "~~~")):
        return None
    info = stripped.lstrip(stripped[0])
    if stripped[0] == "`" and "`" in info:
        return None
    return _Fence(stripped[: len(stripped) - len(info)], container)


def _html_end(lowered: str) -> str:
    for opening, end in _HTML:
        if lowered.startswith(opening):
            return "" if end in lowered[len(opening) :] else end
    return ""
