"""Tables as trackers export them (RFC 4180): columns by name, a name as often as it has values.

Pure. The delimiter is what the header uses most of comma, semicolon, tab and bar. A row that is short lacks its last
cells, as exports of Linear do; one that is too wide is a problem, for nobody can say which of its cells moved.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from fp.importers import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fp.kernel.problem import Problem

DELIMITERS = ",;\t|"
CELL_CHARACTERS_MAX = 4 * 1024 * 1024


class Row(NamedTuple):
    """One row: its cells that are not empty as (column, text) in order, the file, and the line it starts at."""

    cells: tuple[tuple[str, str], ...]
    name: str
    line: int

    @property
    def where(self) -> str:
        """`path:line`."""
        return f"{self.name}:{self.line}"

    def all(self, *columns: str) -> list[str]:
        """The texts of the columns with one of these names, in any case."""
        wanted = [column.casefold() for column in columns]
        return [text for column, text in self.cells if column.casefold() in wanted]

    def one(self, *columns: str) -> str:
        """The first of them, or nothing."""
        return next(iter(self.all(*columns)), "")


def rows(name: str, data: bytes) -> Iterator[Row | Problem]:
    """The rows behind the header. What is no table from some line on is a problem with that line, and ends it."""
    text = jsontext.decoded(data)
    if text is None:
        yield jsontext.problem(name, 1, "not UTF-8")
        return
    if not text.strip():
        yield jsontext.problem(name, 1, jsontext.EMPTY)
        return
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    csv.field_size_limit(CELL_CHARACTERS_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield jsontext.problem(name, line, f"not a table: {error}")
            return
        if any(cell.strip() for cell in cells):
            if header is None:
                header = [column.strip() for column in cells]
            else:
                yield _row(header, cells, name, line)
        line = reader.line_num + 1


def _row(header: list[str], cells: list[str], name: str, line: int) -> Row | Problem:
    if any(cell.strip() for cell in cells[len(header) :]):
        return jsontext.problem(name, line, f"{len(cells)} cells, but the header has {len(header)}")
    pairs = zip(header, cells, strict=False)
    return Row(tuple((column, cell) for column, cell in pairs if cell.strip()), name, line)
