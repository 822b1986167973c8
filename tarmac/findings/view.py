"""The layers joined once: an `IssueView` an issue and a `RunView` a run, each a handful of enums with their facts.

Pure. The rules of the catalogue read these and nothing else, so that all combinations can be enumerated. Invariant: a
run belongs to exactly one issue, and what no layer says is an enum's own value, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tarmac.findings.rule import Fact
from tarmac.model import RunName, parse_run_name
from tarmac.snapshot import (
    CheckoutsFacts,
    ClaimFacts,
    ClaimsFacts,
    DocumentsFacts,
    GitFacts,
    IssueFacts,
    Part,
    RunsFacts,
    Snapshot,
    TrackerFacts,
    WorkersFacts,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tarmac.memory import Memory
    from tarmac.snapshot import BranchFacts, LandingFacts, Move, RunFacts, WorkerFacts, WorktreeFacts

TENDED_SECONDS_MAX = 600.0
"""How long a live orchestrator may be busy with another run before what it has not noticed counts as stuck."""
SHORT_OID = 7
PATHS_SHOWN_MAX = 3


class Stage(StrEnum):
    """Where an issue stands, whatever its workflow calls it."""

    ABSENT = "absent"
    OPEN = "open"
    ACTIVE = "in-progress"
    REVIEW = "in-review"
    PARKED = "needs-attention"
    DONE = "done"
    CLOSED = "closed"


class Mover(StrEnum):
    """Who made the last move that the history tells."""

    NOBODY = "nobody"
    PERSON = "person"
    MACHINE = "machine"


class Claimed(StrEnum):
    """The state of the claim."""

    NONE = "none"
    HELD = "held"
    LANDING = "landing"
    LANDED = "landed"
    PARKED = "parked"
    RELEASED = "released"


class Token(StrEnum):
    """What the claim says of a run: its epoch is the live one, its epoch has ended, another's, or there is no claim."""

    CURRENT = "current"
    ENDED = "ended"
    OTHER = "other"
    ABSENT = "absent"


class Record(StrEnum):
    """What the run's own journal says, in as many words as the rules tell apart."""

    NONE = "none"
    INTENDED = "intended"
    STARTING = "starting"
    RUNNING = "running"
    FINISHING = "finishing"
    LANDED = "landed"
    PARKED = "parked"
    RELEASED = "released"
    LOST = "lost"


class Worker(StrEnum):
    """The process of a run. RECYCLED is dead, and its pid is another process by now."""

    NONE = "none"
    ALIVE = "alive"
    DEAD = "dead"
    RECYCLED = "recycled"
    UNKNOWN = "unknown"


class Merged(StrEnum):
    """Whether the target has the run's work."""

    YES = "yes"
    REVERTED = "reverted"
    UNKNOWN = "unknown"


OVER = frozenset({Record.LANDED, Record.PARKED, Record.RELEASED, Record.LOST})
GOING = frozenset({Record.STARTING, Record.RUNNING, Record.FINISHING})
TERMINAL = frozenset({Stage.DONE, Stage.CLOSED})
LIVE = frozenset({Claimed.HELD, Claimed.LANDING})

_STAGES = {"in-progress": Stage.ACTIVE, "in-review": Stage.REVIEW, "needs-attention": Stage.PARKED, "done": Stage.DONE}
_PHASES = {
    "intended": Record.INTENDED,
    "claimed": Record.STARTING,
    "prepared": Record.STARTING,
    "launching": Record.STARTING,
    "running": Record.RUNNING,
    "landed": Record.LANDED,
    "parked": Record.PARKED,
    "released": Record.RELEASED,
    "lost": Record.LOST,
}


