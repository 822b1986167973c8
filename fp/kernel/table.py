"""Plain tables for a terminal: aligned by shown width, clipped to the screen, without lines drawn around them.

Pure. Invariant: cells must be safe already (`text.safe`); a rendered line is never wider than asked, and one row is one
line. A column that has no room left is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GAP = "  "
SHRUNK_COLUMNS_MIN = 8
WIDTH_COLUMNS_MIN = 20
"""A narrower screen is written to as if it were this wide."""


class Column(NamedTuple):
    """`name` is the heading. A column that may `shrink` gives way when the table is wider than the screen."""

    name: str
    shrink: bool = False
    right: bool = False


def render(
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    width: int | None,
    *,
    paint: Callable[[int, int, str], str] | None = None,
) -> str:
    """The table, each line ended; no rows give an empty text.

    `width` None is for a pipe: nothing is clipped. `paint(row, column, cell)` may colour a cell once it has its final
    width; row -1 are the headings.
    """
    if not rows:
        return ""
    lines = [[column.name.upper() for column in columns], *rows]
    widths = _fitted([max(text.width(line[at]) for line in lines) for at in range(len(columns))], columns, width)
    out = []
    for number, line in enumerate(lines, -1):
        cells = {at: _cell(line[at], widths[at], column) for at, column in enumerate(columns) if widths[at]}
        last = max(cells)
        cells[last] = cells[last].rstrip(" ")
        out.append(GAP.join([paint(number, at, cell) if paint else cell for at, cell in cells.items()]).rstrip(" "))
    return "\n".join(out) + "\n"


def _cell(value: str, width: int, column: Column) -> str:
    clipped = text.clip(value, width)
    if column.right:
        return " " * (width - text.width(clipped)) + clipped
    return text.pad(clipped, width)


def _fitted(widths: list[int], columns: Sequence[Column], width: int | None) -> list[int]:
    """Take what is too much from the shrinking columns, the widest first; then from the right, the first spared."""
    if width is None:
        return widths
    over = sum(widths) + len(GAP) * (len(widths) - 1) - max(width, WIDTH_COLUMNS_MIN)
    shrinking = [at for at, column in enumerate(columns) if column.shrink]
    for at in sorted(shrinking, key=lambda at: -widths[at]):
        taken = max(0, min(over, widths[at] - SHRUNK_COLUMNS_MIN))
        widths[at] -= taken
        over -= taken
    for at in reversed(range(len(widths))):
        taken = max(0, min(over, widths[at] if at else widths[at] - 1))
        widths[at] -= taken
        over -= taken
    return widths
