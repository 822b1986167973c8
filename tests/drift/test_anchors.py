"""Anchors: what is one, and what is refused before any file is touched."""

from __future__ import annotations

import pytest

from drift.anchors import BadAnchor, kind_of, parse_anchor, parse_symbol, write_symbol
from drift.model import Kind

GOOD = [
    ("src/a.py", Kind.FILE, "src/a.py", ""),
    ("src/a.py#f", Kind.SYMBOL, "src/a.py", "f"),
    ("src/a.py#A.b(int, str)", Kind.SYMBOL, "src/a.py", "A.b(int, str)"),
    ("src/a.ts#A.#private", Kind.SYMBOL, "src/a.ts", "A.#private"),
    ("docs/a b.md#größe-2", Kind.HEADING, "docs/a b.md", "größe-2"),
    ("-rf.md", Kind.FILE, "-rf.md", ""),
    ("a/.github/b.yml", Kind.FILE, "a/.github/b.yml", ""),
    ("src/", Kind.FOLDER, "src/", ""),
    ("src/[id]/a.ts", Kind.FILE, "src/[id]/a.ts", ""),
    ("src/**/*.ts", Kind.PATTERN, "src/**/*.ts", ""),
    ("**", Kind.PATTERN, "**", ""),
]

BAD = [
    "", "#f", "a.py#", "/etc/passwd", "../a.py", "a/../b.py", "a/..", "./a.py", "a//b.py", "/", ".", ".git/config",
    "a/.Git/hooks", "a\\b.py", "a\x1b.py", "a\u202eb.py", " a.py", "a.py ", "a\n.py", "a.py#f\n", "a.py# f", "a.py#A.",
    "a.py#.b", "a.py#A..b", "a.py#f(int", "a.py#f)", "a.py#f(int)x", "a.py#(int)", "x" * 1025, "a.py#" + "x" * 401,
    "a\ud800.py", "a//", "../", "./", "src/#f", "src/*.py#f", "src/*/../a", ".git/", "*" * 33,
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "path", "fragment"), GOOD)
def test_an_anchor_is_read(text: str, kind: Kind, path: str, fragment: str) -> None:
    anchor = parse_anchor(text)
    assert (kind_of(anchor), anchor.path, anchor.fragment, anchor.text) == (kind, path, fragment, text)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(BadAnchor):
        parse_anchor(text)


SYMBOLS = [
    ("A.b", ("A", "b"), None),
    ("A.b()", ("A", "b"), ""),
    ("f(a: dict[str, int], ...rest)", ("f",), "a: dict[str, int], ...rest"),
    ("A.[Symbol.iterator]()", ("A", "[Symbol.iterator]"), ""),
    ('"a.b".c', ("a.b", "c"), None),
    ("A.#b", ("A", "#b"), None),
    ("f(*)", ("f",), "*"),
]


@pytest.mark.parametrize(("text", "names", "signature"), SYMBOLS)
def test_a_symbol_path_is_read_and_written_back(text: str, names: tuple[str, ...], signature: str | None) -> None:
    assert parse_symbol(text) == (names, signature)
    assert write_symbol(names, signature) == text
