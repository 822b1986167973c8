"""The runs' part: what each run's own record says. Reads; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.clock import parse_instant
from tarmac.model import JOURNAL_FILE, run_folder
from tarmac.presence import present
from tarmac.snapshot import RunFacts, RunsFacts

if TYPE_CHECKING:
    from datetime import datetime

    from tarmac.observe.eyes import Eyes
    from tarmac.store import Record, Store

ENDS = ("landed", "parked", "released", "lost")


def runs_facts(eyes: Eyes, store: Store) -> RunsFacts:
    """All runs of this repository on this machine."""
    records, problems = store.records()
    now = eyes.world.clock.now()
    runs = {record.run.name: _facts(record, now) for record in records}
    orchestrators = present(eyes.world.state, eyes.world.processes)
    return RunsFacts(runs, orchestrators, tuple(f"{problem.where}: {problem.message}" for problem in problems))


def _facts(record: Record, now: datetime) -> RunFacts:
    run, state = record.run, record.state
    process = state.process
    return RunFacts(
        name=run.name,
        phase=_phase(record),
        token=run.claim,
        workspace=run.workspace,
        base=run.base,
        text=run.text,
        policy=run.policy,
        tip=state.tip,
        empty=bool(state.tip) and state.empty,
        waiting=state.waiting,
        stop=state.stop,
        landed=state.landed,
        pid=process[0] if process is not None else 0,
        exit_reason=record.exit.reason if record.exit is not None else "",
        exit_seconds=_age(record.exit.ended, now) if record.exit is not None else None,
        last_seconds=_age(record.events[-1].at if record.events else run.created, now),
        silence_seconds=run.limits.silence_seconds,
        journal=f"{run_folder(run.name)}/{JOURNAL_FILE}",
        copied=run.copy,
        created_at=_unix(run.created),
        ended_at=_unix(record.exit.ended) if record.exit is not None else 0.0,
    )


def _phase(record: Record) -> str:
    """The phase; of a run that was cleaned up, how it had ended."""
    if record.state.phase != "cleaned":
        return str(record.state.phase)
    return next((event.kind for event in reversed(record.events) if event.kind in ENDS), "released")


def _unix(at: str) -> float:
    then = parse_instant(at)
    return 0.0 if then is None else then.timestamp()


def _age(at: str, now: datetime) -> float:
    """Seconds since, by the one clock that wrote it and reads it; 0 for what is no time or lies ahead."""
    then = parse_instant(at)
    return 0.0 if then is None else max(0.0, (now - then).total_seconds())
