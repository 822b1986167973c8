"""What `tarmac doctor` tries. Each check says what it saw; a check that cannot be made says why."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.git.repo import GIT_OLDEST, version
from tarmac.agents.presets import probe
from tarmac.landing.gates import GateCall, run_gates
from tarmac.open import gate_environment, open_factory, read_tick

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tarmac.factory import Factory, Tick

IMPORT_NAMES = ("fp", "drift", "tarmac")
DISTRIBUTION = "tarmac-factory"


class Check(NamedTuple):
    """One thing tried: `state` is ok, warn or bad."""

    name: str
    state: str
    detail: str
    hint: str = ""


def examine(start: Path, *, with_gates: bool) -> list[Check]:
    """All checks, in the order in which a run would need them; the later ones only if the earlier ones allow."""
    checks = [_git(), *_foreign_packages()]
    try:
        factory = open_factory(start, lambda *_: None)
        seen = read_tick(factory)
    except KitError as error:
        return [*checks, Check("factory", "bad", str(error), error.hint or "")]
    place = f"{factory.tracker_ref} at {seen.commit[:7]}, authority {factory.authority}"
    checks.append(Check("tracker", "ok", f"{len(seen.issues.tracker.issues)} issues, {place}"))
    checks += [*_problems(seen), *_policy(seen), _agent(seen), _worktree(factory, seen)]
    return [*checks, *_gates(factory, seen)] if with_gates else checks


def _git() -> Check:
    found = version()
    text = ".".join(map(str, found))
    if found >= GIT_OLDEST:
        return Check("git", "ok", text)
    oldest = ".".join(map(str, GIT_OLDEST))
    return Check("git", "bad", f"{text} is too old", f"install git {oldest} or newer")


def _foreign_packages() -> Iterator[Check]:
    """Distributions of other people own the same import names on the public index."""
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    for name in IMPORT_NAMES:
        foreign = sorted({owner for owner in owners.get(name, []) if owner != DISTRIBUTION})
        if foreign:
            hint = f"install {DISTRIBUTION} in an environment of its own (pipx, uv tool)"
            yield Check("packages", "bad", f"{', '.join(foreign)} also installs the package {name!r}", hint)


def _problems(seen: Tick) -> Iterator[Check]:
    problems = seen.issues.tracker.problems
    if problems:
        text = f"{len(problems)} problems, such as {problems[0].where}: {problems[0].message}"
        yield Check("issues", "warn", text, "fp check")


def _policy(seen: Tick) -> Iterator[Check]:
    policy = seen.policy
    text = f"{policy.concurrency} at once, {policy.attempts} attempts, land: {policy.land.when}"
    yield Check("policy", "ok", text)
    if not policy.gates:
        yield Check("gates", "warn", "none: nothing is tested before it lands", "name one in WORKFLOW.md under gates:")


def _agent(seen: Tick) -> Check:
    spec = seen.policy.agent
    found = probe(spec, os.environ)
    if found.ok:
        return Check("agent", "ok", f"{spec.kind}: {found.said}")
    return Check("agent", "bad", f"{spec.kind}: {found.said}", found.hint)


def _throw_away(factory: Factory) -> Path:
    return factory.store.root.resolve() / "tarmac" / "doctor" / str(os.getpid())


def _worktree(factory: Factory, seen: Tick) -> Check:
    """A real checkout of the target, timed; a slow one costs every run that long."""
    path = _throw_away(factory)
    begun = time.monotonic()
    try:
        factory.world.worktrees.check_out(path, seen.target)
        count = sum(1 for item in path.rglob("*") if item.is_file())
        factory.world.worktrees.discard(path)
    except KitError as error:
        return Check("worktree", "bad", str(error), error.hint or "")
    return Check("worktree", "ok", f"{count:,} files in {time.monotonic() - begun:.1f} s")


def _gates(factory: Factory, seen: Tick) -> Iterator[Check]:
    calls = [GateCall(gate.name, gate.argv, gate.timeout_seconds) for gate in seen.policy.gates]
    env = gate_environment(os.environ)
    gated = run_gates(
        factory.world.worktrees,
        candidate=seen.target,
        content="",
        folder=_throw_away(factory),
        calls=calls,
        env=env,
    )
    for result in gated.results:
        detail = f"{' '.join(result.argv)} took {result.seconds:.1f} s"
        if result.passed:
            yield Check(f"gate {result.name}", "ok", detail)
        else:
            tail = result.tail.splitlines()[-1] if result.tail else "it printed nothing"
            yield Check(
                f"gate {result.name}", "bad", f"{detail}, exit {result.exit}: {tail}", "it must pass on the target"
            )
