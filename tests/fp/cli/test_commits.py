"""Commits are linked to the issues that they name, and say what they fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

ONE, TWO = "FP-aaaaaaa", "FP-bbbbbbb"


@pytest.fixture
def work(fp: Fp) -> Fp:
    """Two committed issues, and a commit beside them that names the first."""
    fp.issue(ONE, "status: in-progress")
    fp.issue(TWO)
    fp.repo.commit(f"issues: {ONE} and {TWO}")
    fp.repo.write("src/a", "1\n2\n")
    fp.repo.commit(f"gateway: begin {ONE.lower()}\n\nNot X{ONE}, and not {TWO}x.")
    return fp


def test_show_lists_the_commits_that_name_an_issue_but_for_bookkeeping(work: Fp) -> None:
    last = work.ok("show", ONE).splitlines()[-1]
    assert last.endswith(f"gateway: begin {ONE.lower()}")
    assert [one["tickets_only"] for one in work.json("show", ONE)["commits"]] == [False, True]
    assert [one["tickets_only"] for one in work.json("show", TWO)["commits"]] == [True]


def test_commits_of_other_branches_are_linked_and_claims_are_not(work: Fp) -> None:
    work.repo.git("checkout", "--quiet", "-b", "side")
    work.repo.commit(f"side of {TWO}")
    work.repo.git("checkout", "--quiet", "main")
    work.ok("claim", TWO)
    subjects = [one["subject"] for one in work.json("show", TWO)["commits"]]
    assert subjects == [f"side of {TWO}", f"issues: {ONE} and {TWO}"]


def test_the_diff_of_an_issue_is_one_range_where_its_commits_follow_each_other(work: Fp) -> None:
    work.repo.write("src/a", "1\n")
    work.repo.commit(f"more of {ONE}")
    document = work.json("diff", ONE, "--patch")
    assert (document["base"] is not None, len(document["commits"])) == (True, 2)
    assert document["files"] == [{"path": "src/a", "added": 1, "removed": 0}]
    assert "+1\n" in document["patch"]


def test_commits_apart_are_each_counted_for_themselves(work: Fp) -> None:
    work.repo.write("src/b", "other\n")
    work.repo.commit("other work")
    work.repo.write("src/a", "1\n")
    work.repo.commit(f"more of {ONE}")
    document = work.json("diff", "aaa")
    assert document["base"] is None
    assert document["files"] == [{"path": "src/a", "added": 2, "removed": 1}]


def test_a_landed_run_says_what_its_work_was(work: Fp) -> None:
    repo = work.repo
    start = repo.head()
    repo.git("checkout", "--quiet", "-b", f"tarmac/{TWO}/1")
    repo.write("src/c", "c\n")
    sealed = repo.commit("work of a run")
    repo.git("checkout", "--quiet", "main")
    assert work.json("diff", TWO)["how"] == f"branch tarmac/{TWO}/1"
    trailer = f"Tarmac-Landed: {TWO}.1 {sealed}"
    repo.git("merge", "--quiet", "--no-ff", "-m", f"A title ({TWO})\n\n{trailer}", sealed)
    repo.git("branch", "--quiet", "-D", f"tarmac/{TWO}/1")
    document = work.json("diff", TWO)
    assert (document["base"], document["tip"]) == (start, sealed)
    assert document["how"].startswith(f"run {TWO}.1, landed by ")


def test_an_issue_without_work_says_what_would_be_work(work: Fp) -> None:
    assert work("diff", TWO).code == 1
    assert work("diff", "nothing-like-it").code == 2


def test_a_landed_commit_that_fixes_an_issue_proposes_done_and_changes_nothing(work: Fp) -> None:
    work.repo.git("checkout", "--quiet", "-b", "side")
    commit = work.repo.commit(f"mend it\n\nFixes: {ONE.lower()}, {TWO}\n")
    work.repo.git("checkout", "--quiet", "main")
    assert work.json("check")["notes"] == 0
    work.repo.git("merge", "--quiet", "--ff-only", "side")
    notes = [one for one in work.json("check")["problems"] if one["code"] == "fixed-but-open"]
    assert [one["path"] for one in notes] == [f".issues/{ONE}.md", f".issues/{TWO}.md"]
    moved = work.json("done", "--fixed", "--commit")["issues"]
    assert [(one["id"], one["to"]) for one in moved] == [(ONE, "done"), (TWO, "done")]
    assert f"Fixed by {commit[:12]}: mend it" in work.ok("show", ONE)
    assert work.json("done", "--fixed")["issues"] == []


def test_what_was_closed_and_opened_again_after_the_fix_is_not_proposed(work: Fp) -> None:
    work.repo.commit(f"mend it\n\nCloses: {ONE}\n")
    work.repo.git("config", "user.name", "ann")
    for status in ("done", "in-progress"):
        work.issue(ONE, f"status: {status}")
        work.repo.commit(f"issues: {ONE} {status}")
    assert work("done", "--fixed").err == "no landed commit says that it fixes an open issue\n"


def test_done_takes_ids_or_the_fixed_ones(work: Fp) -> None:
    assert (work("done").code, work("done", ONE, "--fixed").code) == (2, 2)


def test_the_log_of_the_code_leaves_tickets_out(work: Fp) -> None:
    work.issue(TWO, "status: in-progress")
    work.repo.write("src/a", "x\n")
    work.repo.commit("both")
    assert work.ok("log", "--no-issues", "--format=%s").splitlines()[0] == "both"
    assert ".issues" not in work.ok("log", "--no-issues", "-p", "-2")
    assert work.ok("log", "--no-issues", "--format=%s", "--", "README.md") == "first\n"
    assert work("log", "--no-issues", "--nonsense").code == 2
