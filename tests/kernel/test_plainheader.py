"""The quick lane reads what the guarded parser reads, or nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.kernel import frontmatter
from fp.kernel.plainheader import ITEMS_MAX, read_plain
from fp.kernel.yamlguard import Broken, Value, read_mapping
from tests.kernel.test_yamlscalar import NASTY
from tests.support.headers import corpus


def header(data: bytes) -> str:
    return data.decode().partition("---\n")[2].partition("---\n")[0]


LAYOUT = """id: FP-k3v9q2m
title: Reject expired tokens at the gateway
created: 2026-11-22T23:15:01Z
status: todo

assignees:
  - ann

labels:
  # sorted
  - auth
  - 'a: b'

parent:

depends_on:
- FP-c3d41xz

# where it will change
touches:
    - gateway/**
after: [20261122T231501004Z-transition-8f3k, no]
none: []
quoted: "x # y"
empty: ''
dispatch: auto
"""


def test_the_layout_that_is_written_takes_the_quick_lane() -> None:
    assert read_plain(LAYOUT) == read_mapping(LAYOUT)
    written = frontmatter.render(
        [("id", "A"), None, ("list", ["b", "no"]), ("after", ("x-1",)), ("epoch", 3), ("e", None)], ""
    )
    assert read_plain(header(written)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: b\n  c\n", "a: b\n- c\n", "a:\n  b\n", "a:\n  - b\n    c\n", "a:\n  - b\n    - c\n",
        "a:\n  - b\n - c\n", "a:\n  - b: c\n",
        "a:\n  -\n", "a: b # c\n", "a: &b c\n", "a: *b\n", "a: !b c\n", "a: |\n  b\n", "a: {b: c}\n",
        "a: [b, {c: d}]\n", "a: [b,]\n",
        "a: [b\n", "a: [[b]]\n", "a: [b c]\n", "a: 'it''s'\n", "a: 'b' c\n", "a: \"\\e\"\n", "a: 'b\n",
        "a: b: c\n", "a: b:\n", "a:b\n",
        "a : b\n", "'a': b\n", "? a\n", "<<: b\n", "a: b\na: c\n", "a\n", "---\na: b\n", "a: b\n...\n",
        "%YAML 1.2\n", " a: b\n", "a:\tb\n",
        "a: b\r\n", "a: b\u2028c\n", "a: \x85b\n", "\ufeffa: b\n", "a: ~\n", "a: null\n", "a:\n  - null\n",
        "a: -b\n", "a: @b\n", "a: `b`\n",
        "a: %b\n", "a: , b\n", "a: ]\n", "- a\n", "   \na: b\n", ": b\n", "-a: b\n", "a.b: c\n", "a: '\n",
        "a: '\\'\n", "a: - b\n", "a: ? b\n",
        "a: \n  b\n", "a:\n\n\n  b: c\n",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_parser(text: str) -> None:
    assert read_plain(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "\n", "# c\n", "a:", "a:   \n", "a: b", "a:    b   \n", "a:\n\n  - b\n\n  - c\n", "a: b\n  # c\nd: e\n",
     "a:\n  # c\n# d\n  -  b\n",
     "a: b [c] {d} & *e !f 'g' \"h\" | > % @ `\n", "a: b:c\n", "a: b#c\n", "a: http://x.test:80/#d\n",
     "a: ''\n", 'a: "b: # c"\n', "é: ü\n",
     "a: 0123\nb: no\nc: 12:30\n", "a: [b,c ,  d]\n", "a: [ ]\n", "2: x\n", "a: ...\n", "a: .5\n",
     "a:\n- b\nc: d\n", "a: x - y\n", "a: b ? c\n"],
)  # fmt: skip
def test_what_is_plain_reads_as_the_parser_reads_it(text: str) -> None:
    assert read_plain(text) == read_mapping(text)


def test_more_than_the_parser_would_allow_is_left_to_it() -> None:
    assert read_plain("a: [" + "b, " * 30_000 + "b]\n") is None
    assert read_plain("a:\n" + "- b\n" * (ITEMS_MAX - 2)) is not None
    assert read_plain("a:\n" + "- b\n" * ITEMS_MAX) is None


def agree(text: str) -> bool:
    """Whether the quick lane took the text; if so, both read the same."""
    quick = read_plain(text)
    if quick is None:
        return False
    try:
        slow = read_mapping(text)
    except Broken as broken:
        raise AssertionError((text, broken.message)) from broken
    assert quick == slow, text
    assert list(quick[0]) == list(slow[0])
    return True


def test_nasty_values_read_the_same_in_both_lanes() -> None:
    taken = 0
    for value in NASTY:
        for text in (
            f"a: {value}\n",
            f"a:\n  - {value}\n  - b\n",
            f"a: '{value}'\n",
            f"{value}: a\n",
            f"a: [{value}, b]\n",
        ):
            taken += agree(text)
    assert taken > 500


def test_files_of_the_corpus_read_the_same_in_both_lanes() -> None:
    taken = sum(agree(header(data)) for data in corpus().values())
    assert taken > 10


PIECES = [
    *LAYOUT.split("\n"),
    "  c",
    "    - d",
    "- e",
    "a: b # c",
    "a:",
    "x:  'y'",
    " ",
    "\t",
    "k: |",
    "k: v:",
    "k: [a,",
    "]",
    "  k: v",
    "---",
    "'",
]


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_damaged_lines_read_the_same_in_both_lanes(seed: int) -> None:
    draw = random.Random(seed)
    taken = 0
    for _ in range(1500):
        text = "\n".join(draw.choices(PIECES, k=draw.randint(1, 9))) + "\n"
        if draw.random() < 0.5:
            at = draw.randrange(len(text))
            text = text[:at] + draw.choice(" :-#'\"[],\n\\.") + text[at + draw.randint(0, 2) :]
        taken += agree(text)
    assert taken > 50


@settings(max_examples=400)
@given(st.text(alphabet="ab:-# '\"[],\n.0~\\{}é", max_size=25))
def test_any_text_reads_the_same_in_both_lanes(text: str) -> None:
    agree(text)
    agree(f"k: {text}")
    agree(f"k:\n  - {text}")


def test_lines_of_a_document_do_not_depend_on_the_lane() -> None:
    plain, _ = frontmatter.parse(f"---\n{LAYOUT}---\n".encode(), "a.md")
    other, _ = frontmatter.parse(f"---\n{LAYOUT}odd: &x y\n---\n".replace("&x ", "{}\nz: ").encode(), "a.md")
    assert plain is not None
    assert other is not None
    values: dict[str, Value] = {key: other.fields[key] for key in plain.fields}
    assert values == plain.fields
    assert {key: line for key, line in other.lines.items() if key not in ("odd", "z")} == plain.lines
