"""What git commits is what is judged: the hook with real commits of each kind, put in place and taken away."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fp.checking import check_staged, open_git
from fp.kernel.git.repo import Repository
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tracker import Fp

A, B = "FP-aaaaaaa", "FP-bbbbbbb"
OWN = '#!/bin/sh\necho "$#" >> ran\n'
slow = pytest.mark.slow


def staged(fp: Fp, index: Path | None = None) -> tuple[list[tuple[str, str]], int]:
    """Codes and paths of what the next commit makes wrong, and how many files it changes."""
    git = open_git(Repository.discover(fp.repo.path))
    assert git is not None
    found = check_staged(git, index)
    return [(one.code, one.path) for one in found.problems], found.files


@pytest.fixture
def two(fp: Fp) -> Fp:
    """Two issues in order, committed."""
    for one in (A, B):
        fp.issue(one, "status: todo", "priority: low", body="\n1\n2\n3\n4\n5\n6\n7\n")
    fp.repo.commit("issues")
    return fp


@pytest.fixture
def hooked(two: Fp, monkeypatch: pytest.MonkeyPatch) -> Fp:
    """The same, with the hook, which finds this checkout."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    two.ok("hooks", "install")
    return two


def spoil(fp: Fp, issue: str, *, good: bool = False) -> str:
    """Give an issue a priority that is none (or another good one); its path."""
    path = f".issues/{issue}.md"
    fp.repo.write(path, fp.repo.read(path).replace("priority: low", f"priority: {'high' if good else 'soon'}"))
    return path


# -- what is judged ---------------------------------------------------------------------------------------------------


def test_the_index_is_judged_and_not_the_files(two: Fp) -> None:
    path = spoil(two, A)
    two.repo.git("add", path)
    two.repo.git("show", f"HEAD:{path}")
    two.repo.write(path, two.repo.git("show", f"HEAD:{path}") + "\n")
    assert staged(two) == ([("unknown-priority", path)], 1)
    two.repo.git("add", path)
    spoil(two, A)
    assert staged(two)[0] == []


def test_what_was_wrong_before_fails_no_commit(two: Fp) -> None:
    spoil(two, A)
    two.repo.commit("wrong")
    two.repo.git("add", spoil(two, B, good=True))
    assert staged(two) == ([], 1)


def test_where_nothing_is_staged_all_is_judged(two: Fp) -> None:
    path = spoil(two, A)
    two.repo.commit("wrong")
    assert staged(two) == ([("unknown-priority", path)], 0)


def test_an_issue_that_others_wait_for_does_not_go_unseen(two: Fp) -> None:
    two.issue(B, f"depends_on: [{A}]")
    two.repo.commit("waits")
    two.repo.git("rm", "-q", f".issues/{A}.md")
    assert staged(two)[0] == [("dangling", f".issues/{B}.md")]


def test_an_event_without_its_issue_is_told_with_what_to_stage(two: Fp) -> None:
    two.ok("done", A)
    two.repo.git("add", ".issues/events")
    assert staged(two)[0] == [("chain-contradicts-status", f".issues/{A}.md")]
    assert f"git add -- .issues/{A}.md" in two("check", "--staged").out
    two.repo.git("add", ".issues")
    assert staged(two) == ([], 2)


def test_a_status_changed_by_hand_is_no_problem(two: Fp) -> None:
    two.ok("start", A, "--commit")
    path = f".issues/{A}.md"
    two.repo.write(path, two.repo.read(path).replace("in-progress", "done"))
    two.repo.git("add", path)
    assert staged(two) == ([], 1)


def test_a_path_that_a_person_only_means_to_add_is_no_part_of_the_commit(two: Fp) -> None:
    two.repo.write(".issues/draft.md", "just text\n")
    two.repo.git("add", "--intent-to-add", ".issues/draft.md")
    two.repo.git("add", spoil(two, A, good=True))
    assert staged(two) == ([], 1)
    two.repo.write(".issues/empty.md", "")
    two.repo.git("add", ".issues/empty.md")
    assert staged(two) == ([("empty-file", ".issues/empty.md")], 2)


def test_a_conflict_is_told_by_its_path(two: Fp) -> None:
    two.repo.git("checkout", "-q", "-b", "other")
    spoil(two, A, good=True)
    two.repo.commit("other")
    two.repo.git("checkout", "-q", "main")
    two.repo.write(f".issues/{A}.md", two.repo.read(f".issues/{A}.md").replace("low", "critical"))
    two.repo.commit("main")
    assert two.repo.run("merge", "other").returncode == 1
    assert staged(two)[0] == [("unmerged", f".issues/{A}.md")]


def test_a_repository_without_a_commit_and_one_without_a_tracker_can_commit(two: Fp) -> None:
    two.repo.git("update-ref", "-d", "HEAD")
    assert staged(two) == ([], 3)
    two.repo.git("rm", "-q", "-r", "--cached", ".issues")
    assert staged(two) == ([], 0)


def test_staged_goes_with_nothing_that_writes_or_compares(two: Fp) -> None:
    assert [two("check", "--staged", word).code for word in ("--fix", "--base=HEAD")] == [2, 2]


def test_the_document_says_how_many_files_are_staged(two: Fp) -> None:
    two.repo.git("add", spoil(two, A))
    found = two.json("check", "--staged", code=1)
    assert (found["source"], found["staged"], found["errors"]) == ("index", 1, 1)


