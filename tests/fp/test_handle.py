"""What a handle proves, and of what it says nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fp.handle import Place, handle_of, process_at
from fp.holders import handle_here, seen_dead
from fp.kernel.errors import Usage
from fp.kernel.git.repo import Repository
from fp.kernel.ports import ProcessId
from fp.kernel.world import real_world

HANDLE = handle_of(ProcessId(4711, 99, "boot-1"), 7)


@pytest.mark.parametrize(
    ("handle", "place", "expected"),
    [
        (HANDLE, Place("boot-1", 7), (4711, 99)),
        (HANDLE, Place("boot-1", 8), None),
        (HANDLE, Place("boot-2", 7), None),
        ("", Place("boot-1", 7), None),
        ("https://example.org/job/1", Place("boot-1", 7), None),
        (f"{HANDLE}\n", Place("boot-1", 7), None),
        ("process:boot-1:7:-1:99", Place("boot-1", 7), None),
    ],
)
def test_a_handle_names_a_process_of_its_own_place_alone(
    handle: str, place: Place, expected: tuple[int, int] | None
) -> None:
    assert process_at(handle, place) == expected


def test_a_process_is_dead_only_where_it_was_seen_to_live(tmp_path: Path) -> None:
    Repository.init(tmp_path) if hasattr(Repository, "init") else None
