"""Where the tracker's truth is: setting, remote's HEAD branch, main worktree's branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Config
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.trackerref import TrackerRef, tracker_ref

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


def found(path: Path) -> TrackerRef:
    repository = Repository.discover(path)
    return tracker_ref(repository, GitObjects(repository))


def test_without_a_remote_it_is_the_main_worktree_s_branch_from_every_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert found(tmp_path / "side") == found(repo.path)
    assert found(repo.path)[:2] == ("refs/heads/main", repo.head())


def test_before_the_first_commit_the_branch_has_none(tmp_path: Path, repo: Repo) -> None:
    repo.git("init", "-q", str(tmp_path / "new"))
    assert found(tmp_path / "new")[:2] == ("refs/heads/main", None)


@pytest.mark.parametrize(
    ("authority", "expected"), [("local", "refs/heads/main"), ("origin", "refs/remotes/origin/main")]
)
def test_with_a_remote_it_is_its_head_branch_and_the_authority_says_whose(
    repo: Repo, tmp_path: Path, authority: str, expected: str
) -> None:
    repo.write(".issues/config.yaml", f"format: 1\nprefix: FP\nauthority: {authority}\n")
    repo.commit()
    clone = repo.clone(tmp_path / "clone")
    clone.git("checkout", "-qb", "side")
    clone.commit("local work")
    assert found(clone.path).ref == expected


def test_a_clone_without_the_local_branch_reads_the_remote_s(repo: Repo, tmp_path: Path) -> None:
    clone = repo.clone(tmp_path / "clone")
    clone.git("checkout", "-q", "--detach")
    clone.git("branch", "-qD", "main")
    assert found(clone.path).ref == "refs/remotes/origin/main"


@pytest.mark.parametrize("setting", ["refs/heads/plans", "plans"])
def test_the_setting_decides(repo: Repo, setting: str) -> None:
    repo.git("branch", "plans")
    repo.git("config", "fp.trackerRef", setting)
    assert found(repo.path).ref == "refs/heads/plans"


def test_a_setting_that_names_nothing_is_said(repo: Repo) -> None:
    repo.git("config", "fp.trackerRef", "refs/heads/gone")
    with pytest.raises(Config, match="names no commit"):
        found(repo.path)


def test_a_detached_main_worktree_is_said(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")
    with pytest.raises(Config, match="no branch checked out"):
        found(repo.path)
