"""The structure of a Markdown text: headings with GitHub's slugs, sections, boxes, links. Nothing is rendered.

Pure. Invariant: linear in the text (see `markdownlines` for the subset of CommonMark); offsets and lines are those of
the text given, so that a change by offset touches nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.markdownlines import CODE_COLUMNS, is_rule, prose
from fp.kernel.markdownlinks import Link, links, outside_code, without_code

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from fp.kernel.markdownlines import Line

__all__ = [
    "Box",
    "Heading",
    "Link",
    "boxes",
    "first_title",
    "headings",
    "links",
    "outside_code",
    "section",
    "slug",
    "tick",
    "ticked",
    "unticked",
    "without_code",
]

LEVEL_MAX = 6
_CHECKED = ("x", "X")


class Heading(NamedTuple):
    """`text` is the heading as written, without its marks; `line` counts from 1.

    The section is `start:end`, from the heading's own line to the next heading of its level or a higher one.
    """

    level: int
    text: str
    slug: str
    line: int
    start: int
    end: int


class Box(NamedTuple):
    """A task of a list. `line` counts from 1, `section` is the slug of the heading above it, empty at the top.

    `offset` is where its mark (the blank or the `x`) stands in the text.
    """

    line: int
    checked: bool
    text: str
    section: str
    offset: int


class _Found(NamedTuple):
    level: int
    text: str
    line: int
    start: int


def headings(text: str) -> list[Heading]:
    """ATX and setext headings outside code. `text` may be a whole file: a header of fields at its top is left out."""
    found = list(_found(prose(text, _body_start(text))))
    slugs = _slugs(heading.text for heading in found)
    ends = _ends(found, len(text))
    return [
        Heading(heading.level, heading.text, name, heading.line, heading.start, end)
        for heading, name, end in zip(found, slugs, ends, strict=True)
    ]


def first_title(text: str) -> str | None:
    """The text of the first heading of level 1 that has one."""
    for heading in _found(prose(text)):
        if heading.level == 1 and heading.text:
            return heading.text
    return None


def section(text: str, name: str) -> str | None:
    """The section whose heading has this slug, heading included; None when there is none."""
    return next((text[heading.start : heading.end] for heading in headings(text) if heading.slug == name), None)


def boxes(text: str) -> list[Box]:
    """All task list items outside code, in order."""
    found = headings(text)
    behind = 0
    result = []
    for line in prose(text):
        while behind < len(found) and found[behind].start <= line.start:
            behind += 1
        mark = _mark(line)
        if mark:
            above = found[behind - 1].slug if behind else ""
            checked = line.text[mark] in _CHECKED
            result.append(Box(line.number, checked, line.text[mark + 2 :].strip(), above, line.start + mark))
    return result


def tick(text: str, index: int, *, checked: bool) -> str:
    """The text with the box at `index` (from 0) checked or not; IndexError when there is no such box."""
    box = boxes(text)[index]
    if box.checked == checked:
        return text
    return text[: box.offset] + ("x" if checked else " ") + text[box.offset + 1 :]


def ticked(text: str, indexes: Collection[int]) -> str:
    """The text with these boxes (from 0) checked, in one pass; an index that no box has is left out."""
    chosen = [box for index, box in enumerate(boxes(text)) if index in indexes and not box.checked]
    return _marked(text, chosen, "x")


def unticked(text: str) -> str:
    """The text with every box empty, in one pass."""
    return _marked(text, boxes(text), " ")


def _marked(text: str, chosen: Iterable[Box], mark: str) -> str:
    parts, at = [], 0
    for box in chosen:
        parts += [text[at : box.offset], mark]
        at = box.offset + 1
    return "".join([*parts, text[at:]])


def slug(title: str) -> str:
    """GitHub's anchor for a heading, before duplicates are numbered."""
    plain = _plain(title).strip().lower()
    if plain.isascii():
        return "".join(["-" if sign == " " else sign for sign in plain if sign.isalnum() or sign in " -_"])
    from unicodedata import category

    def kept(sign: str) -> bool:
        return sign in " -" or category(sign)[0] in "LM" or category(sign) in ("Nd", "Pc")

    return "".join(["-" if sign == " " else sign for sign in plain if kept(sign)])


