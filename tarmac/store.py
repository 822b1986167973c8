"""The runs of one repository as files: read them, append to their journals, own one.

A run is advanced by whoever holds the lock on its folder; the kernel gives a lock back when its holder dies, so taking
it is adoption. State lies in the git folder that all worktrees share. Uses the port `Files` at that folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.clock import instant
from fp.kernel.errors import Refused
from fp.kernel.problem import Problem
from tarmac import journal
from tarmac.model import (
    EXIT_FILE,
    JOURNAL_FILE,
    RUN_FILE,
    RUNS_FOLDER,
    Envelope,
    ExitRecord,
    Run,
    RunName,
    dump_run,
    load_exit,
    load_run,
    parse_run_name,
    run_folder,
)
from tarmac.protocol.run import RunState, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fp.kernel.ports import Clock, Files

OWNER_LOCK = "owner.lock"
MOVE_FILE = "move.json"
DECISIONS_FOLDER = "fp/moves"
"""Where moves of a branch that belong to no run are journalled."""
CONTROL_FOLDER = "tarmac/control"
RECORD_BYTES_MAX = 1024 * 1024


class Record(NamedTuple):
    """One run as its files say it. `exit` is None while its worker lives, and after a crash."""

    run: Run
    events: tuple[Envelope, ...]
    state: RunState
    exit: ExitRecord | None


class Store:
    """All runs below the shared git folder."""

    def __init__(self, files: Files, root: Path, clock: Clock):
        self._files = files
        self.root = root
        self._clock = clock

    def names(self) -> list[RunName]:
        """All runs that have a folder, by issue and epoch."""
        found = (parse_run_name(name) for name in self._files.names(RUNS_FOLDER))
        return sorted(name for name in found if name is not None)

    def folder(self, name: RunName) -> Path:
        """The run's folder, absolute."""
        return self.root / run_folder(name)

    def intend(self, run: Run) -> bool:
        """Write `run.json` before any effect; False when this epoch was intended before."""
        return self._files.create(f"{run_folder(run.name)}/{RUN_FILE}", dump_run(run))

    def record(self, name: RunName) -> Record | Problem:
        """Read one run; a Problem when its record cannot be read."""
        path = f"{run_folder(name)}/{RUN_FILE}"
        try:
            run = load_run(self._files.read(path, RECORD_BYTES_MAX))
        except FileNotFoundError:
            return Problem("run-record", path, 0, "is missing", "a crash before the first write; nothing was started")
        except (ValueError, TypeError, KeyError, Refused) as error:
            return Problem("run-record", path, 0, f"cannot be read: {error}")
        events, _ = journal.read(self._files, f"{run_folder(name)}/{JOURNAL_FILE}")
        return Record(run, tuple(events), fold(events), self.exit(name))

    def records(self) -> tuple[list[Record], list[Problem]]:
        """All runs, and what could not be read."""
        found = [self.record(name) for name in self.names()]
        return [item for item in found if isinstance(item, Record)], [
            item for item in found if isinstance(item, Problem)
        ]

    def exit(self, name: RunName) -> ExitRecord | None:
        """How the agent ended; None when there is no readable record of that."""
        try:
            return load_exit(self._files.read(f"{run_folder(name)}/{EXIT_FILE}", RECORD_BYTES_MAX))
        except (FileNotFoundError, ValueError, TypeError, KeyError, Refused):
            return None

    def append(self, record: Record, kind: str, data: Mapping[str, Any]) -> Record:
        """Journal one event, durably, and give the run as it is then. The caller owns the run."""
        name = record.run.name
        at = instant(self._clock.now(), milliseconds=True)
        number = journal.next_sequence(record.events)
        event = Envelope(journal.VERSION, at, str(name), name.epoch, number, kind, dict(data))
        path = f"{run_folder(name)}/{JOURNAL_FILE}"
        self._mend(path)
        self._files.append(path, journal.encode(event))
        events = (*record.events, event)
        return record._replace(events=events, state=fold(events))

    def _mend(self, path: str) -> None:
        """End a line that a crash tore, so that it stays one bad line and does not swallow the next."""
        status = self._files.stat(path)
        if status is not None and status.size and not self._files.read(path).endswith(b"\n"):
            self._files.append(path, b"\n")

    @contextlib.contextmanager
    def owned(self, name: RunName) -> Iterator[bool]:
        """Hold the run; False when another orchestrator does."""
        folder = self.folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        with held(folder / OWNER_LOCK) as mine:
            yield mine

    # -- what a person asks of the factory, as small files ----------------------------------------------------------

    def ask(self, word: str, value: Mapping[str, Any] | None = None) -> None:
        """Leave a wish, such as `FP-k3v9q2m.stop`, for whichever orchestrator runs."""
        self._files.write(f"{CONTROL_FOLDER}/{word}", json.dumps(dict(value or {})).encode())

    def asked(self, word: str) -> dict[str, Any] | None:
        """The wish, if there is one."""
        try:
            value = json.loads(self._files.read(f"{CONTROL_FOLDER}/{word}", RECORD_BYTES_MAX))
        except (FileNotFoundError, ValueError):
            return None
        return value if isinstance(value, dict) else {}

    def answered(self, word: str) -> None:
        """Take a wish away."""
        self._files.remove(f"{CONTROL_FOLDER}/{word}")


def move_journals(files: Files) -> list[str]:
    """Paths of the journals of moves that were not finished, of runs and of people's decisions."""
    paths = [f"{RUNS_FOLDER}/{name}/{MOVE_FILE}" for name in files.names(RUNS_FOLDER)]
    paths += [f"{DECISIONS_FOLDER}/{name}" for name in files.names(DECISIONS_FOLDER) if name.endswith(".json")]
    return [path for path in paths if files.stat(path) is not None]


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold the lock at `path` for as long as this process lives at most; False when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
