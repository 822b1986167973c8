"""Observe, diagnose, repair: the whole of `tarmac reconcile` but its words. A shell.

One pass: read everything at fixed commits; do what is harmless; read again; do what is destructive where the very facts
persisted, each after one more look; read again. A second pass finds nothing more to do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tarmac.apply import apply
from tarmac.diagnose import Report, diagnose, remember, without
from tarmac.memory import MEMORY_BYTES_MAX, MEMORY_PATH, NOTHING, Memory, dump, load
from tarmac.observe.whole import Site, observe
from tarmac.plan import Result, licensed, plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from fp.kernel.ports import Files
    from tarmac.apply import Bench

PAUSE_SECONDS = 1.0
"""Between two observations, so that they are two."""
ACTIONS_MAX = 200


class Reconciled(NamedTuple):
    """The last report, and what became of each action."""

    report: Report
    results: tuple[Result, ...] = ()


def read_memory(state: Files) -> Memory:
    """What earlier observations saw; nothing when there is no file, or none that can be read."""
    try:
        return load(state.read(MEMORY_PATH, MEMORY_BYTES_MAX))
    except FileNotFoundError:
        return NOTHING


def look(site: Site, *, keep: bool) -> tuple[Report, Memory]:
    """One observation and its report; what was seen is remembered when `keep` says so."""
    report = diagnose(observe(site), site.memory)
    memory = remember(site.memory, report)
    if keep:
        site.world.state.write(MEMORY_PATH, dump(memory))
    return report, memory


def against(site: Site, report: Report, revision: str) -> Report:
    """The report without what another tracker commit had already."""
    baseline = diagnose(observe(replace(site, revision=revision)), site.memory)
    return without(report, baseline)


def repair(site: Site, bench: Bench, codes: Collection[str], *, keep: bool) -> Reconciled:
    """Repair what can be repaired safely, and report what is left."""
    report, memory = look(site, keep=keep)
    results = [apply(bench, action) for action in plan(report, codes)[:ACTIONS_MAX] if not action.destructive]
    site.world.clock.sleep(PAUSE_SECONDS)
    report, memory = look(replace(site, memory=memory), keep=keep)
    waiting = [action for action in plan(report, codes)[:ACTIONS_MAX] if action.destructive]
    for action in waiting:
        if not action.ready:
            results.append(Result(action, "waits", "the same facts must be seen twice: run it again"))
        elif not licensed(action, diagnose(observe(replace(site, memory=memory)), memory)):
            results.append(Result(action, "refused", "the facts have changed meanwhile"))
        else:
            results.append(apply(bench, action))
    if waiting:
        report, _ = look(replace(site, memory=memory), keep=keep)
    return Reconciled(report, tuple(results))
