"""Blocks of ours in files of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fp.blocks import CHANGED, CURRENT, OLDER, look, put, take

TEXT = "Rules.\n"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_put_in_and_taken_out_a_file_is_as_it_was(text: str) -> None:
    assert take(put(text.encode(), TEXT)) == text.encode()


@pytest.mark.parametrize("data", [b"", b"a", b"a\n", b"a\r\n\r\n", b"\xef\xbb\xbfa", b"a\r", b"a\r\nb\n"])
def test_twice_is_once_and_comes_out_again(data: bytes) -> None:
    assert take(put(data, TEXT)) == data
    assert put(put(data, TEXT), TEXT) == put(data, TEXT)
    assert look(put(data, TEXT), TEXT).state == CURRENT


def test_ours_of_another_version_is_told_from_a_persons_change() -> None:
    data = put(b"Mine.\n", TEXT) + b"Below.\n"
    assert look(data, "Newer.\n").state == OLDER
    assert look(data.replace(b"Rules.", b"Rulez."), TEXT).state == CHANGED
    assert take(put(data, "Newer.\n")) == b"Mine.\nBelow.\n"
