"""Snapshots built by hand: one issue, what holds it, what runs, what git has. Everything healthy unless it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tarmac.memory import Memory, Sight
from tarmac.model import RunName
from tarmac.snapshot import (
    BranchFacts,
    CheckoutsFacts,
    ClaimFacts,
    ClaimsFacts,
    DocumentsFacts,
    Evidence,
    GitFacts,
    History,
    IssueFacts,
    Known,
    LandingFacts,
    Move,
    NotInView,
    Part,
    Review,
    RunFacts,
    RunsFacts,
    Snapshot,
    TrackerFacts,
    View,
    WorkerFacts,
    WorkersFacts,
    WorktreeFacts,
)

ID = "FP-k3v9q2m"
OTHER_ID = "FP-a1b2c3d"
HOST = "here"
BOOT = "boot-1"
NOW = "2026-11-22T23:20:00.000Z"
MONOTONIC = 10_000.0
COMMIT = "c" * 40
TOKEN = "9" * 40
TIP = "a" * 40
BASE = "b" * 40
LANDING = "d" * 40
CONTENT = "e" * 40
RUN = RunName(ID, 1)
PERSON = "human/Ann"
MACHINE = "orchestrator/here-1"


def move(
    from_: str, to: str, by: str = MACHINE, epoch: int = 1, event: str = "20261122T232000000Z-transition-8f3k"
) -> Move:
    """A transition; a machine's carries the epoch."""
    return Move(
        from_, to, by, NOW, event=event, epoch=0 if by == PERSON else epoch, claim="" if by == PERSON else TOKEN
    )


def issue(status: str = "todo", by: str = "", **fields: Any) -> IssueFacts:
    """An issue; `by` made its last move, and a machine's move has recorded epoch 1."""
    history = fields.pop("history", None)
    if history is None:
        last = move("in-progress", status, by) if by else None
        history = History(last=last, epoch_max=1 if by == MACHINE else 0)
    one = fields.pop("id", ID)
    fields = {"dispatch": "auto", "text": "text-1", **fields}
    return IssueFacts(one, "Reject expired tokens", status, f".issues/{one}.md", history=history, **fields)


def claim(state: str = "held", epoch: int = 1, holder: str = "", **fields: Any) -> ClaimFacts:
    """A claim of a run on this machine."""
    one = fields.pop("issue", ID)
    fields = {"token": TOKEN, "host": HOST, "base": BASE, "text": "text-1", **fields}
    return ClaimFacts(
        one, f"refs/fp/claims/{one}", "1" * 40, epoch, state, holder=holder or f"run/{one}.{epoch}", **fields
    )


def run(phase: str = "running", name: RunName = RUN, **fields: Any) -> RunFacts:
    """A run's record. Nothing happened to it lately."""
    fields = {"token": TOKEN, "pid": 8123, "last_seconds": 5000.0, "silence_seconds": 900.0, **fields}
    return RunFacts(
        name, phase, workspace=f"/w/{name}", base=BASE, journal=f"tarmac/runs/{name}/events.jsonl", **fields
    )


def worker(state: str = "alive", name: RunName = RUN, **fields: Any) -> WorkerFacts:
    """A run's process."""
    return WorkerFacts(name, state, **{"pid": 8123, "progress": "1", **fields})


def branch(name: RunName = RUN, **fields: Any) -> BranchFacts:
    """A run's branch with one commit of work."""
    return BranchFacts(
        f"refs/heads/tarmac/{name.issue}/{name.epoch}", **{"tip": TIP, "base": BASE, "ahead": 1, **fields}
    )


def landing(name: RunName = RUN, **fields: Any) -> LandingFacts:
    """A landing on the target."""
    return LandingFacts(name, **{"commit": LANDING, "tip": TIP, "content": CONTENT, **fields})


def evidence(tree: str = CONTENT, exits: tuple[int, ...] = (0,), tier: str = "observed") -> Evidence:
    """One evidence event of the orchestrator."""
    return Evidence("20261122T232100000Z-evidence-2k3j", MACHINE, tree, exits, tier, "merged", epoch=1)


def review(commit: str = TIP, by: str = PERSON, verdict: str = "approve") -> Review:
    """One review event."""
    return Review("20261122T232050000Z-review-7h2k", by, verdict, str(RUN), commit)


def worktree(**fields: Any) -> WorktreeFacts:
    """A run's worktree, clean."""
    return WorktreeFacts(**{"path": f"/w/{RUN}", "run": RUN, "branch": f"refs/heads/tarmac/{ID}/1", **fields})


def known(value: Any) -> Known[Any]:
    """A part that was read."""
    return Known(value, "test", NOW)


def snapshot(
    *,
    issues: tuple[IssueFacts, ...] = (),
    claims: tuple[ClaimFacts, ...] = (),
    runs: tuple[RunFacts, ...] = (),
    workers: tuple[WorkerFacts, ...] = (),
    branches: dict[RunName, BranchFacts] | None = None,
    landings: tuple[LandingFacts, ...] = (),
    orchestrators: tuple[str, ...] = (),
    tracker: dict[str, Any] | None = None,
    fetched: bool = False,
    git: dict[str, Any] | None = None,
    checkouts: dict[str, Any] | None = None,
    documents: DocumentsFacts = DocumentsFacts(),  # noqa: B008 - a constant
) -> Snapshot:
    """All parts known, in view host."""
    landed = {one.run: one for one in landings}
    facts = GitFacts("refs/heads/main", COMMIT, branches=branches or {}, landings=landed, **(git or {}))
    return Snapshot(
        view=View.HOST,
        at=NOW,
        commit=COMMIT,
        host=HOST,
        boot=BOOT,
        monotonic=MONOTONIC,
        tracker=known(TrackerFacts("refs/heads/main", COMMIT, {one.id: one for one in issues}, **(tracker or {}))),
        claims=known(ClaimsFacts({one.issue: one for one in claims}, fetched=fetched)),
        runs=known(RunsFacts({one.name: one for one in runs}, orchestrators)),
        workers=known(WorkersFacts(HOST, {one.run: one for one in workers})),
        git=known(facts),
        checkouts=known(CheckoutsFacts(**(checkouts or {}))),
        human=known(None),
        documents=known(documents),
    )


def as_repo(made: Snapshot) -> Snapshot:
    """The same seen from a clone: refs and files only."""
    hidden = NotInView("this clone runs nothing")
    return replace(made, view=View.REPO, runs=hidden, workers=hidden, checkouts=hidden)


def without(made: Snapshot, part: Part, instead: Any) -> Snapshot:
    """The same with one part that was not read."""
    return replace(made, **{part.value: instead})


def memory(refs: dict[str, str] | None = None, **seconds: float) -> Memory:
    """A memory that has watched these values, by key with `__` for the space, for so many seconds."""
    values = {"lease": "1" * 40, "progress": "1"}
    sights = {
        f"{name} {ID if name == 'lease' else RUN}": Sight(values[name], MONOTONIC - since, BOOT)
        for name, since in seconds.items()
    }
    return Memory(sights=sights, refs=refs or {}, known=True)
