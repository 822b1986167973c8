"""The whole loop against a remote authority: two clones, one winner, one atomic push, and local branches stay."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT
from tests.support.hub import DAWDLES, HANGS_UP, WORK, Hub, make_bare, make_hub, planned
from tests.support.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Command

pytestmark = pytest.mark.slow

SECONDS_MAX = 60


@pytest.fixture
def hub(repo: Repo, command: Command, tmp_path: Path) -> Hub:
    return make_hub(repo, command, tmp_path)


def started(factory: Factory, *words: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "tarmac", "watch", *words]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(
        argv, cwd=factory.repo.path, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def report(factory: Factory) -> tuple[str, list[str]]:
    value = json.loads(factory.command("tarmac", "reconcile", "--json", cwd=factory.repo.path).out)
    return value["verdict"], [finding["code"] for finding in value["findings"]]


def test_init_tries_the_remote_and_leaves_nothing_there(hub: Hub) -> None:
    assert hub.repo.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert "authority: origin" in hub.one.repo.read(".issues/config.yaml").splitlines()
    assert hub.two.repo.git("status", "--porcelain") == ""
    assert hub.two.repo.git("config", "fp.trackerRef") == "refs/remotes/origin/main"


def test_the_authority_stays_while_a_claim_lives(hub: Hub) -> None:
    [issue] = planned(hub, "Make one")
    hub.two.fp("claim", issue, "--as", "agent/x")
    refused = hub.one.tarmac("init", "--authority", "local", code=1)
    assert f"{issue} at origin" in refused.err
    hub.two.fp("release", issue, "--as", "agent/x")
    hub.one.tarmac("init", "--authority", "local")
    assert "authority: local" in hub.one.repo.read(".issues/config.yaml")


def test_a_remote_that_takes_branches_only_gets_its_claims_there(repo: Repo, command: Command, tmp_path: Path) -> None:
    hub = make_hub(repo, command, tmp_path)
    hub.rule("update", 'case "$1" in refs/fp/*) exit 1;; esac')
    hub.one.tarmac("init", "--authority", "origin")
    assert "claim_refs: refs/heads/fp/claims/" in hub.one.repo.read(".issues/config.yaml").splitlines()
    hub.one.repo.commit("claims on branches")
    [issue] = planned(hub, "Make one")
    assert hub.one.watch()["landed"] == [issue]
    assert "refs/heads/fp/claims/" in hub.repo.git("for-each-ref", "--format=%(refname)")


def test_two_operators_share_the_work_and_their_branches_stay(hub: Hub) -> None:
    issues = planned(hub, "Make one", "Make two", "Make three", "Make four")
    hub.two.repo.git("pull", "--quiet")
    hub.one.repo.write("mine.txt", "not yet committed\n")
    heads = [clone.repo.head() for clone in (hub.one, hub.two)]
    watchers = [started(clone, "--once") for clone in (hub.one, hub.two)]
    said = [watcher.communicate(timeout=SECONDS_MAX)[0] for watcher in watchers]
    assert [watcher.returncode for watcher in watchers] == [0, 0], said
    hub.one.watch()
    assert sorted(hub.landed()) == [f"{issue}.1" for issue in sorted(issues)]
    assert [clone.repo.head() for clone in (hub.one, hub.two)] == heads
    assert hub.one.repo.git("status", "--porcelain") == "?? mine.txt"
    assert report(hub.one) == ("consistent", [])


def test_who_claimed_first_keeps_it_from_the_other_s_factory(hub: Hub) -> None:
    [issue] = planned(hub, "Make one")
    hub.one.fp("claim", issue, "--as", "agent/x")
    assert hub.two.watch()["landed"] == []
    assert "agent/x holds it" in hub.two.tarmac("why", issue).out
    hub.one.fp("release", issue, "--as", "agent/x")
    assert hub.two.watch()["landed"] == [issue]
    assert hub.landed() == [f"{issue}.2"]


def test_a_push_that_is_declined_waits_with_the_cause_and_lands_later(hub: Hub) -> None:
    [issue] = planned(hub, "Make one")
    hook = hub.rule("update", 'test "$1" != refs/heads/main || { echo "main is protected"; exit 1; }')
    first = hub.one.tarmac("watch", "--once")
    assert "waits" in first.out
    assert "declined" in hub.one.tarmac("status").out
    assert hub.landed() == []
    hook.unlink()
    assert hub.one.watch()["landed"] == [issue]


def test_nothing_is_started_while_the_remote_is_away(hub: Hub) -> None:
    [issue] = planned(hub, "Make one")
    hub.one.watch("--drain")  # looks, and starts nothing
    hub.away()
    ended = hub.one.tarmac("watch", "--once", code=3)
    assert "origin cannot be reached" in ended.out + ended.err
    assert not list((hub.one.repo.path / ".git/tarmac").glob("runs/*"))
    hub.away(away=False)
    assert hub.one.watch()["landed"] == [issue]


def test_what_an_agent_did_while_the_remote_was_away_lands_when_it_is_back(
    repo: Repo, command: Command, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    wait = f"[time.sleep(0.05) for _ in range(600) if not os.path.exists({str(go)!r})]; "
    work = 'write(os.environ["TARMAC_ISSUE"] + ".txt", "made\\n"); outcome(status="done", summary="made it")'
    hub = make_hub(repo, command, tmp_path, agent=wait + work)
    [issue] = planned(hub, "Make one")
    watcher = started(hub.one)
    assert watcher.stdout is not None
    said = iter(watcher.stdout.readline, "")
    assert any("started" in line for line in said)
    hub.away()
    go.touch()
    assert any("cannot be reached" in line for line in said)
    hub.away(away=False)
    assert any("landed" in line for line in said)
    watcher.kill()
    watcher.communicate()
    assert hub.landed() == [f"{issue}.1"]


def test_a_landing_whose_answer_is_lost_is_sent_again_and_landed_once(hub: Hub, tmp_path: Path) -> None:
    [issue] = planned(hub, "Make one")
    hub.rule("post-receive", HANGS_UP.format(once=tmp_path / "once"))
    assert hub.one.watch()["landed"] == [issue]
    assert (tmp_path / "once").is_dir()
    assert hub.landed() == [f"{issue}.1"]
    assert report(hub.one) == ("consistent", [])


def test_an_orchestrator_killed_between_push_and_answer_finds_its_landing(hub: Hub, tmp_path: Path) -> None:
    [issue] = planned(hub, "Make one")
    hub.rule("post-receive", DAWDLES.format(once=tmp_path / "once"))
    watcher = started(hub.one)
    until((tmp_path / "once").is_dir)
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.communicate()
    assert hub.one.watch()["landed"] == [issue]
    assert hub.landed() == [f"{issue}.1"]
    assert report(hub.one) == ("consistent", [])


def test_answers_and_retries_reach_the_remote(repo: Repo, command: Command, tmp_path: Path) -> None:
    asks = """
