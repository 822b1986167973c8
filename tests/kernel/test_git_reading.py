"""What is asked of a repository: where it is, what its history holds, what a worktree has that no commit has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External, Usage
from fp.kernel.git.history import Dirt, changed_paths, commits_between, dirt, versions
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.repo import GIT_OLDEST, Repository, find_top, version
from fp.kernel.git.run import Completed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


def found(repo: Repo) -> Repository:
    return Repository.discover(repo.path)


def test_a_repository_is_found_from_any_folder_in_it(repo: Repo) -> None:
    repo.write("a/b/c", "")
    for start in (repo.path, repo.path / "a", repo.path / "a/b"):
        here = Repository.discover(start)
        assert (here.top, here.git_dir, here.common_dir) == (repo.path, repo.path / ".git", repo.path / ".git")
        assert (here.where, here.shallow, here.object_format) == (repo.path, False, "sha1")
        assert find_top(start) == repo.path


def test_a_linked_worktree_shares_the_common_folder(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    here = Repository.discover(tmp_path / "linked")
    assert (here.top, here.common_dir) == (tmp_path / "linked", repo.path / ".git")
    assert here.git_dir == repo.path / ".git/worktrees/linked"
    assert here.head_branch() == "refs/heads/linked"


def test_a_submodule_keeps_its_own_state(repo: Repo, tmp_path: Path) -> None:
    other = repo.clone(tmp_path / "other")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "sub")
    here = Repository.discover(repo.path / "sub")
    assert (here.top, here.common_dir) == (repo.path / "sub", repo.path / ".git/modules/sub")


def test_a_shallow_clone_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.commit("second")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    assert Repository.discover(tmp_path / "shallow").shallow


def test_a_repository_of_the_longer_ids_works_alike(tmp_path: Path, repo: Repo) -> None:
    repo.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "long"))
    here = Repository.discover(tmp_path / "long")
    objects = GitObjects(here)
    oid = objects.blob(b"text")
    assert (len(oid), here.no_oid) == (64, "0" * 64)
    assert objects.read_blobs([oid]) == {oid: b"text"}


@pytest.mark.parametrize(
    ("where", "reason"), [("nowhere", "no-repository"), ("absent", "no-folder"), ("bare.git", "bare-repository")]
)
def test_where_no_repository_is_the_caller_is_told(repo: Repo, tmp_path: Path, where: str, reason: str) -> None:
    (tmp_path / "nowhere").mkdir()
    repo.git("init", "--quiet", "--bare", str(tmp_path / "bare.git"))
    with pytest.raises(Usage) as caught:
        Repository.discover(tmp_path / where)
    assert caught.value.reason == reason


def test_inside_the_git_folder_there_is_no_worktree(repo: Repo) -> None:
    with pytest.raises(Usage) as caught:
        Repository.discover(repo.path / ".git")
    assert caught.value.hint == "run this in a worktree of it"


def test_a_path_with_a_line_break_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.path.rename(tmp_path / "line\nbreak")
    with pytest.raises(Usage):
        Repository.discover(tmp_path / "line\nbreak")


def test_a_path_with_other_breaks_of_unicode_is_read_whole(repo: Repo, tmp_path: Path) -> None:
    odd = tmp_path / "para\u2029graph\x0bnext\u0085line"
    repo.path.rename(odd)
    assert Repository.discover(odd).top == odd


def test_settings_are_read_and_written(repo: Repo) -> None:
    here = found(repo)
    assert here.setting("fp.trackerRef") is None
    here.set_setting("fp.trackerRef", "refs/heads/tracker")
    assert here.setting("fp.trackerRef") == "refs/heads/tracker"
    assert here.setting("user.name") == "Test Person"


def test_a_revision_is_resolved_to_its_commit(repo: Repo) -> None:
    first = repo.head()
    repo.git("tag", "--annotate", "--message", "x", "v1")
    second = repo.commit("second")
    here = found(repo)
    revisions = ("main", "HEAD~1", "v1", second[:10], "absent", "HEAD:README.md", "", "-x")
    assert [here.resolve(revision) for revision in revisions] == [second, first, first, second, None, None, None, None]


def test_the_branch_checked_out_is_named_also_before_its_first_commit(repo: Repo) -> None:
    assert found(repo).head_branch() == "refs/heads/main"
    repo.git("checkout", "--quiet", "--orphan", "fresh")
    assert found(repo).head_branch() == "refs/heads/fresh"
    repo.git("switch", "--quiet", "--detach", "--force", "main")
    assert found(repo).head_branch() is None


def test_git_is_new_enough() -> None:
    assert version() >= GIT_OLDEST


def test_output_is_split_at_line_feeds_alone() -> None:
    output = Completed(0, "a\u2028b\x85c\rd\x0ce\n\nf\n".encode(), "")
    assert output.lines() == ["a\u2028b\x85c\rd\x0ce", "", "f"]
    assert Completed(0, b"", "").lines() == []


def test_changes_between_commits_are_told_by_path(repo: Repo) -> None:
    for path, text in {"changed": "old", "gone": "x", "sub/moved": "moved", "odd\nname": "1"}.items():
        repo.write(path, text)
    old = repo.commit("old")
    repo.write("changed", "new")
    repo.write("odd\nname", "2")
    repo.write("-new", "x")
    (repo.path / "gone").unlink()
    (repo.path / "sub/moved").rename(repo.path / "sub/away")
    new = repo.commit("new")
    changes = {change.path: change for change in changed_paths(found(repo), old, new)}
    assert {path: change.status for path, change in changes.items()} == {
        "changed": "M",
        "odd\nname": "M",
        "-new": "A",
        "gone": "D",
        "sub/moved": "D",
        "sub/away": "A",
    }
    assert changes["sub/moved"].old == changes["sub/away"].new
    assert (changes["gone"].new, changes["-new"].old) == (None, None)
    assert [change.path for change in changed_paths(found(repo), old, new, "sub")] == ["sub/away", "sub/moved"]
    assert changed_paths(found(repo), new, new) == []


def test_versions_of_a_file_are_on_the_first_parent_line(repo: Repo) -> None:
    repo.write("file", "one")
    one = repo.commit("one")
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("file", "side")
    repo.commit("side")
    repo.git("switch", "--quiet", "main")
    repo.commit("between")
    repo.git("merge", "--quiet", "--no-ff", "--message", "merge", "side")
    merge = repo.head()
    (repo.path / "file").unlink()
    gone = repo.commit("gone")
    objects = GitObjects(found(repo))
    told = versions(found(repo), objects, "HEAD", "file")
    assert [version.commit.oid for version in told] == [gone, merge, one]
    assert [version.blob for version in told] == [None, objects.blob(b"side"), objects.blob(b"one")]


@pytest.mark.parametrize("path", ["commit x", ":100644 100644 a b M", "a\n:100644 1 2 3 M", "ünï", "-p", "*"])
def test_a_name_that_looks_like_output_misleads_nobody(repo: Repo, path: str) -> None:
    oids = []
    for text in ("one", "two"):
        repo.write(path, text)
        repo.write("other", text)
        oids.append(repo.commit(text))
    told = versions(found(repo), GitObjects(found(repo)), "main", path)
    assert [version.commit.oid for version in told] == oids[::-1]


def test_a_history_that_is_not_there_is_empty(repo: Repo) -> None:
    assert versions(found(repo), GitObjects(found(repo)), "absent", "README.md") == []
    assert versions(found(repo), GitObjects(found(repo)), "main", "absent") == []


def test_commits_between(repo: Repo) -> None:
    first = repo.head()
    oids = [repo.commit(text) for text in ("a", "b", "c")]
    assert commits_between(found(repo), [first], oids[-1], limit=10) == oids[::-1]
    assert commits_between(found(repo), [], oids[-1], limit=2) == oids[:0:-1]
    assert commits_between(found(repo), [oids[-1]], oids[-1], limit=10) == []
    with pytest.raises(External):
        commits_between(found(repo), [], "absent", limit=10)


def test_dirt_is_all_that_a_clean_up_would_lose(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\nbuild/\n")
    for path in ("modified", "staged", "deleted", "hidden", "renamed"):
        repo.write(path, "old")
    repo.commit("files")
    for path in ("modified", "staged", "untracked", "odd\nname", "x.log", "build/deep/out", "folder/deep/new"):
        repo.write(path, "new")
    repo.git("add", "staged")
    (repo.path / "deleted").unlink()
    repo.git("mv", "renamed", "to")
    repo.git("update-index", "--assume-unchanged", "hidden")
    repo.write("hidden", "changed unseen")
    told = {item.path: item.state for item in dirt(str(repo.path), ignored=True)}
    assert told == {
        "modified": " M",
        "staged": "M ",
        "deleted": " D",
        "renamed": "D ",
        "to": "A ",
        "untracked": "??",
        "odd\nname": "??",
        "folder/deep/new": "??",
        "x.log": "!!",
        "build/": "!!",
        "hidden": "h ",
    }
    assert Dirt("!!", "x.log") not in dirt(str(repo.path), ignored=False)


def test_a_clean_worktree_has_no_dirt(repo: Repo) -> None:
    assert dirt(str(repo.path), ignored=True) == []


def test_a_packed_repository_reads_alike(repo: Repo) -> None:
    before = GitRefs(found(repo)).list("refs/")
    repo.git("pack-refs", "--all")
    repo.git("gc", "--quiet")
    assert GitRefs(found(repo)).list("refs/") == before
    assert GitObjects(found(repo)).read_commit(repo.head()) is not None
