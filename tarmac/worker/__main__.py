"""`python -m tarmac.worker RUN_FOLDER/run.json`: be the worker of one run.

A second worker of the same run ends at once, and so does one whose run has ended: starting a worker again is harmless.
INT, TERM and HUP to the worker stop its agent by the ladder; the exit record is written even so.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.errors import ExitCode, KitError
from fp.kernel.process import keep_orphans
from tarmac.model import EXIT_FILE
from tarmac.store import held
from tarmac.worker.files import LOCK_FILE
from tarmac.worker.life import Worker
from tarmac.worker.supervise import Ladder

if TYPE_CHECKING:
    from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Remembers the first signal that asked to stop."""

    def __init__(self) -> None:
        self._name = ""
        for number in STOPPING:
            signal.signal(number, self._note)

    def __call__(self) -> str:
        """Its name; empty while there was none."""
        return self._name

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._name = self._name or signal.Signals(number).name


def work(record: Path, ladder: Ladder) -> int:
    """Be the worker of the run that `record` holds; the exit status."""
    signals = Signals()
    folder = record.parent
    with held(folder / LOCK_FILE) as mine:
        if not mine or (folder / EXIT_FILE).exists():
            return ExitCode.OK
        keep_orphans()
        Worker(folder, os.environ, signals, ladder).live()
        return ExitCode.OK


def main() -> int:
    """Read the command line; whatever goes wrong is said in the worker's log."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tarmac.worker RUN_FOLDER/run.json\n")
        return ExitCode.USAGE
    try:
        return work(Path(sys.argv[1]).resolve(), Ladder())
    except (KitError, ValueError, TypeError, KeyError) as error:  # what `load_run` says of a record that is none
        sys.stderr.write(f"tarmac.worker: {type(error).__name__}: {error}\n")
        return ExitCode.INTERNAL


if __name__ == "__main__":
    sys.exit(main())
