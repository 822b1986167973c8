"""The guards of conftest hold: home, checkout and network are out of reach of every test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.guards import CHECKOUT, Guard, GuardError, dropped

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo


def test_home_is_a_scratch_folder_for_us_and_for_children() -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import pathlib; print(pathlib.Path.home())"], capture_output=True, text=True, check=True
    )
    assert child.stdout.strip() == os.environ["HOME"] == str(Path.cwd())
    assert "guarded" in os.environ["HOME"]


@pytest.mark.parametrize("name", ["x", "tests/x", ".git/x", "fp/kernel/x.py"])
def test_the_checkout_cannot_be_written(name: str) -> None:
    with pytest.raises(GuardError, match="use tmp_path"):
        (CHECKOUT / name).write_text("x")
    assert not (CHECKOUT / name).exists()


def test_the_checkout_cannot_be_changed_without_opening_a_file() -> None:
    for change in (
        lambda: os.mkdir(CHECKOUT / "folder"),
        lambda: os.rename(CHECKOUT / "pyproject.toml", CHECKOUT / "gone"),
        lambda: os.unlink(CHECKOUT / "pyproject.toml"),
        lambda: os.open(CHECKOUT / "new", os.O_CREAT | os.O_WRONLY),
    ):
        with pytest.raises(GuardError):
            change()
    assert (CHECKOUT / "pyproject.toml").exists()


def test_the_real_home_cannot_be_written(tmp_path: Path) -> None:
    guard = Guard((tmp_path / "home",), tmp_path / "scratch")
    guard.on = True
    with pytest.raises(GuardError):
        guard("open", (str(tmp_path / "home" / ".gitconfig"), "w", 0))
    guard("open", (str(tmp_path / "home" / ".gitconfig"), "r", 0))
    guard("open", (str(tmp_path / "scratch" / "file"), "w", 0))


def test_reading_the_checkout_and_writing_scratch_files_stay_allowed(tmp_path: Path) -> None:
    assert (CHECKOUT / "pyproject.toml").read_text()
    (tmp_path / "file").write_text("fine")


def test_only_loopback_can_be_connected_to() -> None:
    with socket.socket() as outward, pytest.raises(GuardError, match="only loopback"):
        outward.connect(("192.0.2.1", 80))
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_git_does_not_run_in_the_checkout() -> None:
    with pytest.raises(GuardError, match="own checkout"):
        subprocess.run(["git", "status"], cwd=CHECKOUT, check=True)


@pytest.mark.checkout
def test_a_marked_test_may_ask_git_about_the_checkout() -> None:
    done = subprocess.run(["git", "--version"], cwd=CHECKOUT, capture_output=True, check=True)
    assert done.stdout.startswith(b"git version")


def test_git_reads_no_configuration_of_the_operator(repo: Repo) -> None:
    origins = {line.split("\t")[0] for line in repo.git("config", "--list", "--show-origin").splitlines()}
    assert origins == {f"file:{os.environ['GIT_CONFIG_GLOBAL']}", "file:.git/config"}


def test_variables_that_steer_git_or_us_are_dropped() -> None:
    assert dropped(lambda: ["GIT_DIR", "FP_X", "TARMAC_RUN", "PATH", "EDITOR"]) == [
        "GIT_DIR",
        "FP_X",
        "TARMAC_RUN",
        "EDITOR",
    ]
    assert "GIT_DIR" not in os.environ


def test_equal_repositories_have_equal_commits(repo: Repo, repo_template: Path) -> None:
    copied = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo_template, capture_output=True, text=True, check=True)
    assert repo.head() == copied.stdout.strip()
    assert repo.git("status", "--porcelain") == ""


def test_a_commit_of_the_fixture_has_the_fixed_person_and_date(repo: Repo) -> None:
    repo.write("folder/file.txt", "text\n")
    repo.commit("second")
    assert repo.git("log", "-1", "--format=%an %ct %s") == "Test Person 1790000060 second"


def test_a_command_is_this_checkout_s(command: Command, tmp_path: Path) -> None:
    (tmp_path / "fp").mkdir()
    (tmp_path / "fp" / "__init__.py").write_text("raise SystemExit('hijacked')")
    done = command("this", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "Beautiful" in done.out
