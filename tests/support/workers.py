"""A run's folder without any tracker, real worker processes on it, and scripted agents."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarmac import journal
from tarmac.model import AgentSpec, Limits, Run, RunName, dump_run, load_exit
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tarmac.model import ExitRecord

NAME = RunName("FP-k3v9q2m", 1)
NO_LIMITS = Limits(0, 0, 0)
WAIT_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02
PYTHON = (sys.executable, "-I", "-S", "-c")
"""Starts fast, and sees nothing of the checkout."""
START = """
import sys
from pathlib import Path
from tarmac.worker.__main__ import work
from tarmac.worker.supervise import Ladder
sys.exit(work(Path(sys.argv[1]), Ladder(0.4, 0.4, 10)))
"""


def wait_for(what: Callable[[], object], why: str = "") -> None:
    """Poll until it is true; fail loudly when it does not come."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not what():
        assert time.monotonic() < until, f"waited {WAIT_SECONDS_MAX:.0f} s for {why or what}"
        time.sleep(POLL_SECONDS)


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@dataclass
class Bench:
    """One run folder and a worktree that is only a folder."""

    folder: Path
    workspace: Path

    def write(
        self,
        agent: str | AgentSpec,
        *,
        limits: Limits = NO_LIMITS,
        setup: tuple[tuple[str, ...], ...] = (),
        environment: tuple[str, ...] = (),
    ) -> Run:
        """Write the run's record and prompt, for a Python text as agent."""
        spec = AgentSpec("command", (*PYTHON, agent), environment=environment) if isinstance(agent, str) else agent
        run = a_run(self.workspace, agent=spec, limits=limits, setup=setup)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.workspace.mkdir(parents=True, exist_ok=True)
        (self.folder / "run.json").write_bytes(dump_run(run))
        (self.folder / "prompt.md").write_text("the prompt\n")
        return run

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        """A worker with a short ladder."""
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", START, str(self.folder / "run.json")],
                cwd=CHECKOUT,
                env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **env},
                stderr=log,
                start_new_session=True,
            )

    def finish(self, worker: subprocess.Popen[bytes] | None = None, **env: str) -> ExitRecord:
        """Wait for the worker (a new one by default) and read its exit record."""
        worker = worker or self.start(**env)
        worker.wait(WAIT_SECONDS_MAX)
        assert self.exit() is not None, (self.folder / "worker.log").read_text()
        return self.exit()

    def exit(self) -> ExitRecord | None:
        """The exit record, if there is one."""
        path = self.folder / "exit.json"
        return load_exit(path.read_bytes()) if path.exists() else None

    def output(self) -> str:
        """The log of the agent."""
        path = self.folder / "agent.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def events(self) -> list[str]:
        """Kinds of events, in order."""
        path = self.folder / "worker.jsonl"
        events, problems = journal.decode(path.read_bytes() if path.exists() else b"", "worker.jsonl")
        assert problems == []
        return [event.kind for event in events]

    def said(self, word: str) -> str:
        """Wait until the agent printed `word=VALUE`; the value."""
        wait_for(lambda: f"{word}=" in self.output() and "\n" in self.output().partition(f"{word}=")[2], word)
        return self.output().partition(f"{word}=")[2].partition("\n")[0]


def a_run(workspace: Path, **changes: object) -> Run:
    """A run's record with plain values."""
    values = {
        "name": NAME, "claim": "c" * 40, "text": "t", "tracker": "a" * 40, "policy": "b" * 40, "base": "d" * 40,
        "workspace": str(workspace), "workspace_kind": "worktree", "runner": "local", "limits": NO_LIMITS,
        "agent": AgentSpec("command", ("true",)), "created": "2026-11-22T23:15:01.000Z",
        "ports": 20_000, "port_count": 10,
    }  # fmt: skip
    return Run(**{**values, **changes})


def kill(pid: int) -> None:
    """End one process that the test started."""
    os.kill(pid, signal.SIGKILL)


class SeededIds:
    """`Ids` that a test can repeat."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)

    def text(self, alphabet: str, length: int) -> str:
        """Letters by the seed."""
        return "".join(self._random.choices(alphabet, k=length))
