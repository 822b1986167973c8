from __future__ import annotations

import os
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fp.kernel.process import Seen
from tarmac.model import Limits
from tarmac.worker import bounds, progress, tree
from tarmac.worker.redact import Redactor

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = {"planted-secret": "KEY", "planted-secret-and-more": "LONG", "täglich-geheim": "UMLAUT"}
PIECES = st.lists(st.sampled_from([*SECRETS, "planted", "-secret", "x", "\n", "täg"]), max_size=12)


def redacted(data: bytes, cuts: list[int]) -> bytes:
    redactor = Redactor(SECRETS)
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = [data[start:end] for start, end in pairwise(places)]
    return b"".join(redactor.feed(piece) for piece in pieces) + redactor.rest()


@given(PIECES, st.lists(st.integers(0, 200), max_size=8))
def test_no_way_to_cut_a_stream_lets_a_secret_through(words: list[str], cuts: list[int]) -> None:
    text = redacted("".join(words).encode(), cuts).decode()
    assert not [secret for secret in SECRETS if secret in text]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_what_holds_no_secret_is_not_changed(data: bytes, cuts: list[int]) -> None:
    assert redacted(data, cuts) == data


def test_a_stream_is_held_back_only_where_a_secret_may_begin() -> None:
    redactor = Redactor(SECRETS)
    assert [redactor.feed(piece) for piece in (b"a plan", b"e\n", b"pla", b"in")] == [b"a ", b"plane\n", b"", b"plain"]


@pytest.mark.parametrize(
    ("quiet", "limit", "expected"), [(10, 10, True), (9.9, 10, False), (1e9, 0, False)], ids=["at", "before", "off"]
)
def test_quiet_is_the_limit_without_output(quiet: float, limit: float, expected: bool) -> None:
    assert bounds.is_quiet(bounds.Clock(0, 0), Limits(limit, 0, 0), quiet) is expected


@pytest.mark.parametrize(("ran", "limit", "stopped"), [(10, 10, True), (9.9, 10, False), (1e9, 0, False)])
def test_the_wall_limit_counts_from_the_start(ran: float, limit: float, stopped: bool) -> None:
    clock = bounds.heard(bounds.Clock(0, 0), 9)
    assert (bounds.over_time(clock, Limits(0, limit, 0), ran) is not None) is stopped


def test_output_gives_back_the_extension() -> None:
    assert bounds.heard(bounds.extended(bounds.Clock(0, 0), 5), 6) == bounds.Clock(0, 6, False)


def seen(pid: int, parent: int) -> Seen:
    return Seen(pid, parent, pid, 1, 0, False)


def test_descendants_are_found_over_generations_and_nobody_elses() -> None:
    rows = [seen(5, 4), seen(2, 1), seen(3, 2), seen(4, 3), seen(9, 8)]
    assert sorted(row.pid for row in tree.below(rows, 2)) == [3, 4, 5]


def test_a_changed_file_anywhere_below_is_progress(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    before = time.time() + 100
    assert not progress.changed_since(str(tmp_path), before)
    (tmp_path / "deep" / "er" / "file").touch()
    os.utime(tmp_path / "deep" / "er" / "file", (before + 5, before + 5))
    assert progress.changed_since(str(tmp_path), before)


@pytest.mark.parametrize("pointer", ["gitdir: /nowhere", "", "\0", "gitdir: " + "x" * 10_000])
def test_a_strange_git_pointer_is_no_progress(tmp_path: Path, pointer: str) -> None:
    (tmp_path / ".git").write_text(pointer)
    assert not progress.changed_since(str(tmp_path), time.time() + 100)


def test_a_git_pointer_that_is_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".git")
    assert not progress.changed_since(str(tmp_path), time.time() + 100)
