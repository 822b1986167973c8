"""One observation of all parts: refs first and in one go, then everything else by their commits. Reads only.

A part that cannot be read is unknown with its reason and never empty; one that this view does not look at says so. When
the refs that matter moved while the rest was read, all is read again, a bounded number of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from fp.kernel.errors import Config, KitError, Usage
from fp.kernel.problem import Severity
from tarmac.adapters.issues import Reading, tracker_place
from tarmac.observe import checkouts, claims, git
from tarmac.observe.documents import documents_part
from tarmac.observe.eyes import open_eyes
from tarmac.observe.runs import runs_facts
from tarmac.observe.tracker import CONFIG_PATH, policy_at, tracker_facts
from tarmac.observe.workers import workers_facts
from tarmac.snapshot import (
    CheckoutsFacts,
    ClaimsFacts,
    GitFacts,
    Known,
    NotInView,
    RunsFacts,
    Snapshot,
    TrackerFacts,
    Unknown,
    View,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.kernel.world import World
    from tarmac.memory import Memory
    from tarmac.observe.eyes import Eyes
    from tarmac.policy import Policy
    from tarmac.runners.base import Runner
    from tarmac.snapshot import PartOf
    from tarmac.store import Store

T = TypeVar("T")
TRIES_MAX = 3
OUTPUT_LINES = 20_000
SHALLOW = "this clone is shallow: its history is cut off"
UNSHALLOW = "git fetch --unshallow"
ELSEWHERE = "this view looks at refs and files only"


@dataclass(frozen=True, slots=True)
class Site:
    """Where to look: the repository, its ports and its records of runs. `revision` judges another tracker commit."""

    world: World
    repository: Repository
    store: Store
    runner: Runner
    memory: Memory
    view: View
    fetch: bool = False
    revision: Oid = ""


class Ground(NamedTuple):
    """What the other parts stand on: the tracker's ref, its commit and what was read of it."""

    ref: str
    reading: Reading
    policy: Policy | None
    problem: str


def observe(site: Site) -> Snapshot:
    """Look at everything in view. Config when there is no tracker, or its settings cannot be read."""
    for left in range(TRIES_MAX, 0, -1):
        eyes = open_eyes(site.world, site.repository)
        found = _observe(site, eyes)
        if left == 1 or _stood_still(eyes, found):
            break
    return found


def _stood_still(eyes: Eyes, found: Snapshot) -> bool:
    """Whether the refs that claims, tracker and target were read from are where they were."""
    git_facts = value_of(found.git, GitFacts("", ""))
    claimed = value_of(found.claims, ClaimsFacts({})).claims.values()
    watched = {git_facts.target, *(claim.ref for claim in claimed)} - {""}
    now = eyes.world.refs.list("refs/")
    return all(now.get(ref) == eyes.refs.get(ref) for ref in watched)


def _observe(site: Site, eyes: Eyes) -> Snapshot:
    ground = _ground(site, eyes)
    host = site.view is View.HOST
    runs = _read(eyes, "run records", lambda: runs_facts(eyes, site.store)) if host else NotInView(ELSEWHERE)
    records = value_of(runs, RunsFacts({})).runs
    workers = (
        _read(eyes, "processes", lambda: workers_facts(eyes, site.store, site.runner, records))
        if host
        else NotInView(ELSEWHERE)
    )
    claimed = _claims(site, eyes, ground)
    tracker = _tracker(eyes, ground, claimed)
    git_part = _git(site, eyes, ground, claimed, runs)
    return Snapshot(
        view=site.view,
        at=eyes.at,
        commit=ground.reading.tracker.commit or "",
        host=site.world.host.name(),
        boot=site.world.host.boot_id(),
        monotonic=site.world.clock.monotonic(),
        tracker=tracker,
        claims=claimed,
        runs=runs,
        workers=workers,
        git=git_part,
        checkouts=_checkouts(site, eyes, ground, runs) if host else NotInView(ELSEWHERE),
        human=Known(None, "events of the tracker", eyes.at) if isinstance(tracker, Known) else tracker,
        documents=documents_part(eyes, git_part.value, records) if isinstance(git_part, Known) else git_part,
    )


def _read(eyes: Eyes, source: str, look: Callable[[], T]) -> Known[T] | Unknown:
    """The part, or why it cannot be told."""
    try:
        value = look()
    except (KitError, OSError) as error:
        return Unknown(str(error), eyes.at)
    return Known(value, source, eyes.at)


