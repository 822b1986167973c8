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
    from tarmac.plan import Action

PAUSE_SECONDS = 1.0
"""Between two observations, so that they are two."""
ACTIONS_MAX = 200
PASSES_MAX = 6
"""A repair may uncover the next one: a worker is stopped, then its end is recorded, then its work is kept."""
DONE = "done"
WAITS = "waits"


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
    """Repair what can be repaired safely, pass by pass until nothing more is done, and report what is left."""
    every: list[Result] = []
    for _ in range(PASSES_MAX):
        report, memory, results = _pass(site, bench, codes, keep=keep)
        site = replace(site, memory=memory)
        every = [one for one in every if one.state != WAITS] + results
        if not any(one.state in (DONE, WAITS) for one in results):
            break
    return Reconciled(report, tuple(every))


def _pass(site: Site, bench: Bench, codes: Collection[str], *, keep: bool) -> tuple[Report, Memory, list[Result]]:
    """Look, do what is harmless, look again, do what is destructive and has persisted."""
    report, memory = look(site, keep=keep)
    actions = plan(report, codes)[:ACTIONS_MAX]
    results = [apply(bench, action) for action in actions if not action.destructive]
    if not actions:
        return report, memory, results
    site.world.clock.sleep(PAUSE_SECONDS)
    report, memory = look(replace(site, memory=memory), keep=keep)
    waiting = [action for action in plan(report, codes)[:ACTIONS_MAX] if action.destructive]
    results += [_try(replace(site, memory=memory), bench, action) for action in waiting]
    if waiting:
        report, memory = look(replace(site, memory=memory), keep=keep)
    return report, memory, results


def _try(site: Site, bench: Bench, action: Action) -> Result:
    """A destructive action, if its facts were seen twice and are still there at this moment."""
    if not action.ready:
        return Result(action, WAITS, "the same facts must be seen twice: run it again")
    if not licensed(action, diagnose(observe(site), site.memory)):
        return Result(action, "refused", "the facts have changed meanwhile")
    return apply(bench, action)
