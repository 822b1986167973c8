"""The board stays within the screen, whatever the cards hold."""

from __future__ import annotations

import pytest

from fp.board import Card, Column, lay_out, wrap
from fp.kernel.text import width

CARDS = (
    Card((("FP-aaaaaaa", "accent"), ("critical", "bad")), "word " * 30, "@ann"),
    Card((("FP-bbbbbbb", "accent"),), "題名" * 40),
    Card((("FP-ccccccc", "accent"),), "x" * 300),
)


def plain(value: str, style: str) -> str:
    return value


@pytest.mark.parametrize(("columns", "headings"), [(40, 1), (80, 3), (100, 3), (160, 6), (400, 6)])
def test_columns_stand_side_by_side_as_far_as_they_fit(columns: int, headings: int) -> None:
    lines = lay_out([Column(f"status-{n}", 9, CARDS) for n in range(6)], columns, plain)
    assert max(width(line) for line in lines) <= columns
    assert lines[0].count("status-") == headings


def test_what_is_not_shown_is_counted() -> None:
    assert lay_out([Column("todo", 9, CARDS[:1])], 40, plain)[-1] == "… 8 more"


def test_colours_do_not_move_the_next_column() -> None:
    def loud(value: str, style: str) -> str:
        return f"<{style}>{value}</>"

    line = lay_out([Column("a", 1, CARDS[:1]), Column("b", 1, CARDS[:1])], 60, loud)[2]
    assert line.replace("<accent>", "").replace("<bad>", "").replace("</>", "").index("FP", 5) == 31


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("", []),
        ("one two three", ["one two", "three"]),
        ("abcdefghijkl", ["abcdefgh", "ijkl"]),
        ("題題題題題題", ["題題題題", "題題"]),
        ("a b c d e f g h i j k", ["a b c d", "e f g h…"]),
    ],
)
def test_titles_break_between_words_and_long_words_anywhere(value: str, lines: list[str]) -> None:
    assert wrap(value, 8, 2) == lines
