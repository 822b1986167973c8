"""`fp claim`, `release`, `ready`, `blocked`: by one, and by many processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.guards import CHECKOUT
from tests.support.issues import A, B, C
from tests.support.tracked import Tracked, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow

RACE_SECONDS_MAX = 120


@pytest.fixture
def here(repo: Repo, command: Command) -> Tracked:
    tracked = make(repo, command)
    tracked.issue(A)
    tracked.issue(B, second=1)
    repo.commit("issues")
    return tracked


def test_a_claim_tells_epoch_token_and_how_to_give_back(here: Tracked) -> None:
    (claim,) = here.json("claim", A, agent="cursor-1")["claims"]
    assert (claim["holder"], claim["epoch"], claim["commit"]) == ("agent/cursor-1", 1, here.repo.head())
    assert here.repo.git("rev-parse", f"refs/fp/claims/{A}") == claim["token"]


def test_a_claim_changes_no_file(here: Tracked) -> None:
    assert here.fp("claim", A).code == 0
    assert here.repo.git("status", "--short") == ""


def test_the_second_is_told_who_holds_it(here: Tracked) -> None:
    assert here.fp("claim", A, agent="one").code == 0
    lost = here.fp("claim", A, agent="two")
    assert (lost.code, f"agent/one holds {A} (epoch 1, held)" in lost.err) == (4, True)
    assert here.fp("claim", A, agent="one").code == 4


def test_a_person_takes_over_in_one_step_and_the_old_token_is_fenced(here: Tracked) -> None:
    (old,) = here.json("claim", A, agent="one")["claims"]
    (claim,) = here.json("claim", A, "--take-over")["claims"]
    assert (claim["epoch"], claim["taken_over_from"]) == (2, "agent/one")
    late = here.fp("release", A, "--token", old["token"], agent="one")
    assert (late.code, "the token is not that of epoch 2" in late.err) == (1, True)


def test_an_agent_cannot_vouch_that_a_holder_is_gone(here: Tracked) -> None:
    here.json("claim", A, agent="one")
    refused = here.fp("claim", A, "--take-over", agent="two")
    assert (refused.code, "only a person" in refused.err) == (1, True)
    assert here.json("claim", B, "--take-over", agent="two")["claims"][0]["taken_over_from"] is None


@pytest.fixture
def session() -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as an agent works."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def test_a_claim_tied_to_a_process_ends_with_it(here: Tracked, session: subprocess.Popen[bytes]) -> None:
    tied = ("--process", str(session.pid))
    (old,) = here.json("claim", A, *tied, agent="one")["claims"]
    assert here.fp("claim", A, agent="two").code == 4
    assert here.json("claim", "--next", agent="two")["claims"][0]["issue"] == B
    session.kill()
    session.wait()
    (claim,) = here.json("claim", "--next", agent="three")["claims"]
    assert (claim["issue"], claim["epoch"], claim["taken_over_from"]) == (A, 2, "agent/one")
    late = here.fp("release", A, "--token", old["token"], agent="one")
    assert (late.code, "the token is not that of epoch 2" in late.err) == (1, True)
    assert here.json("start", A, agent="one")["reason"] == "claimed"


def test_an_agent_that_starts_again_takes_its_own_claim_over(here: Tracked, session: subprocess.Popen[bytes]) -> None:
    here.json("claim", A, "--process", str(session.pid), agent="one")
    session.kill()
    session.wait()
    assert here.fp("claim", A, agent="one").out.startswith(f"{A}  taken over from agent/one  ")


def test_of_many_who_take_over_at_once_one_wins(here: Tracked, session: subprocess.Popen[bytes]) -> None:
    here.json("claim", A, "--process", str(session.pid), agent="dead")
    session.kill()
    session.wait()
    ended = race(here, [here.repo.path], 4, A)
    assert sorted(code for code, _, _ in ended) == [0, 4, 4, 4]
    assert all("agent/" in err for code, _, err in ended if code)
    assert "epoch: 2\n" in here.repo.git("log", "-1", "--format=%B", f"refs/fp/claims/{A}") + "\n"


def test_a_claim_is_tied_only_to_a_process_that_lives(here: Tracked, session: subprocess.Popen[bytes]) -> None:
    session.kill()
    session.wait()
    assert here.fp("claim", A, "--process", str(session.pid), agent="one").code == 2
    assert here.fp("claim", A, agent="one").code == 0


def test_next_goes_by_the_order_of_dispatch(here: Tracked) -> None:
    here.issue(C, second=2)
    here.edit(C, "priority: medium", "priority: critical")
    here.repo.commit("urgent")
    order = [here.json("claim", "--next", agent="x")["claims"][0]["issue"] for _ in range(3)]
    assert order == [C, A, B]


def test_when_all_is_claimed_the_holders_are_named(here: Tracked) -> None:
    for agent in ("one", "two"):
        assert here.fp("claim", "--next", agent=agent).code == 0
    lost = here.fp("claim", "--next", agent="three")
    assert lost.code == 4
    assert f"{A} (agent/one), {B} (agent/two)" in lost.err


def test_when_nothing_is_eligible_it_says_why_and_what_to_do(repo: Repo, command: Command) -> None:
    here = make(repo, command)
    nothing = here.fp("claim", "--next")
    assert (nothing.code, "fp new" in nothing.err) == (1, True)
    here.issue(A, dispatch="hold")
    here.issue(B, dispatch="hold")
    here.repo.commit("on hold")
    nothing = here.fp("claim", "--next")
    assert (nothing.code, f"2 on hold: fp arm {A} {B}" in nothing.err) == (1, True)


@pytest.mark.parametrize(("dispatch", "status", "code"), [("hold", "todo", 0), ("auto", "done", 1)])
def test_a_named_issue_may_be_on_hold_but_not_closed(here: Tracked, dispatch: str, status: str, code: int) -> None:
    here.issue(C, dispatch=dispatch, status=status)
    here.repo.commit("third")
    assert here.fp("claim", C).code == code


def test_what_is_not_committed_cannot_be_claimed_and_is_shown_as_a_draft(here: Tracked) -> None:
    here.issue(C)
    assert here.json("claim", C)["reason"] == "unknown-id"
    assert here.json("ready")["drafts"] == [f".issues/{C}.md"]


def test_a_move_by_somebody_else_is_refused_while_it_is_claimed(here: Tracked) -> None:
    assert here.fp("claim", A, agent="one").code == 0
    assert here.json("start", A)["reason"] == "claimed"
    assert here.fp("start", A, agent="one").code == 0
    token = here.repo.git("rev-parse", f"refs/fp/claims/{A}")
    assert f"epoch: 1\nclaim: {token}\n" in here.events(A)[0]


def test_a_release_is_the_holder_s_or_forced_by_a_person(here: Tracked) -> None:
    assert here.fp("claim", A, agent="one").code == 0
    assert here.json("release", A, agent="two")["reason"] == "not-yours"
    assert here.json("release", A)["reason"] == "not-yours"
    assert here.json("release", A, "--token", "0" * 40, agent="one")["reason"] == "stale-token"
    assert here.json("release", A, "--force")["released"] == [{"issue": A, "epoch": 1, "holder": "agent/one"}]
    assert here.json("release", A, agent="one")["reason"] == "not-held"
    assert here.json("claim", A, agent="two")["claims"][0]["epoch"] == 2


def test_ready_names_the_ref_it_judged_and_who_holds_what(here: Tracked) -> None:
    here.issue(C, dispatch="hold")
    here.repo.commit("third")
    here.fp("claim", A, agent="one")
    ready = here.json("ready")
    assert (ready["ref"], ready["commit"]) == ("refs/heads/main", here.repo.head())
    assert [one["id"] for one in ready["ready"]] == [B]
    assert [(one["id"], one["holder"]) for one in ready["held"]] == [(A, "agent/one")]
    assert ready["waiting"] == [{"id": C, "reasons": ["hold"]}]
    assert here.fp("ready").out.startswith(f"1 ready at main {here.repo.head()[:9]} (the main worktree's branch)\n")


def test_ready_judges_the_tracker_ref_also_from_another_branch(here: Tracked) -> None:
    here.repo.git("checkout", "-qb", "side")
    here.edit(A, "dispatch: auto", "dispatch: hold")
    here.repo.commit("a proposal")
    here.repo.git("worktree", "add", "-q", "../side-tree")
    here.repo.git("checkout", "-q", "main")
    found = here.fp("ready", cwd=here.repo.path.parent / "side-tree")
    assert f"2 ready at main {here.repo.head()[:9]}" in found.out
    assert f"1 differ here from main and count when they land: {A}" in found.out


def test_blocked_gives_each_reason_with_a_command(here: Tracked) -> None:
    here.edit(B, "depends_on:", f"depends_on: [{A}]")
    here.repo.commit("waits")
    (blocked,) = here.json("blocked")["blocked"]
    assert (blocked["id"], blocked["reasons"][0]["code"]) == (B, "dependency-open")
    assert "nothing stands in its way" in here.fp("blocked", A).out


def test_a_file_that_cannot_be_read_is_counted_and_never_dispatched(here: Tracked) -> None:
    here.edit(A, "status: todo", "status: [")
    here.repo.commit("broken")
    assert here.json("ready")["unreadable"] == [A]
    assert [one["id"] for one in here.json("blocked")["blocked"]] == [A]
    assert here.json("claim", "--next", agent="x")["claims"][0]["issue"] == B


def test_two_files_with_one_id_are_never_claimed(here: Tracked) -> None:
    here.repo.write(".issues/copy.md", here.text(A))
    here.repo.commit("copied")
    refused = here.json("claim", A)
    assert (refused["reason"], ".issues/copy.md" in refused["message"]) == ("two-files", True)
    assert here.json("claim", "--next", agent="x")["claims"][0]["issue"] == B


def test_a_committed_hand_edit_is_no_contradiction_and_a_forged_one_is(here: Tracked) -> None:
    assert here.fp("start", A, "--commit").code == 0
    here.edit(A, "status: in-progress", "status: todo")
    here.repo.commit("back, by hand")
    assert A in [one["id"] for one in here.json("ready")["ready"]]
    assert here.fp("start", B).code == 0
    here.edit(B, "status: in-progress", "status: todo")
    here.repo.commit("event and status disagree in one commit")
    assert here.json("blocked", B)["blocked"][0]["reasons"][0]["code"] == "contradiction"


def test_a_listing_trusts_the_file_and_whoever_takes_the_issue_asks_its_history(here: Tracked) -> None:
    assert here.fp("start", B).code == 0
    here.edit(B, "status: in-progress", "status: todo")
    here.repo.commit("event and status disagree in one commit")
    assert B in [one["id"] for one in here.json("ready")["ready"]]
    assert here.json("claim", B)["reason"] == "contradiction"


def test_a_released_issue_is_ready_again(here: Tracked) -> None:
    for issue_id in (A, B):
        assert here.fp("claim", issue_id, agent="one").code == 0
    assert here.fp("release", A, agent="one").code == 0
    assert [one["id"] for one in here.json("ready")["ready"]] == [A]


def test_before_the_first_commit_it_says_so(tmp_path: Path, repo: Repo, command: Command) -> None:
    repo.git("init", "-q", str(tmp_path / "new"))
    here = Tracked(type(repo)(tmp_path / "new"), command)
    assert here.fp("init", "--prefix", "FP").code == 0
    assert here.json("ready")["reason"] == "no-commit"


def race(here: Tracked, folders: list[Path], count: int, *args: str) -> list[tuple[int, str, str]]:
    """Run `fp claim` in so many processes at once: exit statuses and what they printed."""
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONSAFEPATH": "1"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "fp", "claim", *args, "--as", f"agent/{number}"],
            cwd=folders[number % len(folders)],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    ended = [(one, *one.communicate(timeout=RACE_SECONDS_MAX)) for one in running]
    return [(one.returncode, out, err) for one, out, err in ended]


def worktrees(here: Tracked, count: int) -> list[Path]:
    paths = [here.repo.path.parent / f"tree-{number}" for number in range(count)]
    for path in paths:
        here.repo.git("worktree", "add", "-q", "--detach", str(path))
    return paths


def check_race(here: Tracked, ended: list[tuple[int, str, str]], issues: int) -> None:
    """One winner an issue, whom the ref agrees with; every loser has exit status 4 and was told."""
    won = {out.split()[0]: out.split("claimed by ")[1].split()[0] for code, out, _ in ended if code == 0}
    losers = [err for code, _, err in ended if code != 0]
    assert [code for code, _, _ in ended].count(0) == len(won) == issues
    assert [code for code, _, _ in ended].count(4) == len(losers)
    assert all("agent/" in err for err in losers), losers
    for issue_id, holder in won.items():
        assert here.repo.git("log", "-1", "--format=%an", f"refs/fp/claims/{issue_id}") == holder


def test_of_many_processes_in_many_worktrees_each_issue_has_one_winner(here: Tracked) -> None:
    check_race(here, race(here, worktrees(here, 3), 6, "--next"), 2)


@pytest.mark.slow
def test_of_twenty_processes_in_ten_worktrees_each_issue_has_one_winner(here: Tracked) -> None:
    for number in range(5):
        here.issue(f"FP-000000{number}", second=number)
    here.repo.commit("more")
    check_race(here, race(here, worktrees(here, 10), 20, "--next"), 7)


def test_of_many_who_name_one_issue_one_wins(here: Tracked) -> None:
    ended = race(here, [here.repo.path], 4, A)
    check_race(here, ended, 1)


@pytest.fixture
def shared(repo: Repo, command: Command, tmp_path: Path) -> tuple[Tracked, Tracked, Tracked]:
    """A remote that is the authority, and two clones of it."""
    origin = make(repo, command, settings="authority: origin\n")
    origin.issue(A)
    origin.issue(B, second=1)
    repo.commit("issues")
    repo.git("config", "receive.denyCurrentBranch", "ignore")
    return origin, *(Tracked(repo.clone(tmp_path / name), command) for name in ("one", "two"))


def test_with_a_remote_authority_the_remote_alone_holds_the_claim(shared: tuple[Tracked, Tracked, Tracked]) -> None:
    origin, one, two = shared
    token = one.json("claim", A, agent="x")["claims"][0]["token"]
    assert origin.repo.git("rev-parse", f"refs/fp/claims/{A}") == token
    lost = two.fp("claim", A, agent="y")
    assert (lost.code, "agent/x holds" in lost.err) == (4, True)
    assert [held["id"] for held in two.json("ready")["held"]] == [A]
    assert [clone.json("start", A)["reason"] for clone in (one, two)] == ["claimed", "claimed"]
    assert one.fp("release", A, agent="x").code == 0
    assert two.json("claim", A, agent="y")["claims"][0]["epoch"] == 2
    assert not list((one.repo.path / ".git/fp/intents").glob("*.json"))


def test_a_claim_sees_what_landed_on_the_remote_meanwhile(shared: tuple[Tracked, Tracked, Tracked]) -> None:
    origin, one, _ = shared
    origin.edit(A, "status: todo", "status: cancelled")
    origin.repo.commit("cancelled")
    assert one.json("claim", "--next", agent="x")["claims"][0]["issue"] == B


def test_a_remote_that_cannot_be_reached_stops_claims_and_ready_says_so(
    shared: tuple[Tracked, Tracked, Tracked],
) -> None:
    _, one, _ = shared
    one.fp("claim", A, agent="x")
    one.fp("ready")
    one.repo.git("remote", "set-url", "origin", "/nowhere/at/all")
    assert one.fp("claim", B, agent="x").code == 3
    ready = one.json("ready")
    assert ready["claims_stale"].startswith("origin cannot be reached")
    assert [held["id"] for held in ready["held"]] == [A]


def test_at_a_remote_the_dead_holder_of_another_clone_is_taken_over(
    shared: tuple[Tracked, Tracked, Tracked], session: subprocess.Popen[bytes]
) -> None:
    origin, one, two = shared
    one.json("claim", A, "--process", str(session.pid), agent="x")
    assert two.fp("claim", A, agent="y").code == 4
    session.kill()
    session.wait()
    check = [code for code, _, _ in race(origin, [one.repo.path, two.repo.path], 2, A)]
    assert sorted(check) == [0, 4]
    assert one.json("release", A, agent="x")["reason"] == "not-yours"


def test_clones_that_race_on_a_remote_have_one_winner(shared: tuple[Tracked, Tracked, Tracked]) -> None:
    origin, one, two = shared
    check_race(origin, race(origin, [one.repo.path, two.repo.path], 4, A), 1)


@pytest.mark.parametrize("authority", ["local", "origin"])
def test_direct_moves_the_status_on_the_tracker_ref_with_the_claim(
    repo: Repo, command: Command, tmp_path: Path, authority: str
) -> None:
    here = make(repo, command, settings=f"authority: {authority}\ntracker:\n  write: direct\n")
    here.issue(A)
    repo.commit("issue")
    if authority == "origin":
        repo.git("config", "receive.denyCurrentBranch", "ignore")
        asking = Tracked(repo.clone(tmp_path / "clone"), command)
    else:
        asking = here
    token = asking.json("claim", A, agent="x")["claims"][0]["token"]
    assert "status: in-progress" in repo.git("show", f"main:.issues/{A}.md")
    assert f"claim: {token}" in repo.git("grep", "-h", "claim:", "main", "--", ".issues/events")
    assert asking.fp("release", A, agent="x").code == 0
    assert "status: todo" in repo.git("show", f"main:.issues/{A}.md")
    if authority == "local":
        assert repo.git("status", "--short") == ""


def test_direct_refuses_where_the_checkout_is_in_the_way(repo: Repo, command: Command) -> None:
    here = make(repo, command, settings="tracker:\n  write: direct\n")
    here.issue(A)
    repo.commit("issue")
    here.edit(A, "What and why.", "Mine, not committed.")
    assert here.json("claim", A, agent="x")["reason"] == "checkout-in-the-way"
    assert repo.git("for-each-ref", "refs/fp") == ""
    assert "Mine, not committed." in here.text(A)
