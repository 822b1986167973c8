"""`fp check --base` however a branch arrives, and `fp check` on main afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo
    from tests.support.tracker import Fp

A, B = "FP-aaaaaaa", "FP-bbbbbbb"


def by_merge(repo: Repo) -> None:
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "work")


def by_squash(repo: Repo) -> None:
    repo.git("merge", "-q", "--squash", "work")
    repo.commit("squash")


def by_rebase(repo: Repo) -> None:
    repo.git("rebase", "-q", "main", "work")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "work")


def by_queue(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "queue/main/1", "main")
    by_merge(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "queue/main/1")


def by_fork(repo: Repo) -> None:
    fork = repo.clone(repo.path.parent / "fork")
    fork.git("checkout", "-q", "-b", "theirs", "origin/work")
    repo.git("fetch", "-q", str(fork.path), "theirs:refs/pull/1/head")
    repo.git("merge", "-q", "--no-ff", "-m", "pull request", "refs/pull/1/head")


@pytest.mark.slow
@pytest.mark.parametrize("arrive", [by_merge, by_squash, by_rebase, by_queue, by_fork])
def test_a_change_is_judged_the_same_and_main_is_clean_afterwards(
    fp: Fp, arrive: Callable[[Repo], None], tmp_path: Path
) -> None:
    fp.issue(A, "status: todo")
    fp.issue(B, "status: todo")
    base = fp.repo.commit("issues")
    fp.repo.git("checkout", "-q", "-b", "work")
    fp.ok("start", A, "--commit")
    fp.issue(B, "status: done")
    fp.repo.commit("done by hand")
    assert fp("check", "--base", "main").code == 0
    fp.repo.git("checkout", "-q", "main")
    fp.repo.write("code.txt", "main moved\n")
    fp.repo.commit("code")
    arrive(fp.repo)
    assert fp("check", "--base", base).code == 0
    assert fp.json("check")["errors"] == 0
    assert "1 implicit transition" in fp.ok("check")