def _body_start(text: str) -> int:
    if not text.startswith("---"):
        return 0
    from fp.kernel.frontmatter import body_start

    return body_start(text)


def _found(lines: Iterable[Line]) -> Iterator[_Found]:
    paragraph: list[Line] = []
    for line in lines:
        stripped = line.text.strip()
        level = _atx_level(line, stripped)
        if level:
            yield _Found(level, _atx_text(stripped[level:]), line.number, line.start)
        elif paragraph and _is_underline(line, stripped):
            title = " ".join([part.text.strip() for part in paragraph])
            yield _Found(1 if stripped[0] == "=" else 2, title, paragraph[0].number, paragraph[0].start)
        elif _is_paragraph(line, stripped):
            paragraph.append(line)
            continue
        paragraph = []


def _is_paragraph(line: Line, stripped: str) -> bool:
    return bool(stripped) and not line.item and not line.in_list and stripped[0] != ">" and not is_rule(stripped)


def _is_underline(line: Line, stripped: str) -> bool:
    return line.indent < CODE_COLUMNS and stripped[:1] in ("=", "-") and not stripped.strip(stripped[0])


def _atx_level(line: Line, stripped: str) -> int:
    if line.indent >= CODE_COLUMNS or stripped[:1] != "#":
        return 0
    rest = stripped.lstrip("#")
    level = len(stripped) - len(rest)
    return level if level <= LEVEL_MAX and rest[:1] in ("", " ", "\t") else 0


def _atx_text(rest: str) -> str:
    text = rest.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else text


def _ends(found: list[_Found], last: int) -> list[int]:
    ends = [last] * len(found)
    opened: list[int] = []
    for index, heading in enumerate(found):
        while opened and found[opened[-1]].level >= heading.level:
            ends[opened.pop()] = heading.start
        opened.append(index)
    return ends


def _slugs(titles: Iterable[str]) -> list[str]:
    counts: dict[str, int] = {}
    names = []
    for title in titles:
        base = name = slug(title)
        while name in counts:
            counts[base] += 1
            name = f"{base}-{counts[base]}"
        counts[name] = 0
        names.append(name)
    return names


def _mark(line: Line) -> int:
    """Where the mark of the line's box stands; 0 when it has none."""
    at = line.item
    box = line.text[at : at + 4]
    is_box = at and box[:1] == "[" and box[1:2] in (" ", "x", "X") and box[2:3] == "]" and box[3:] in ("", " ", "\t")
    return at + 1 if is_box else 0


def _plain(title: str) -> str:
    """What is shown of a heading: link targets, images, tags and emphasis by underscores are not."""
    if "&" in title:
        from html import unescape

        title = unescape(title)
    return _without_underscores(_without_tags(_without_targets(title)))


def _without_targets(title: str) -> str:
    """`[text](target)` becomes `text`, `![text](target)` nothing."""
    out, at = [], 0
    while (start := title.find("](", at)) >= 0:
        end = title.find(")", start)
        if end < 0:
            break
        opening = title.rfind("[", at, start)
        image = opening > at and title[opening - 1] == "!"
        out.append(title[at : opening - 1] if image else title[at:start])
        at = end + 1
    return "".join([*out, title[at:]])


def _without_tags(title: str) -> str:
    out, at = [], 0
    while (start := title.find("<", at)) >= 0:
        end = title.find(">", start)
        if end < 0:
            break
        is_tag = title[start + 1 : start + 2].isalpha() or title[start + 1 : start + 2] == "/"
        out.append(title[at:start] if is_tag else title[at : end + 1])
        at = end + 1
    return "".join([*out, title[at:]])


def _without_underscores(title: str) -> str:
    """`_word_` is emphasis and loses its underscores, `snake_case` and code keep theirs."""
    if "_" not in title or "`" in title:
        return title
    words = []
    for word in title.split(" "):
        bare = word.strip("_")
        paired = word.startswith("_") and word.endswith("_") and bare
        words.append(bare if paired else word)
    return " ".join(words)
