"""What changed in a text is shown in a few short lines, whatever the text."""

from __future__ import annotations

import pytest

from fp.excerpt import CHARACTERS_MAX, EDITS_MAX, Edit, excerpt


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a\nb\nc", "a\nB\nc", [Edit(2, "b", "B")]),
        ("a\nc", "a\n\nb\nc", [Edit(3, "", "b")]),
        ("a\nb\nc", "a\nc", [Edit(2, "b", "")]),
        ("", "a", [Edit(1, "", "a")]),
        ("a\n\n", "a\n", []),
        ("same", "same", []),
    ],
)
def test_lines_that_came_went_or_changed(before: str, after: str, expected: list[Edit]) -> None:
    assert excerpt(before, after) == (tuple(expected), 0)


def test_a_long_line_is_cut_around_the_difference() -> None:
    (edit,) = excerpt("x" * 500 + " one " + "y" * 500, "x" * 500 + " two " + "y" * 500).edits
    assert (" one " in edit.before, " two " in edit.after) == (True, True)
    assert max(map(len, edit[1:])) <= CHARACTERS_MAX + 2


def test_many_changes_are_counted_and_cost_little() -> None:
    found = excerpt("\n".join(f"a{n}" for n in range(100)), "\n".join(f"b{n}" for n in range(100)))
    assert (len(found.edits), found.more) == (EDITS_MAX, 100 - EDITS_MAX)
    hostile = excerpt("a\nb\n" * 60_000, "b\na\n" * 60_000)
    assert (len(hostile.edits) <= EDITS_MAX, hostile.more > 100_000) == (True, True)
