"""Issues as cards in columns: side by side as far as the screen goes, the rest in bands below. Pure.

Invariant: no line is wider than asked, whatever the titles hold; texts come in safe (`fp.kernel.text.safe`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Paint = Callable[[str, str], str]
    """Colours a text by the name of a style; the text keeps its width."""

GAP = 2
COLUMN_LEAST = 22
"""Columns of the terminal: an id, two spaces and a priority fit into them."""
COLUMN_MAX = 44
"""Wider ones are harder to read than empty space beside them."""
TITLE_LINES_MAX = 3
RULE = "─"


class Card(NamedTuple):
    """An issue: what its first line says, in pieces of (text, style), its title, and a last line."""

    head: tuple[tuple[str, str], ...]
    title: str
    foot: str = ""


class Column(NamedTuple):
    """A status with its cards; `total` counts those that are not shown too. `style` colours its name."""

    name: str
    total: int
    cards: tuple[Card, ...]
    style: str = ""


class _Line(NamedTuple):
    """What is seen, and the same with colours."""

    plain: str
    shown: str


def lay_out(columns: Sequence[Column], width: int, paint: Paint) -> list[str]:
    """The lines of the board, none wider than `width`."""
    if not columns:
        return []
    beside = max(1, min(len(columns), (width + GAP) // (COLUMN_LEAST + GAP)))
    bands = -(-len(columns) // beside)
    beside = -(-len(columns) // bands)  # equal bands rather than a full one and a rest
    each = min(COLUMN_MAX if beside > 1 else width, (width + GAP) // beside - GAP)
    lines: list[str] = []
    for start in range(0, len(columns), beside):
        lines += [""] if lines else []
        lines += _band([list(_column(one, each, paint)) for one in columns[start : start + beside]], each)
    return lines


def _band(columns: Sequence[Sequence[_Line]], width: int) -> Iterator[str]:
    for at in range(max(len(one) for one in columns)):
        cells = [one[at] if at < len(one) else _Line("", "") for one in columns]
        filled = [cell.shown + " " * (width - text.width(cell.plain)) for cell in cells]
        yield (" " * GAP).join(filled).rstrip(" ")


def _column(column: Column, width: int, paint: Paint) -> Iterator[_Line]:
    name = text.clip(f"{column.name} ({column.total})", width)
    yield _Line(name, paint(paint(name, column.style) if column.style else name, "strong"))
    yield _Line(RULE * width, paint(RULE * width, "dim"))
    for number, card in enumerate(column.cards):
        if number:
            yield _Line("", "")
        yield from _card(card, width, paint)
    left = column.total - len(column.cards)
    if left:
        more = text.clip(f"… {left} more", width)
        yield _Line("", "")
        yield _Line(more, paint(more, "dim"))


def _card(card: Card, width: int, paint: Paint) -> Iterator[_Line]:
    plain, shown = "", ""
    for piece, style in card.head:
        room = width - text.width(plain) - (2 if plain else 0)
        fitted = text.clip(piece, room)
        if fitted:
            gap = "  " if plain else ""
            plain, shown = plain + gap + fitted, shown + gap + (paint(fitted, style) if style else fitted)
    yield _Line(plain, shown)
    yield from (_Line(line, line) for line in wrap(card.title, width, TITLE_LINES_MAX))
    if card.foot:
        foot = text.clip(card.foot, width)
        yield _Line(foot, paint(foot, "dim"))


def wrap(value: str, width: int, lines_max: int) -> list[str]:
    """Break between words, a long word anywhere, by shown width; what does not fit is marked by an ellipsis."""
    lines: list[str] = []
    left = value.strip()
    while left and len(lines) < lines_max - 1 and text.width(left) > width:
        cut = _fitting(left, width)
        space = left.rfind(" ", 0, cut + 1)
        end = space if space > 0 else cut
        lines.append(left[:end].rstrip())
        left = left[end:].lstrip()
    return [*lines, text.clip(left, width)] if left else lines


def _fitting(value: str, width: int) -> int:
    """How many characters fit, at least one."""
    used = 0
    for index, character in enumerate(value):
        used += text.width(character)
        if used > width:
            return max(1, index)
    return len(value)
