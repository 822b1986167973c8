"""Every contract test runs against the real ports and against the simulated ones."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.contract.machines import Machine, make_template, real_machine, remembering, simulated_machine
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def machine_template(repo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, copied by every test of a real machine."""
    folder = tmp_path_factory.mktemp("machine")
    shutil.copytree(repo_template, folder / "repo", symlinks=True)
    make_template(Repo(folder / "repo"), folder)
    return folder


@pytest.fixture(params=["real", "simulated"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """The two machines by turns; `remembered` is the real one that remembers the objects it has read."""
    if request.param == "simulated":
        return simulated_machine()
    made = real_machine(request.getfixturevalue("machine_template"), tmp_path)
    return remembering(made) if request.param == "remembered" else made