if "cursor" in prompt:
    write("x.txt", "x")
    outcome(status="done")
else:
    outcome(status="question", question="which?")
"""
    hub = make_hub(repo, command, tmp_path, agent=asks)
    [issue] = planned(hub, "Make one")
    assert hub.one.watch()["parked"] == [issue]
    hub.two.tarmac("answer", issue, "cursor")
    assert hub.two.watch()["landed"] == [issue]
    assert hub.landed() == [f"{issue}.2"]


def test_with_a_local_authority_and_via_push_landings_are_brought_to_the_remote(
    repo: Repo, command: Command, tmp_path: Path
) -> None:
    bare = Repo(make_bare(repo, tmp_path / "hub.git"))
    factory = Factory(repo, command, tmp_path)
    factory.set_up(WORK)
    repo.write("WORKFLOW.md", repo.read("WORKFLOW.md").replace("land: {when: gates}", "land: {when: gates, via: push}"))
    issue = factory.new("Make one")
    factory.watch()
    assert bare.git("rev-parse", "main") == repo.head()
    assert bare.git("show", f"main:{issue}.txt") == "made"
    other = bare.clone(tmp_path / "other")
    other.commit("of another's")
    other.git("push", "--quiet", "origin", "main")
    factory.new("Make two")
    said = factory.tarmac("watch", "--once").out
    assert "git pull origin main" in said
    assert bare.git("rev-parse", "main") == other.head()


HOLDS = 'open({pids!r}, "a").write(str(os.getpid()) + "\\n"); time.sleep(60)'
"""An agent that says who it is the first time, and then works for a long time."""
ONCE = """
if not os.path.exists({pids!r}):
    {holds}
