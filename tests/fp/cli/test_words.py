"""Comments, dependencies, the gate, reviews, evidence, the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.issues import A, B
from tests.support.tracked import Tracked, make

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow


@pytest.fixture
def here(repo: Repo, command: Command) -> Tracked:
    tracked = make(repo, command)
    tracked.issue(A, dispatch="hold")
    tracked.issue(B, dispatch="hold", second=1)
    repo.commit("issues")
    return tracked


def test_a_comment_is_one_new_file(here: Tracked) -> None:
    assert here.fp("comment", A, "Only", "the gateway.").code == 0
    written = r"---\nkind: comment\nby: human/Test Person\nat: \S+Z\n---\nOnly the gateway\.\n"
    assert re.fullmatch(written, here.events(A)[0])


def test_a_comment_comes_from_standard_input_with_a_dash(here: Tracked) -> None:
    assert here.fp("comment", A, "-", stdin="# Long\n\ntext\n").code == 0
    assert here.events(A)[0].endswith("---\n# Long\n\ntext\n")


def test_an_empty_comment_is_refused(here: Tracked) -> None:
    assert here.json("comment", A, " ")["reason"] == "empty"


def test_escape_sequences_do_not_reach_the_terminal(here: Tracked) -> None:
    here.edit(A, f"title: Title of {A}", 'title: "a\\e[2Jb"')
    done = here.fp("comment", A, "x\x1b[2Jy")
    assert "\x1b" not in done.out + here.fp("log", A).out + "".join(here.events(A))


def test_a_dependency_is_added_and_removed_by_one_line(here: Tracked) -> None:
    before = here.text(A)
    assert here.fp("dep", "add", A, "bbb").out == f"{A}  waits for {B}\n"
    assert here.text(A) == before.replace("depends_on:\n", f"depends_on:\n  - {B}\n")
    assert here.fp("dep", "add", A, B).out == f"{A}  already waits for {B}\n"
    assert here.fp("dep", "rm", A, B).code == 0
    assert here.text(A) == before


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("add", B, A), "dependency-cycle"),
        (("add", A, A), "dependency-cycle"),
        (("add", A, "zzz"), "unknown-id"),
        (("rm", B, A), "no-dependency"),
    ],
)
def test_a_dependency_that_cannot_be_is_refused(here: Tracked, args: tuple[str, ...], reason: str) -> None:
    assert here.fp("dep", "add", A, B).code == 0
    assert here.json("dep", *args)["reason"] == reason


def test_arm_and_hold_are_a_person_s_gate(here: Tracked) -> None:
    armed = here.fp("arm", A, B)
    assert armed.code == 0
    assert "it counts once it is committed to main" in armed.out
    assert ("dispatch: auto" in here.text(A), "dispatch: auto" in here.text(B)) == (True, True)
    assert here.json("hold", A, agent="x")["reason"] == "writer"
    assert here.fp("hold", A, "--commit").out.endswith(f"committed {here.repo.head()[:9]}\n")
    assert here.fp("hold", A).out.startswith(f"{A}  already dispatch: hold")


def test_what_is_closed_is_not_armed(here: Tracked) -> None:
    assert here.fp("done", A).code == 0
    assert here.json("arm", A)["reason"] == "terminal"


def content(here: Tracked, commit: str = "HEAD") -> str:
    """The content tree by git's own plumbing."""
    listing = here.repo.git("ls-tree", commit).splitlines()
    kept = "".join(f"{line}\n" for line in listing if not line.endswith("\t.issues"))
    return here.repo.git("mktree", stdin=kept)


def test_evidence_is_bound_to_commit_and_content(here: Tracked) -> None:
    done = here.json("evidence", A, "--", "sh", "-c", "echo fine")
    (issue,) = done["issues"]
    assert (issue["passed"], issue["exit"], issue["tier"]) == (True, 0, "observed")
    assert (issue["head"], issue["content"]) == (here.repo.head(), content(here))
    (event,) = here.events(A)
    assert "commands:\n  - sh -c 'echo fine'\n" in event
    assert "```text\nfine\n```" in event


