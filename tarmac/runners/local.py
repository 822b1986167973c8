"""Workers as processes of this machine. All that it knows it reads from the run's folder and from `/proc`.

So it says the same of a worker that another orchestrator started, and of its own. A worker that is dead without an exit
record may have left processes of its agent: then the run counts as alive, and unsupervised, until they are ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles
from fp.kernel.ports import Liveness, ProcessRequest
from fp.kernel.process import KILL_SECONDS, TERMINATE_SECONDS
from tarmac import journal
from tarmac.environment import kept, outcome_path
from tarmac.model import (
    EXIT_FILE,
    OUTPUT_FILE,
    RUN_FILE,
    WORKER_JOURNAL_FILE,
    WORKER_LOG_FILE,
    load_exit,
    load_run,
    parse_run_name,
)
from tarmac.runners.base import WorkerFacts
from tarmac.worker import tree
from tarmac.worker.files import LAUNCH_FILE, STOP_FILE, WORKER_FILE, agent_of, dump_process, load_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.ports import Host, Processes, ProcessId
    from fp.kernel.process import Seen
    from tarmac.model import Envelope, ExitRecord, Run, RunName

RECORD_BYTES_MAX = 1024 * 1024
TAIL_BYTES_MAX = 1024 * 1024
SOURCE = Path(__file__).resolve().parents[2]
"""The folder that holds the packages: a worker started there imports these and no others."""


class LocalRunner:
    """`Runner` on this machine. `environ` is the operator's environment, of which agents see a fixed few names."""

    def __init__(self, processes: Processes, host: Host, environ: Mapping[str, str] = os.environ):
        self._processes = processes
        self._host = host
        self._environ = environ

    def launch(self, run: Run, folder: Path) -> ProcessId:
        """Start `python -m tarmac.worker`; a worker that runs already is the answer. The caller recorded the intent."""
        running = self.adopt(folder)
        if running is not None:
            return running
        log = str(folder / WORKER_LOG_FILE)
        request = ProcessRequest(
            argv=(sys.executable, "-m", "tarmac.worker", str(folder / RUN_FILE)),
            cwd=str(SOURCE),
            env=kept(self._environ, run.agent.environment),
            stdout=log,
            stderr=log,
        )
        process = self._processes.spawn(request)
        RealFiles(folder).write(LAUNCH_FILE, dump_process(process))
        return process

    def poll(self, folder: Path) -> WorkerFacts:
        """Look at the folder's files and at the processes they name."""
        files = RealFiles(folder)
        events = _events(files)
        facts = WorkerFacts(self._liveness(files), _exit(files))
        output = files.stat(OUTPUT_FILE)
        facts = facts._replace(
            last_event_at=next((event.at for event in reversed(events) if event.kind != "agent.busy"), ""),
            output_bytes=output.size if output is not None else 0,
            cpu_seconds=_cpu(events),
        )
        if facts.liveness.state == "dead" and facts.exit is None and _left(files, events):
            return facts._replace(liveness=Liveness("alive", "its worker died, its agent runs on"), unsupervised=True)
        return facts

    def tail(self, folder: Path, lines: int) -> str:
        """The last lines of the agent's output, of at most `TAIL_BYTES_MAX`."""
        try:
            with open(folder / OUTPUT_FILE, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - TAIL_BYTES_MAX))
                text = file.read(TAIL_BYTES_MAX).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:]) if lines > 0 else ""

    def cancel(self, folder: Path, why: str = "") -> None:
        """Leave the stop file; where no worker is left to read it, end what it left behind."""
        files = RealFiles(folder)
        if self._liveness(files).state == "dead":
            if _exit(files) is None:
                events = _events(files)
                tree.end_all(
                    lambda: _left(files, events), terminate_seconds=TERMINATE_SECONDS, kill_seconds=KILL_SECONDS
                )
        elif files.stat(STOP_FILE) is None:
            files.write(STOP_FILE, f"{why or 'asked to stop'}\n".encode("utf-8", "replace"))

    def adopt(self, folder: Path) -> ProcessId | None:
        """The worker that is alive for this folder."""
        files = RealFiles(folder)
        found = (_process(files, name) for name in (WORKER_FILE, LAUNCH_FILE))
        return next((one for one in found if one and self._processes.liveness(one).state == "alive"), None)

    def list(self, runs: Path) -> list[RunName]:
        """Runs below `runs` that are alive in the sense of `poll`."""
        names = (parse_run_name(name) for name in RealFiles(runs).names(""))
        return sorted(name for name in names if name and self.poll(runs / str(name)).liveness.state == "alive")

    def _liveness(self, files: RealFiles) -> Liveness:
        """Of the worker itself: by its own word, else by its starter's. Another boot's or a recycled pid is dead."""
        known = [one for name in (WORKER_FILE, LAUNCH_FILE) if (one := _process(files, name)) is not None]
        if not known:
            return Liveness("none", "no worker was ever started")
        states = [self._processes.liveness(one) for one in known]
        return next((state for state in states if state.state != "dead"), states[0])


def _process(files: RealFiles, name: str) -> ProcessId | None:
    try:
        return load_process(files.read(name, RECORD_BYTES_MAX))
    except (FileNotFoundError, KitError):
        return None


def _exit(files: RealFiles) -> ExitRecord | None:
    try:
        return load_exit(files.read(EXIT_FILE, RECORD_BYTES_MAX))
    except (FileNotFoundError, ValueError, TypeError, KeyError, KitError):
        return None


def _events(files: RealFiles) -> Sequence[Envelope]:
    try:
        return journal.read(files, WORKER_JOURNAL_FILE)[0]
    except KitError:
        return ()


def _cpu(events: Sequence[Envelope]) -> float:
    said = (event.data.get("cpu_seconds") for event in reversed(events) if event.kind in ("agent.output", "agent.busy"))
    return next((float(value) for value in said if isinstance(value, int | float)), 0.0)


def _left(files: RealFiles, events: Sequence[Envelope]) -> Sequence[Seen]:
    """Processes of the agent. An unreadable record names no workspace, and so nothing of it can be told apart."""
    try:
        run = load_run(files.read(RUN_FILE, RECORD_BYTES_MAX))
    except (FileNotFoundError, ValueError, TypeError, KeyError, KitError):
        return ()
    return tree.left_behind(outcome_path(run), agent_of(events), but=os.getpid())
