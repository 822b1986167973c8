"""Carry one planned action out, after reading again the fact that licenses it. A dispatch table over small functions.

Every function checks for itself what it is about to change: a claim by compare-and-swap, a process by pid, start time
and boot, a worktree by git's own refusal. Nothing that a person has not committed is ever deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from fp.kernel.ports import RefUpdate
from fp.kernel.process import stop as stop_process
from tarmac.adapters.issues import seen_dead
from tarmac.findings.rule import Repair
from tarmac.loop import advance
from tarmac.model import Run, parse_run_name
from tarmac.plan import Result
from tarmac.store import Record, move_journals

if TYPE_CHECKING:
    from collections.abc import Callable

    from tarmac.adapters.issues import Tip
    from tarmac.factory import Factory, Tick
    from tarmac.landing.gates import Gated
    from tarmac.model import RunName
    from tarmac.plan import Action
    from tarmac.policy import Policy

STOP_SECONDS_MAX = 20.0
"""A worker that obeys its stop file takes its agent down the whole ladder within this time."""
POLL_SECONDS = 0.2
LOCK_PAUSE_SECONDS = 1.0
PHASE_WORDS = {"cleaned": "over and cleaned up"}


class NoGates:
    """Gates are a watcher's to run: a repair leaves the run where they come next."""

    def running(self, name: RunName) -> bool:
        """Never."""
        del name
        return False

    def start(self, run: Run, candidate: str, content: str, policy: Policy) -> bool:
        """Never."""
        del run, candidate, content, policy
        return False

    def take(self, name: RunName) -> Gated | None:
        """Nothing."""
        del name
        return None


@dataclass(frozen=True, slots=True)
class Bench:
    """What repairs work with: the factory, and how to read the tracker afresh."""

    factory: Factory
    common: Path
    read: Callable[[], Tick]


def apply(bench: Bench, action: Action) -> Result:
    """Do it, or say why not."""
    try:
        return REPAIRS[action.repair](bench, action)
    except KitError as error:
        return Result(action, "refused", str(error))


def _done(action: Action, detail: str) -> Result:
    return Result(action, "done", detail)


def _refused(action: Action, why: str) -> Result:
    return Result(action, "refused", why)


def _release_claim(bench: Bench, action: Action) -> Result:
    """To a tombstone, from exactly the claim that is read now: of a closed issue, a run without record, or the dead."""
    seen = bench.read()
    issues = seen.issues
    tip = issues.tip(action.issue)
    if tip is None or not tip.live:
        return _refused(action, "nobody holds it any more")
    found = issues.tracker.issues.get(action.issue)
    closed = found is not None and found.status in issues.tracker.config.workflow.terminal
    why = "" if closed else _not_free(bench, tip)
    if why:
        return _refused(action, why)
    tombstone = issues.released(tip, tip.token)
    assert tombstone is not None, "a live claim can be released by its own token"
    update = RefUpdate(issues.claim_ref(action.issue), tip.oid, tombstone)
    swapped = bench.factory.refs.transact([update])
    if swapped.status != "done":
        return _refused(action, f"the claim moved meanwhile: {swapped.detail}")
    return _done(action, f"released {tip.claim.holder}'s claim of epoch {tip.claim.epoch}")


def _not_free(bench: Bench, tip: Tip) -> str:
    """Why the claim of an open issue is not to be released; empty when it may be."""
    holder = tip.claim.holder
    kind, _, name = holder.partition("/")
    run = parse_run_name(name) if kind == "run" else None
    if run is None:
        dead = seen_dead(bench.factory.world, tip.claim.handle)
        return "" if dead else f"nothing proves that {holder} is dead, and the issue is open"
    recorded = isinstance(bench.factory.store.record(run), Record)
    return f"{holder} has a record and the issue is open" if recorded else ""


def _advance_run(bench: Bench, action: Action) -> Result:
    """The run's own machine decides; its lock says that no other orchestrator is at it."""
    name = parse_run_name(action.run) or _current_run(bench, action.issue)
    if name is None:
        return _refused(action, "no run of it is recorded here")
    factory = replace(bench.factory, gating=NoGates())  # type: ignore[arg-type] # the three calls that the loop makes
    steps = advance(factory, bench.read, name)
    record = bench.factory.store.record(name)
    if not steps or not isinstance(record, Record):
        return _refused(action, f"run {name} took no step: another orchestrator has it, or it waits")
    cause = f" ({record.state.cause})" if record.state.cause else ""
    word = PHASE_WORDS.get(record.state.phase, str(record.state.phase))
    return _done(action, f"run {name} is {word} now{cause}")


