"""The quick lane of edits gives the bytes that the guarded parser's layout gives, or none."""

from __future__ import annotations

import random

import pytest

from fp.kernel.errors import Refused
from fp.kernel.headeredit import Put, edit_by_layout
from fp.kernel.plainedit import put_plain

HEADER = """\
# first
id: FP-k3v9q2m
title:   Reject expired tokens
status: todo
quoted: 'a b'
double: "x"
spaced: value  \n\
empty:

labels:
  - a
  - b
words: [a, b]
last: end
"""
VALUES = (
    "done", "", " ", "no", "12:30", "0123", "a: b", "a #b", "- a", "'", '"', "é", "\u202e", "a\nb", "\t", "[a", "{",
    "null", "~", "2026-01-01", "2026-11-22T23:15:01Z", "x" * 3000, "todo", "value", "end", "-", "#", "@me", "`", "%",
    "a:", ":a", "...", "---", "true", "1e3", "0x1f", ".5", "_", "/a/b", "a\\b", "\ud800", "a'b", "a,b", "&a", "*a",
    "!a", "|", ">", "?", "\x00",
)  # fmt: skip
KEYS = ("id", "title", "status", "quoted", "double", "spaced", "empty", "labels", "words", "last", "absent")


def by_layout(text: str, key: str, value: str) -> str | None:
    try:
        return edit_by_layout(text, Put(key, value), "\n")
    except Refused:
        return None


@pytest.mark.parametrize("key", KEYS)
def test_every_value_is_put_as_the_layout_puts_it(key: str) -> None:
    for value in VALUES:
        try:
            quick = put_plain(HEADER, key, value)
        except Refused:
            quick = None
        assert quick is None or quick == by_layout(HEADER, key, value)


def test_the_usual_edits_need_no_layout() -> None:
    assert put_plain(HEADER, "status", "done") == HEADER.replace("status: todo", "status: done")
    assert put_plain(HEADER, "title", "New: title") == HEADER.replace("Reject expired tokens", "'New: title'")
    assert put_plain(HEADER, "spaced", "x") == HEADER.replace("value  ", "x  ")


@pytest.mark.parametrize(("key", "value"), [("empty", "x"), ("labels", "x"), ("quoted", "x"), ("absent", "x")])
def test_what_is_not_usual_is_left_to_the_layout(key: str, value: str) -> None:
    assert put_plain(HEADER, key, value) is None
    assert put_plain("a: {b: c}\n", "a", value) is None


def test_random_headers_are_edited_alike() -> None:
    draw = random.Random(5)
    parts = (
        "a: b",
        "c:",
        "c:  d e ",
        "'q': r",
        "e: 'f'",
        "# note",
        "",
        "g: [h]",
        "i:\n- j",
        "k: l # m",
        "n: |\n  o",
        "p: q",
    )
    for _ in range(400):
        text = "\n".join(draw.sample(parts, draw.randrange(1, 7))) + "\n"
        key, value = draw.choice("aceginkp"), draw.choice(VALUES[:24])
        try:
            quick = put_plain(text, key, value)
        except Refused:
            quick = None
        assert quick is None or quick == by_layout(text, key, value)
