"""Foreign text and dates made fit for an issue file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.importers import clean


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("  kept  inside  ", "kept  inside"),
        ("two\nlines", "two lines"),
        ("a\x1b[31mred\x07", "a [31mred"),
        ("half \ud83e pair", "half pair"),
        ("\u2028\u2029", ""),
    ],
)
def test_a_line_holds_no_control_character(text: str, line: str) -> None:
    assert clean.one_line(text) == line


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("\n\none\r\ntwo\rthree\n\n", "one\ntwo\nthree"),
        ("    code stays indented", "    code stays indented"),
        ("tab\tand \x00 and \x1b", "tab\tand \ufffd and \ufffd"),
        ("half \udc00 pair", "half \ufffd pair"),
    ],
)
def test_a_block_shows_what_a_file_cannot_hold(text: str, block: str) -> None:
    assert clean.block(text) == block
    block.encode()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2025-06-09", datetime(2025, 6, 9, tzinfo=UTC)),
        ("2026-04-25 12:14", datetime(2026, 4, 25, 12, 14, tzinfo=UTC)),
        ("2025-11-02T22:23:49.475356123-08:00", datetime(2025, 11, 3, 6, 23, 49, 475356, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("9" * 5000, None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_utc_or_nothing(text: str | None, at: datetime | None) -> None:
    assert clean.instant(text) == at


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        (r"Steps:\n\n- one\n- two", True),
        (r"Steps:\n1. one", True),
        (r"printf('%s\n')", False),
        ("real\nbreaks and `\\n\\n` in code", False),
    ],
)
def test_line_breaks_count_as_spelled_only_where_there_are_none(text: str, spelled: bool) -> None:
    assert clean.spelled_breaks(text) is spelled


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("- one\n- two", "- [ ] one\n- [ ] two"),
        ("1. one\n   more of it\n2) two", "- [ ] one\n   more of it\n- [ ] two"),
        ("All tests pass\nDocs are there", "- [ ] All tests pass\n- [ ] Docs are there"),
        ("- [x] done\n- [ ] open\n- a remark", "- [x] done\n- [ ] open\n- a remark"),
        ("", ""),
    ],
)
def test_criteria_become_boxes_and_boxes_stay(text: str, boxes: str) -> None:
    assert clean.boxes(text) == boxes
