"""`fp diff`: a branch's ticket changes, told for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

A, B, C = "FP-aaaaaaa", "FP-bbbbbbb", "FP-ccccccc"
BOXES = "\n- [ ] returns 401\n- [ ] logged\n"


@pytest.fixture
def branch(fp: Fp) -> Fp:
    """A branch that closes A by hand, ticks a box of it, comments on B and adds C, which waits for nothing known."""
    fp.issue(A, "title: Reject tokens", "status: in-progress", body=BOXES)
    fp.issue(B, "title: Rotate <b>keys</b>", f"depends_on: [{A}]")
    fp.repo.commit("issues")
    fp.repo.git("checkout", "-q", "-b", "work")
    fp.issue(A, "title: Reject tokens", "labels: [auth]", "status: done", body=BOXES.replace("[ ] r", "[x] r"))
    fp.repo.write(f".issues/events/{B}/20261122T101010000Z-comment-aaaa.md", "Ping @bob \x1b[31m\n")
    fp.issue(C, "title: New", "depends_on: [FP-zzzzzzz]")
    fp.repo.commit("work")
    return fp


def told(fp: Fp, *words: str) -> dict[str, Any]:
    return {one["id"]: one for one in fp.json("diff", *words)["issues"]}


def test_a_branch_is_told_issue_by_issue(branch: Fp) -> None:
    issues = told(branch, "main...work")
    assert issues[A]["steps"] == [{"from": "in-progress", "to": "done", "by": "Test Person", "recorded": False}]
    assert issues[A]["boxes"] == {"ticked": ["returns 401"], "unticked": [], "done": 1, "total": 2}
    assert (issues[A]["fields"], issues[A]["waiters"][0]["id"]) == (["labels: +auth"], B)
    assert [(one["kind"], one["by"]) for one in issues[B]["said"]] == [("comment", "Test Person")]
    assert (issues[C]["kind"], [one["code"] for one in issues[C]["problems"]]) == ("new", ["dangling"])


def test_what_main_did_meanwhile_is_not_the_branchs(branch: Fp) -> None:
    branch.repo.git("checkout", "-q", "main")
    branch.issue("FP-ddddddd")
    branch.repo.commit("main moves")
    assert set(told(branch, "main...work")) == {A, B, C}
    assert told(branch, "main..work")["FP-ddddddd"]["kind"] == "removed"


def test_drafts_are_told_against_the_tracker(fp: Fp) -> None:
    fp.issue(A)
    fp.repo.commit("issue")
    fp.issue(A, "status: done")
    assert [step["to"] for step in told(fp)[A]["steps"]] == ["done"]


def test_text_and_markdown_show_foreign_text_as_it_is(branch: Fp) -> None:
    text, comment = (branch.ok("diff", "main...work", "--format", form) for form in ("text", "markdown"))
    assert "in-progress → done by Test Person (by hand)" in text
    assert "\x1b" not in text + comment
    assert "@<!-- -->bob" in comment
    assert "Rotate \\<b\\>keys\\</b\\>" in comment


def test_a_range_that_names_no_commit_is_said(fp: Fp) -> None:
    done = fp("diff", "nowhere...HEAD")
    assert (done.code, "no commit 'nowhere'" in done.err) == (2, True)


def test_a_changed_text_is_told_by_its_lines(fp: Fp) -> None:
    body = "\nOne token\n\nis used <b>twice</b>.\n\n- [ ] tested\n"
    fp.issue(A, "status: todo", body=body)
    fp.repo.commit("issue")
    fp.issue(A, "status: todo", body=body.replace("twice", "once").replace("[ ]", "[x]") + "\nMore @bob.\n")
    assert told(fp)[A]["text"] == {
        "edits": [
            {"line": 9, "before": "is used <b>twice</b>.", "after": "is used <b>once</b>."},
            {"line": 13, "before": "", "after": "More @bob."},
        ],
        "more": 0,
    }
    assert "  text changed\n    9 - is used <b>twice</b>.\n    9 + is used <b>once</b>.\n    13 + M" in fp.ok("diff")
    assert "\n    - 9 - is used \\<b\\>" in fp.ok("diff", "--format", "markdown")
