"""The consistency report on real repositories: what is healthy stays silent, what goes wrong is told, once."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from fp.kernel.cli import Output
from tarmac.cli.site import site_of
from tarmac.diagnose import Report, diagnose
from tarmac.observe.whole import observe
from tests.support.factories import Factory
from tests.support.repo import Command, Repo
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

WORK = 'write(name + ".txt", "made\\n" * 3); outcome(status="done", summary="made it")'


@dataclass
class Place:
    """A factory in which one issue has landed."""

    factory: Factory
    issue: str

    @property
    def repo(self) -> Repo:
        return self.factory.repo


def report_of(path: Path, view: str = "host") -> Report:
    site = site_of(Output(json=False, quiet=True, start=path), view)
    return diagnose(observe(site), site.memory)


def codes(path: Path, view: str = "host") -> str:
    """The codes that weigh, sorted."""
    return " ".join(sorted(one.code for one in report_of(path, view).open))


@pytest.fixture(scope="session")
def landed_template(repo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("landed")
    shutil.copytree(repo_template, home / "repo", symlinks=True)
    factory = Factory(Repo(home / "repo"), Command(home), home)
    factory.set_up(WORK)
    issue = factory.new("Make one")
    assert factory.watch()["landed"] == [issue]
    return home, issue


@pytest.fixture
def landed(landed_template: tuple[Path, str], tmp_path: Path) -> Place:
    home, issue = landed_template
    shutil.copytree(home / "repo", tmp_path / "repo", symlinks=True)
    repo = Repo(tmp_path / "repo", 50)
    repo.git("update-index", "--refresh")
    return Place(Factory(repo, Command(tmp_path), tmp_path), issue)


@pytest.fixture
def factory(repo: Repo, command: Command, tmp_path: Path) -> Factory:
    return Factory(repo, command, tmp_path)


# -- healthy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["host", "repo"])
def test_a_landed_issue_is_consistent(landed: Place, view: str) -> None:
    assert codes(landed.repo.path, view) == ""


def test_what_happens_to_other_issues_and_files_makes_no_evidence_stale(landed: Place) -> None:
    other = landed.factory.new("Talk", armed=False)
    landed.factory.fp("comment", other, "hello", "--commit")
    second = landed.factory.new("Make two")
    landed.factory.watch()
    landed.repo.write("more.txt", "by hand")
    landed.repo.commit("by hand")
    assert landed.factory.status(second) == "done"
    assert codes(landed.repo.path) == ""


def test_later_work_on_landed_lines_is_no_revert(landed: Place) -> None:
    landed.repo.write("one.txt", "made\nbetter\nmade\n")
    landed.repo.commit("improve")
    assert codes(landed.repo.path) == ""


def test_moving_a_landed_file_is_no_revert(landed: Place) -> None:
    landed.repo.git("mv", "one.txt", "first.txt")
    landed.repo.commit("move")
    assert codes(landed.repo.path) == ""


def test_an_issue_by_hand_needs_no_machine(landed: Place) -> None:
    hand = landed.factory.new("By hand", armed=False)
    path = f".issues/{hand}.md"
    landed.repo.write(path, landed.repo.read(path).replace("status: todo", "status: done"))
    landed.repo.commit("done by hand")
    assert codes(landed.repo.path) == ""


def test_waiting_approved_and_landed_are_healthy_steps(factory: Factory) -> None:
    factory.set_up(WORK, land="approved")
    issue = factory.new("Make one")
    factory.watch()
    assert (codes(factory.repo.path), codes(factory.repo.path, "repo")) == ("", "")
    factory.fp("approve", issue, "--commit")
    assert codes(factory.repo.path) == ""
    factory.watch()
    assert (factory.status(issue), codes(factory.repo.path)) == ("done", "")


def test_a_parked_issue_is_healthy_until_somebody_adds_to_its_sealed_branch(factory: Factory) -> None:
    factory.set_up('write("half.txt", "x"); sys.exit(1)')
    issue = factory.new("Make one")
    factory.watch()
    assert (factory.status(issue), codes(factory.repo.path)) == ("needs-attention", "")
    tip = factory.repo.git("rev-parse", f"tarmac/{issue}/1")
    more = factory.repo.git("commit-tree", "-p", tip, "-m", "more", f"{tip}^{{tree}}")
    factory.repo.git("update-ref", f"refs/heads/tarmac/{issue}/1", more)
    assert codes(factory.repo.path) == "D-45"


def test_an_issue_put_on_hold_while_its_run_waits_is_told(factory: Factory) -> None:
    factory.set_up(WORK, land="approved")
    issue = factory.new("Make one")
    factory.watch()
    path = f".issues/{issue}.md"
    factory.repo.write(path, factory.repo.read(path).replace("dispatch: auto", "dispatch: hold"))
    factory.repo.commit("not now")
    assert codes(factory.repo.path) == "D-05"
    assert "is over and cleaned up now" in factory.tarmac("reconcile", "--apply").out
    assert codes(factory.repo.path) == ""


@pytest.mark.slow
def test_imported_trackers_are_consistent(factory: Factory) -> None:
    factory.fp("init", "--prefix", "FP")
    for kind, path in (("beads", "beads/issues.jsonl"), ("backlog", "backlog-md"), ("tk", "tk/tickets")):
        factory.fp("import", kind, str(shared(f"data/{path}")))
    factory.repo.commit("import")
    out = factory.tarmac("reconcile", code=0).out
    assert out.startswith("consistent (view: repo @ ")


# -- faults of git and people -----------------------------------------------------------------------------------------


def undo_content(place: Place) -> None:
    place.repo.git("rm", "-q", "one.txt")
    place.repo.commit("take it out")


def undo_all(place: Place) -> None:
    place.repo.git("revert", "--no-edit", "-m1", "HEAD")


def rewind(place: Place) -> None:
    place.repo.git("reset", "-q", "--hard", "HEAD~1")


def leave_index_behind(place: Place) -> None:
    place.repo.git("read-tree", "HEAD~1")


def leave_lock(place: Place) -> None:
    path = place.repo.write(".git/index.lock", "")
    then = time.time() - 600
    os.utime(path, (then, then))


def change_evidence(place: Place) -> None:
    change_events(place, "-evidence-", "content: ", "content: " + "0" * 40)


def change_events(place: Place, kind: str, key: str, line: str) -> None:
    (name,) = (one for one in os.listdir(place.repo.path / f".issues/events/{place.issue}") if kind in one)
    path = f".issues/events/{place.issue}/{name}"
    kept = [line if one.startswith(key) else one for one in place.repo.read(path).splitlines()]
    place.repo.write(path, "\n".join(kept) + "\n")
    place.repo.commit("change an event")


def fail_evidence(place: Place) -> None:
    change_events(place, "-evidence-", "  - '0'", "  - '1'")


def drop_evidence(place: Place) -> None:
    (name,) = (one for one in os.listdir(place.repo.path / f".issues/events/{place.issue}") if "-evidence-" in one)
    place.repo.git("rm", "-q", f".issues/events/{place.issue}/{name}")
    place.repo.commit("drop the evidence")


def drop_pick_up(place: Place) -> None:
    names = sorted(os.listdir(place.repo.path / f".issues/events/{place.issue}"))
    pick_up = next(one for one in names if "-transition-" in one)
    place.repo.git("rm", "-q", f".issues/events/{place.issue}/{pick_up}")
    place.repo.commit("drop an event")


def approve_another(place: Place) -> None:
    text = f"---\nkind: review\nby: human/Bo\nat: 2030-01-01T00:00:00Z\nverdict: approve\nrun: {place.issue}.1\n"
    text += f"commit: {'1' * 40}\ncontent: {'2' * 40}\n---\n"
    place.repo.write(f".issues/events/{place.issue}/20300101T000000000Z-review-abcd.md", text)
    place.repo.commit("approve")


def break_issue(place: Place) -> None:
    place.repo.write(f".issues/{place.issue}.md", "---\nid: [\n---\n")
    place.repo.commit("break")


def copy_issue(place: Place) -> None:
    place.repo.write(".issues/copy.md", place.repo.read(f".issues/{place.issue}.md"))
    place.repo.commit("copy")


def need_what_is_not_there(place: Place) -> None:
    edit_issue(place, "status: done", "status: todo", "depends_on:", "depends_on:\n  - FP-zzzzzzz")


def edit_issue(place: Place, *words: str) -> None:
    path = f".issues/{place.issue}.md"
    text = place.repo.read(path)
    for old, new in zip(words[::2], words[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    place.repo.write(path, text)
    place.repo.commit("edit")


def break_policy(place: Place) -> None:
    place.repo.write("WORKFLOW.md", "---\nformat: 1\nnonsense: 3\n---\n")
    place.repo.commit("break the policy")


def branch_without_claim(place: Place) -> None:
    place.repo.git("branch", f"tarmac/{place.issue}/7")


FAULTS: dict[str, list[Callable[[Place], None]]] = {
    "D-07": [copy_issue],
    "D-06": [branch_without_claim],
    "D-12": [break_issue],
    "D-15": [need_what_is_not_there],
    "D-64": [drop_evidence],
    "D-65": [change_evidence],
    "D-66": [fail_evidence],
    "D-69": [approve_another],
    "D-81": [drop_pick_up, undo_all],
    "D-82": [rewind],
    "D-83": [leave_index_behind],
    "D-84": [leave_lock],
    "D-87": [undo_content],
    "D-88": [break_policy],
}
TABLE = [(code, fault) for code, faults in FAULTS.items() for fault in faults]


@pytest.mark.parametrize(("code", "fault"), TABLE, ids=[fault.__name__ for _, fault in TABLE])
def test_a_fault_gives_its_one_finding(landed: Place, code: str, fault: Callable[[Place], None]) -> None:
    fault(landed)
    assert codes(landed.repo.path) == code


def held_branch(place: Place, name: str = "Test Person") -> str:
    """An open issue that an agent holds in epoch 1, and a run branch of it checked out beside."""
    issue = place.factory.new("Guard the gate", armed=False)
    place.factory.fp("claim", issue)
    place.repo.git("checkout", "-q", "-b", f"tarmac/{issue}/1")
    place.repo.git("config", "user.name", name)
    return issue


def back_home(place: Place, message: str = "done") -> None:
    place.repo.commit(message)
    place.repo.git("checkout", "-q", "main")


def test_a_worker_that_sets_its_status_under_a_persons_name_is_told_as_forged(landed: Place) -> None:
    issue = held_branch(landed)
    path = f".issues/{issue}.md"
    landed.repo.write(path, landed.repo.read(path).replace("status: todo", "status: done"))
    back_home(landed)
    (found,) = report_of(landed.repo.path).open
    assert (found.code, found.issue, found.run) == ("D-11", issue, f"{issue}.1")
    assert 'committed as "Test Person"' in found.says


def test_a_run_that_sets_its_status_under_its_own_name_only_proposes(landed: Place) -> None:
    issue = held_branch(landed)
    landed.repo.git("config", "user.name", f"tarmac-run {issue}.1")
    path = f".issues/{issue}.md"
    landed.repo.write(path, landed.repo.read(path).replace("status: todo", "status: done"))
    back_home(landed)
    assert codes(landed.repo.path) == "D-08"


def test_a_run_that_changes_anothers_ticket_or_the_policy_is_told(landed: Place) -> None:
    held_branch(landed)
    path = f".issues/{landed.issue}.md"
    landed.repo.write(path, landed.repo.read(path).replace("Make one", "Make nothing"))
    landed.repo.write("WORKFLOW.md", landed.repo.read("WORKFLOW.md") + "Trust me.\n")
    back_home(landed)
    assert codes(landed.repo.path) == "D-62"


def test_work_that_a_person_merged_by_hand_is_told_as_done_already(landed: Place) -> None:
    issue = held_branch(landed)
    landed.repo.write("guard.txt", "x")
    back_home(landed)
    landed.repo.git("merge", "-q", "--squash", f"tarmac/{issue}/1")
    landed.repo.commit("squash")
    assert codes(landed.repo.path) == "D-47"


# -- clones -----------------------------------------------------------------------------------------------------------


def test_a_clone_without_history_or_claims_cannot_tell(landed: Place, tmp_path: Path) -> None:
    held_branch(landed)
    back_home(landed)
    url = f"file://{landed.repo.path}"
    landed.repo.git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    landed.repo.git("clone", "-q", url, str(tmp_path / "full"))
    full, tarmac = Repo(tmp_path / "full"), landed.factory.command
    fetch = "git fetch origin 'refs/fp/claims/*:refs/fp/remotes/origin/claims/*'"
    shallow = tarmac("tarmac", "reconcile", cwd=tmp_path / "shallow")
    assert (shallow.code, "git fetch --unshallow" in shallow.out) == (2, True)
    without = tarmac("tarmac", "reconcile", cwd=full.path)
    assert (without.code, fetch in without.out, without.out.startswith("cannot tell")) == (2, True, True)
    full.git("fetch", "-q", "origin", "refs/fp/claims/*:refs/fp/remotes/origin/claims/*")
    assert tarmac("tarmac", "reconcile", cwd=full.path).code == 0


def test_a_clone_of_a_tracker_that_no_machine_works_on_is_consistent(repo: Repo, tmp_path: Path) -> None:
    factory = Factory(repo, Command(tmp_path), tmp_path)
    factory.fp("init", "--prefix", "FP")
    factory.new("By hand", armed=False)
    clone = repo.clone(tmp_path / "clone")
    assert report_of(clone.path, "repo").verdict == "consistent"


def test_claims_fetched_by_the_command_itself_are_enough(landed: Place, tmp_path: Path) -> None:
    clone = landed.repo.clone(tmp_path / "clone")
    ran = landed.factory.command("tarmac", "reconcile", "--fetch", cwd=clone.path)
    assert (ran.code, ran.out.partition(" ")[0]) == (0, "consistent")


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_exit_status_is_the_answer(landed: Place) -> None:
    assert landed.factory.tarmac("reconcile").out.startswith("consistent (view: host @ ")
    undo_content(landed)
    assert landed.factory.tarmac("reconcile", code=1).out.startswith("1 disagrees (view: host @ ")
    landed.factory.tarmac("reconcile", "--fail-on", "crit", code=0)
    landed.factory.tarmac("reconcile", "--baseline", "HEAD", code=0)
    landed.factory.tarmac("reconcile", "--baseline", "HEAD~1", code=1)


def test_settings_that_cannot_be_read_cannot_be_judged(landed: Place) -> None:
    landed.repo.write(".issues/config.yaml", "format: 1\nprefix: [\n")
    landed.repo.commit("break the settings")
    assert "config.yaml:" in landed.factory.tarmac("reconcile", code=2).err


def test_the_document_of_the_command_names_the_finding(landed: Place) -> None:
    undo_content(landed)
    value = json.loads(landed.factory.tarmac("reconcile", "--json", code=1).out)
    assert (value["schema"], value["verdict"]) == ("tarmac.report.v1", "disagree")
    assert [one["code"] for one in value["findings"]] == ["D-87"]


def test_an_acknowledged_finding_counts_again_when_its_facts_change(landed: Place) -> None:
    undo_content(landed)
    landed.factory.tarmac("ack", "d-87", landed.issue[:6], "--until", "2199-01-01", "--reason", "known")
    assert "acknowledged until 2199-01-01" in landed.factory.tarmac("reconcile", code=0).out
    edit_issue(landed, "status: done", "status: cancelled")
    assert "acknowledged" not in landed.factory.tarmac("reconcile", code=0).out


def test_only_a_finding_that_is_there_can_be_acknowledged(landed: Place) -> None:
    words = ("ack", "D-20", landed.issue, "--reason", "x", "--until")
    assert "has no D-20 now" in landed.factory.tarmac(*words, "2199-01-01", code=1).err
    assert "is over" in landed.factory.tarmac(*words, "2001-01-01", code=2).err
    assert "not a date" in landed.factory.tarmac(*words, "soon", code=2).err


def test_explain_tells_a_code_and_the_facts_of_an_issue(landed: Place) -> None:
    undo_content(landed)
    out = landed.factory.tarmac("explain", "d-87", landed.issue).out
    assert out.startswith("D-87 landed-work-reverted")
    assert "landed run" in out
    assert "no finding has the code" in landed.factory.tarmac("explain", "D-99", code=2).err


def test_trust_says_what_it_rests_on(landed: Place) -> None:
    assert "verified" in landed.factory.tarmac("trust", landed.issue).out
    undo_content(landed)
    assert "contradicted" in landed.factory.tarmac("trust", landed.issue).out


# -- repairs ----------------------------------------------------------------------------------------------------------


def orphan(place: Place) -> tuple[str, Path]:
    """A worktree on the branch of a run that nothing records."""
    issue = place.factory.new("Forgotten", armed=False)
    place.factory.fp("claim", issue)
    place.factory.fp("release", issue)
    path = place.factory.home / "orphan"
    place.repo.git("worktree", "add", "-q", "-b", f"tarmac/{issue}/1", str(path))
    return issue, path


def test_a_left_over_worktree_is_removed_and_then_nothing_is_left_to_do(landed: Place) -> None:
    _, path = orphan(landed)
    assert "D-57" in landed.factory.tarmac("reconcile").out
    assert path.exists()
    assert "removed" in landed.factory.tarmac("reconcile", "--apply").out
    assert not path.exists()
    assert "D-57" not in landed.factory.tarmac("reconcile", "--apply").out


def test_uncommitted_work_is_kept_at_a_rescue_ref_and_stays_where_it_is(landed: Place) -> None:
    issue, path = orphan(landed)
    (path / "draft.txt").write_text("mine")
    assert codes(landed.repo.path) == "D-54"
    landed.factory.tarmac("reconcile", "--apply", "D-54")
    assert landed.repo.git("show", f"refs/fp/rescue/{issue}.1:draft.txt") == "mine"
    assert (path / "draft.txt").read_text() == "mine"
    assert codes(landed.repo.path) == ""


def test_a_claim_on_a_closed_issue_is_released_to_a_tombstone(landed: Place) -> None:
    issue = landed.factory.new("Closed", armed=False)
    landed.factory.fp("claim", issue)
    path = f".issues/{issue}.md"
    landed.repo.write(path, landed.repo.read(path).replace("status: todo", "status: cancelled"))
    landed.repo.commit("cancel")
    assert "D-03" in landed.factory.tarmac("reconcile").out
    assert "released" in landed.factory.tarmac("reconcile", "--apply", "D-03").out
    assert "state: released" in landed.repo.git("log", "-1", "--format=%B", f"refs/fp/claims/{issue}")


def test_a_lock_that_no_journal_names_is_left_to_a_person(landed: Place) -> None:
    leave_lock(landed)
    out = landed.factory.tarmac("reconcile", "--apply", code=1).out
    assert "$ rm -- .git/index.lock" in out
    assert (landed.repo.path / ".git/index.lock").exists()


def test_a_checkout_left_behind_without_a_journal_is_left_to_a_person(landed: Place) -> None:
    leave_index_behind(landed)
    out = landed.factory.tarmac("reconcile", "--apply", code=1).out
    assert "refused" not in out
    assert f"$ git -C {landed.repo.path} reset" in out
    landed.repo.git("reset")
    assert codes(landed.repo.path) == ""
