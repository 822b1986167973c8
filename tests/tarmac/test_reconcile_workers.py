"""The report on live processes: a real worker with a real agent, whose orchestrator is gone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT
from tests.tarmac.test_reconcile import codes, report_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow
SECONDS_MAX = 30.0
AGENT = """
write("work.txt", "made")
subprocess.run(["git", "add", "-A"])
subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "work"])
common = subprocess.run(["git", "rev-parse", "--git-common-dir"], capture_output=True, text=True).stdout.strip()
if "hookwise" in prompt:
    write(common + "/hooks/pre-commit", "#!/bin/sh")
    print("wrote .git/hooks/pre-commit", flush=True)
if "refwise" in prompt:
    subprocess.run(["git", "update-ref", "refs/heads/other", "HEAD"])
write("../started", "")
time.sleep(120)
"""


@pytest.fixture
def factory(repo: Repo, command: Command, tmp_path: Path) -> Iterator[Factory]:
    made = Factory(repo, command, tmp_path)
    yield made
    for path in (repo.path / ".git/tarmac/runs").glob("*/worker.jsonl"):
        for line in path.read_text().splitlines():
            value = json.loads(line)
            if value["kind"] in ("agent.started", "worker.started"):
                end(int(value["data"]["pid"]))


def end(pid: int) -> None:
    """Kill a process that this test's factory started, if it is still one of tarmac's."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if b"tarmac.worker" in (words := file.read()) or b"agent.py" in words:
                os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return


def worker_of(factory: Factory, run: str) -> int:
    path = factory.repo.path / f".git/tarmac/runs/{run}/worker.json"
    return int(json.loads(path.read_text())["pid"])


def running(factory: Factory, title: str = "Make one") -> str:
    """An issue whose agent works on, while the orchestrator that started it was killed."""
    factory.set_up(AGENT, silence="60s")
    issue = factory.new(title)
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tarmac", "watch"],
        cwd=factory.repo.path,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + SECONDS_MAX
    journal = factory.repo.path / f".git/tarmac/runs/{issue}.1/events.jsonl"
    while not (factory.home / "runs/started").exists() or '"launched"' not in journal.read_text():
        assert time.monotonic() < until, "the agent did not start"
        time.sleep(0.05)
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.wait()
    return issue


def repaired(factory: Factory) -> str:
    """What `--apply` did; afterwards nothing is left, and a second time does nothing."""
    out = factory.tarmac("reconcile", "--apply").out
    assert codes(factory.repo.path) == ""
    again = factory.tarmac("reconcile", "--apply").out
    assert not any(line.startswith(("done", "waits", "refused")) for line in again.splitlines())
    return out


def test_a_run_goes_on_healthily_without_its_orchestrator(factory: Factory) -> None:
    running(factory)
    assert codes(factory.repo.path) == ""


def test_a_killed_worker_and_what_it_left_are_told_and_cleared_up(factory: Factory) -> None:
    issue = running(factory)
    os.kill(worker_of(factory, f"{issue}.1"), signal.SIGKILL)
    time.sleep(0.2)
    assert codes(factory.repo.path) == "D-20"
    assert "is over and cleaned up now" in repaired(factory)
    assert factory.repo.git("show", f"refs/fp/rescue/{issue}.1:work.txt") == "made"


def test_a_worker_on_an_issue_that_a_person_closed_is_stopped(factory: Factory) -> None:
    issue = running(factory)
    path = f".issues/{issue}.md"
    factory.repo.write(path, factory.repo.read(path).replace("status: todo", "status: cancelled"))
    factory.repo.commit("not wanted")
    assert codes(factory.repo.path) == "D-27"
    assert "stopped the worker" in repaired(factory)
    assert factory.status(issue) == "cancelled"


def test_a_worker_whose_claim_was_given_back_is_stopped(factory: Factory) -> None:
    issue = running(factory)
    factory.fp("release", issue, "--force")
    assert codes(factory.repo.path) == "D-23"
    repaired(factory)


def test_a_worker_of_an_older_epoch_is_told(factory: Factory) -> None:
    issue = running(factory)
    factory.fp("release", issue, "--force")
    factory.command("fp", "claim", issue, cwd=factory.repo.path, env={"FP_AGENT": "other"})
    assert codes(factory.repo.path) == "D-25"


def test_a_pid_that_another_process_has_is_never_taken_for_the_worker(factory: Factory) -> None:
    issue = running(factory)
    end(worker_of(factory, f"{issue}.1"))
    kill_agents(factory, issue)
    for name in ("worker.json", "launch.json"):
        path = factory.repo.path / f".git/tarmac/runs/{issue}.1/{name}"
        path.write_text(json.dumps({**json.loads(path.read_text()), "pid": os.getpid()}))
    assert codes(factory.repo.path) == "D-30"
    repaired(factory)


def kill_agents(factory: Factory, issue: str) -> None:
    events = (factory.repo.path / f".git/tarmac/runs/{issue}.1/worker.jsonl").read_text().splitlines()
    for value in map(json.loads, events):
        if value["kind"] == "agent.started":
            end(int(value["data"]["pid"]))
    time.sleep(0.2)


def test_a_live_worker_without_its_worktree_is_told(factory: Factory) -> None:
    issue = running(factory)
    shutil.rmtree(factory.home / f"runs/{issue}.1")
    assert codes(factory.repo.path) == "D-56"


def test_a_crash_between_claim_and_launch_is_told(factory: Factory) -> None:
    issue = running(factory)
    folder = factory.repo.path / f".git/tarmac/runs/{issue}.1"
    end(worker_of(factory, f"{issue}.1"))
    kill_agents(factory, issue)
    for name in ("worker.json", "launch.json", "worker.jsonl"):
        (folder / name).unlink()
    lines = (folder / "events.jsonl").read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"launch' not in line]
    (folder / "events.jsonl").write_text("".join(kept))
    assert codes(factory.repo.path) == "D-72"


@pytest.mark.parametrize("what", ["hookwise", "refwise"])
def test_what_an_agent_changes_outside_its_worktree_is_tied_to_its_run(factory: Factory, what: str) -> None:
    issue = running(factory, f"Make one and {what}")
    (found,) = report_of(factory.repo.path).open
    assert (found.code, found.run) == ("D-60", f"{issue}.1")
