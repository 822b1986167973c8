"""The factory from outside: real git, real worker processes, agents that are small programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow

WORK = 'write(name + ".txt", "made\\n"); outcome(status="done", summary="made it", boxes=[0])'


@pytest.fixture
def factory(repo: Repo, command: Command, tmp_path: Path) -> Factory:
    return Factory(repo, command, tmp_path)


def test_an_armed_issue_is_worked_on_gated_and_landed(factory: Factory) -> None:
    factory.set_up(WORK, gate="[test, -e, one.txt]")
    issue = factory.new("Make one", "--body", "## Acceptance\n- [ ] it is there\n")
    assert factory.watch()["landed"] == [issue]
    assert factory.status(issue) == "done"
    assert factory.repo.read("one.txt") == "made\n"
    assert "- [x] it is there" in factory.repo.read(f".issues/{issue}.md")
    assert factory.repo.git("status", "--porcelain") == ""


def test_the_landing_is_one_merge_commit_with_its_evidence(factory: Factory) -> None:
    factory.set_up(WORK)
    issue = factory.new("Make one")
    before = factory.repo.head()
    factory.watch()
    assert factory.repo.git("rev-list", "--first-parent", "--count", f"{before}..main") == "1"
    assert f"Tarmac-Landed: {issue}.1 " in factory.repo.git("log", "-1", "--format=%B", "main")
    events = factory.repo.git("ls-tree", "-r", "--name-only", "main", f".issues/events/{issue}").splitlines()
    assert len(events) <= 5
    assert "kind: evidence" in factory.notes(issue)
    assert "made it" in factory.notes(issue)


def test_dependents_start_on_what_their_dependencies_landed(factory: Factory) -> None:
    factory.set_up(
        'assert name != "two" or os.path.exists("one.txt")\nwrite(name + ".txt", "x"); outcome(status="done")'
    )
    one = factory.new("Make one")
    two = factory.new("Make two", "--depends", one)
    assert sorted(factory.watch()["landed"]) == sorted([one, two])


@pytest.mark.parametrize(
    ("agent", "cause"),
    [
        ('outcome(status="done", summary="all done")', "empty"),
        ('outcome(status="question", question="cursor or offset?")', "question: cursor or offset?"),
        ('outcome(status="blocked", summary="no key")', "blocked: no key"),
        ('outcome(status="no-change", summary="it is there")', "no-change: it is there"),
        ("sys.exit(7)", "failed: exited (exit 7)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "failed: exited (exit -9)"),
        ("os.kill(os.getppid(), signal.SIGKILL); sys.exit(0)", "crashed"),
        ("time.sleep(60)", "silence"),
    ],
)
def test_what_needs_a_person_parks_the_issue_with_its_cause(factory: Factory, agent: str, cause: str) -> None:
    factory.set_up(agent, silence="300ms")
    issue = factory.new("Make one")
    assert factory.watch()["parked"] == [issue]
    assert factory.status(issue) == "needs-attention"
    assert cause in factory.notes(issue)


@pytest.mark.parametrize(("discard", "left"), [("[build]", False), ("[]", True)])
def test_build_output_keeps_a_landed_worktree_unless_the_policy_names_it(
    factory: Factory, discard: str, left: bool
) -> None:
    factory.set_up('write("build/out.o", "x"); ' + WORK)
    workflow = factory.repo.read("WORKFLOW.md").replace("root: ../runs", f"root: ../runs, discard: {discard}")
    factory.repo.write("WORKFLOW.md", workflow)
    factory.repo.write(".gitignore", "build/\n")
    factory.repo.commit("ignore what is built")
    issue = factory.new("Make one")
    said = factory.tarmac("watch", "--once")
    assert factory.status(issue) == "done"
    assert ("build/ (ignored)" in said.out + said.err) is left
    assert any((factory.home / "runs").rglob("out.o")) is left


PROPOSES = (
    'outcome(status="{status}", question="which?", issues=[{{"title": "Mend the \\x1b[31mdoor", "body": "It creaks."}},'
    ' {{"body": "no title"}}, 7] + [{{"title": f"More {{n}}"}} for n in range(11)])'
)


def test_issues_that_an_agent_proposes_land_on_hold_with_its_work(factory: Factory) -> None:
    factory.set_up('write(name + ".txt", "made"); ' + PROPOSES.format(status="done"))
    issue = factory.new("Make one")
    assert factory.watch()["landed"] == [issue]
    held = json.loads(factory.fp("list", "--json").out)["issues"]
    assert len(held) == 10
    assert {one["dispatch"] for one in held} == {"hold"}
    assert [one["title"] for one in held if "Mend" in one["title"]] == ["Mend the \\x1b[31mdoor"]
    notes = factory.notes(issue)
    assert all(one["id"] in notes for one in held)
    assert "2 of `issues` have no title" in notes
    assert "2 more of `issues` were not taken" in notes
    assert factory.fp("check").code == 0
    assert json.loads(factory.tarmac("reconcile", "--json").out)["verdict"] == "consistent"


def test_what_a_parked_agent_proposes_stays_in_sight(factory: Factory) -> None:
    factory.set_up(PROPOSES.format(status="question"))
    issue = factory.new("Make one")
    assert factory.watch()["parked"] == [issue]
    assert json.loads(factory.fp("list", "--json").out)["issues"][0]["id"] == issue
    assert "not made, as this run did not land" in factory.notes(issue)
    assert "It creaks." in factory.notes(issue)


def test_a_failing_gate_keeps_work_out_of_the_target(factory: Factory) -> None:
    factory.set_up(WORK, gate="[test, '!', -e, one.txt]")
    issue = factory.new("Make one")
    assert factory.watch()["parked"] == [issue]
    assert "gate tests failed (exit 1)" in factory.notes(issue)
    assert not (factory.repo.path / "one.txt").exists()


def test_work_that_conflicts_is_parked_with_the_paths(factory: Factory) -> None:
    factory.set_up('write("README.md", os.environ["TARMAC_ISSUE"]); time.sleep(0.5); outcome(status="done")')
    issues = [factory.new("Write one"), factory.new("Write two")]
    ended = factory.watch()
    assert sorted([*ended["landed"], *ended["parked"]]) == sorted(issues)
    assert len(ended["parked"]) == 1
    assert "README.md" in factory.notes(ended["parked"][0])


FORGE = """
git = lambda *words: subprocess.run(["git", *words], check=True, capture_output=True)
write("one.txt", "made")
ticket = sorted(pathlib.Path(".issues").glob("*.md"))[0]
ticket.write_text(ticket.read_text().replace("status: todo", "status: done"))
git("add", "--all"); git("commit", "-qm", "done")
outcome(status="done")
"""


def test_a_worker_that_sets_done_in_the_operators_name_does_not_land(factory: Factory) -> None:
    factory.set_up(FORGE)
    issue = factory.new("Make one")
    assert factory.watch()["parked"] == [issue]
    assert factory.status(issue) == "needs-attention"
    assert "forbidden" in factory.notes(issue)


def test_a_run_waits_for_an_approval_of_exactly_its_tip(factory: Factory) -> None:
    factory.set_up(WORK, land="approved")
    issue = factory.new("Make one")
    assert factory.watch()["waiting"] == [issue]
    factory.fp("approve", issue, "--commit")
    assert factory.watch()["landed"] == [issue]


def test_a_person_may_land_without_an_approval(factory: Factory) -> None:
    factory.set_up(WORK, land="manual")
    issue = factory.new("Make one")
    factory.watch()
    factory.tarmac("land", issue)
    assert factory.status(issue) == "done"


def test_a_rejection_parks_with_its_words(factory: Factory) -> None:
    factory.set_up(WORK, land="approved")
    issue = factory.new("Make one")
    factory.watch()
    factory.fp("reject", issue, "-m", "wrong colour", "--commit")
    assert factory.watch()["parked"] == [issue]
    assert "wrong colour" in factory.notes(issue)


def test_an_answer_reaches_the_next_run(factory: Factory) -> None:
    ask = 'if "offset" in prompt:\n    write("one.txt", "x"); outcome(status="done")\nelse:\n'
    factory.set_up(ask + '    outcome(status="question", question="cursor?")')
    issue = factory.new("Make one")
    assert factory.watch()["parked"] == [issue]
    factory.tarmac("answer", issue, "offset")
    assert factory.watch()["landed"] == [issue]


def test_a_failed_attempt_is_tried_again_in_a_new_epoch(factory: Factory) -> None:
    factory.set_up('assert os.environ["TARMAC_RUN"].endswith(".2")\n' + WORK, attempts=2)
    issue = factory.new("Make one")
    assert factory.watch()["landed"] == [issue]
    assert "epoch: 2" in factory.notes(issue)


def test_a_persons_uncommitted_file_in_the_way_holds_the_landing_and_stays(factory: Factory) -> None:
    factory.set_up(WORK)
    issue = factory.new("Make one")
    factory.repo.write("one.txt", "mine")
    assert factory.watch()["waiting"] == [issue]
    assert factory.repo.read("one.txt") == "mine"
    assert factory.status(issue) == "todo"
    (factory.repo.path / "one.txt").unlink()
    assert factory.watch()["landed"] == [issue]


def test_what_a_person_works_on_meanwhile_stays(factory: Factory) -> None:
    factory.set_up(WORK)
    factory.new("Make one")
    factory.repo.write("README.md", "half written")
    factory.repo.write("notes.txt", "mine")
    factory.watch()
    assert factory.repo.read("README.md") == "half written"
    assert factory.repo.git("status", "--porcelain").splitlines() == [" M README.md", "?? notes.txt"]


def test_nothing_to_do_says_why_and_what_to_do(factory: Factory) -> None:
    factory.set_up(WORK)
    issue = factory.new("Make one", armed=False)
    assert f"1 on hold -> fp arm {issue}" in factory.tarmac("watch", "--once").out
    assert "on hold" in factory.tarmac("why", issue).out


def test_an_issue_that_a_person_cancels_by_hand_is_not_landed(factory: Factory) -> None:
    factory.set_up(WORK, land="manual")
    issue = factory.new("Make one")
    factory.watch()
    ticket = f".issues/{issue}.md"
    factory.repo.write(ticket, factory.repo.read(ticket).replace("status: todo", "status: cancelled"))
    factory.repo.commit("not needed")
    factory.watch()
    assert factory.status(issue) == "cancelled"
    assert not (factory.repo.path / "one.txt").exists()


def test_pausing_starts_nothing_new(factory: Factory) -> None:
    factory.set_up(WORK)
    factory.new("Make one")
    factory.tarmac("pause")
    assert factory.watch()["landed"] == []
    factory.tarmac("resume")
    assert len(factory.watch()["landed"]) == 1


GUARDED = "workflow:\n  guards:\n    done: [{guard}]\n"


def guarded(factory: Factory, name: str) -> None:
    """The tracker's settings with a guard of done, and a document that describes `one.txt`."""
    repo = factory.repo
    repo.write(".issues/config.yaml", repo.read(".issues/config.yaml") + GUARDED.format(guard=name))
    repo.write("one.txt", "old\n")
    repo.write("docs/one.md", "# One\n\nIt says old.\n")
    assert factory.command("drift", "init", "--yes", cwd=repo.path).code == 0
    assert factory.command("drift", "link", "docs/one.md", "one.txt", cwd=repo.path).code == 0
    repo.commit("guard it")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("boxes", "guard boxes: 1 of 2 boxes are open"),
        ("documents", "guard documents: stale for this content: docs/one.md (one.txt: "),
    ],
)
def test_what_a_guard_of_done_says_no_to_does_not_land(factory: Factory, name: str, says: str) -> None:
    factory.set_up(WORK)
    guarded(factory, name)
    issue = factory.new("Make one", "--body", "- [ ] first\n- [ ] second\n")
    assert factory.watch()["parked"] == [issue]
    assert says in factory.notes(issue)
    assert factory.repo.git("show", "main:one.txt") == "old"


