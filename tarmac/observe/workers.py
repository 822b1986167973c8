"""The workers' part: which processes of runs live on this machine. Reads; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.snapshot import WorkerFacts, WorkersFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarmac.model import RunName
    from tarmac.observe.eyes import Eyes
    from tarmac.runners.base import Runner
    from tarmac.runners.base import WorkerFacts as Seen
    from tarmac.snapshot import RunFacts
    from tarmac.store import Store

NEVER_STARTED = "none"
OTHERS_PID = "belongs to another process"


def workers_facts(eyes: Eyes, store: Store, runner: Runner, runs: Mapping[RunName, RunFacts]) -> WorkersFacts:
    """The worker of each run that was ever started here. A run without a readable record is looked at too."""
    found: dict[RunName, WorkerFacts] = {}
    for name in store.names():
        seen = runner.poll(store.folder(name))
        if seen.liveness.state != NEVER_STARTED:
            record = runs.get(name)
            pid = record.pid if record is not None and record.pid else _pid(runner, store, name)
            found[name] = _facts(name, seen, pid)
    return WorkersFacts(eyes.world.host.name(), found)


def _pid(runner: Runner, store: Store, name: RunName) -> int:
    """Of a worker that no journal line names."""
    process = runner.adopt(store.folder(name))
    return process.pid if process is not None else 0


def _facts(name: RunName, seen: Seen, pid: int) -> WorkerFacts:
    reason = seen.liveness.reason
    return WorkerFacts(
        run=name,
        state=seen.liveness.state,
        pid=pid,
        reason=reason,
        unsupervised=seen.unsupervised,
        recycled=seen.liveness.state == "dead" and OTHERS_PID in reason,
        progress=f"{seen.output_bytes} {seen.cpu_seconds:.1f} {seen.last_event_at}",
    )
