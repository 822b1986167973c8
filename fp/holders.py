"""Whether the holder of a claim is seen dead, by the process that the claim names. A shell over host and processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.handle import Place, handle_of, process_at
from fp.kernel.errors import Usage
from fp.kernel.ports import ProcessId
from fp.kernel.process import identify

if TYPE_CHECKING:
    from fp.kernel.world import World


def handle_here(world: World, pid: int) -> str:
    """The handle of the process that has this pid now. Usage when none has."""
    process = identify(pid, world.host)
    if process is None or world.processes.liveness(process).state != "alive":
        raise Usage(f"no process has the id {pid}", hint="give the id of one that lives as long as you work: $PPID")
    return handle_of(process, world.host.process_space())


def seen_dead(world: World, handle: str) -> bool:
    """Whether the process that the handle names is gone; one that cannot be looked for from here is not."""
    here = Place(world.host.boot_id(), world.host.process_space())
    named = process_at(handle, here)
    return named is not None and world.processes.liveness(ProcessId(*named, here.boot)).state == "dead"
