"""Issues are seen on other branches and in sibling worktrees, without checking anything out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tracker import Fp

ONE, TWO, THREE = "FP-aaaaaaa", "FP-bbbbbbb", "FP-ccccccc"


@pytest.fixture
def branches(fp: Fp) -> Fp:
    """On `side` the first issue is done and a third one new; main has closed the second since."""
    fp.issue(ONE)
    fp.issue(TWO)
    fp.repo.commit("issues")
    fp.repo.git("branch", "old")
    fp.repo.git("checkout", "--quiet", "-b", "side")
    fp.issue(ONE, "status: done")
    fp.issue(THREE)
    fp.repo.commit("side")
    fp.repo.git("branch", "same-as-side")
    fp.repo.git("checkout", "--quiet", "main")
    fp.issue(TWO, "status: done")
    fp.repo.commit("main")
    return fp


def shown(branches: Fp, issue_id: str) -> dict[str, tuple[str, str | None]]:
    """State and status by branch."""
    rows = branches.json("show", issue_id, "--all-branches")["branches"]
    return {one["branch"]: (one["state"], one["status"]) for one in rows}


def test_list_tells_what_other_branches_have_made_of_an_issue(branches: Fp) -> None:
    lines = branches.ok("list", "--all-branches", "--all").splitlines()
    assert [line.split("  ")[0] for line in lines] == [ONE, "", THREE, "", TWO]
    assert sorted(lines[1].strip().removeprefix("done on ").split(", ")) == ["same-as-side", "side"]
    assert lines[2].endswith("(not here)")


def test_the_document_has_each_branch(branches: Fp) -> None:
    rows = {one["id"]: one for one in branches.json("list", "--all-branches")["issues"]}
    assert {(one["branch"], one["status"]) for one in rows[ONE]["branches"]} == {
        ("side", "done"), ("same-as-side", "done"),
    }  # fmt: skip
    assert (rows[THREE]["here"], rows[ONE]["here"], TWO in rows) == (False, True, False)


def test_show_has_the_status_on_every_branch_older_ones_too(branches: Fp) -> None:
    told = {
        one["branch"]: (one["state"], one["status"]) for one in branches.json("show", TWO, "--all-branches")["branches"]
    }
    assert told == {"old": ("there", "todo"), "side": ("there", "todo"), "same-as-side": ("there", "todo")}
    assert shown(branches, ONE) == {
        "old": ("as-head", None),
        "side": ("there", "done"),
        "same-as-side": ("there", "done"),
    }


def test_an_issue_is_the_same_by_its_id_whatever_its_file_is_called(branches: Fp) -> None:
    branches.repo.git("checkout", "--quiet", "side")
    branches.repo.git("mv", f".issues/{ONE}.md", ".issues/expired-tokens.md")
    branches.repo.commit("rename")
    branches.repo.git("checkout", "--quiet", "main")
    told = {
        one["branch"]: (one["state"], one["status"]) for one in branches.json("show", ONE, "--all-branches")["branches"]
    }
    assert told["side"] == ("there", "done")


def test_a_remote_branch_and_a_broken_file_are_told(branches: Fp, tmp_path: Path) -> None:
    clone = branches.repo.clone(tmp_path / "clone")
    clone.write(f".issues/{ONE}.md", "---\nid: [\n---\n")
    clone.git("commit", "--quiet", "-am", "break")
    branches.repo.git("fetch", "--quiet", str(clone.path), "main:refs/remotes/other/main")
    assert "unreadable on other/main" in branches.ok("list", "--all-branches")


def test_what_a_sibling_worktree_has_not_committed_is_told(branches: Fp, tmp_path: Path) -> None:
    sibling = tmp_path / "sibling"
    branches.repo.git("worktree", "add", "--quiet", "--detach", str(sibling))
    (sibling / f".issues/{ONE}.md").write_text(f"---\nid: {ONE}\ntitle: a\nstatus: in-review\n---\n")
    (sibling / f".issues/events/{TWO}").mkdir(parents=True)
    (sibling / f".issues/events/{TWO}/20260101T000000000Z-comment-aaaa.md").write_text("hello\n")
    rows = {one["id"]: one["worktrees"] for one in branches.json("list", "--worktrees", "--all")["issues"]}
    assert [one["status"] for one in rows[ONE]] == ["in-review"]
    assert [one["status"] for one in rows[TWO]] == ["done"]
    assert "in-review, not committed, in " in branches.ok("show", ONE, "--all-branches")
