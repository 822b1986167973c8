"""Effects on the worker and its workspace: prepare, launch, adopt, stop, end, seal, clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from fp.kernel.ports import RefUpdate
from tarmac.model import rescue_ref
from tarmac.workspaces.base import rescue as keep

if TYPE_CHECKING:
    from tarmac.factory import Step
    from tarmac.protocol.run import Effect
    from tarmac.store import Record


def prepare(step: Step, record: Record, effect: Effect) -> Record:
    """Make the branch, the worktree and what the policy wants in it."""
    del effect
    store = step.factory.store
    try:
        step.factory.workspace.prepare(record.run)
    except KitError as error:
        return store.append(record, "ended", {"reason": "setup-failed", "code": None, "detail": str(error)})
    return store.append(record, "prepared", {"worktree": record.run.workspace})


def launch(step: Step, record: Record, effect: Effect) -> Record:
    """Start the worker. Its own lock makes a second start harmless, so a crash before `launched` is repeated."""
    del effect
    store = step.factory.store
    if record.state.phase != "launching":
        record = store.append(record, "launch-intended", {})
    try:
        process = step.factory.runner.launch(record.run, store.folder(record.run.name))
    except KitError as error:
        return store.append(record, "ended", {"reason": "not-started", "code": None, "detail": str(error)})
    step.factory.say(str(record.run.name), "started", f"{record.run.agent.kind} in {record.run.workspace}")
    return store.append(record, "launched", process._asdict())


def adopt(step: Step, record: Record, effect: Effect) -> Record:
    """A worker runs that no journal line names: an earlier orchestrator started it and died."""
    del effect
    process = step.factory.runner.adopt(step.factory.store.folder(record.run.name))
    if process is None:
        return record
    step.factory.say(str(record.run.name), "adopted", f"process {process.pid}")
    return step.factory.store.append(record, "launched", process._asdict())


def stop(step: Step, record: Record, effect: Effect) -> Record:
    """Ask the worker to stop its agent; it is observed dead before anything else happens."""
    if not record.state.stop:
        record = step.factory.store.append(record, "stop-requested", {"why": effect.why})
        step.factory.say(str(record.run.name), "stopping", effect.why)
    step.factory.runner.cancel(step.factory.store.folder(record.run.name), effect.why)
    return record


def end_left_behind(step: Step, record: Record) -> None:
    """End what a dead worker left running: no limit binds it any more, and until it ends the run is not over."""
    folder = step.factory.store.folder(record.run.name)
    if step.factory.runner.poll(folder).unsupervised:
        step.factory.say(str(record.run.name), "stopping", "its worker died, what it started ran on")
        step.factory.runner.cancel(folder)


def end(step: Step, record: Record, effect: Effect) -> Record:
    """Record how it ended: by its exit record, or, without one, as a crash."""
    del effect
    record = record._replace(exit=step.factory.store.exit(record.run.name))
    found = record.exit
    data: dict[str, str | int | None]
    if found is None:
        data = {"reason": "crashed", "code": None, "detail": "the worker died without an exit record"}
    else:
        data = {"reason": found.reason, "code": found.code, "detail": found.detail}
    return step.factory.store.append(record, "ended", data)


def seal(step: Step, record: Record, effect: Effect) -> Record:
    """Commit what the agent left and fix the tip: from here on the branch's name means nothing."""
    del effect
    run = record.run
    collected = step.factory.workspace.collect(run)
    record = rescue(step, record, tip=collected.tip)
    violations = step.tick.issues.violations(run.name, run.base, collected.tip)
    for note in collected.notes:
        step.factory.say(str(run.name), "note", note)
    for violation in violations:
        step.factory.say(str(run.name), "forbidden", violation)
    data = {"tip": collected.tip, "empty": collected.empty, "left_uncommitted": collected.left_uncommitted}
    more = {"base": run.base, "violations": list(violations), "notes": list(collected.notes)}
    return step.factory.store.append(record, "sealed", {**data, **more})


def rescue(step: Step, record: Record, *, tip: str = "") -> Record:
    """Keep the run's work from garbage collection and from whoever moves its branch later."""
    run = record.run
    oid = tip or record.state.tip or step.factory.workspace.collect(run).tip
    if oid == run.base:
        return record
    ref = keep(step.factory.world.refs, run.name, oid)
    return step.factory.store.append(record, "rescued", {"ref": ref, "oid": oid})


def clean(step: Step, record: Record, effect: Effect) -> Record:
    """After the end: a clean worktree goes; branch and rescue ref go once the target holds their work.

    Build output goes with a landed run alone: after any other one a person may want to look at it.
    """
    del effect
    run = record.run
    kept = step.factory.workspace.release(run, step.tick.policy.workspace.discard if record.state.landed else ())
    if kept:
        step.factory.say(str(run.name), "worktree kept", kept)
    elif record.state.landed:
        _forget(step, record)
    return step.factory.store.append(record, "cleaned", {"kept": kept})


def _forget(step: Step, record: Record) -> None:
    """Delete the run's refs that the landing contains; any other value of theirs is somebody's and stays."""
    refs = step.factory.world.refs
    for ref in (record.run.branch, rescue_ref(record.run.name)):
        if refs.read(ref) == record.state.tip:
            refs.transact([RefUpdate(ref, record.state.tip, None)])
