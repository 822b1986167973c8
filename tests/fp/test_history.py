"""Hand edits as git tells them; the same by walking commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp import chain, history
from fp.event import event_bytes
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.transition import Subject, plan_implicit
from tests.support.issues import A, B, event, issue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

FILE = f".issues/{A}.md"
HEAD = event("transition", from_="todo", to="in-progress")


def write(repo: Repo, status: str, extra: str = "") -> None:
    repo.write(FILE, f"---\nid: {A}\ntitle: T\nstatus: {status}\n{extra}---\n")


def edits(repo: Repo, *heads: str, log: str = "git") -> list[tuple[str, str]]:
    repository = Repository.discover(repo.path)
    objects = GitObjects(repository)
    used = history.git_log(repository) if log == "git" else history.walked_log(objects)
    found = history.hand_edits(used, objects, repo.head(), {A: history.Wanted(FILE, heads)})
    return [(one.edit.from_, one.edit.to) for one in found[A]]


@pytest.mark.parametrize("log", ["git", "walk"])
def test_each_commit_that_changes_the_status_is_an_edit_and_the_birth_is_none(repo: Repo, log: str) -> None:
    for status, extra in (("todo", ""), ("todo", "type: bug\n"), ("in-progress", ""), ("done", "type: task\n")):
        write(repo, status, extra)
        repo.commit()
    assert edits(repo, log=log) == [("todo", "in-progress"), ("in-progress", "done")]


@pytest.mark.parametrize("log", ["git", "walk"])
def test_only_what_came_after_the_head_s_own_commit_counts(repo: Repo, log: str) -> None:
    write(repo, "todo")
    repo.commit()
    write(repo, "in-progress")
    repo.write(HEAD.path, event_bytes(HEAD))
    repo.commit()
    assert edits(repo, HEAD.name, log=log) == []
    write(repo, "in-review")
    repo.commit()
    assert edits(repo, HEAD.name, log=log) == [("in-progress", "in-review")]


def test_a_merge_is_one_edit_by_whoever_merged(repo: Repo) -> None:
    write(repo, "todo")
    repo.commit()
    repo.git("checkout", "-qb", "side")
    for status in ("in-progress", "done"):
        write(repo, status)
        repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert edits(repo) == [("todo", "done")]


def test_a_version_without_a_readable_header_is_passed_over(repo: Repo) -> None:
    for text in ("---\nid: x\nstatus: todo\n---\n", "---\nstatus: [a\n---\n", "no header\n", "---\nid: x\n---\n"):
        repo.write(FILE, text)
        repo.commit()
    assert edits(repo) == []


def test_many_issues_are_asked_for_at_once(repo: Repo) -> None:
    names = [f".issues/FP-{number:07}.md" for number in range(250)]
    for status in ("todo", "done"):
        for name in names:
            repo.write(name, f"---\nid: x\nstatus: {status}\n---\n")
        repo.commit()
    repository = Repository.discover(repo.path)
    wanted = {name: history.Wanted(name) for name in names}
    found = history.hand_edits(history.git_log(repository), GitObjects(repository), repo.head(), wanted)
    assert {len(rows) for rows in found.values()} == {1}


def test_two_clones_write_one_hand_edit_out_to_the_same_bytes(repo: Repo, tmp_path: Path) -> None:
    write(repo, "todo")
    repo.commit()
    write(repo, "done")
    repo.commit("Reject it")
    clone = repo.clone(tmp_path / "other")
    written = []
    for one in (repo, clone):
        repository = Repository.discover(one.path)
        log = history.git_log(repository)
        rows = history.hand_edits(log, GitObjects(repository), one.head(), {A: history.Wanted(FILE)})[A]
        implicit = chain.unrecorded(chain.fold((), "done"), [row.edit for row in rows])
        written.append(plan_implicit(Subject(issue(status="done"), b"", (), implicit)).changes)
    assert written[0] == written[1]
    assert len(written[0]) == 1


def test_an_issue_that_was_never_committed_has_no_edits(repo: Repo) -> None:
    repository = Repository.discover(repo.path)
    wanted = {B: history.Wanted(f".issues/{B}.md")}
    found = history.hand_edits(history.git_log(repository), GitObjects(repository), repo.head(), wanted)
    assert found == {B: []}