RENEWED = """
write("docs/one.md", "# One\\n\\nIt says made.\\n")
os.environ["PYTHONPATH"] = {checkout!r}
drift = [sys.executable, "-m", "drift", "link", "--still-accurate", "docs/one.md", "one.txt"]
subprocess.run(drift, check=True)
"""


def test_work_that_renews_its_documents_passes_their_guard(factory: Factory) -> None:
    factory.set_up(WORK + RENEWED.format(checkout=str(CHECKOUT)))
    guarded(factory, "documents")
    issue = factory.new("Make one")
    assert factory.watch()["landed"] == [issue], factory.notes(issue)


def test_an_agent_is_told_which_documents_its_paths_concern(factory: Factory) -> None:
    factory.set_up('write("one.txt", prompt); outcome(status="done")')
    guarded(factory, "boxes")
    issue = factory.new("Make one", "--touches", "*.txt")
    said = json.loads(factory.tarmac("context", issue, "--json").out)
    assert said["documents"] == [{"document": "docs/one.md", "anchor": "one.txt", "reason": ""}]
    assert factory.watch()["landed"] == [issue]
    assert "- `docs/one.md` describes `one.txt`" in factory.repo.read("one.txt")
    assert "docs/one.md  one.txt  stale: " in factory.tarmac("context", "--path", "one.txt").out
