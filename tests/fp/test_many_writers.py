"""Many clones and many processes at once, small: what `python -m bench collisions` and `merging` measure in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.collisions import collide, race
from bench.merging import tried
from tests.support.pairs import branches, use_driver

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


@pytest.mark.race
def test_issues_made_in_many_clones_never_share_an_id(tmp_path: Path) -> None:
    done = collide(tmp_path, 4, 25)
    assert (done.made, done.merged, done.conflicts, done.wrong) == (100, 100, 0, [])


@pytest.mark.race
def test_no_acknowledged_edit_of_one_issue_is_lost_and_each_loser_is_told(tmp_path: Path) -> None:
    done = race(tmp_path, 4, 40)
    assert (done.lost, done.acknowledged + done.told) == (0, 160)
    assert done.acknowledged >= 40


@pytest.mark.slow
def test_what_git_and_the_driver_merge_passes_the_check(repo: Repo, tmp_path: Path) -> None:
    branches(repo, "full")
    use_driver(repo, tmp_path)
    done = tried(repo, "full", every=9)
    assert (done.clean, done.wrong) == (done.pairs, [])
