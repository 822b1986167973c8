"""Fixtures of fp's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.tracker import Fp

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo


@pytest.fixture
def fp(repo: Repo, command: Command) -> Fp:
    """`fp` in a repository whose committed tracker has the prefix FP and no issue."""
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    repo.write(".gitattributes", ".issues/events/** linguist-generated\n")
    repo.commit("tracker")
    return Fp(repo, command)