# -- commits ----------------------------------------------------------------------------------------------------------


@slow
def test_a_part_of_a_file_is_committed_if_that_part_is_right(hooked: Fp) -> None:
    path = spoil(hooked, A)
    hooked.repo.write(path, hooked.repo.read(path) + "\nMore.\n")
    done = hooked.repo.run("add", "-p", path, stdin="n\ny\n")
    assert (done.returncode, hooked.repo.run("commit", "-qm", "the text alone").returncode) == (0, 0)
    assert "soon" in hooked.repo.read(path)
    assert "soon" not in hooked.repo.git("show", f"HEAD:{path}")
    hooked.repo.git("add", path)
    done = hooked.repo.run("commit", "-qm", "the rest")
    assert (done.returncode, f"{path}:5" in done.stdout + done.stderr) == (1, True)


@slow
def test_a_commit_of_named_files_is_judged_by_its_own_index(hooked: Fp) -> None:
    wrong, right = spoil(hooked, A), spoil(hooked, B, good=True)
    hooked.repo.git("add", wrong)
    assert hooked.repo.run("commit", "-qm", "one", right).returncode == 0
    assert hooked.repo.git("diff", "--cached", "--name-only") == wrong
    assert hooked.repo.run("commit", "-qm", "other", wrong).returncode == 1


@slow
def test_a_commit_of_all_is_judged_with_what_it_adds(hooked: Fp) -> None:
    spoil(hooked, A)
    assert hooked.repo.run("commit", "-qam", "all").returncode == 1
    assert hooked.repo.run("commit", "-qam", "all", "--no-verify").returncode == 0


@slow
def test_a_commit_in_a_linked_worktree_and_from_a_folder_is_judged(hooked: Fp) -> None:
    hooked.repo.git("worktree", "add", "-q", "../linked")
    linked = hooked.repo.path.parent / "linked"
    path = linked / ".issues" / f"{A}.md"
    path.write_text(path.read_text().replace("priority: low", "priority: soon"))
    done = hooked.repo.run("-C", str(linked / ".issues"), "commit", "-qam", "wrong")
    assert (done.returncode, "unknown-priority" in done.stdout + done.stderr) == (1, True)
    hooked.repo.write("code.py", "x\n")
    hooked.repo.git("add", "code.py")
    assert hooked.repo.run("commit", "-qm", "code").returncode == 0


@slow
def test_a_hook_that_was_there_runs_first_and_can_refuse(two: Fp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    own = two.repo.write(".git/hooks/pre-commit", OWN)
    own.chmod(0o755)
    assert two.json("hooks", "install")["kept"]
    two.repo.git("add", spoil(two, A))
    assert two.repo.run("commit", "-qm", "wrong").returncode == 1
    assert two.repo.read("ran") == "0\n"
    (two.repo.path / ".git/hooks/pre-commit.before-fp").write_text("#!/bin/sh\nexit 7\n")
    two.repo.git("reset", "-q", "--hard")
    assert two.repo.run("commit", "-qm", "nothing", "--allow-empty").returncode == 1


# -- put in place, taken away -----------------------------------------------------------------------------------------


def test_the_hook_goes_and_the_one_before_comes_back(two: Fp) -> None:
    own = two.repo.write(".git/hooks/pre-commit", OWN)
    own.chmod(0o744)
    two.ok("hooks", "install")
    assert two("hooks", "status").code == 0
    two.ok("hooks", "install")
    assert two.json("hooks", "remove")["state"] == "foreign"
    assert (own.read_text(), own.stat().st_mode & 0o777) == (OWN, 0o744)
    assert os.listdir(own.parent) == ["pre-commit"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("# File generated by pre-commit: https://pre-commit.com\n", "fp-check"), ("exec lefthook run\n", "lefthook.yml")],
)
def test_a_hook_that_another_tool_manages_is_left_alone(two: Fp, text: str, hint: str) -> None:
    own = two.repo.write(".git/hooks/pre-commit", text)
    done = two("hooks", "install")
    assert (done.code, hint in done.err, own.read_text()) == (1, True, text)


def test_the_folder_of_hooks_is_where_git_says(two: Fp) -> None:
    two.repo.git("config", "core.hooksPath", "tools/hooks")
    found = two.json("hooks", "install")
    assert found["path"] == str(two.repo.path / "tools/hooks/pre-commit")
    assert "\nset -- fp\ncommand -v" in two.repo.read("tools/hooks/pre-commit")  # others get it by a commit
    two.repo.git("config", "core.hooksPath", ".husky/_")
    assert ".husky/pre-commit" in two("hooks", "install").err


def test_a_folder_that_serves_other_repositories_is_refused(two: Fp, tmp_path: Path) -> None:
    two.repo.git("config", "--global", "core.hooksPath", str(tmp_path / "hooks"))
    done = two("hooks", "install")
    two.repo.git("config", "--global", "--unset", "core.hooksPath")
    assert (done.code, "fp check --staged" in done.err, (tmp_path / "hooks").exists()) == (1, True, False)
    (two.repo.path / ".git/hooks").mkdir(exist_ok=True)
    (two.repo.path / ".git/hooks/pre-commit").symlink_to("/bin/true")
    assert two.json("hooks", "install", code=1)["reason"] == "link"
