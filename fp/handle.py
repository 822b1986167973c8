"""A handle that names a process: what ties a claim to whoever works by it, and proves them gone when it is.

Pure. A process id means something only within one boot of a kernel and one space of process ids, and only together
with the moment the process started: all four are in the handle, and another place can tell nothing by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fp.kernel.ports import ProcessId

_HANDLE = re.compile(r"process:([^\s:]+):([0-9]{1,20}):([0-9]{1,10}):([0-9]{1,20})", re.ASCII)


class Place(NamedTuple):
    """Where a process can be looked for: a boot of a kernel, and a space of process ids within it."""

    boot: str
    process_space: int


def handle_of(process: ProcessId, process_space: int) -> str:
    """The process as a claim names it."""
    return f"process:{process.boot}:{process_space}:{process.pid}:{process.started}"


def process_at(handle: str, here: Place) -> tuple[int, int] | None:
    """The pid and start time that a handle names, if it is of this very place; elsewhere nothing can be seen of it."""
    found = _HANDLE.fullmatch(handle)
    if found is None or Place(found[1], int(found[2])) != here:
        return None
    return int(found[3]), int(found[4])
