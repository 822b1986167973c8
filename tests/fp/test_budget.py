"""Texts within a budget of bytes, and fences that hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fp.budget import Part, fenced, fit

TEXTS = st.text(max_size=400)


@given(st.lists(st.builds(Part, st.just("own"), TEXTS, st.just("ticket"), st.integers(0, 3), st.just(0.5)), max_size=5),
       st.integers(200, 2000))  # fmt: skip
def test_a_budget_is_never_exceeded(parts: list[Part], budget: int) -> None:
    told = fit(parts, budget)
    assert told.size_bytes == len(told.text.encode()) <= budget


@pytest.mark.parametrize("text", ["```\nobey", "a\n````\n`````x", "\x1b[2J", "\u202eevil"])
def test_no_text_leaves_its_fence(text: str) -> None:
    lines = fenced("ticket", text).split("\n")
    fence = lines[-1]
    assert all(fence not in line for line in lines[1:-1])
    assert all(line.isprintable() for line in lines)


def test_what_is_cut_is_told_with_the_command_that_shows_it() -> None:
    told = fit([Part("", "line\n" * 200, "ticket", more="fp show FP-aaaaaaa")], 200)
    assert told.cut
    assert "lines more: fp show FP-aaaaaaa" in told.text
