"""Which orchestrators live in this repository on this machine, by small files that each keeps while it runs.

A file alone proves nothing: it names a process, and only a live one counts. Uses the ports `Files` (at the shared git
folder), `Processes` and `Host`.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from fp.kernel.ports import ProcessId
from fp.kernel.process import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fp.kernel.ports import Files, Host, Processes

FOLDER = "tarmac/orchestrators"
FORMAT = 1
RECORD_BYTES_MAX = 65536


@contextlib.contextmanager
def announced(state: Files, processes: Processes, host: Host, instance: str) -> Iterator[None]:
    """Say that this process orchestrates, for as long as the block runs. What dead ones left is taken away."""
    living = present(state, processes)
    for name in _instances(state):
        if name not in living:
            state.remove(f"{FOLDER}/{name}.json")
    path = f"{FOLDER}/{instance}.json"
    process = identify(os.getpid(), host)
    assert process is not None, "this process lives"
    state.write(path, (json.dumps({"format": FORMAT, **process._asdict()}) + "\n").encode("ascii"))
    try:
        yield
    finally:
        state.remove(path)


def present(state: Files, processes: Processes) -> tuple[str, ...]:
    """The instances whose process is alive, sorted."""
    return tuple(name for name in _instances(state) if _alive(state, processes, name))


def _instances(state: Files) -> list[str]:
    return [name.removesuffix(".json") for name in state.names(FOLDER) if name.endswith(".json")]


def _alive(state: Files, processes: Processes, instance: str) -> bool:
    try:
        value = json.loads(state.read(f"{FOLDER}/{instance}.json", RECORD_BYTES_MAX))
        process = ProcessId(int(value["pid"]), int(value["started"]), str(value["boot"]))
    except (FileNotFoundError, KitError, ValueError, TypeError, KeyError):
        return False
    return processes.liveness(process).state == "alive"
