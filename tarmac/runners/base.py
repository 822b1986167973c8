"""What a runner of any kind can do with a worker: launch, poll, tail, cancel, adopt, list.

A runner never retries, and keeps no memory of its own: what it says comes from the run's folder and from the engine, so
that another orchestrator's runner says the same. Pure declarations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from fp.kernel.ports import Liveness, ProcessId
    from tarmac.model import ExitRecord, Run, RunName


class WorkerFacts(NamedTuple):
    """What can be seen of one worker.

    `liveness` is none (nothing was ever started), alive, dead or unknown. `last_event_at` is RFC 3339, empty before the
    first event; busy notes without output do not count. `unsupervised` means that the worker died and left processes of
    its agent, which no limit binds: the run counts as alive, and `cancel` ends them.
    """

    liveness: Liveness
    exit: ExitRecord | None = None
    last_event_at: str = ""
    output_bytes: int = 0
    cpu_seconds: float = 0.0
    unsupervised: bool = False


class Runner(Protocol):
    """Workers of one engine. `folder` is a run's folder."""

    def launch(self, run: Run, folder: Path) -> ProcessId:
        """Start the worker, or find the one that runs. External when it cannot be started."""
        ...

    def poll(self, folder: Path) -> WorkerFacts:
        """Look; change nothing."""
        ...

    def tail(self, folder: Path, lines: int) -> str:
        """The last lines of what the agent printed, undecodable bytes replaced. Not safe for a terminal yet."""
        ...

    def cancel(self, folder: Path, why: str = "") -> None:
        """Ask the worker to stop its agent, or what a dead one left. Returns at once; poll says when it is done."""
        ...

    def adopt(self, folder: Path) -> ProcessId | None:
        """The worker that runs for this folder, whoever started it; None when none does."""
        ...

    def list(self, runs: Path) -> list[RunName]:
        """The runs below the runs folder whose worker, or what it left, is alive."""
        ...