def _current_run(bench: Bench, issue: str) -> RunName | None:
    names = [name for name in bench.factory.store.names() if name.issue == issue]
    return names[-1] if names else None


def _stop_worker(bench: Bench, action: Action) -> Result:
    """By its stop file first; a worker that does not obey is ended with its group, if it is still that very process."""
    name = parse_run_name(action.run)
    if name is None:
        return _refused(action, "the finding names no run")
    factory, folder = bench.factory, bench.factory.store.folder(name)
    if factory.runner.poll(folder).liveness.state != "alive":
        return _refused(action, f"the worker of run {name} is not alive any more")
    factory.runner.cancel(folder)
    clock = factory.world.clock
    until = clock.monotonic() + STOP_SECONDS_MAX
    while clock.monotonic() < until:
        if factory.runner.poll(folder).liveness.state != "alive":
            return _done(action, f"stopped the worker of run {name}; its worktree stays")
        clock.sleep(POLL_SECONDS)
    process = factory.runner.adopt(folder)
    if process is None or not stop_process(factory.world.processes, clock, process):
        return _refused(action, f"the worker of run {name} did not stop")
    return _done(action, f"ended process {process.pid} of run {name}, which did not obey; its worktree stays")


def _rescue_work(bench: Bench, action: Action) -> Result:
    from tarmac.effects.rescue import rescue_left
    from tarmac.workspaces.place import find

    name = parse_run_name(action.run)
    path = None if name is None else _worktree_of(bench, name)
    if name is None or path is None:
        return _refused(action, "its worktree is not there any more")
    place = find(bench.common, path)
    if place is None:
        return _refused(action, f"{path} is no worktree of this repository")
    record = bench.factory.store.record(name)
    copied = record.run.copy if isinstance(record, Record) else ()
    ref = rescue_left(bench.factory.world, bench.common, name, place, copied)
    return _done(action, f"kept at {ref}; the worktree stays as it is")


def _worktree_of(bench: Bench, name: RunName) -> Path | None:
    """Where the run's worktree is: as its record says, else the one that has its branch."""
    from tarmac.model import branch_of

    record = bench.factory.store.record(name)
    recorded = record.run.workspace if isinstance(record, Record) else ""
    listed = bench.factory.world.worktrees.list()
    found = next((one for one in listed if one.path == recorded or one.branch == branch_of(name)), None)
    return Path(found.path) if found is not None else None


def _remove_worktree(bench: Bench, action: Action) -> Result:
    """git itself refuses where anything is uncommitted, untracked or ignored."""
    name = parse_run_name(action.run)
    path = None if name is None else _worktree_of(bench, name)
    if path is None:
        return _refused(action, "its worktree is not there any more")
    bench.factory.world.worktrees.remove(path)
    return _done(action, f"removed {path}")


def _finish_move(bench: Bench, action: Action) -> Result:
    said = [
        recovered
        for journal in move_journals(bench.factory.world.state)
        if (recovered := bench.factory.world.worktrees.recover(journal))
    ]
    if not said:
        return _refused(action, "no journal tells of a move that stopped half way")
    blocked = next((one for one in said if one.status == "blocked"), None)
    return _refused(action, blocked.detail) if blocked is not None else _done(action, said[0].detail)


def _remove_lock(bench: Bench, action: Action) -> Result:
    """Only what a journal names, twice seen alike with a pause between."""
    worktrees = bench.factory.world.worktrees
    seen = {journal: worktrees.stale_locks(journal) for journal in move_journals(bench.factory.world.state)}
    bench.factory.world.clock.sleep(LOCK_PAUSE_SECONDS)
    removed = [lock for journal, locks in seen.items() for lock in worktrees.remove_stale_locks(journal, locks)]
    if not removed:
        return _refused(action, "no journal names this lock, so it may be somebody's")
    return _done(action, f"removed {', '.join(lock.path for lock in removed)}")


REPAIRS: dict[Repair, Callable[[Bench, Action], Result]] = {
    Repair.RELEASE_CLAIM: _release_claim,
    Repair.ADVANCE_RUN: _advance_run,
    Repair.STOP_WORKER: _stop_worker,
    Repair.RESCUE_WORK: _rescue_work,
    Repair.REMOVE_WORKTREE: _remove_worktree,
    Repair.FINISH_MOVE: _finish_move,
    Repair.REMOVE_LOCK: _remove_lock,
}
