"""Text for a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.kernel import text


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain words", "plain words"),
        ("Zażółć 日本語 🐛 «q»", "Zażółć 日本語 🐛 «q»"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x1b]52;c;aGk=\x1b\\", "\\x1b]52;c;aGk=\\x1b\\"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x00\x7f\x80\x9b", "\\x00\\x7f\\x80\\x9b"),
        ("user\u202ecod.exe", "user\\u202ecod.exe"),
        ("\u2066isolated\u2069", "\\u2066isolated\\u2069"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028break\u2029", "line\\u2028break\\u2029"),
        ("lone \ud800 half", "lone \\ud800 half"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("hidden\ufe01\U000e0101\u3164", "hidden\\ufe01\\U000e0101\\u3164"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("« mot\u00a0»\u3000", "« mot\u00a0»\u3000"),
        ("❤️", "❤️"),
    ],
)
def test_safe_spells_out_what_could_steer_or_hide(given_text: str, shown: str) -> None:
    assert text.safe(given_text) == shown


def test_a_block_keeps_line_breaks_and_tabs_only() -> None:
    assert text.safe_block("a\r\n\tb\n\x1bc\rd") == "a\n\tb\n\\x1bc\\rd"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()))
def test_safe_text_holds_no_control_and_no_bidi_character(value: str) -> None:
    categories = {unicodedata.category(character) for character in text.safe(value)}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()))
def test_safe_text_is_safe_already(value: str) -> None:
    assert text.safe(text.safe(value)) == text.safe(value)


def test_every_character_of_unicode_is_either_shown_or_spelled_in_ascii() -> None:
    for point in range(0x110000):
        shown = text.safe(chr(point))
        assert shown == chr(point) or (shown.isascii() and shown.startswith("\\"))


@pytest.mark.parametrize(
    ("value", "columns"),
    [("abc", 3), ("日本", 4), ("é", 1), ("e\u0301", 1), ("🐛", 2), ("", 0), ("\u1112\u1161\u11ab", 2)],
)
def test_width_counts_columns(value: str, columns: int) -> None:
    assert text.width(value) == columns


@pytest.mark.parametrize(
    ("value", "columns", "clipped"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("日本語", 4, "日…"),
        ("日本語", 5, "日本…"),
        ("cafe\u0301s", 5, "cafe\u0301s"),
        ("cafe\u0301s!", 5, "cafe\u0301…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_clip_fits_the_columns(value: str, columns: int, clipped: str) -> None:
    assert text.clip(value, columns) == clipped


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 12))
def test_clipped_text_is_never_wider_than_asked(value: str, columns: int) -> None:
    assert text.width(text.clip(value, columns)) <= columns


def test_pad_fills_by_columns_not_by_characters() -> None:
    assert text.pad("日本", 6) == "日本  "


def test_style_writes_codes_only_when_on() -> None:
    assert text.style("x", "bad", on=True) == "\x1b[31mx\x1b[0m"
    assert text.style("x", "bad", on=False) == "x"
