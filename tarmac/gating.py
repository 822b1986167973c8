"""Gates beside the loop: one thread runs one candidate's gates at a time, the loop goes on.

Nothing of it is of record: when the orchestrator dies its gates die with it, and the next one runs them again.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from tarmac.landing.gates import GateCall, Gated, run_gates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fp.kernel.ports import Oid, Worktrees
    from tarmac.model import Run, RunName
    from tarmac.policy import Policy

AT_ONCE_MAX = 1


class Gating:
    """Gates under way, by run; used by one thread alone."""

    def __init__(self, worktrees: Worktrees, home: Path, env: Mapping[str, str]):
        self._worktrees = worktrees
        self._home = home
        self._env = env
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE_MAX, thread_name_prefix="gates")
        self._under_way: dict[RunName, Future[Gated]] = {}

    def running(self, name: RunName) -> bool:
        """Whether this run's gates have not said yet."""
        future = self._under_way.get(name)
        return future is not None and not future.done()

    def start(self, run: Run, candidate: Oid, content: Oid, policy: Policy) -> bool:
        """Begin, unless as many as may run at once are under way."""
        if run.name in self._under_way or len(self._under_way) >= AT_ONCE_MAX:
            return False
        calls = [GateCall(gate.name, gate.argv, gate.timeout_seconds) for gate in policy.gates]
        self._under_way[run.name] = self._pool.submit(
            run_gates,
            self._worktrees,
            candidate=candidate,
            content=content,
            folder=self._home / str(run.name) / "gate",
            calls=calls,
            env=self._env,
        )
        return True

    def take(self, name: RunName) -> Gated | None:
        """What the gates of this run said, once; None while they run, or when there are none."""
        future = self._under_way.get(name)
        if future is None or not future.done():
            return None
        del self._under_way[name]
        try:
            return future.result()
        except KitError as error:
            return Gated("", (), str(error))

    def close(self) -> None:
        """Wait for the gate under way; none is started any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