def _ground(site: Site, eyes: Eyes) -> Ground:
    ref = tracker_place(site.repository, site.world.objects).ref
    commit = site.revision or eyes.refs.get(ref) or site.repository.resolve(ref)
    if not commit:
        raise Config(f"{ref} has no commit", hint="commit .issues first", reason="no-tracker")
    reading = Reading(site.repository, site.world.objects, commit)
    if not site.world.objects.list_folder(commit, ".issues"):
        raise Usage(f"there is no tracker at {ref}", hint="fp init, then commit .issues", reason="no-tracker")
    for problem in reading.tracker.problems:
        if problem.path == CONFIG_PATH and problem.severity is Severity.ERROR:
            hint = problem.hint or "fp check"
            raise Config(f"the tracker's settings cannot be judged: {problem.message}", where=problem.where, hint=hint)
    policy, wrong = policy_at(site.world.objects, commit)
    return Ground(ref, reading, policy, wrong)


def _tracker(eyes: Eyes, ground: Ground, claimed: PartOf[ClaimsFacts]) -> PartOf[TrackerFacts]:
    if eyes.repository.shallow:
        return Unknown(SHALLOW, eyes.at, (UNSHALLOW,))
    ids = value_of(claimed, ClaimsFacts({})).claims.keys()
    return _read(
        eyes,
        ground.ref,
        lambda: tracker_facts(ground.reading, ground.ref, policy_problem=ground.problem, claimed=ids),
    )


def _claims(site: Site, eyes: Eyes, ground: Ground) -> PartOf[ClaimsFacts]:
    config = ground.reading.tracker.config
    prefix = config.claim_refs if config.claim_refs.endswith("/") else f"{config.claim_refs}/"
    events = ground.reading.tracker.events.values()
    recorded = any(event.epoch is not None for found in events for event in found)
    machines = ground.policy is not None or bool(ground.problem) or recorded
    expected = claims.Expected(config.authority, prefix, machines)
    if site.fetch and eyes.remotes():
        try:
            found = claims.fetch_claims(eyes, expected)
        except KitError as error:
            return Unknown(f"the claims could not be fetched: {error}", eyes.at)
        if not found:
            return Known(ClaimsFacts({}, fetched=True), "the remote, asked just now", eyes.at)
        eyes = open_eyes(site.world, site.repository)
    try:
        return claims.claims_part(eyes, expected)
    except (KitError, OSError) as error:
        return Unknown(str(error), eyes.at)


def _git(
    site: Site, eyes: Eyes, ground: Ground, claimed: PartOf[ClaimsFacts], runs: PartOf[RunsFacts]
) -> Known[GitFacts] | Unknown:
    if eyes.repository.shallow:
        return Unknown(SHALLOW, eyes.at, (UNSHALLOW,))
    target = _target(eyes, ground)
    if target not in eyes.refs:
        return Unknown(f"the target {target} does not exist here", eyes.at, ("git fetch",))
    if site.revision and target == ground.ref:
        eyes = eyes._replace(refs={**eyes.refs, target: site.revision})
    by_issue = value_of(claimed, ClaimsFacts({})).claims
    asked = git.Asked(target, ground.reading, by_issue, value_of(runs, RunsFacts({})).runs, site.memory)
    return _read(eyes, target, lambda: git.git_facts(eyes, asked))


def _target(eyes: Eyes, ground: Ground) -> str:
    """Where runs land: the policy's target, as far as this repository has it; by default the tracker's ref."""
    named = ground.policy.land.target if ground.policy is not None else ""
    if not named:
        return ground.ref
    authority = ground.reading.tracker.config.authority
    fetched = f"refs/remotes/{authority}/{named.removeprefix('refs/heads/')}"
    return fetched if fetched in eyes.refs else named


def _checkouts(site: Site, eyes: Eyes, ground: Ground, runs: PartOf[RunsFacts]) -> PartOf[CheckoutsFacts]:
    records = value_of(runs, RunsFacts({})).runs
    asked = checkouts.Asked(
        records, _target(eyes, ground), lambda name: site.runner.tail(site.store.folder(name), OUTPUT_LINES)
    )
    return _read(eyes, "worktrees", lambda: checkouts.checkouts_facts(eyes, asked))
