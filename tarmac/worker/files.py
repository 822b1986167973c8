"""The small files through which a worker and those who watch it speak, beside the ones that the model names.

Pure: bytes and events in, values out. Whatever is broken reads as absent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fp.kernel.ports import ProcessId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tarmac.model import Envelope

WORKER_FILE = "worker.json"
"""Who the worker is, by its own word."""
LAUNCH_FILE = "launch.json"
"""Who the worker is, by the word of the runner that started it: there before the worker can speak for itself."""
LOCK_FILE = "worker.lock"
STOP_FILE = "stop"
SETUP_LOG_FILE = "setup.log"
FORMAT = 1


def dump_process(process: ProcessId) -> bytes:
    """`worker.json` and `launch.json`."""
    return (json.dumps({"format": FORMAT, **process._asdict()}) + "\n").encode("ascii")


def load_process(data: bytes) -> ProcessId | None:
    """Read it; None when it is not one."""
    try:
        value = json.loads(data)
        return ProcessId(int(value["pid"]), int(value["started"]), str(value["boot"]))
    except (ValueError, TypeError, KeyError):
        return None


def agent_of(events: Sequence[Envelope]) -> tuple[int, int] | None:
    """Pid and start time of the last program that the worker started."""
    for event in reversed(events):
        if event.kind in ("agent.started", "setup.started"):
            pid, started = event.data.get("pid"), event.data.get("started")
            return (pid, started) if isinstance(pid, int) and isinstance(started, int) else None
    return None
