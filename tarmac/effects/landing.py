"""Effects towards the target: integrate, gate, wait, intend a landing or a parking, publish.

A publication is made of fixed commits that the journal names before the first try, so every repetition sends the very
same; the target and the claim move in one transaction, or nothing does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.kernel.ports import Moved, RefUpdate
from tarmac.landing.integrate import integrate as integrate_work
from tarmac.landing.integrate import with_issues_of
from tarmac.landing.locks import by_binding
from tarmac.protocol.run import Phase, evolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.ports import Oid
    from tarmac.factory import Step
    from tarmac.protocol.run import Effect
    from tarmac.store import Record

PATHS_SHOWN_MAX = 5


def integrate(step: Step, record: Record, effect: Effect) -> Record:
    """Merge the sealed tip into the target as it is now."""
    del effect
    world, target = step.factory.world, step.tick.target
    settle = by_binding(world.objects)
    found = integrate_work(world.objects, world.merges, target=target, tip=record.state.tip, settle=settle)
    if found.content is None:
        detail = f"conflicts with {step.tick.target_ref} in {_listed(found.conflicts)}"
        return step.factory.store.append(record, "conflicts", {"target": target, "detail": detail})
    return step.factory.store.append(record, "integrated", {"target": target, "content": found.content})


def gate(step: Step, record: Record, effect: Effect) -> Record:
    """Start the gates beside the loop; `collect_gates` brings what they said."""
    del effect
    state = record.state
    candidate = candidate_commit(step, record)
    if step.factory.gating.start(record.run, candidate, state.content, step.tick.policy):
        step.factory.say(str(record.run.name), "gating", f"candidate {candidate[:7]}")
        return step.factory.store.append(record, "gate-started", {"content": state.content, "candidate": candidate})
    return record


def collect_gates(step: Step, record: Record) -> Record:
    """Journal what finished gates said."""
    gated = step.factory.gating.take(record.run.name)
    if gated is None:
        return record
    said = f"{len(gated.results)}/{len(gated.results)} green" if gated.passed else gated.failure
    step.factory.say(str(record.run.name), "gates", said)
    data: dict[str, Any] = {
        "content": gated.content or record.state.content,
        "passed": gated.passed,
        "detail": gated.failure,
        "evidence": {"gates": [result.value() for result in gated.results]},
    }
    against = _guarded(step, record, data) if gated.passed else []
    if against:
        step.factory.say(str(record.run.name), "guards", against[0])
        data |= {"passed": False, "detail": f"guard {'; '.join(against)}"}
    return step.factory.store.append(record, "gated", data)


def _guarded(step: Step, record: Record, data: Mapping[str, Any]) -> list[str]:
    """What the workflow's guards say against the landing of what just passed its gates."""
    state = evolve(record.state, "gated", data)
    if state.phase is not Phase.GATED:
        return []  # gates of a candidate that has been replaced since

    def stale() -> list[str]:
        from tarmac.adapters.docs import stale_after  # drift, for who asks for documents

        objects = step.factory.world.objects
        return stale_after(objects, objects.content_tree(state.target), state.content)

    return step.tick.issues.guards(record._replace(state=state), stale)


def wait(step: Step, record: Record, effect: Effect) -> Record:
    """Say once what the run waits for."""
    command = {"approval": f"fp approve {record.run.name.issue} --commit"}.get(effect.why)
    step.factory.say(str(record.run.name), "waits", f"for {effect.why}" + (f" -> {command}" if command else ""))
    return step.factory.store.append(record, "waiting", {"for": effect.why})


def intend_landing(step: Step, record: Record, effect: Effect) -> Record:
    """Mark the claim as landing, then build the landing commit and the claim's tombstone, and journal both."""
    del effect
    issues, state = step.tick.issues, record.state
    tip = issues.tip(record.run.name.issue)
    landing = issues.landing(tip, record.run.claim)
    if landing is None or tip is None:
        return record  # no longer ours: the next look at the facts says so
    if landing != tip.oid:
        update = RefUpdate(issues.claim_ref(record.run.name.issue), tip.oid, landing)
        if step.factory.refs.transact([update]).status != "done":
            return record
    objects = step.factory.world.objects
    root = with_issues_of(objects, content=state.content, commit=step.tick.target)
    changes = issues.landing_changes(record)
    tree = objects.with_changes(root, changes)
    message = _message(record)
    commit = objects.commit(tree, (step.tick.target, state.tip), message, issues.signature())
    tombstone = issues.landed(record.run.name.issue, landing, record.run.claim)
    data = {"commit": commit, "ref": step.tick.target_ref, "old": step.tick.target, "claim_old": landing}
    return step.factory.store.append(record, "publish-intended", {**data, "claim_new": tombstone})


