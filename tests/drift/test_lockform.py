"""A lock as written, read at once, against the reader that looks at every line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift import lock as reader
from drift.anchors import parse_anchor
from drift.lock import write_lock
from drift.lockform import read_written
from drift.model import Binding, Lock, Stamp

if TYPE_CHECKING:
    import random

DOCS = ("a.md", "docs/b.md#part", "docs/\u00e9t\u00e9.md")
TARGETS = ("src/a.py", "src/a.py#A.b", "src/a.py#load(int, str)", "src/", "src/**/*.py", 'm.ts#A."b c"')
BINDINGS = st.builds(
    Binding,
    st.sampled_from(DOCS).map(parse_anchor),
    st.sampled_from(TARGETS).map(parse_anchor),
    st.none() | st.builds(Stamp, st.sampled_from(("", "n1/bytes", "n2+signature/python-0.25.0")), st.just("0a" * 16)),
    st.sampled_from(("", "9" * 40, "b" * 64)),
    st.sampled_from(("", "", "", "github:owner/name")),
    st.sampled_from(((), (), ("# Why.",), ("# One.", "#two"))),
)


def slowly(text: str) -> tuple[Lock, int]:
    """What the other reader says, and of how many problems."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_written", lambda *_: None)
        lock, problems = reader.read_lock(text.encode(), "drift.lock")
    return lock, len(problems)


@given(st.lists(BINDINGS, max_size=6, unique_by=lambda one: one.key))
def test_what_is_written_reads_alike(bindings: list[Binding]) -> None:
    text = write_lock(Lock(tuple(bindings))).decode()
    plain = not any(one.origin or '"' in one.target.text for one in bindings)
    found = read_written(text)
    assert (found is not None) == plain
    assert found is None or (found, 0) == slowly(text)


@given(st.lists(BINDINGS, min_size=1, max_size=5, unique_by=lambda one: one.key), st.randoms(use_true_random=False))
def test_what_is_broken_is_never_read_as_something_else(bindings: list[Binding], draw: random.Random) -> None:
    text = write_lock(Lock(tuple(bindings))).decode()
    for _ in range(8):
        lines = text.split("\n")
        at = draw.randrange(len(lines))
        lines[at : at + 1] = draw.choice(
            [
                [],
                [lines[at], lines[at]],
                [lines[at] + draw.choice((" ", "\r", '"', "#", "\t", "x"))],
                [lines[at][:-1]],
                [lines[at].replace('"', "'")],
                [lines[at].replace("a", draw.choice(("A", "\x7f", "\\u0041", "/", "..")), 1)],
                ["", lines[at]],
                ["# note", lines[at]],
                [draw.choice(("[[bindings]]", "<<<<<<< ours", "=======", 'doc = "x.md"', 'sig = ""', "version = 1"))],
            ]
        )
        broken = "\n".join(lines)
        found = read_written(broken)
        assert found is None or (found, 0) == slowly(broken)


@pytest.mark.parametrize("text", ["", "\n", "version = 1", "version = 2\n", "\ufeffversion = 1\n", "version = 1\n\n"])
def test_other_forms_are_left_to_the_other_reader(text: str) -> None:
    assert read_written(text) is None


def test_blocks_out_of_order_are_sorted() -> None:
    one, other = (f'[[bindings]]\ndoc = "{name}.md"\ntarget = "a.py"\n' for name in "ba")
    text = f"version = 1\n\n{one}\n{other}"
    assert read_written(text) == slowly(text)[0]
