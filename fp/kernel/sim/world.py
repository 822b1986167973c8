"""A whole simulated machine with one repository, and the world a program sees of it."""

from __future__ import annotations

import errno
import os
import random
from typing import TYPE_CHECKING

from fp.kernel.sim.clock import SimClock
from fp.kernel.sim.disk import SimDisk
from fp.kernel.sim.faults import Fault, Faults, Rates
from fp.kernel.sim.files import SimFiles
from fp.kernel.sim.host import SimHost
from fp.kernel.sim.ids import SimIds
from fp.kernel.sim.merge import SimMerges
from fp.kernel.sim.objects import SimObjects
from fp.kernel.sim.processes import Life, SimProcesses
from fp.kernel.sim.refs import SimRefs
from fp.kernel.sim.remote import Hub, SimRemote, no_remote
from fp.kernel.sim.worktrees import SimWorktrees
from fp.kernel.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.ports import ProcessRequest, Remote

TOP = "/repo"
NANOSECONDS = 1_000_000_000
READING_CALLS = frozenset({"lstat", "read", "readlink", "listdir", "close"})


class Simulation:
    """The machine. The harness holds it; the code under test gets `world` alone, anew after each crash.

    `hubs` are remotes by name; give several simulations one hub to let them race.
    """

    def __init__(
        self,
        seed: int,
        *,
        rates: Rates | None = None,
        programs: Mapping[str, Callable[[ProcessRequest], Life]] | None = None,
        hubs: Mapping[str, Hub] | None = None,
    ):
        self.seed = seed
        self.faults = Faults(seed, rates)
        self._source = random.Random(f"disk {seed}")
        self.clock = SimClock()
        self.ids = SimIds(seed)
        self.host = SimHost()
        self.disk = SimDisk(lambda: int(self.clock.now().timestamp() * NANOSECONDS))
        self.objects = SimObjects(self.faults)
        self.refs = SimRefs(self.objects, self.faults)
        self.merges = SimMerges(self.objects, self.faults)
        self.worktrees = SimWorktrees(self.objects, self.refs, self.disk, main=TOP, faults=self.faults)
        self.processes = SimProcesses(self.clock, self.host, self.disk, programs or {}, self.faults)
        self.hubs = dict(hubs or {})
        self.disk.sync()
        self.disk.hook = self._disk_call

    @property
    def world(self) -> World:
        """The ports, as a process started now sees them."""
        return World(
            clock=self.clock,
            ids=self.ids,
            host=self.host,
            files=SimFiles(self.disk, TOP),
            state=SimFiles(self.disk, f"{TOP}/.git"),
            at=lambda path: SimFiles(self.disk, str(path)),
            objects=self.objects,
            refs=self.refs,
            merges=self.merges,
            worktrees=self.worktrees,
            processes=self.processes,
            remote=self._remote,
        )

    def restart_process(self) -> World:
        """The program died alone and is started again: all it wrote is there, its children run on."""
        self.faults.restart()
        self.disk.close_all()
        self.processes.restart_parent()
        return self.world

    def lose_power(self) -> World:
        """The machine died and is started again: what was not synced may be gone, and every process is."""
        self.faults.restart()
        self.disk.lose_power(self._source)
        self.host.reboot()
        self.processes.reboot()
        return self.world

    def _remote(self, name: str) -> Remote:
        if name not in self.hubs:
            raise no_remote(name)
        return SimRemote(self.hubs[name], self.objects, self.refs, self.faults)

    def _disk_call(self, call: str, path: str) -> None:
        if call in READING_CALLS:
            self.faults.alive(f"disk.{call}")
        elif self.faults.draw(f"disk.{call}", (Fault.CRASH_BEFORE, Fault.FAILS)) is Fault.FAILS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def sim_world(seed: int) -> World:
    """The simulated counterpart of `real_world`, without faults."""
    return Simulation(seed).world
