"""Trackers from a worktree and from a commit: the same content gives the same tracker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Refused
from fp.kernel.fs import RealFiles
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.source import CommitSource, Tracker, WorktreeSource, file_of, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


def issue(issue_id: str, *lines: str) -> str:
    return f"---\nid: {issue_id}\ntitle: T\n" + "".join(f"{line}\n" for line in lines) + "---\n\nBody.\n"


def write_mixed(repo: Repo) -> None:
    """Good files beside every kind of bad one."""
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    repo.write(".issues/FP-aaaaaaa.md", issue("FP-aaaaaaa"))
    repo.write(".issues/FP-bbbbbbb.md", issue("FP-bbbbbbb", "status: done", "labels: [x]").replace("\n", "\r\n"))
    repo.write(".issues/FP-ccccccc.md", issue("FP-ccccccc", "status: nonsense"))
    repo.write(".issues/FP-ddddddd.md", issue("FP-ddddddd"))
    repo.write(".issues/copy.md", issue("FP-ddddddd"))
    repo.write(".issues/FP-eeeeeee.md", b"\xff\xfe")
    repo.write(".issues/FP-fffffff.md", "")
    repo.write(".issues/FP-ggggggg.md", issue("FP-ggggggg") + "x" * 300_000)
    repo.write(".issues/README.md", "# About this folder\n")
    repo.write(".issues/by-hand.md", "# By hand\n")
    repo.write(".issues/old/FP-hhhhhhh.md", issue("FP-hhhhhhh"))
    (repo.path / ".issues/FP-jjjjjjj.md").symlink_to("/etc/passwd")


def both(repo: Repo) -> tuple[Tracker, Tracker]:
    objects = GitObjects(Repository.discover(repo.path))
    return load(WorktreeSource(RealFiles(repo.path))), load(CommitSource(objects, repo.commit()))


def test_the_worktree_and_its_commit_give_the_same_tracker(repo: Repo) -> None:
    write_mixed(repo)
    ours, theirs = both(repo)
    assert ours == theirs._replace(label=ours.label, commit=None, blobs={})
    assert theirs.blobs.keys() >= ours.files.keys()


def test_a_bad_file_hides_no_other(repo: Repo) -> None:
    write_mixed(repo)
    tracker = load(WorktreeSource(RealFiles(repo.path)))
    assert sorted(tracker.issues) == ["FP-aaaaaaa", "FP-bbbbbbb"]
    assert sorted(tracker.unreadable) == ["FP-ccccccc", "FP-eeeeeee", "FP-fffffff", "FP-ggggggg", "FP-jjjjjjj"]
    assert tracker.duplicates == {"FP-ddddddd": (".issues/FP-ddddddd.md", ".issues/copy.md")}
    assert sorted({problem.code for problem in tracker.problems}) == sorted(
        ["unknown-status", "file-encoding", "empty-file", "file-size", "not-adopted", "link"]
    )


def test_a_broken_file_by_the_name_of_an_id_is_its_second_file(repo: Repo) -> None:
    repo.write(".issues/FP-aaaaaaa.md", "---\nid: [\n---\n")
    repo.write(".issues/other.md", issue("FP-aaaaaaa"))
    tracker = load(WorktreeSource(RealFiles(repo.path)))
    assert (dict(tracker.issues), list(tracker.duplicates)) == ({}, ["FP-aaaaaaa"])


def test_files_of_the_tracker_that_cannot_be_opened_are_problems(repo: Repo) -> None:
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    (repo.path / ".issues/FP-aaaaaaa.md").mkdir()
    os.mkfifo(repo.path / ".issues/FP-bbbbbbb.md")
    tracker = load(WorktreeSource(RealFiles(repo.path)))
    assert [problem.code for problem in tracker.problems] == ["not-a-file", "not-a-file"]


def test_missing_settings_are_a_problem_and_have_defaults(repo: Repo) -> None:
    ours, theirs = both(repo)
    assert ours.config == theirs.config
    assert [problem.code for problem in ours.problems] == ["no-config"]


def test_what_lies_where_nobody_reads_it_is_told_alike(repo: Repo) -> None:
    write_mixed(repo)
    repo.write(".issues/events/note.md", "lost\n")
    (repo.path / ".issues/elsewhere").symlink_to("/etc")
    worktree = WorktreeSource(RealFiles(repo.path))
    commit = CommitSource(GitObjects(Repository.discover(repo.path)), repo.commit())
    found = sorted((problem.code, problem.path) for problem in worktree.strays())
    assert found == sorted((problem.code, problem.path) for problem in commit.strays())
    assert found == [
        ("link", ".issues/elsewhere"),
        ("misplaced", ".issues/events/note.md"),
        ("misplaced", ".issues/old/FP-hhhhhhh.md"),
    ]


@pytest.mark.parametrize("target", ["/etc", "../../src"])
def test_a_folder_of_events_that_is_a_link_is_told_and_not_entered(repo: Repo, target: str) -> None:
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    repo.write("src/20260101T000000000Z-comment-aaaa.md", "text\n")
    repo.write(".issues/events/FP-aaaaaaa/20260101T000000000Z-comment-aaaa.md", "text\n")
    (repo.path / ".issues/events/FP-bbbbbbb").symlink_to(target)
    ours = load(WorktreeSource(RealFiles(repo.path)), with_events=True)
    objects = GitObjects(Repository.discover(repo.path))
    theirs = load(CommitSource(objects, repo.commit()), with_events=True)
    assert (ours.events, ours.problems) == (theirs.events, theirs.problems)
    assert [(problem.code, problem.path) for problem in ours.problems] == [("link", ".issues/events/FP-bbbbbbb")]
    assert list(ours.events) == ["FP-aaaaaaa"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("FP-aaaaaaa", ".issues/FP-aaaaaaa.md"), ("aaa", ".issues/FP-aaaaaaa.md"), ("fp-CCC", ".issues/FP-ccccccc.md")],
)
def test_an_issue_is_found_by_what_a_person_types(repo: Repo, word: str, expected: str) -> None:
    write_mixed(repo)
    assert file_of(WorktreeSource(RealFiles(repo.path)), word) == expected


def test_an_issue_in_a_file_of_another_name_is_found(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.write(".issues/tokens.md", issue("FP-k3v9q2m").encode())
    assert file_of(WorktreeSource(files), "k3v") == ".issues/tokens.md"


@pytest.mark.parametrize(
    ("word", "reason", "hint"),
    [
        ("FP-ddddddd", "duplicate-id", ".issues/copy.md"),
        ("FP-aaaaaab", "unknown-id", "did you mean FP-aaaaaaa"),
        ("aa", "unknown-id", "3 characters"),
        ("zzz", "unknown-id", "fp list --all"),
    ],
)
def test_an_id_that_names_no_one_file_is_refused(repo: Repo, word: str, reason: str, hint: str) -> None:
    write_mixed(repo)
    with pytest.raises(Refused) as caught:
        file_of(WorktreeSource(RealFiles(repo.path)), word)
    assert caught.value.reason == reason
    assert hint in (caught.value.hint or "")


def test_a_prefix_of_several_ids_is_refused_by_naming_them(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    for name in ("FP-k3v0000", "FP-k3v1111"):
        files.write(f".issues/{name}.md", issue(name).encode())
    with pytest.raises(Refused, match="more than one") as caught:
        file_of(WorktreeSource(files), "k3v")
    assert caught.value.hint == "FP-k3v0000\nFP-k3v1111"
