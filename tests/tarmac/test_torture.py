"""The orchestrator and its workers are killed at random moments while a person commits; in the end all is well."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.race

FINISH_SECONDS_MAX = 300
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "12"))
ISSUES = int(os.environ.get("TORTURE_ISSUES", "6"))
WORK = (
    'time.sleep(0.2); write(os.environ["TARMAC_ISSUE"] + ".txt", "made\\n"); outcome(status="done", summary="made it")'
)


@pytest.fixture
def factory(repo: Repo, command: Command, tmp_path: Path) -> Factory:
    return Factory(repo, command, tmp_path)


def started(factory: Factory) -> subprocess.Popen[bytes]:
    """`tarmac watch` as a process group of its own."""
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    argv = [sys.executable, "-m", "tarmac", "watch"]
    return subprocess.Popen(
        argv,
        cwd=factory.repo.path,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(watcher: subprocess.Popen[bytes], draw: random.Random, factory: Factory) -> None:
    """Kill the orchestrator with its git children, and sometimes a worker too."""
    os.killpg(watcher.pid, signal.SIGKILL)
    watcher.wait()
    if draw.random() < 0.3:
        for path in sorted((factory.repo.path / ".git/tarmac/runs").glob("*/worker.json")):
            pid = json.loads(path.read_text())["pid"]
            if draw.random() < 0.5 and not (path.parent / "exit.json").exists():
                _kill(pid)


def _kill(pid: int) -> None:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if b"tarmac.worker" in file.read():
                os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return


def person_commits(factory: Factory, number: int) -> bool:
    """A person's commit, made as they make it; False when a stale lock or a move keeps them out this time."""
    factory.repo.write("diary.txt", "".join(f"day {day}\n" for day in range(number + 1)))
    done = factory.repo.run("commit", "-q", "--only", "-m", f"day {number}", "diary.txt")
    return done.returncode == 0


def tarmac(factory: Factory, *words: str) -> bytes:
    """Run one of its commands to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tarmac", *words],
        cwd=factory.repo.path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        check=True,
        stdout=subprocess.PIPE,
        timeout=FINISH_SECONDS_MAX,
    ).stdout


def reported(factory: Factory, *words: str) -> object:
    """What the report comes to: its findings with their facts, and the commit it speaks of."""
    report = json.loads(tarmac(factory, "reconcile", "--json", *words))
    found = [(one["code"], one["issue"], one["facts_digest"]) for one in report["findings"]]
    return report["commit"], report["verdict"], found, report["actions"]


def test_whatever_is_killed_every_issue_lands_once_and_nothing_is_lost(factory: Factory) -> None:
    factory.set_up(WORK, attempts=50)
    factory.repo.write("diary.txt", "")
    factory.repo.commit("a diary")
    issues = [factory.new(f"Make {number}") for number in range(ISSUES)]
    draw = random.Random(int(os.environ.get("TORTURE_SEED", "1")))
    for number in range(ROUNDS):
        watcher = started(factory)
        time.sleep(draw.uniform(0.3, 2.5))
        killed(watcher, draw, factory)
        person_commits(factory, number)
    tarmac(factory, "watch", "--once")
    tarmac(factory, "reconcile", "--apply")
    assert reported(factory) == reported(factory, "--apply")
    assert {issue: factory.status(issue) for issue in issues} == dict.fromkeys(issues, "done")
    landings = factory.repo.git("log", "--first-parent", "--format=%(trailers:key=Tarmac-Landed,valueonly)", "main")
    names = [line.split(".")[0] for line in landings.splitlines() if line.strip()]
    assert sorted(names) == sorted(issues)
    for issue in issues:
        assert factory.repo.git("show", f"main:{issue}.txt") == "made"
    assert factory.repo.git("status", "--porcelain") in ("", " M diary.txt")
    assert factory.repo.git("fsck", "--no-dangling") == ""
