"""Moving a branch that a person has checked out: it follows, or nothing moves, and nothing of theirs is touched."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from fp.kernel.git.move import ask
from fp.kernel.ports import RefUpdate
from tests.support.moves import CLAIM, JOURNAL, LANDING, MAIN, locks, prepare, prepare_entries, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.moves import Landing
    from tests.support.repo import Repo

pytestmark = pytest.mark.slow


def ref(repo: Repo, name: str) -> str:
    return repo.git("rev-parse", "--verify", "--quiet", name, check=False)


def check_moved(repo: Repo, landing: Landing) -> None:
    moved = landing.move()
    assert (moved.status, moved.reason) == ("done", "")
    assert (ref(repo, MAIN), ref(repo, CLAIM)) == (landing.new, landing.claim_new)
    assert locks(repo) == []
    assert not (repo.path / ".git" / JOURNAL).exists()


def check_refused(repo: Repo, landing: Landing, *words: str) -> None:
    before = snapshot(repo)
    moved = landing.move()
    assert moved.status == "refused", moved
    assert all(word in moved.reason for word in words), moved.reason
    assert snapshot(repo) == before
    assert (ref(repo, MAIN), ref(repo, CLAIM)) == (landing.old, landing.claim_old)
    assert not (repo.path / ".git" / JOURNAL).exists()


# -- the checkout follows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"landed.txt": "changed\n"},
        {"new.txt": "new\n", "new/er/file.txt": "x"},
        {"goes.txt": None},
        {"goes.txt": None, "goes.txt/now/a-folder.txt": "x"},
        {"folder/inner.txt": None, "folder": "now a file\n"},
        {"goes.txt": None, "moved.txt": "goes\n"},
        {"naïve 日本.txt": "x", "with\ttab\nand line": "x", "-dash": "x"},
        {"landed.txt": None, "goes.txt": None, "folder/inner.txt": None},
    ],
)
def test_a_clean_checkout_follows(repo: Repo, changes: dict[str, str | None]) -> None:
    landing = prepare(repo, changes)
    check_moved(repo, landing)
    assert repo.git("status", "--porcelain") == ""


def test_modes_and_links_follow(repo: Repo) -> None:
    landing = prepare_entries(repo, ("100755", "landed.txt", "#!/bin/sh\n"), ("120000", "mine.txt", "landed.txt"))
    check_moved(repo, landing)
    assert repo.git("status", "--porcelain") == ""
    assert os.readlink(repo.path / "mine.txt") == "landed.txt"


def test_work_on_other_files_stays_and_the_next_commit_keeps_the_landing(repo: Repo) -> None:
    landing = prepare(repo)
    repo.write("mine.txt", "edited\n")
    repo.write("untracked.txt", "mine too\n")
    repo.write("debug.log", "ignored\n")
    check_moved(repo, landing)
    assert repo.git("status", "--porcelain") == " M mine.txt\n?? untracked.txt"
    repo.git("commit", "--quiet", "--all", "--message", "mine")
    assert repo.git("diff", "--name-only", landing.new, "HEAD") == "mine.txt"
    assert repo.read("debug.log") == "ignored\n"


def test_staged_work_on_other_files_stays_staged(repo: Repo) -> None:
    landing = prepare(repo)
    repo.write("mine.txt", "edited\n")
    repo.write("staged.txt", "new\n")
    repo.git("add", "mine.txt", "staged.txt")
    check_moved(repo, landing)
    assert repo.git("diff", "--cached", "--name-only") == "mine.txt\nstaged.txt"


def test_a_file_that_was_only_touched_is_no_obstacle(repo: Repo) -> None:
    landing = prepare(repo)
    os.utime(repo.path / "landed.txt", (1, 1))
    check_moved(repo, landing)
    assert repo.git("status", "--porcelain") == ""


def test_a_detached_checkout_stays_where_it_is(repo: Repo) -> None:
    landing = prepare(repo)
    repo.git("switch", "--quiet", "--detach")
    before = snapshot(repo)
    check_moved(repo, landing)
    assert snapshot(repo) == before


def test_a_checkout_of_another_branch_stays_where_it_is(repo: Repo) -> None:
    landing = prepare(repo)
    repo.git("switch", "--quiet", "--create", "other")
    repo.write("landed.txt", "dirty\n")
    before = snapshot(repo)
    check_moved(repo, landing)
    assert snapshot(repo) == before


def test_a_linked_worktree_follows(repo: Repo, tmp_path: Path) -> None:
    landing = prepare(repo)
    repo.git("switch", "--quiet", "--create", "other")
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "--quiet", str(linked), "main")
    check_moved(repo, landing)
    assert (linked / "added.txt").exists()
    assert repo.git("-C", str(linked), "status", "--porcelain") == ""


# -- what stands in the way -----------------------------------------------------------------------------------------


def dirty(repo: Repo) -> None:
    repo.write("landed.txt", "the person's\n")


def staged(repo: Repo) -> None:
    dirty(repo)
    repo.git("add", "landed.txt")


def staged_and_put_back(repo: Repo) -> None:
    staged(repo)
    repo.write("landed.txt", "one\ntwo\nthree\n")


def deleted(repo: Repo) -> None:
    (repo.path / "landed.txt").unlink()


def removed_from_index(repo: Repo) -> None:
    repo.git("rm", "--quiet", "--cached", "landed.txt")


def edited_what_goes(repo: Repo) -> None:
    repo.write("goes.txt", "wait, I need this\n")


def mode_changed(repo: Repo) -> None:
    (repo.path / "landed.txt").chmod(0o755)


def untracked(repo: Repo) -> None:
    repo.write("added.txt", "the person's\n")


def untracked_with_the_same_text(repo: Repo) -> None:
    repo.write("added.txt", LANDING["added.txt"] or "")


def staged_new_file(repo: Repo) -> None:
    repo.write("added.txt", "the person's\n")
    repo.git("add", "added.txt")


def intent_to_add(repo: Repo) -> None:
    repo.write("added.txt", "the person's\n")
    repo.git("add", "--intent-to-add", "added.txt")


def folder_where_a_file_comes(repo: Repo) -> None:
    repo.write("added.txt/precious.log", "ignored, and precious\n")


def file_where_a_folder_comes(repo: Repo) -> None:
    repo.write("deep", "the person's\n")


def link_where_a_folder_comes(repo: Repo) -> None:
    (repo.path / "deep").symlink_to(repo.path / "folder")


def dangling_link(repo: Repo) -> None:
    (repo.path / "added.txt").symlink_to("nowhere")


def assume_unchanged(repo: Repo) -> None:
    repo.git("update-index", "--assume-unchanged", "landed.txt")
    dirty(repo)


def skip_worktree(repo: Repo) -> None:
    repo.git("update-index", "--skip-worktree", "landed.txt")
    dirty(repo)


def index_locked(repo: Repo) -> None:
    repo.write(".git/index.lock", "")


@pytest.mark.parametrize(
    ("hinder", "words"),
    [
        (dirty, ["'landed.txt' has uncommitted changes"]),
        (staged, ["'landed.txt' has uncommitted changes"]),
        (staged_and_put_back, ["'landed.txt' has uncommitted changes"]),
        (deleted, ["'landed.txt' has uncommitted changes"]),
        (removed_from_index, ["'landed.txt' has uncommitted changes"]),
        (edited_what_goes, ["'goes.txt' has uncommitted changes"]),
        (mode_changed, ["'landed.txt' has uncommitted changes"]),
        (untracked, ["'added.txt' is in the way"]),
        (untracked_with_the_same_text, ["'added.txt' is in the way"]),
        (staged_new_file, ["'added.txt' is in the way"]),
        (intent_to_add, ["'added.txt' is in the way"]),
        (folder_where_a_file_comes, ["'added.txt' is in the way"]),
        (file_where_a_folder_comes, ["'deep' is in the way", "'deep/er/added.txt'"]),
        (link_where_a_folder_comes, ["'deep' is in the way"]),
        (dangling_link, ["'added.txt' is in the way"]),
        (assume_unchanged, ["'landed.txt' is marked assume-unchanged"]),
        (skip_worktree, ["'landed.txt' is marked"]),
        (index_locked, ["index.lock exists"]),
    ],
)
def test_a_person_s_work_refuses_the_move(repo: Repo, hinder: Callable[[Repo], None], words: list[str]) -> None:
    landing = prepare(repo)
    hinder(repo)
    check_refused(repo, landing, *words)


@pytest.mark.parametrize("name", ["secret.log", "ignored/secret", "ignored/deep/secret"])
def test_an_ignored_file_is_never_overwritten(repo: Repo, name: str) -> None:
    landing = prepare(repo, {name: "from the landing\n"})
    repo.write(name, "MYSECRET\n")
    check_refused(repo, landing, f"'{name}' is in the way")


def test_an_ignored_file_in_a_folder_that_becomes_a_file_is_never_removed(repo: Repo) -> None:
    landing = prepare(repo, {"folder/inner.txt": None, "folder": "a file\n"})
    repo.write("folder/secret.log", "MYSECRET\n")
    check_refused(repo, landing, "'folder' is in the way")


def test_a_link_to_a_folder_in_a_folder_that_becomes_a_file_is_never_removed(repo: Repo) -> None:
    landing = prepare(repo, {"folder/inner.txt": None, "folder": "a file\n"})
    (repo.path / "folder" / "link.log").symlink_to(repo.path)
    check_refused(repo, landing, "'folder' is in the way")


def test_an_ignored_file_where_nothing_is_added_is_no_obstacle(repo: Repo) -> None:
    landing = prepare(repo, {"folder/inner.txt": None})
    repo.write("folder/secret.log", "MYSECRET\n")
    check_moved(repo, landing)
    assert repo.read("folder/secret.log") == "MYSECRET\n"


# -- something is under way -----------------------------------------------------------------------------------------


def conflicting_side(repo: Repo) -> str:
    """A branch that conflicts with `main` in mine.txt, which the landing does not touch."""
    repo.git("switch", "--quiet", "--create", "side", "main~1")
    repo.write("mine.txt", "another's\n")
    side = repo.commit("side")
    repo.git("switch", "--quiet", "main")
    return side


def merging(repo: Repo) -> None:
    repo.run("merge", conflicting_side(repo))


def merging_without_conflict(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "side", "main~1")
    repo.write("side.txt", "x\n")
    repo.commit("side")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--no-commit", "--no-ff", "side")


def cherry_picking(repo: Repo) -> None:
    repo.run("cherry-pick", conflicting_side(repo))


def reverting(repo: Repo) -> None:
    repo.run("revert", "--no-edit", "main~1")


def rebasing(repo: Repo) -> None:
    conflicting_side(repo)
    repo.run("rebase", "side")


def applying(repo: Repo) -> None:
    side = conflicting_side(repo)
    patch = repo.git("format-patch", "--stdout", "-1", side) + "\n"
    repo.run("am", stdin=patch)


def bisecting(repo: Repo) -> None:
    repo.git("bisect", "start")
    repo.git("bisect", "bad", "main")
    repo.git("bisect", "good", "main~2")


def bisect_begun(repo: Repo) -> None:
    repo.git("bisect", "start")


@pytest.mark.parametrize(
    ("begin", "what"),
    [
        (merging, "a merge"),
        (merging_without_conflict, "a merge"),
        (cherry_picking, "a cherry-pick"),
        (rebasing, "a rebase"),
        (applying, "a rebase"),
        (bisecting, "a bisect"),
        (bisect_begun, "a bisect"),
    ],
)
def test_nothing_moves_while_something_is_under_way(repo: Repo, begin: Callable[[Repo], None], what: str) -> None:
    repo.write("mine.txt", "before\n")
    repo.commit("earlier")
    landing = prepare(repo)
    begin(repo)
    check_refused(repo, landing, f"{what} is under way")


def test_nothing_moves_while_a_revert_is_under_way(repo: Repo) -> None:
    prepare(repo)
    repo.write("mine.txt", "again\n")
    repo.commit("again")
    landing = prepare(repo, first={"mine.txt": "a third time\n"})
    reverting(repo)
    assert (repo.path / ".git" / "REVERT_HEAD").exists()
    check_refused(repo, landing, "a revert is under way")


def test_a_branch_under_rebase_counts_as_checked_out(repo: Repo) -> None:
    repo.write("mine.txt", "before\n")
    repo.commit("earlier")
    landing = prepare(repo)
    rebasing(repo)
    assert repo.run("symbolic-ref", "--quiet", "HEAD").returncode == 1
    assert [worktree.branch for worktree in landing.worktrees.list()] == [MAIN]


def test_two_checkouts_of_one_branch_are_named(repo: Repo, tmp_path: Path) -> None:
    landing = prepare(repo)
    repo.git("worktree", "add", "--quiet", "--force", str(tmp_path / "second"), "main")
    check_refused(repo, landing, "more than one checkout", str(tmp_path / "second"))


def test_a_checkout_that_is_gone_refuses_until_it_is_pruned(repo: Repo, tmp_path: Path) -> None:
    landing = prepare(repo)
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    (tmp_path / "linked").rename(tmp_path / "away")
    check_refused(repo, landing, "is gone", "git worktree prune")
    repo.git("worktree", "prune")
    check_moved(repo, landing)


def test_a_branch_that_is_checked_out_is_neither_removed_nor_made(repo: Repo) -> None:
    landing = prepare(repo)
    gone = landing.worktrees.move_branch([RefUpdate(MAIN, landing.old, None)], journal=JOURNAL)
    assert gone.status == "refused"
    repo.git("checkout", "--quiet", "--orphan", "fresh")
    made = landing.worktrees.move_branch([RefUpdate("refs/heads/fresh", None, landing.new)], journal=JOURNAL)
    assert made.status == "refused"
    assert ref(repo, "refs/heads/fresh") == ""


def test_a_filter_of_the_repository_itself_refuses_only_its_own_files(repo: Repo) -> None:
    repo.write(".gitattributes", "*.secret filter=own\n")
    landing = prepare(repo, {"x.secret": "text\n"})
    repo.git("config", "filter.own.smudge", f"touch {repo.path}/canary; cat")
    check_refused(repo, landing, "'x.secret' goes through the filter 'own'")
    assert not (repo.path / "canary").exists()
    other = prepare(repo, {"x.txt": "text\n"})
    check_moved(repo, other)


# -- races ----------------------------------------------------------------------------------------------------------


def test_a_branch_that_somebody_else_moved_is_lost(repo: Repo) -> None:
    landing = prepare(repo)
    repo.write("mine.txt", "faster\n")
    repo.commit("faster")
    before = snapshot(repo)
    moved = landing.move()
    assert (moved.status, moved.reason) == ("lost", f"{MAIN} is at {repo.head()}")
    assert snapshot(repo) == before
    assert ref(repo, CLAIM) == landing.claim_old


def test_a_claim_that_was_taken_over_stops_the_landing(repo: Repo) -> None:
    landing = prepare(repo)
    repo.git("update-ref", CLAIM, landing.claim_new)
    repo.git("update-ref", CLAIM, repo.git("commit-tree", "-m", "taken over", "HEAD^{tree}"))
    before = snapshot(repo)
    assert landing.move().status == "lost"
    assert snapshot(repo) == before


def test_the_same_move_again_says_done(repo: Repo) -> None:
    landing = prepare(repo)
    assert landing.move().status == "done"
    again = landing.move()
    assert (again.status, again.reason) == ("done", "it had been done before")


def test_a_lock_of_another_git_is_not_called_a_lost_race(repo: Repo) -> None:
    landing = prepare(repo)
    repo.write(".git/HEAD.lock", "")
    check_refused(repo, landing, "could not lock the references")


def test_a_person_s_commit_that_waits_in_the_editor_does_not_revert_the_landing(repo: Repo, tmp_path: Path) -> None:
    landing = prepare(repo)
    repo.write("mine.txt", "edited\n")
    repo.git("add", "mine.txt")
    os.mkfifo(tmp_path / "opened")
    os.mkfifo(tmp_path / "go")
    editor = f"sh -c 'echo > {tmp_path}/opened; read line < {tmp_path}/go; echo mine > \"$1\"' -"
    child = subprocess.Popen(
        ["git", "commit"], cwd=repo.path, env={**os.environ, "GIT_EDITOR": editor}, stderr=subprocess.PIPE, text=True
    )
    (tmp_path / "opened").read_text()
    check_moved(repo, landing)
    (tmp_path / "go").write_text("go\n")
    assert "cannot lock ref 'HEAD'" in child.communicate()[1]
    repo.git("commit", "--quiet", "--message", "mine")
    assert repo.git("diff", "--name-only", landing.new, "HEAD") == "mine.txt"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("printf 'start: ok\\nprepare: ok\\n'; cat", None),  # both in one piece, and nothing after it
        ("printf 'start: ok\\npre'; sleep 0.1; printf 'pare: ok\\n'; cat", None),
        ("printf 'start: ok\\nfatal: no\\n'; cat", "fatal: no"),
        ("printf 'start: ok\\n'", "start: ok"),
        ("exit", "git ended without an answer"),
    ],
)
def test_an_answer_is_heard_in_whatever_pieces_it_comes(answer: str, said: str | None) -> None:
    script = ["sh", "-c", f"read line; {answer}"]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert ask(child, b"prepare\n", "prepare: ok") == said
        assert child.stdin is not None
        child.stdin.close()
