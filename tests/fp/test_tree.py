"""Trees end, whatever the files say, and say what is odd where it stands."""

from __future__ import annotations

import pytest

from fp import tree
from fp.model import Issue


def issues(*edges: str) -> dict[str, Issue]:
    """Issues by one letter, `a` or `a<b`: a is a child of b, and waits for it."""
    found = {}
    for edge in edges:
        one, _, over = edge.partition("<")
        found[one] = Issue(one, one, parent=over or None, depends_on=tuple(over))
    return found


def drawn(known: dict[str, Issue], forest: tree.Forest) -> str:
    """Rows as one word each: dots for the depth, a mark for what is odd."""
    marks = {tree.ISSUE: "", tree.MISSING: "?", tree.CIRCLE: "@", tree.ABOVE: "^", tree.DEEPER: "~"}
    return " ".join("." * row.depth + row.id + marks[row.state] for row in tree.rows(known, forest))


@pytest.mark.parametrize(
    ("edges", "chosen", "shown"),
    [
        ("a b<a c<b d", "abcd", "a .b ..c d"),
        ("a b<a c<b", "c", "a .b ..c"),
        ("a<z b<a", "ab", "a .b"),
        ("a<b b<a c<a", "abc", "a .b ..a@ .c"),
        ("a<a", "a", "a .a@"),
        ("a<b b<a c<d d<c", "abcd", "a .b ..a@ c .d ..c@"),
    ],
)
def test_children_stand_below_their_parents(edges: str, chosen: str, shown: str) -> None:
    known = issues(*edges.split())
    assert drawn(known, tree.by_parent(known, list(chosen))) == shown


@pytest.mark.parametrize(
    ("edges", "chosen", "left_out", "shown"),
    [
        ("a<bc b<d c<d d", "abcd", "", "a .b ..d .c ..d"),
        ("a<bc b<d c<d d<e e", "abcde", "", "a .b ..d ...e .c ..d^"),
        ("a<bz b", "a", "b", "a .z?"),
        ("a<b b<a c<a", "abc", "", "c .a ..b ...a@"),
    ],
)
def test_what_an_issue_waits_for_stands_below_it(edges: str, chosen: str, left_out: str, shown: str) -> None:
    known = issues(*edges.split())
    assert drawn(known, tree.by_dependency(known, list(chosen), left_out)) == shown


def test_a_chain_as_long_as_the_tracker_ends_with_a_word_on_what_is_deeper() -> None:
    known = {str(n): Issue(str(n), "x", parent=str(n - 1) if n else None) for n in range(3000)}
    rows = tree.rows(known, tree.below(known, "0"))
    assert (len(rows), rows[-1].state) == (tree.DEPTH_MAX + 1, tree.DEEPER)
