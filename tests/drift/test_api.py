"""What other packages get from drift: reports of a folder, and stale bindings of a tree that is nowhere checked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.api import Result, Stale, check, stale_at
from fp.kernel.errors import Config, Refused
from tests.support.drifting import edit, fill, linked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repo import Command, Repo


def of_commit(repo: Repo, commit: str) -> Callable[[str], bytes | None]:
    """Reads the files of a commit, and refuses what is a link there."""

    def read(path: str) -> bytes | None:
        entry = repo.git("ls-tree", commit, "--", path)
        if entry.startswith("120000"):
            raise Refused("a link", where=path)
        return repo.git("show", f"{commit}:{path}").encode() + b"\n" if entry else None

    return read


def test_a_folder_is_checked(repo: Repo, command: Command) -> None:
    linked(repo, command)
    assert [item.result for item in check(repo.path).anchors] == [Result.FRESH]
    edit(repo, "src/auth.py", "if user:", "if not user:")
    assert check(repo.path / "src").failed


def test_a_folder_without_a_lock_has_an_empty_report(repo: Repo) -> None:
    assert check(fill(repo).path).docs == ()


def test_a_broken_lock_is_an_error_with_its_line(repo: Repo) -> None:
    repo.write("drift.lock", "version = 1\nversion = 1\n")
    with pytest.raises(Config, match=r"drift\.lock:2"):
        check(repo.path)


def test_stale_bindings_of_a_commit_for_the_paths_that_changed(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py#Session.open", "src/auth.py#LIMIT")
    repo.write("other.py", "X = 1\n")
    assert command("drift", "link", "docs/auth.md", "other.py#X", cwd=repo.path).code == 0
    fresh = repo.commit("lock")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    repo.write("other.py", "X = 2\n")
    stale = repo.commit("work")
    wanted = Stale(
        "docs/auth.md",
        "src/auth.py#Session.open",
        "changed_after_baseline",
        "changed since the document was last said to be right",
    )
    assert stale_at(of_commit(repo, fresh), ["src/auth.py"]) == ((), [])
    assert stale_at(of_commit(repo, stale), ["src/auth.py"]) == ((wanted,), [])
    assert [item.target for item in stale_at(of_commit(repo, stale), {"other.py", "gone.py"})[0]] == ["other.py#X"]
    assert stale_at(of_commit(repo, stale), ["docs/auth.md"]) == ((), [])


@pytest.mark.parametrize(("change", "reason"), [("remove", "file_not_found"), ("link", "file_not_readable")])
def test_a_target_that_is_gone_or_a_link_is_stale(repo: Repo, command: Command, change: str, reason: str) -> None:
    linked(repo, command)
    (repo.path / "src/auth.py").unlink()
    if change == "link":
        (repo.path / "src/auth.py").symlink_to("/etc/passwd")
    commit = repo.commit("away")
    assert [item.reason for item in stale_at(of_commit(repo, commit), ["src/auth.py"])[0]] == [reason]


def test_a_tree_without_a_lock_has_nothing_stale_and_a_broken_one_says_so(repo: Repo) -> None:
    assert stale_at(of_commit(repo, repo.head()), ["README.md"]) == ((), [])
    repo.write("drift.lock", "version = 1\n=======\n")
    repo.write("drift.toml", "links = 1\n")
    found, problems = stale_at(of_commit(repo, repo.commit()), ["README.md"])
    assert (found, [problem.where for problem in problems]) == ((), ["drift.lock:2", "drift.toml:1"])
