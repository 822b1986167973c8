"""Orchestrator, workers and agents are killed at random moments while a person commits; in the end all is well."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT
from tests.support.hub import make_hub, planned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.race

FINISH_SECONDS_MAX = 300
GIT_SECONDS_MAX = 0.5
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "12"))
ISSUES = int(os.environ.get("TORTURE_ISSUES", "6"))
MORE_ROUNDS = 3
"""On a busy machine agents start late: it goes on, so many times as long at most, until one was hit."""
WORK = 'time.sleep(1); write(os.environ["TARMAC_ISSUE"] + ".txt", "made\\n"); outcome(status="done", summary="made it")'


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


VICTIMS = ("agent", "worker", "git", "orchestrator")


def killed(watcher: subprocess.Popen[bytes], draw: random.Random, factory: Factory) -> None:
    """Kill some of the four, each by itself and in any order; the round ends with the orchestrator and its git."""
    for whom in draw.sample(VICTIMS, draw.randint(1, len(VICTIMS))):
        if whom == "orchestrator":
            _orchestrator(watcher)
        elif whom == "git":
            _git_of(watcher)
        else:
            _some(factory, draw, whom)
        time.sleep(draw.uniform(0.0, 0.3))
    _orchestrator(watcher)


def _orchestrator(watcher: subprocess.Popen[bytes]) -> None:
    """With the git it has started, which would otherwise finish; once."""
    if watcher.poll() is None:
        os.killpg(watcher.pid, signal.SIGKILL)
        watcher.wait()
        KILLED.append(b"orchestrator")


def _git_of(watcher: subprocess.Popen[bytes]) -> None:
    """The git that the orchestrator runs at this moment, if it runs one: it must live on and try again."""
    until = time.monotonic() + GIT_SECONDS_MAX
    while watcher.poll() is None and time.monotonic() < until:
        children = _read(f"/proc/{watcher.pid}/task/{watcher.pid}/children").split()
        gits = [int(pid) for pid in children if _read(f"/proc/{int(pid)}/comm").startswith(b"git")]
        if gits:
            _kill(gits[0], b"git")
            return


def _read(path: str) -> bytes:
    """A file of `/proc`; nothing when its process is gone."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _some(factory: Factory, draw: random.Random, whom: str) -> None:
    """Kill about half of those that are at work."""
    for folder in sorted((factory.repo.path / ".git/tarmac/runs").glob("*")):
        pid = 0 if (folder / "exit.json").exists() else _pid(folder, whom)
        if pid and draw.random() < 0.5:
            _kill(pid, b"tarmac.worker" if whom == "worker" else b"agent.py")


def _pid(folder: Path, whom: str) -> int:
    """Of a run's worker or agent, as its files tell; 0 when it has none yet."""
    path = folder / ("worker.json" if whom == "worker" else "worker.jsonl")
    lines = path.read_text().splitlines() if path.exists() else []
    if whom == "worker":
        return int(json.loads(lines[0])["pid"]) if lines else 0
    begun = [line for line in lines if '"agent.started"' in line and line.endswith("}")]
    return int(json.loads(begun[-1])["data"]["pid"]) if begun else 0


def _kill(pid: int, word: bytes) -> None:
    """Kill the process if it is still what it was."""
    if word in _read(f"/proc/{pid}/cmdline"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            KILLED.append(word)


KILLED: list[bytes] = []
"""Whom a torture hit; one that hits nobody tortures nobody."""


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


def tortured(factory: Factory, rounds: int) -> None:
    """Rounds of killing and committing, then one undisturbed run, after which a second repair changes nothing."""
    KILLED.clear()
    draw = random.Random(int(os.environ.get("TORTURE_SEED", "1")))
    for number in range(rounds * MORE_ROUNDS):
        if number >= rounds and b"agent.py" in KILLED:
            break
        watcher = started(factory)
        time.sleep(draw.uniform(0.3, 2.5))
        killed(watcher, draw, factory)
        person_commits(factory, number)
    tarmac(factory, "watch", "--once")
    tarmac(factory, "reconcile", "--apply")
    assert reported(factory) == reported(factory, "--apply")
    print(Counter(KILLED))


def landed_once(factory: Factory, issues: list[str]) -> None:
    """Each issue is done and landed once, with its work, in a repository that is whole."""
    left = [issue for issue in issues if factory.status(issue) != "done"]
    assert not left, b"\n".join(tarmac(factory, "why", issue) for issue in left).decode()
    landings = factory.repo.git("log", "--first-parent", "--format=%(trailers:key=Tarmac-Landed,valueonly)", "main")
    names = [line.split(".")[0] for line in landings.splitlines() if line.strip()]
    assert sorted(names) == sorted(issues)
    for issue in issues:
        assert factory.repo.git("show", f"main:{issue}.txt") == "made"
    assert factory.repo.git("fsck", "--no-dangling") == ""


def test_whatever_is_killed_every_issue_lands_once_and_nothing_is_lost(factory: Factory) -> None:
    factory.set_up(WORK, attempts=50)
    factory.repo.write("diary.txt", "")
    factory.repo.commit("a diary")
    issues = [factory.new(f"Make {number}") for number in range(ISSUES)]
    tortured(factory, ROUNDS)
    landed_once(factory, issues)
    assert factory.repo.git("status", "--porcelain") in ("", " M diary.txt")


def test_the_same_holds_with_a_remote_as_the_authority(repo: Repo, command: Command, tmp_path: Path) -> None:
    repo.write("diary.txt", "")
    repo.commit("a diary")
    hub = make_hub(repo, command, tmp_path, agent=WORK, attempts=50)
    issues = planned(hub, *(f"Make {number}" for number in range(ISSUES)))
    tortured(hub.one, ROUNDS)
    landed_once(Factory(hub.repo, command, tmp_path), issues)