def candidate_commit(step: Step, record: Record) -> Oid:
    """A commit of the merged content for the gates to check out; it is never referenced."""
    objects = step.factory.world.objects
    root = with_issues_of(objects, content=record.state.content, commit=record.state.target)
    parents = (record.state.target, record.state.tip)
    at = objects.read_commit(record.state.tip)
    assert at is not None, "a sealed tip exists"
    return objects.commit(root, parents, f"candidate of {record.run.name}\n", at.committer)


def park(step: Step, record: Record, effect: Effect) -> Record:
    """Build the one commit that says the issue needs a person, and why; journal it with the claim's tombstone."""
    issues = step.tick.issues
    tip = issues.tip(record.run.name.issue)
    tombstone = issues.parked(tip, record.run.claim)
    if tombstone is None or tip is None:
        return record
    objects = step.factory.world.objects
    changes = issues.parking_changes(record, effect.cause, effect.why)
    tree = objects.with_changes(step.tick.commit, changes)
    message = f"{record.run.name.issue}: needs attention ({effect.cause})\n\nTarmac-Parked: {record.run.name}\n"
    commit = objects.commit(tree, (step.tick.commit,), message, issues.signature())
    data = {"commit": commit, "ref": step.factory.tracker_ref, "old": step.tick.commit, "claim_old": tip.oid}
    extra = {"claim_new": tombstone, "cause": effect.cause, "detail": effect.why}
    return step.factory.store.append(record, "park-intended", {**data, **extra})


def publish(step: Step, record: Record, effect: Effect) -> Record:
    """Send the journalled transaction, the same however often."""
    del effect
    publication, store = record.state.publication, step.factory.store
    assert publication is not None, "the machine publishes only what it intended"
    claim_ref = step.tick.issues.claim_ref(record.run.name.issue)
    updates = [
        RefUpdate(publication.ref, publication.old, publication.commit),
        RefUpdate(claim_ref, publication.claim_old, publication.claim_new),
    ]
    moved = _move(step, updates, f"tarmac/runs/{record.run.name}/move.json")
    if moved.status == "done":
        return _published(step, record)
    if moved.status == "lost":
        return store.append(record, "publish-lost", {"detail": moved.reason})
    if moved.status == "refused" and record.state.waiting != moved.reason:
        step.factory.say(str(record.run.name), "waits", moved.reason)
        return store.append(record, "waiting", {"for": moved.reason})
    return record


def _move(step: Step, updates: list[RefUpdate], journal: str) -> Moved:
    """A remote authority is written by one push and no local branch moves; a local one with its checkout."""
    if step.factory.reach is None:
        return step.factory.world.worktrees.move_branch(updates, journal=journal)
    done = step.factory.refs.transact(updates)
    return Moved(done.status, done.detail)


def _published(step: Step, record: Record) -> Record:
    state, store = record.state, step.factory.store
    assert state.publication is not None
    name = str(record.run.name)
    if state.phase == "publishing":
        step.factory.say(name, "landed", f"{state.publication.commit[:7]} {record.run.title}")
        return store.append(record, "landed", {"commit": state.publication.commit})
    step.factory.say(name, "parked", f"{state.cause}: {state.detail}")
    return store.append(record, "parked", {"cause": state.cause, "detail": state.detail})


def _message(record: Record) -> str:
    name = record.run.name
    return f"{record.run.title} ({name.issue})\n\nTarmac-Landed: {name} {record.state.tip}\n"


def _listed(paths: tuple[str, ...]) -> str:
    shown = ", ".join(paths[:PATHS_SHOWN_MAX])
    return shown if len(paths) <= PATHS_SHOWN_MAX else f"{shown} and {len(paths) - PATHS_SHOWN_MAX} more"