def test_evidence_of_a_failure_is_written_too_and_says_so(here: Tracked) -> None:
    done = here.fp("evidence", A, "--", "sh", "-c", "echo broken; exit 3")
    assert done.code == 1
    assert "exit 3" in done.out
    assert "broken" in done.out
    assert len(here.events(A)) == 1


def test_what_an_agent_ran_itself_is_called_so(here: Tracked) -> None:
    assert here.json("evidence", A, "--", "true", agent="x")["issues"][0]["tier"] == "self"


def test_evidence_wants_the_commit_as_it_is(here: Tracked) -> None:
    here.repo.write("README.md", "changed")
    assert here.json("evidence", A, "--", "true")["reason"] == "dirty-worktree"
    here.repo.git("checkout", "README.md")
    assert here.json("evidence", A, "--", "sh", "-c", "echo > new.txt")["reason"] == "dirty-worktree"
    assert here.events(A) == []


@pytest.mark.parametrize(("verb", "verdict"), [("approve", "approve"), ("reject", "reject")])
def test_a_review_is_bound_to_commit_and_content(here: Tracked, verb: str, verdict: str) -> None:
    assert here.fp(verb, A, "-m", "looked").code == 0
    (event,) = here.events(A)
    assert f"verdict: {verdict}\ncommit: {here.repo.head()}\ncontent: {content(here)}\n" in event
    assert event.endswith("looked\n")


def test_a_review_speaks_of_the_run_that_holds_the_issue(here: Tracked) -> None:
    claim_by_run(here)
    here.repo.git("branch", f"tarmac/{A}/1", "HEAD~1")
    assert here.fp("approve", A).code == 0
    assert f"run: {A}.1\ncommit: {here.repo.git('rev-parse', 'HEAD~1')}\n" in here.events(A)[0]


def test_a_review_of_a_run_whose_branch_is_not_here_is_refused(here: Tracked) -> None:
    claim_by_run(here)
    assert here.json("approve", A)["reason"] == "no-branch"


def claim_by_run(here: Tracked) -> None:
    """A claim as tarmac makes it."""
    from fp.claim import Bid
    from fp.claims import claim_issue, open_authority
    from fp.config import default_config
    from fp.kernel.world import real_world

    world = real_world(here.repo.path)
    authority = open_authority(world, default_config("FP"))
    claim_issue(authority, None, Bid(A, f"run/{A}.1", "n"), world.clock, chain_epoch=0)


def test_reviews_are_for_people(here: Tracked) -> None:
    assert here.json("approve", A, agent="x")["reason"] == "writer"


def test_the_log_tells_a_life_in_order(here: Tracked) -> None:
    here.fp("start", A, "--commit")
    here.edit(A, "status: in-progress", "status: in-review")
    here.edit(A, "What and why.", "What, why and how.")
    here.edit(A, "priority: medium", "priority: high")
    here.repo.commit("by hand")
    here.repo.write(f".issues/events/{A}/thought.md", "Hm.\n")
    here.repo.commit("a bare comment")
    here.edit(A, "status: in-review", "status: done")
    entries = here.json("log", A)["entries"]
    told = [(entry["kind"], entry["text"]) for entry in entries]
    assert ("created", "created, todo") in told
    assert ("transition", "todo -> in-progress") in told
    assert ("edit", "priority: medium -> high, text changed") in told
    assert ("implicit", "in-progress -> in-review, by hand") in told
    assert told[-1] == ("draft", "in-review -> done, by hand, not committed yet")
    assert next(entry["by"] for entry in entries if entry["kind"] == "comment") == "human/Test Person"


def test_the_log_says_when_the_history_does_not_add_up(here: Tracked) -> None:
    name = "20261122T231501004Z-transition-8f3k"
    text = "---\nkind: transition\nfrom: todo\nto: done\nby: human/x\nat: 2026-11-22T23:15:01Z\nafter: [{}]\n---\n"
    here.repo.write(f".issues/events/{A}/{name}.md", text.format(name.replace("8f3k", "none")))
    assert "which is missing" in here.fp("log", A).out
