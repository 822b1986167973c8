"""One opened factory: the ports, the records, the tracker, and the policy that one tick goes by.

Built in the command's main and in the simulator; everything else takes it or parts of it. All reads of one tick come
from one tracker commit, and so does the policy: an agent's branch cannot change the rules it runs under.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tarmac.lease import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fp.kernel.ports import Oid, Refs
    from fp.kernel.world import World
    from tarmac.adapters.issues import Issues
    from tarmac.deliver import Delivery
    from tarmac.gating import Gating
    from tarmac.model import Run
    from tarmac.policy import Policy
    from tarmac.reach import Reach
    from tarmac.runners.base import Runner
    from tarmac.store import Store
    from tarmac.workspaces.base import Workspace

LOCAL = "local"


class Memory:
    """What one orchestrator remembers between its looks; losing it costs time alone.

    `tick` is the last reading of the tracker, so that the next one of the same commit need not parse it again; `watch`
    times the leases of others.
    """

    __slots__ = ("tick", "watch")

    def __init__(self) -> None:
        self.tick: Tick | None = None
        self.watch = Watch()


@dataclass(frozen=True, slots=True)
class Factory:
    """What the loop and its effects work with. `say` prints one line of what happens, for people."""

    world: World
    store: Store
    top: Path
    instance: str
    tracker_ref: str
    """as the authority names it"""
    authority: str
    runner: Runner
    workspace: Workspace
    gating: Gating
    say: Callable[[str, str, str], None]
    """`say(run or issue, what, detail)`"""
    reach: Reach | None = None
    """the remote that is the authority; None where this repository is"""
    delivery: Delivery | None = None
    """who pushes what landed here; None where the authority is a remote, and each landing is a push"""
    memory: Memory = field(default_factory=Memory)

    @property
    def refs(self) -> Refs:
        """The refs of the authority: where claims live and what landing moves."""
        return self.world.refs if self.reach is None else self.reach

    @property
    def away(self) -> str:
        """Why the authority was not reached at the last look; empty when it was."""
        return "" if self.reach is None else self.reach.away

    def branch(self, ref: str) -> Oid | None:
        """The commit that the authority's branch names, its objects at hand here."""
        return self.world.refs.read(ref) if self.reach is None else self.reach.branch(ref)


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick sees: the tracker at one commit and the policy read from it."""

    commit: Oid
    issues: Issues
    policy: Policy
    target_ref: str
    target: Oid

    def with_concurrency(self, count: int) -> Tick:
        """The same with another number of agents at once."""
        return replace(self, policy=replace(self.policy, concurrency=count))


class Step:
    """One run in one tick: what an effect may use."""

    __slots__ = ("factory", "run", "tick")

    def __init__(self, factory: Factory, tick: Tick, run: Run):
        self.factory = factory
        self.tick = tick
        self.run = run
