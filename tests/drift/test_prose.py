"""Prose: what may change in a section without a new meaning."""

from __future__ import annotations

import pytest

from drift.prose import normalised

PAIRS = [
    ("one two three\n", "one\ntwo   three", True),
    ("one\n\ntwo", "one two", False),
    ("- [ ] a\n- [x] b\n", "- [x] a\n- [ ] b\n", True),
    ("- [ ] a\n- [x] b\n", "- [x] a\n- [ ] c\n", False),
    ("1. [X] a", "1. [ ] a", True),
    ("* a\n* b", "- a\n- b", True),
    ("- a\n- b", "- a b", False),
    ("- a\n  b\n- c", "- a b\n- c", True),
    ("| a | b |\n|---|:--|\n| c | d |", "| a   | b   |\n| --- | :------- |\n| c   | d   |", True),
    ("| a | b |\n|---|:--|\n| c | d |", "| a | b |\n|---|--:|\n| c | d |", False),
    ("| a |\n| b |", "| a |\n| c |", False),
    ("# A\ntext", "# A\n\ntext", True),
    ("# A\ntext", "## A\ntext", False),
    ("> a\n> b", "> a b", False),
    ("```\na\n  b\n```", "```\na\nb\n```", False),
    ("```\na\n\n\nb\n```", "```\na\n\nb\n```", False),
    ("```\na\n```", "```  \na  \n```", True),
    ("```\n- [ ] a\n```", "```\n- [x] a\n```", False),
    ("~~~\na b\n```\n~~~", "~~~\na\nb\n```\n~~~", False),
    ("text\n\n    code\n      more\n", "text\n\n    code\n    more\n", False),
    ("text\n    wrapped\n", "text wrapped\n", True),
    ("- a\n\n    b c\n", "- a\n\n  b\n  c\n", True),
    ("a\r\nb", "a b", True),
    ("Run `a` now.", "Run `b` now.", False),
    ("a.\n\n\n\nb.", "a.\n\nb.", True),
]


@pytest.mark.parametrize(("one", "other", "same"), PAIRS)
def test_two_texts_say_the_same_or_not(one: str, other: str, same: bool) -> None:
    assert (normalised(one) == normalised(other)) is same


@pytest.mark.parametrize(
    "text", ["-" * 50_000 + "x", "| " * 50_000, "`" * 50_000, "> " * 50_000, "1" * 50_000, "[ ] " * 20_000]
)
def test_long_hostile_text_ends(text: str) -> None:
    assert normalised(text)
