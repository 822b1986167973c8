"""Guards for every test, and the fixtures that all of them share: `repo` and `command`."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Before hypothesis is imported anywhere: it keeps its caches beside the working folder otherwise.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(tempfile.gettempdir(), "fp-tests-hypothesis"))

from hypothesis import settings

from tests.support import guards
from tests.support.repo import Command, Repo, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that the guards know. Where a script runs the tests in its background, they would inherit that
    an interrupt is ignored, and so would every program that they start and interrupt.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "checkout: runs git in the project's own checkout, reading only")


@pytest.fixture(scope="session", autouse=True)
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[guards.Guard]:
    """Send all tests into a scratch home and make every other place an error."""
    scratch = tmp_path_factory.mktemp("guarded")
    hook = guards.Guard((Path.home().resolve(), guards.CHECKOUT), tmp_path_factory.getbasetemp().resolve())
    guards.install(hook)
    with pytest.MonkeyPatch.context() as patch:
        for name in guards.dropped():
            patch.delenv(name)
        for name, value in guards.environment(scratch).items():
            patch.setenv(name, value)
        patch.chdir(scratch / "home")  # whoever forgets to say where lands in no repository
        hook.on = True
        yield hook
        hook.on = False


@pytest.fixture(autouse=True)
def _git_in_the_checkout(request: pytest.FixtureRequest, guard: guards.Guard) -> None:
    guard.checkout_git = request.node.get_closest_marker("checkout") is not None


@pytest.fixture(scope="session")
def repo_template(guard: guards.Guard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, copied by every test."""
    path = tmp_path_factory.mktemp("template") / "repo"
    make_template(path)
    return path


@pytest.fixture
def repo(repo_template: Path, tmp_path: Path) -> Repo:
    """A repository of the test's own at `tmp_path/repo`: `main` with one commit that holds README.md."""
    made = Repo(tmp_path / "repo")
    shutil.copytree(repo_template, made.path, symlinks=True)
    made.git("update-index", "--refresh")  # the copies have other inodes than the index remembers
    return made


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """`command("fp", "list", cwd=repo.path) -> (code, out, err)`, a real process of this checkout."""
    return Command(tmp_path)
