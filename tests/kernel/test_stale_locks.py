"""A git that was killed leaves a lock on a ref of ours: the next one goes on, and touches no lock of others."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.remote import GitRemote
from fp.kernel.git.repo import Repository
from fp.kernel.ports import RefUpdate

if TYPE_CHECKING:
    from pathlib import Path

CLAIM = "refs/fp/claims/FP-1"
COPY = "refs/fp/remotes/origin/claims/FP-1"
SPECS = (f"+{CLAIM}:{COPY}", "+refs/fp/claims/*:refs/fp/remotes/origin/claims/*")


def git(where: Path, *words: str) -> str:
    """What git prints there."""
    return subprocess.run(["git", "-C", where, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a repository that holds one claim."""
    there, here = tmp_path / "there", tmp_path / "here"
    git(tmp_path, "init", "-q", "-b", "main", str(there))
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    git(there, *who, "commit", "-q", "--allow-empty", "-m", "first")
    git(there, "update-ref", CLAIM, "main")
    git(tmp_path, "clone", "-q", str(there), str(here))
    return here


def left(clone: Path, ref: str, content: bytes) -> Path:
    """The lock of a ref, as a killed git leaves it."""
    lock = clone / ".git" / f"{ref}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_bytes(content)
    return lock


def fetched(clone: Path, spec: str) -> str:
    """Our copy after a fetch."""
    GitRemote(Repository.discover(clone), "origin").fetch([spec])
    return git(clone, "rev-parse", COPY)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("content", [b"", b"5" * 40 + b"\n"])
def test_a_fetch_goes_on_where_a_killed_one_left_a_lock(clone: Path, spec: str, content: bytes) -> None:
    """Whether the name of the object was in it or not."""
    lock = left(clone, COPY, content)
    assert fetched(clone, spec) == git(clone, "rev-parse", "origin/main")
    assert not lock.exists()


@pytest.mark.parametrize("content", [b"", b"5" * 40 + b"\n"])
def test_a_transaction_goes_on_where_a_killed_one_left_a_lock(clone: Path, content: bytes) -> None:
    """Whether the name of the object was in it or not."""
    lock = left(clone, CLAIM, content)
    new = git(clone, "rev-parse", "origin/main")
    assert GitRefs(Repository.discover(clone)).transact([RefUpdate(CLAIM, None, new)]).status == "done"
    assert git(clone, "rev-parse", CLAIM) == new
    assert not lock.exists()


def test_a_transaction_waits_for_a_git_that_lives_and_leaves_the_lock_of_a_branch(clone: Path) -> None:
    """A branch is everybody's, and a young lock of ours may be that git's."""
    new = git(clone, "rev-parse", "origin/main")
    refs = GitRefs(Repository.discover(clone))
    branch = left(clone, "refs/heads/side", b"")
    with pytest.raises(External, match="stay locked"):
        refs.transact([RefUpdate("refs/heads/side", None, new)])
    lock = left(clone, CLAIM, b"")
    with subprocess.Popen(["git", "cat-file", "--batch"], cwd=clone, stdin=subprocess.PIPE) as busy:
        with pytest.raises(External, match="stay locked"):
            refs.transact([RefUpdate(CLAIM, None, new)])
        busy.kill()
    assert branch.exists()
    assert lock.exists()


def test_what_no_git_wrote_stays(clone: Path) -> None:
    """Somebody put it there for a reason."""
    lock = left(clone, COPY, b"hands off\n")
    with pytest.raises(External):
        fetched(clone, SPECS[0])
    assert lock.read_bytes() == b"hands off\n"


def test_the_lock_of_a_ref_that_people_fetch_too_stays(clone: Path) -> None:
    """Only our own copies are written by us alone."""
    lock = left(clone, "refs/remotes/origin/new", b"")
    with pytest.raises(External):
        GitRemote(Repository.discover(clone), "origin").fetch(["+refs/heads/main:refs/remotes/origin/new"])
    assert lock.exists()


def test_while_a_git_works_there_a_young_lock_stays_and_an_old_one_goes(clone: Path) -> None:
    """It may be that git's, unless it is older than any fetch."""
    lock = left(clone, COPY, b"")
    with subprocess.Popen(["git", "cat-file", "--batch"], cwd=clone, stdin=subprocess.PIPE) as busy:
        with pytest.raises(External):
            fetched(clone, SPECS[0])
        assert lock.exists()
        os.utime(lock, (1, 1))
        assert fetched(clone, SPECS[0])
        assert not lock.exists()
        busy.kill()
