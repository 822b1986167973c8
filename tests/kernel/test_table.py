"""Tables for a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fp.kernel.table import Column, render
from fp.kernel.text import style, width

COLUMNS = (Column("id"), Column("title", shrink=True), Column("days", right=True))
ROWS = [("FP-1", "Short", "3"), ("FP-22", "日本語 title", "12")]


def test_columns_are_aligned_by_what_is_shown() -> None:
    assert render(ROWS, COLUMNS, None) == (
        "ID     TITLE         DAYS\n"
        "FP-1   Short            3\n"
        "FP-22  日本語 title    12\n"
    )  # fmt: skip


def test_the_shrinking_column_gives_way_to_a_narrow_screen() -> None:
    rows = [("FP-1", "A title that is much too long for this screen", "3")]
    assert render(rows, COLUMNS, 30) == "ID    TITLE               DAYS\nFP-1  A title that is m…     3\n"


def test_on_a_tiny_screen_the_first_column_stays() -> None:
    rows = [("FP-k3v9q2m", "title " * 20, "3" * 30)]
    assert render(rows, COLUMNS, 1) == "ID          TITLE\nFP-k3v9q2m  title…\n"


def test_no_rows_are_no_text() -> None:
    assert render([], COLUMNS, 80) == ""


def test_paint_sees_cells_in_their_final_width() -> None:
    seen = []

    def paint(row: int, column: int, cell: str) -> str:
        seen.append((row, column, cell))
        return style(cell, "bad", on=True)

    assert render([("a", "b")], (Column("x"), Column("y")), 80, paint=paint).splitlines()[1] == (
        "\x1b[31ma\x1b[0m  \x1b[31mb\x1b[0m"
    )
    assert seen == [(-1, 0, "X"), (-1, 1, "Y"), (0, 0, "a"), (0, 1, "b")]


@given(
    st.lists(st.lists(st.text(alphabet="ab 日é", max_size=30), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(20, 60),
)
def test_no_line_is_wider_than_the_screen(rows: list[list[str]], columns: int) -> None:
    assert all(width(line) <= columns for line in render(rows, COLUMNS, columns).splitlines())


@pytest.mark.parametrize("shown", [0, 5, 20])
def test_a_row_is_one_line(shown: int) -> None:
    assert render(ROWS, COLUMNS, shown).count("\n") == 3
