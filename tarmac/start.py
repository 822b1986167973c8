"""Intend a run: choose its epoch and names, build the claim commit, write `run.json`. Nothing is claimed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.clock import instant
from tarmac.model import PROMPT_FILE, Run, RunName, run_folder
from tarmac.prompt import render_prompt
from tarmac.store import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Oid
    from tarmac.factory import Factory, Tick

PORT_FIRST = 20_000
PORT_SLOTS = 1_000


def intend(factory: Factory, seen: Tick, issue: str, *, attempt: int, proof: str = "") -> bool:
    """Write the intent; False when the epoch could not be opened or was intended by another orchestrator.

    With a `proof` the claim that another holds is taken over.
    """
    policy, issues = seen.policy, seen.issues
    tip = issues.tip(issue)
    base = seen.target
    opened = issues.opened(issue, tip, base=base, lease_seconds=policy.lease_seconds, proof=proof)
    if opened is None:
        return False
    name = RunName(issue, opened.epoch)
    taken = len(factory.store.names()) % PORT_SLOTS
    run = Run(
        name=name,
        claim=opened.commit,
        text=opened.text,
        tracker=seen.commit,
        policy=policy.oid,
        base=base,
        workspace=str(policy.workspace.folder(factory.top) / str(name)),
        workspace_kind=policy.workspace.kind,
        runner="local",
        agent=policy.agent,
        limits=policy.limits,
        created=instant(factory.world.clock.now(), milliseconds=True),
        attempt=attempt,
        title=issues.title(issue),
        ports=PORT_FIRST + taken * policy.workspace.ports,
        port_count=policy.workspace.ports,
        setup=policy.workspace.setup,
        copy=policy.workspace.copy,
        claim_old="" if tip is None else tip.oid,
    )
    return _write(factory, seen, run)


def _write(factory: Factory, seen: Tick, run: Run) -> bool:
    """Under the run's lock, the prompt first: whoever finds `run.json` finds all that a launch needs."""
    with factory.store.owned(run.name) as mine:
        if not mine or isinstance(factory.store.record(run.name), Record):
            return False
        fields = seen.issues.prompt_fields(run.name.issue)
        fields["documents"] = _documents(factory, run.base, fields["issue"]["touches"])
        prompt = render_prompt(seen.policy, fields, run=run, ids=factory.world.ids)
        factory.world.state.write(f"{run_folder(run.name)}/{PROMPT_FILE}", prompt.encode("utf-8", "replace"))
        return factory.store.intend(run)


def _documents(factory: Factory, base: Oid, touches: Sequence[str]) -> list[dict[str, str]]:
    """The documents of what the issue touches. A broken lock names none: `drift check` is the one to tell."""
    if not touches:
        return []
    from tarmac.adapters.docs import concerned
    from tarmac.adapters.issues import touching

    found, _ = concerned(factory.world.objects, base, touching(touches))
    return [{"document": one.document, "anchor": one.anchor} for one in found]
