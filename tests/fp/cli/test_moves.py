"""Commands that move issues: start, submit, done, cancel, reopen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.issues import A, B
from tests.support.tracked import Tracked, make

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow


@pytest.fixture
def here(repo: Repo, command: Command) -> Tracked:
    return make(repo, command)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("start", "todo", "in-progress"),
        ("submit", "in-progress", "in-review"),
        ("done", "todo", "done"),
        ("cancel", "needs-attention", "cancelled"),
        ("reopen", "done", "todo"),
    ],
)
def test_a_verb_changes_the_status_line_alone_and_adds_an_event(
    here: Tracked, verb: str, before: str, after: str
) -> None:
    here.issue(A, status=before, dispatch="hold")
    text = here.text(A)
    done = here.fp(verb, "aaa")
    assert done == (0, f"{A}  {before} -> {after}  Title of {A}\n", "")
    assert here.text(A) == text.replace(f"status: {before}", f"status: {after}")
    assert [f"from: {before}\nto: {after}\nby: human/Test Person" in one for one in here.events(A)] == [True]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "status", ["status: todo", "status:   todo", 'status: "todo"', "status : 'todo'", "status: todo  # waiting"]
)
def test_a_hand_edited_file_keeps_every_other_byte(here: Tracked, status: str, newline: str) -> None:
    head = f"\ufeff---\nid: {A}\n{status}\ntitle: T\nx-weird:   [a,  b]\nnote: |\n  keep  this\n---\n"
    text = f"{head}\nBody  \n\n---\nrule\n"
    path = here.repo.write(f".issues/{A}.md", text.replace("\n", newline).encode())
    assert here.fp("start", A).code == 0
    assert path.read_bytes() == text.replace("todo", "in-progress").replace("\n", newline).encode()


def test_several_ids_are_moved_and_a_refused_one_stops_no_other(here: Tracked) -> None:
    here.issue(A)
    here.issue(B, status="done")
    done = here.fp("reopen", A, B)
    assert done.code == 1
    assert f"{B}  done -> todo" in done.out
    assert f"refused {A}: {A} is todo" in done.err
    assert here.json("reopen", A, B)["refused"][0]["reason"] == "not-closed"


def test_moving_to_where_it_is_changes_nothing(here: Tracked) -> None:
    here.issue(A, status="in-progress")
    assert here.fp("start", A) == (0, f"{A}  already in-progress  Title of {A}\n", "")
    assert here.events(A) == []


def test_commit_makes_one_commit_of_exactly_the_touched_files(here: Tracked) -> None:
    here.issue(A)
    here.repo.commit("issue")
    here.repo.write("other.txt", "mine")
    here.repo.git("add", "other.txt")
    assert here.fp("start", A, "--commit", "-m", "on it").code == 0
    assert here.repo.git("log", "-1", "--format=%s") == f"issues: {A} todo -> in-progress Title of {A}"
    assert len(here.repo.git("show", "--name-only", "--format=").splitlines()) == 2
    assert here.repo.git("status", "--short") == "A  other.txt"


def test_a_committed_hand_edit_is_recorded_before_the_next_move(here: Tracked) -> None:
    here.issue(A)
    here.repo.commit("issue")
    here.edit(A, "status: todo", "status: in-progress")
    here.repo.commit("by hand")
    done = here.fp("submit", A)
    assert "recorded a hand edit first: todo -> in-progress by human/Test Person" in done.out
    assert [("to: in-progress" in one, "to: in-review" in one) for one in here.events(A)] == [
        (True, False),
        (False, True),
    ]


def test_a_draft_by_hand_is_recorded_too(here: Tracked) -> None:
    here.issue(A)
    here.repo.commit("issue")
    assert here.fp("start", A, "--commit").code == 0
    here.edit(A, "status: in-progress", "status: in-review")
    assert here.fp("done", A).code == 0
    assert [one.partition("after")[0].count("in-review") for one in here.events(A)] == [0, 1, 1]


def test_leaving_done_puts_it_on_hold_and_says_so_unless_armed(here: Tracked) -> None:
    here.issue(A, status="done")
    here.issue(B, status="done")
    assert "dispatch: hold, because it left done" in here.fp("reopen", A).out
    assert here.fp("reopen", B, "--arm").out.count("\n") == 1
    assert ("dispatch: hold" in here.text(A), "dispatch: auto" in here.text(B)) == (True, True)


def test_a_guard_of_the_settings_is_asked(repo: Repo, command: Command) -> None:
    here = make(repo, command, settings="workflow:\n  guards:\n    done: [boxes, evidence]\n")
    here.issue(A)
    here.repo.commit("issue")
    refused = here.json("done", A)
    assert (refused["reason"], refused["where"]) == ("boxes", None)
    assert f".issues/{A}.md:15" in refused["message"]
    here.edit(A, "- [ ]", "- [x]")
    assert here.json("done", A)["reason"] == "evidence"
    here.repo.commit("ticked")
    assert here.fp("evidence", A, "--", "true").code == 0
    assert here.fp("done", A).code == 0


def test_a_strict_workflow_binds_people(repo: Repo, command: Command) -> None:
    here = make(repo, command, settings="workflow:\n  strict: true\n")
    here.issue(A)
    refused = here.fp("done", A)
    assert refused.code == 1
    assert "no arrow todo -> done; from todo it goes to: in-progress, cancelled" in refused.err


def test_a_forked_history_takes_a_join(here: Tracked) -> None:
    here.issue(A)
    here.repo.commit("issue")
    here.repo.git("checkout", "-qb", "side")
    assert here.fp("start", A, "--commit").code == 0
    here.repo.git("checkout", "-q", "main")
    assert here.fp("cancel", A).code == 0
    here.repo.commit("cancelled")
    here.repo.git("merge", "-q", "-X", "ours", "side", "-m", "merge")
    refused = here.json("reopen", A)
    assert refused["reason"] == "history"
    assert here.fp("start", A, "--join").code == 0
    assert here.fp("submit", A).code == 0


@pytest.mark.parametrize(
    ("verb", "agent", "reason"), [("done", "x", "writer"), ("cancel", "x", "writer"), ("submit", "x", "no-arrow")]
)
def test_an_agent_is_bound_by_the_arrows_and_closes_nothing(here: Tracked, verb: str, agent: str, reason: str) -> None:
    here.issue(A)
    assert here.json(verb, A, agent=agent)["reason"] == reason


def test_on_a_run_s_branch_everybody_is_a_worker(here: Tracked) -> None:
    here.issue(A)
    here.repo.commit("issue")
    here.repo.git("checkout", "-qb", f"tarmac/{A}/4")
    assert here.json("start", A)["reason"] == "writer"
    assert here.fp("comment", A, "proposed").code == 0
    assert f"by: worker/{A}.4" in here.events(A)[0]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("---\nid: FP-aaaaaaa\nstatus: todo\nstatus: done\ntitle: T\n---\n", f".issues/{A}.md:4"),
        ("---\nid: FP-aaaaaaa\nstatus: later\ntitle: T\n---\n", f".issues/{A}.md:3"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_not_touched(here: Tracked, text: str, where: str) -> None:
    here.repo.write(f".issues/{A}.md", text)
    refused = here.json("start", A)
    assert refused["where"] == where
    assert here.text(A) == text


def test_a_broken_event_is_refused_with_its_line(here: Tracked) -> None:
    here.issue(A)
    name = "20261122T231501004Z-transition-8f3k"
    here.repo.write(f".issues/events/{A}/{name}.md", "---\nkind: transition\nfrom: todo\n---\n")
    assert here.json("start", A)["where"] == f".issues/events/{A}/{name}.md:1"


def test_without_a_name_in_git_it_says_what_to_do(here: Tracked) -> None:
    here.issue(A)
    done = here.command("fp", "start", A, cwd=here.repo.path, env={"GIT_CONFIG_GLOBAL": "/dev/null"})
    assert (done.code, "git config --global user.name" in done.err) == (2, True)