"""


def leased(hub: Hub, *more: str) -> None:
    """Give claims the shortest lease there is, and the policy these lines."""
    text = hub.one.repo.read("WORKFLOW.md")
    lines = "\n".join(("lease: 3s", *more))
    hub.one.repo.write("WORKFLOW.md", text.replace("poll: 50ms", f"poll: 50ms\n{lines}"))
    hub.one.repo.commit("leases")
    hub.one.repo.git("push", "--quiet", "origin", "main")


@pytest.fixture
def holding(repo: Repo, command: Command, tmp_path: Path) -> Hub:
    """The first agent that is ever started works for a minute; all others are done at once."""
    pids = str(tmp_path / "pids")
    return make_hub(repo, command, tmp_path, agent=ONCE.format(pids=pids, holds=HOLDS.format(pids=pids)) + WORK)


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def worker_of(factory: Factory, issue: str) -> int:
    folder = factory.repo.path / ".git/tarmac/runs" / f"{issue}.1"
    return int(json.loads((folder / "worker.json").read_text())["pid"])


def dies(hub: Hub, home: Path, issue: str, *, worker: bool) -> None:
    """Start a factory in the first clone; when its agent works and its claim tells so, kill it, and the rest or not."""
    watcher = started(hub.one)
    until((home / "pids").exists)
    until(lambda: "handle: process:" in hub.repo.git("log", "-1", "--format=%B", f"refs/fp/claims/{issue}"))
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.communicate()
    if worker:
        killed(worker_of(hub.one, issue))
        killed(int((home / "pids").read_text()))


def lands_second(hub: Hub, issue: str) -> str:
    """Let the second clone's factory watch until the issue has landed there; all that it said."""
    watcher = started(hub.two)
    assert watcher.stdout is not None
    said = []
    for line in iter(watcher.stdout.readline, ""):
        said.append(line)
        if f"{issue}.2" in line and "landed" in line:
            break
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.communicate()
    return "".join(said)


def test_a_dead_holder_of_this_machine_is_taken_over_when_its_lease_is_over(holding: Hub, tmp_path: Path) -> None:
    leased(holding)
    [issue] = planned(holding, "Make one")
    dies(holding, tmp_path, issue, worker=True)
    assert "which is seen dead" in lands_second(holding, issue)
    holding.one.watch()
    assert holding.landed() == [f"{issue}.2"]


def test_a_holder_that_lives_is_not_taken_over_without_proof(holding: Hub, tmp_path: Path) -> None:
    leased(holding)
    [issue] = planned(holding, "Make one")
    dies(holding, tmp_path, issue, worker=False)
    watcher = started(holding.two)
    time.sleep(5)
    os.killpg(watcher.pid, signal.SIGKILL)
    said = watcher.communicate()[0]
    killed(worker_of(holding.one, issue))
    killed(int((tmp_path / "pids").read_text()))
    assert ("taken over" in said, holding.landed()) == (False, [])


def test_where_the_policy_fences_a_live_holder_loses_the_issue_and_cannot_land(holding: Hub, tmp_path: Path) -> None:
    leased(holding, "takeover: fenced")
    [issue] = planned(holding, "Make one")
    dies(holding, tmp_path, issue, worker=False)
    assert "as `takeover: fenced` allows" in lands_second(holding, issue)
    said = holding.one.tarmac("watch", "--once").out
    assert "the claim is no longer ours" in said
    assert holding.landed() == [f"{issue}.2"]


def test_two_factories_take_over_at_once_and_one_wins(holding: Hub, tmp_path: Path) -> None:
    leased(holding)
    [issue] = planned(holding, "Make one")
    dies(holding, tmp_path, issue, worker=True)
    third = Repo(tmp_path / "three")
    holding.repo.git("clone", "--quiet", str(holding.repo.path), str(third.path))
    other = Factory(third, holding.two.command, tmp_path)
    other.tarmac("init")
    watchers = [started(clone) for clone in (holding.two, other)]
    until(lambda: holding.landed() != [])
    time.sleep(1)
    for watcher in watchers:
        os.killpg(watcher.pid, signal.SIGKILL)
    said = "".join(watcher.communicate()[0] for watcher in watchers)
    assert (holding.landed(), said.count(" claimed ")) == ([f"{issue}.2"], 1)


def test_a_holder_that_cannot_renew_stops_its_agent_first(holding: Hub, tmp_path: Path) -> None:
    leased(holding)
    [issue] = planned(holding, "Make one")
    watcher = started(holding.one)
    assert watcher.stdout is not None
    until((tmp_path / "pids").exists)
    holding.away()
    said = iter(watcher.stdout.readline, "")
    assert any("stopping" in line and "could not be renewed" in line for line in said)
    agent = int((tmp_path / "pids").read_text())
    until(lambda: not os.path.exists(f"/proc/{agent}"))
    for words in (("status",), ("why", issue)):
        said_of_it = holding.one.tarmac(*words).out
        assert ("could not be renewed" in said_of_it, "origin cannot be reached" in said_of_it) == (True, True)
    holding.away(away=False)
    assert any(f"{issue}.2" in line and "landed" in line for line in said)
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.communicate()
    assert holding.landed() == [f"{issue}.2"]
