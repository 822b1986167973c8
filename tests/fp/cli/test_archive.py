"""The archive: old closed issues go there and come back whole, and count as closed wherever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

OLD, OPEN = "FP-aaaaaaa", "FP-bbbbbbb"
HERE, THERE = f".issues/{OLD}.md", f".issues/archive/{OLD}.md"


@pytest.fixture
def closed(fp: Fp) -> Fp:
    """One issue that is done, with its history, and an open one that waited for it; all committed."""
    fp.issue(OLD, "title: The gate", "status: done", body="Behind it.\n")
    fp.issue(OPEN, f"depends_on: [{OLD}]", "dispatch: auto")
    fp.repo.write(f".issues/events/{OLD}/20260101T000000000Z-comment-aaaa.md", "almost\n")
    moved = "kind: transition\nfrom: todo\nto: done\nby: human/ann\nat: 2026-01-02T00:00:00.000Z\nafter: []\n"
    fp.repo.write(f".issues/events/{OLD}/20260102T000000000Z-transition-aaaa.md", f"---\n{moved}---\n")
    fp.repo.commit("issues")
    return fp


def archived(fp: Fp, *args: str) -> Fp:
    fp.ok("archive", "--older-than", "0d", "--commit", *args)
    return fp


def files(fp: Fp, *, under: str = ".issues") -> list[str]:
    return sorted(path for path in fp.repo.git("ls-files", under).splitlines() if "config" not in path)


def test_only_what_is_old_and_closed_moves_with_its_events(closed: Fp) -> None:
    assert closed.ok("archive", "--older-than", "99y") == "nothing moved into the archive\n"
    before = {path.rpartition("/")[2]: closed.repo.read(path) for path in files(closed) if OLD in path}
    told = closed.json("archive", "--older-than", "0d", "--commit")
    assert [one["path"] for one in told["issues"]] == [THERE]
    after = {path.rpartition("/")[2]: closed.repo.read(path) for path in files(closed, under=".issues/archive")}
    assert after == before
    assert (closed.repo.path / ".issues/events" / OLD).exists() is False
    assert closed.repo.git("status", "--porcelain") == ""


def test_a_dry_run_moves_nothing(closed: Fp) -> None:
    done = closed.ok("archive", "--older-than", "0d", "--dry-run")
    assert done.splitlines()[-1] == "1 issue would move into the archive"
    assert f"{OLD}  done" in done
    assert closed.repo.git("status", "--porcelain") == ""


def test_what_is_archived_is_read_still(closed: Fp) -> None:
    before = closed.json("show", OLD)
    archived(closed)
    after = closed.json("show", OLD)
    assert (after["issue"]["title"], len(after["events"])) == (before["issue"]["title"], len(before["events"]))
    assert "The gate" in closed.ok("search", "behind")
    for words in (("--archived",), ("status:done",), ("--all",), ("status:closed", "gate"), ("--status", "done")):
        assert OLD in closed.ok("list", *words), words
    assert OLD not in closed.ok("list") + closed.ok("list", "status:open")
    assert OPEN not in closed.ok("list", "--archived")
    assert "archived" in closed.ok("log", OLD)
    assert "1 issue" in closed.ok("stats", "gate")


def test_what_waits_for_it_waits_no_longer(closed: Fp) -> None:
    archived(closed)
    assert OPEN in closed.ok("ready")
    assert f"waits for   {OLD}  done  The gate" in closed.ok("show", OPEN)
    assert "done" in closed.ok("tree", "--depends", OPEN)
    assert closed.ok("check") == "2 issues, 0 problems\n"


def test_a_change_beside_it_is_judged_in_part(closed: Fp) -> None:
    archived(closed)
    base = closed.repo.head()
    closed.ok("set", OPEN, "priority=high")
    closed.ok("new", "Another", "--depends", OLD, "--parent", OLD)
    closed.repo.commit("more")
    assert closed("check", "--base", base).out.endswith("3 issues, 0 problems\n")


def test_archiving_itself_breaks_no_rule_for_a_person_and_every_one_for_a_worker(closed: Fp) -> None:
    base = closed.repo.head()
    archived(closed)
    assert closed("check", "--base", base, "--as", "human").code == 0
    worker = closed("check", "--base", base, "--as", f"worker/{OPEN}.1")
    assert (worker.code, f"{THERE}" in worker.out) == (1, True)
    assert f"{OLD}" in closed.ok("diff", f"{base}...HEAD")


def test_the_chain_holds_against_bytes_that_changed_on_the_way(closed: Fp) -> None:
    base = closed.repo.head()
    closed.ok("archive", "--older-than", "0d")
    (event,) = (closed.repo.path / ".issues/archive/events" / OLD).glob("*-transition-*")
    event.write_text(event.read_text().replace("to: done", "to: done\nnote: other"))
    closed.repo.commit("archived, and changed")
    done = closed("check", "--base", base, "--as", "human")
    assert "event removed" in done.out


def test_it_comes_back_as_it_was(closed: Fp) -> None:
    before = files(closed)
    archived(closed)
    assert closed.json("archive", "--undo", "aaa", "--commit")["issues"][0]["path"] == HERE
    assert files(closed) == before
    assert closed.ok("check") == "2 issues, 0 problems\n"
    closed.ok("reopen", OLD)
    assert OLD in closed.ok("list")


def test_whoever_would_write_is_told_how(closed: Fp) -> None:
    archived(closed)
    for words in (
        ("set", OLD, "priority=low"),
        ("comment", OLD, "x"),
        ("reopen", OLD),
        ("rename", OLD, "FP-ddddddd"),
        ("claim", OLD),
    ):
        done = closed(*words)
        assert (done.code, f"fp archive --undo {OLD}" in done.err) == (1, True), words
    assert closed.repo.git("status", "--porcelain") == ""


def test_what_is_not_at_rest_stays_and_says_why(closed: Fp) -> None:
    for number, lines in enumerate([("status: done",), ("status: done", "labels: [keep]"), ("status: done",)]):
        closed.issue(f"FP-{'cde'[number] * 7}", *lines)
    closed.issue("FP-fffffff", "parent: FP-ccccccc")
    closed.repo.commit("more")
    closed.issue("FP-eeeeeee", "status: done", "priority: low")
    done = closed("archive", "--older-than", "0d", "-label:keep")
    assert done.out.splitlines()[-1] == "1 issue moved into the archive"
    assert "FP-ccccccc stays: open issues are part of it" in done.err
    assert "FP-eeeeeee stays: it has changes that are not committed" in done.err
    assert "FP-ddddddd" not in done.out + done.err


def test_a_hand_edit_is_written_out_on_the_way(fp: Fp) -> None:
    fp.issue(OLD)
    fp.repo.commit("issue")
    fp.issue(OLD, "status: done")
    fp.repo.commit("closed by hand")
    archived(fp)
    (event,) = (fp.repo.path / ".issues/archive/events" / OLD).glob("*-transition-*")
    assert "to: done" in event.read_text()
    assert fp.ok("check") == "1 issue, 0 problems\n"


# -- merges -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_comment_on_another_branch_finds_its_issue(closed: Fp) -> None:
    closed.repo.git("checkout", "-qb", "other")
    closed.ok("comment", OLD, "by the way")
    closed.repo.commit("comment")
    closed.repo.git("checkout", "-q", "main")
    archived(closed)
    closed.repo.git("-c", "merge.directoryRenames=false", "merge", "-q", "--no-edit", "other")
    assert "by the way" in closed.ok("show", OLD)
    assert "some of its events are not" in closed("check").out
    closed.ok("check", "--fix", "--commit")
    assert closed.ok("check") == "2 issues, 0 problems\n"
    assert files(closed, under=".issues/events") == []


@pytest.mark.slow
def test_what_another_branch_reopened_leaves_the_archive(closed: Fp) -> None:
    closed.repo.git("checkout", "-qb", "other")
    closed.ok("reopen", OLD)
    closed.repo.commit("reopened")
    closed.repo.git("checkout", "-q", "main")
    archived(closed)
    closed.repo.git("-c", "merge.directoryRenames=false", "merge", "-q", "--no-edit", "other")
    done = closed("check")
    assert (done.code, "is archived, and todo" in done.out) == (1, True)
    closed.ok("check", "--fix", "--commit")
    assert (closed.ok("check"), closed.repo.read(HERE).count("status: todo")) == ("2 issues, 0 problems\n", 1)


def test_other_branches_tell_it_as_closed_not_as_removed(closed: Fp) -> None:
    closed.repo.git("checkout", "-qb", "other")
    archived(closed)
    closed.repo.git("checkout", "-q", "main")
    assert "removed" not in closed.ok("list", "--all", "--all-branches")


# -- ids, links, the index --------------------------------------------------------------------------------------------


def test_two_files_of_one_id_are_told_wherever_they_are(closed: Fp) -> None:
    archived(closed)
    closed.issue(OLD, "title: Another")
    done = closed("check")
    assert (done.code, done.out.count("is also the id of")) == (1, 2)


def test_an_archive_behind_a_link_is_told_and_not_entered(fp: Fp) -> None:
    fp.repo.write("elsewhere/FP-aaaaaaa.md", "---\nid: FP-aaaaaaa\ntitle: T\nstatus: done\n---\n")
    (fp.repo.path / ".issues/archive").symlink_to("../elsewhere")
    done = fp("check")
    assert (".issues/archive" in done.out, fp("show", OLD).code) == (True, 1)


def test_files_that_nobody_reads_there_are_told(closed: Fp) -> None:
    archived(closed)
    closed.repo.write(".issues/archive/2025/FP-ccccccc.md", "x\n")
    closed.repo.write(".issues/archive/FP-ddddddd.md", "---\nid: FP-ddddddd\ntitle: T\nstatus: nonsense\n---\n")
    found = [(one["code"], one["path"]) for one in closed.json("check", code=1)["problems"]]
    assert found == [
        ("misplaced", ".issues/archive/2025/FP-ccccccc.md"),
        ("unknown-status", ".issues/archive/FP-ddddddd.md"),
    ]


def test_a_comment_that_git_wants_moved_is_settled_by_resolve(closed: Fp) -> None:
    closed.repo.git("checkout", "-qb", "other")
    closed.ok("comment", OLD, "by the way")
    closed.repo.commit("comment")
    closed.repo.git("checkout", "-q", "main")
    archived(closed)
    closed.repo.git("merge", "-q", "--no-edit", "other", check=False)
    assert closed("resolve").code == 0
    closed.repo.commit("merged")
    assert (closed.ok("check"), "by the way" in closed.ok("show", OLD)) == ("2 issues, 0 problems\n", True)
