"""Each change of meaning changes the digest, none of what a formatter does, in every language of the kit itself."""

from __future__ import annotations

import pytest

from drift.fingerprint import tree_digest
from drift.languages.table import language, parser
from tests.support.edits import DEFAULT, edits
from tests.support.edits.typescript import ELEMENTS
from tests.support.trees import digest

TABLES = {name: edits(name) for name in DEFAULT}
CHANGES = [(name, old, new) for name, table in TABLES.items() for old, new in table.changes]
SAME = [(name, old, new) for name, table in TABLES.items() for old, new in table.same]
PAIRS = [(name, *pair) for name, table in TABLES.items() for pair in table.pairs]


@pytest.mark.parametrize(("name", "old", "new"), CHANGES)
def test_a_change_of_meaning_is_seen(name: str, old: str, new: str) -> None:
    base = TABLES[name].base
    assert old in base
    assert digest(name, base.replace(old, new, 1)) != digest(name, base)


@pytest.mark.parametrize(("name", "old", "new"), SAME)
def test_a_change_of_layout_is_not_seen(name: str, old: str, new: str) -> None:
    base = TABLES[name].base
    assert old in base
    assert digest(name, base.replace(old, new)) == digest(name, base)


@pytest.mark.parametrize(("name", "one", "other", "same"), PAIRS)
def test_two_sources_mean_the_same_or_not(name: str, one: str, other: str, same: bool) -> None:
    assert (digest(name, one) == digest(name, other)) is same


@pytest.mark.parametrize(("one", "other", "same"), ELEMENTS)
def test_two_elements_render_the_same_or_not(one: str, other: str, same: bool) -> None:
    assert (digest("tsx", f"x = {one}") == digest("tsx", f"x = {other}")) is same


@pytest.mark.parametrize("name", DEFAULT)
def test_every_table_has_forty_kinds_of_change_and_fifteen_of_layout(name: str) -> None:
    assert len(set(TABLES[name].changes)) >= 40
    assert len(set(TABLES[name].same)) >= 15


COMMENTED = [
    ("python", "x = 1  # one\n", "x = 1  # other\n"),
    ("typescript", "let x = 1 // one\n", "let x = 1 /* other */\n"),
    ("go", "package a // one\n", "package a // other\n"),
    ("rust", "fn f() {} // one\n", "fn f() {} // other\n"),
]


@pytest.mark.parametrize(("name", "one", "other"), COMMENTED)
def test_comments_count_where_they_are_asked_for(name: str, one: str, other: str) -> None:
    assert digest(name, one, comments=True) != digest(name, other, comments=True)
    assert digest(name, one) == digest(name, other)


def test_the_place_of_a_comment_does_not_count() -> None:
    assert digest("python", "x = 1  # one\n", comments=True) == digest("python", "# one\n\nx = 1\n", comments=True)


VARIANCE = "export interface A<out T> {\n  // why\n  b(c: T): (void);\n}\n"
"""A form that the grammar does not know: `out` is an error to it, the rest is as it always is."""


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("// why", "// because", True),
        ("{\n  //", "{ //", True),
        ("(void);", "void", True),
        ("out T", "out  T", True),
        ("out T", "in T", False),
        ("c: T", "c: T[]", False),
        ("void", "never", False),
        ("out T", "out U, T", False),
    ],
)
def test_around_what_does_not_parse_layout_counts_as_little_as_elsewhere(old: str, new: str, same: bool) -> None:
    assert old in VARIANCE
    assert (of_what_may_not_parse("typescript", VARIANCE.replace(old, new)) == BROKEN) is same


def of_what_may_not_parse(name: str, source: str) -> str:
    root = parser(name).parse(source.encode()).root_node
    return tree_digest([root], source.encode(), language(name), comments=False)


BROKEN = of_what_may_not_parse("typescript", VARIANCE)


def test_what_does_not_parse_is_compared_as_it_stands() -> None:
    assert of_what_may_not_parse("python", "def f(:\n  x") != of_what_may_not_parse("python", "def f(:\n  y")
    assert of_what_may_not_parse("python", "f(a b\n") != of_what_may_not_parse("python", "f(a  b\n")


NESTED = [
    ("python", "x = ", ""),
    ("typescript", "x = ", ""),
    ("go", "package a\nvar x = ", ""),
    ("rust", "const X: u8 = ", ";"),
]


@pytest.mark.parametrize(("name", "before", "behind"), NESTED)
def test_nesting_as_deep_as_the_file_is_long_is_walked(name: str, before: str, behind: str) -> None:
    deep = before + "(" * 2000 + "1" + ")" * 2000 + behind
    assert digest(name, deep) == digest(name, before + "1" + behind)