def short(oid: str) -> str:
    """An object id as people read it."""
    return oid[:SHORT_OID]


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue, or what is left of one: `facts` is None when no readable file has its id."""

    id: str
    stage: Stage
    mover: Mover
    claimed: Claimed
    holder: str
    """run, agent or person; empty without a claim"""
    ours: bool
    """the claim was made on this host"""
    facts: IssueFacts | None
    claim: ClaimFacts | None
    commit: str

    @property
    def live(self) -> bool:
        """Whether somebody holds it."""
        return self.claimed in LIVE

    @property
    def last(self) -> Move | None:
        """The last move that the history tells."""
        return self.facts.history.last if self.facts else None

    @property
    def reopened(self) -> bool:
        """Whether a person opened it again after the claim's epoch."""
        return bool(self.facts and self.claim and self.claim.epoch <= self.facts.history.epoch_closed)

    def status_fact(self) -> Fact:
        """What the file says."""
        if self.facts is None:
            return Fact(Part.TRACKER, f"no file has the id {self.id}", f".issues@{short(self.commit)}")
        return Fact(Part.TRACKER, f"status: {self.facts.status}", f"{self.facts.path}@{short(self.commit)}")

    def claim_fact(self) -> Fact:
        """What the claim says."""
        if self.claim is None:
            return Fact(Part.CLAIMS, "no claim", self.id)
        text = f"{self.claim.state} by {self.claim.holder}, epoch {self.claim.epoch}"
        return Fact(Part.CLAIMS, text, f"{self.claim.ref}@{short(self.claim.oid)}")

    def move_fact(self) -> Fact:
        """Who made the last move."""
        last = self.last
        if last is None:
            return Fact(Part.TRACKER, "no event tells who set the status", self.id)
        return Fact(Part.TRACKER, f"{last.from_} -> {last.to} by {last.by}", last.event or short(last.commit))


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as all layers together tell it."""

    name: RunName
    issue: IssueView
    record: Record
    worker: Worker
    token: Token
    merged: Merged
    exited: bool
    """its worker left an exit record"""
    tended: bool
    """an orchestrator lives and may still be about to act on it"""
    opening: bool
    """it belongs to the issue's present opening"""
    facts: RunFacts | None = None
    process: WorkerFacts | None = None
    branch: BranchFacts | None = None
    landing: LandingFacts | None = None
    worktree: WorktreeFacts | None = None

    @property
    def dead(self) -> bool:
        """Whether its process is known to be gone."""
        return self.worker in (Worker.DEAD, Worker.RECYCLED)

    @property
    def tip(self) -> str:
        """The sealed commit, by its record or its landing; empty before the seal."""
        return (self.facts.tip if self.facts else "") or (self.landing.tip if self.landing else "")

    def record_fact(self) -> Fact:
        """What its journal says."""
        if self.facts is None:
            return Fact(Part.RUNS, f"no record of run {self.name}", str(self.name))
        return Fact(Part.RUNS, f"run {self.name} is {self.facts.phase}", self.facts.journal)

    def worker_fact(self) -> Fact:
        """What is observed of its process."""
        if self.process is None:
            return Fact(Part.WORKERS, f"no process of run {self.name}", str(self.name))
        return Fact(Part.WORKERS, f"process {self.process.pid} is {self.process.state}", str(self.name))

    def branch_fact(self) -> Fact:
        """Where its branch stands."""
        if self.branch is None:
            return Fact(Part.GIT, f"no branch of run {self.name}", str(self.name))
        return Fact(Part.GIT, f"tip {short(self.branch.tip)}", self.branch.ref)

    def worktree_fact(self) -> Fact:
        """What its worktree is like."""
        if self.worktree is None:
            return Fact(Part.CHECKOUTS, f"no worktree of run {self.name}", str(self.name))
        paths = ", ".join(self.worktree.dirty[:PATHS_SHOWN_MAX])
        more = len(self.worktree.dirty) - PATHS_SHOWN_MAX
        rest = f" and {more} more" if more > 0 else ""
        text = "is gone" if self.worktree.missing else f"not committed: {paths}{rest}" if paths else "clean"
        return Fact(Part.CHECKOUTS, text, self.worktree.path)

    def landing_fact(self) -> Fact:
        """How it landed."""
        if self.landing is None:
            return Fact(Part.GIT, f"no landing of run {self.name}", str(self.name))
        return Fact(Part.GIT, f"landed run {self.name}", short(self.landing.commit))


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a rule may look at: the snapshot's parts with empty stand-ins for unknown ones, and the join."""

    snapshot: Snapshot
    memory: Memory
    tracker: TrackerFacts
    claims: ClaimsFacts
    runs: RunsFacts
    workers: WorkersFacts
    git: GitFacts
    checkouts: CheckoutsFacts
    documents: DocumentsFacts
    issues: Mapping[str, IssueView]
    runs_of: Mapping[str, tuple[RunView, ...]]
    """by issue, the lowest epoch first"""


def join(snapshot: Snapshot, memory: Memory) -> Scene:
    """Join the parts by issue and run."""
    tracker = value_of(snapshot.tracker, TrackerFacts("", "", {}))
    claims = value_of(snapshot.claims, ClaimsFacts({}))
    runs = value_of(snapshot.runs, RunsFacts({}))
    workers = value_of(snapshot.workers, WorkersFacts("", {}))
    git = value_of(snapshot.git, GitFacts("", ""))
    checkouts = value_of(snapshot.checkouts, CheckoutsFacts())
    documents = value_of(snapshot.documents, DocumentsFacts())
    worktrees = {found.run: found for found in checkouts.worktrees if found.run is not None}
    names = sorted({*_named(claims), *runs.runs, *workers.workers, *git.branches, *git.landings, *worktrees})
    ids = {*tracker.issues, *claims.claims, *(name.issue for name in names)}
    issues = {one: _issue(one, tracker, claims, snapshot.host) for one in sorted(ids)}
    by_issue: dict[str, list[RunView]] = {}
    for name in names:
        view = replace(_run(name, issues[name.issue], runs, workers, git), worktree=worktrees.get(name))
        by_issue.setdefault(name.issue, []).append(view)
    grouped = {issue: tuple(found) for issue, found in by_issue.items()}
    return Scene(
        snapshot, memory, tracker, claims, runs, workers, git, checkouts, documents, issues=issues, runs_of=grouped
    )


def _named(claims: ClaimsFacts) -> Iterator[RunName]:
    for claim in claims.claims.values():
        kind, _, name = claim.holder.partition("/")
        run = parse_run_name(name) if kind == "run" else None
        if run is not None:
            yield run


def _issue(one: str, tracker: TrackerFacts, claims: ClaimsFacts, host: str) -> IssueView:
    facts, claim = tracker.issues.get(one), claims.claims.get(one)
    return IssueView(
        id=one,
        stage=_stage(facts, tracker.terminal),
        mover=_mover(facts),
        claimed=Claimed(claim.state) if claim else Claimed.NONE,
        holder=claim.holder.partition("/")[0] if claim else "",
        ours=claim is not None and claim.host == host,
        facts=facts,
        claim=claim,
        commit=tracker.commit,
    )


def _stage(facts: IssueFacts | None, terminal: tuple[str, ...]) -> Stage:
    if facts is None:
        return Stage.ABSENT
    known = _STAGES.get(facts.status)
    if known is not None:
        return known
    return Stage.CLOSED if facts.status in terminal else Stage.OPEN


def _mover(facts: IssueFacts | None) -> Mover:
    if facts is None:
        return Mover.NOBODY
    move = facts.history.unexplained or facts.history.last
    if move is None or not move.by:
        return Mover.NOBODY
    return Mover.PERSON if move.kind == "human" else Mover.MACHINE


def _run(name: RunName, issue: IssueView, runs: RunsFacts, workers: WorkersFacts, git: GitFacts) -> RunView:
    facts, process, landing = runs.runs.get(name), workers.workers.get(name), git.landings.get(name)
    return RunView(
        name=name,
        issue=issue,
        record=_PHASES.get(facts.phase, Record.FINISHING) if facts else Record.NONE,
        worker=_worker(process),
        token=_token(name, issue.claim, facts),
        merged=_merged(name, landing, git),
        exited=facts is not None and facts.exit_seconds is not None,
        tended=facts is not None and _tended(facts, runs),
        opening=issue.facts is None or name.epoch > issue.facts.history.epoch_closed,
        facts=facts,
        process=process,
        branch=git.branches.get(name),
        landing=landing,
    )


def _worker(process: WorkerFacts | None) -> Worker:
    if process is None:
        return Worker.NONE
    return Worker.RECYCLED if process.recycled else Worker(process.state)


def _token(name: RunName, claim: ClaimFacts | None, facts: RunFacts | None) -> Token:
    if claim is None:
        return Token.ABSENT
    if claim.epoch != name.epoch or (facts is not None and facts.token and facts.token != claim.token):
        return Token.OTHER
    return Token.CURRENT if Claimed(claim.state) in LIVE else Token.ENDED


def _merged(name: RunName, landing: LandingFacts | None, git: GitFacts) -> Merged:
    if landing is not None:
        return Merged.REVERTED if landing.reverted else Merged.YES
    return Merged(git.merged.get(name, Merged.UNKNOWN))


def _tended(facts: RunFacts, runs: RunsFacts) -> bool:
    age = facts.last_seconds if facts.exit_seconds is None else min(facts.last_seconds, facts.exit_seconds)
    return bool(runs.orchestrators) and age < TENDED_SECONDS_MAX
