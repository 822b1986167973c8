"""The claim and landing protocol as a transition system over the product's own functions.

Workers race for issues on one authority: they read, claim, work, are paused or crash, lose answers, take over, land.
What decides is `fp.claim` and `tarmac.protocol.run`; only the authority's compare-and-swap and the agents are modelled
here. `Flaws` switches single safeguards off, to prove that each is needed. Pure and deterministic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tarmac.adapters.issues import claim_rules as claims
from tarmac.protocol.run import NOTHING, ClaimFact, Facts, IssueFact, Phase, Rules, RunState, decide, evolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RULES = Rules(attempts=9, land="gates")
LOCAL_EFFECTS = frozenset({"prepare", "launch", "end", "seal", "gate", "clean", "wait", "adopt"})
"""Effects that touch nothing shared: their order among workers cannot matter."""


class Flaws(NamedTuple):
    """Safeguards taken away, one at a time, by the tests that need a counterexample."""

    no_fence: bool = False
    """a publication moves the target without the claim"""
    no_tombstone: bool = False
    """the end of an epoch deletes the claim"""
    unchanged_claim: bool = False
    """a landing pushes the claim as it is: a remote then checks nothing"""
    blind_claim: bool = False
    """a claim is written over whatever stands there, so that a takeover needs not to be of what was seen"""


class Size(NamedTuple):
    """How large a world to explore."""

    workers: int
    issues: int
    epochs_max: int
    crashes_max: int = 1
    people_max: int = 0
    """how often a person closes or reopens an issue, at any moment"""


class Issue(NamedTuple):
    """The authority's side of one issue: its claim ref, and what the tracker at the target says."""

    tip: claims.Tip | None = None
    done: bool = False
    recorded: int = 0
    """the highest epoch that an event at the target records"""
    claimed: tuple[int, ...] = ()
    """every epoch that was ever opened, in order"""
    landed: tuple[int, ...] = ()
    stale: bool = False
    """an epoch landed although another held the claim"""


class View(NamedTuple):
    """What a worker read of an issue at one moment, possibly long ago."""

    tip: claims.Tip | None
    done: bool
    recorded: int


class Worker(NamedTuple):
    """One orchestrator with at most one run: what it read, its journal's state, and what it is about to send."""

    issue: int = -1
    view: View | None = None
    run: RunState | None = None
    epoch: int = 0
    claim_old: str = ""
    crashes: int = 0


class World(NamedTuple):
    """Everything. `target` counts the commits on the target branch."""

    issues: tuple[Issue, ...]
    workers: tuple[Worker, ...]
    target: int = 0
    people: int = 0


class Step(NamedTuple):
    """One transition, named for the trace of a counterexample."""

    name: str
    world: World


def start(size: Size) -> World:
    """All issues open, all workers idle."""
    return World((Issue(),) * size.issues, (Worker(),) * size.workers)


def violation(world: World) -> str | None:
    """What must never be, found in this world."""
    for issue in world.issues:
        if issue.stale:
            return "an epoch landed whose claim was another's"
        if len(issue.landed) > 1:
            return "two epochs of one opening landed"
        if len(set(issue.claimed)) < len(issue.claimed):
            return "an epoch was opened twice"
    return None


def steps(world: World, size: Size, flaws: Flaws) -> Iterator[Step]:
    """All that can happen next."""
    for number, worker in enumerate(world.workers):
        if worker.run is None:
            yield from _idle(world, number, worker, size, flaws)
        else:
            yield from _busy(world, number, worker, size, flaws)
    if world.people < size.people_max:
        yield from _person(world)


def _person(world: World) -> Iterator[Step]:
    """A person's commit on the tracker, which is the target here: it moves, and a new opening may begin."""
    for at, issue in enumerate(world.issues):
        changed = issue._replace(done=not issue.done, landed=() if issue.done else issue.landed)
        moved = world._replace(target=world.target + 1, people=world.people + 1)
        yield Step(f"person {'reopens' if issue.done else 'closes'}:{at}", _with_issue(moved, at, changed))


def _idle(world: World, number: int, worker: Worker, size: Size, flaws: Flaws) -> Iterator[Step]:
    if worker.view is None:
        for at, issue in enumerate(world.issues):
            if not issue.done:
                view = View(issue.tip, issue.done, issue.recorded)
                yield Step(f"read{number}:{at}", _with(world, number, Worker(at, view, crashes=worker.crashes)))
        return
    intended = _intend(number, worker, size, flaws)
    if intended is None:
        yield Step(f"pass{number}", _with(world, number, Worker(crashes=worker.crashes)))
    else:
        assert worker.view is not None
        name = "take over" if worker.view.tip is not None and worker.view.tip.live else "intend"
        yield Step(f"{name}{number}:{intended.epoch}", _with(world, number, intended))


def _intend(number: int, worker: Worker, size: Size, flaws: Flaws) -> Worker | None:
    """Bid by the view; a claim that is held is taken over, as `takeover: fenced` allows."""
    view = worker.view
    assert view is not None
    bid = claims.Bid(f"FP-000000{worker.issue}", f"run/{number}", "nonce")
    recorded = view.recorded if not flaws.no_tombstone else 10**6
    if view.tip is not None and view.tip.live:
        proof = claims.Proof(view.tip.oid, claims.FENCED)
        opened = claims.takeover(view.tip, bid, proof, epoch_floor=view.recorded)
    else:
        opened = claims.acquire(view.tip, bid, epoch_floor=view.recorded, chain_epoch=recorded)
    if isinstance(opened, claims.Denied) or opened.epoch > size.epochs_max:
        return None
    token = f"{worker.issue}:{opened.epoch}:{number}:{worker.crashes}"
    old = "" if view.tip is None else view.tip.oid
    return worker._replace(view=None, run=RunState(claim=token), epoch=opened.epoch, claim_old=old)


def _busy(world: World, number: int, worker: Worker, size: Size, flaws: Flaws) -> Iterator[Step]:
    """One step of the run by the product's machine, with its answer, without it, or a crash in between."""
    run, issue = worker.run, world.issues[worker.issue]
    assert run is not None
    if run.phase is Phase.RUNNING and worker.crashes < size.crashes_max:
        crashed = worker._replace(crashes=worker.crashes + 1)
        yield Step(f"pause{number}", _with(world, number, crashed))
    yield from _renew(world, number, worker)
    effect = decide(run, _facts(world, worker, issue), RULES)
    if effect == NOTHING or run.phase in (Phase.LOST, Phase.RELEASED, Phase.LANDED, Phase.PARKED):
        yield Step(f"over{number}", _with(world, number, Worker(crashes=worker.crashes)))
    elif effect.name in LOCAL_EFFECTS:
        yield Step(f"{effect.name}{number}", _with(world, number, worker._replace(run=_locally(run, effect.name))))
    else:
        yield from _shared(world, number, worker, effect.name, flaws)


def _renew(world: World, number: int, worker: Worker) -> Iterator[Step]:
    """A holder writes its claim anew, once an epoch: whoever saw it before may not take it over on that sight."""
    run, issue = worker.run, world.issues[worker.issue]
    assert run is not None
    renewed = claims.renew(issue.tip, run.claim, nonce="w")
    if isinstance(renewed, claims.Denied) or run.phase is not Phase.RUNNING:
        return
    oid = f"{run.claim}:renewed"
    if issue.tip is not None and issue.tip.oid != oid:
        after = _with_issue(world, worker.issue, issue._replace(tip=claims.Tip(oid, renewed)))
        yield Step(f"renew{number}", after)


def _facts(world: World, worker: Worker, issue: Issue) -> Facts:
    run = worker.run
    assert run is not None
    mine = issue.tip is not None and issue.tip.live and issue.tip.token == run.claim
    return Facts(
        claim=ClaimFact.MINE if mine else ClaimFact.OTHER if issue.tip else ClaimFact.ABSENT,
        worker="none" if run.phase is not Phase.RUNNING else "dead",
        issue=IssueFact.CLOSED if issue.done else IssueFact.OPEN,
        target=str(world.target),
    )


_LOCALLY: dict[str, tuple[str, dict[str, object]]] = {
    "prepare": ("prepared", {}),
    "launch": ("launched", {"pid": 1, "started": 1, "boot": "b"}),
    "end": ("ended", {"reason": "exited", "code": 0, "detail": ""}),
    "seal": ("sealed", {"tip": "t", "empty": False, "violations": ()}),
    "gate": ("gated", {"content": "c", "passed": True, "detail": "", "evidence": {}}),
    "clean": ("cleaned", {}),
}


def _locally(run: RunState, effect: str) -> RunState:
    kind, data = _LOCALLY[effect]
    if effect == "gate":
        data = {**data, "content": run.content}
    return evolve(run, kind, data)


def _shared(world: World, number: int, worker: Worker, effect: str, flaws: Flaws) -> Iterator[Step]:
    run = worker.run
    assert run is not None
    if effect == "integrate":
        data = {"target": str(world.target), "content": f"c{world.target}"}
        yield Step(f"integrate{number}", _with(world, number, worker._replace(run=evolve(run, "integrated", data))))
    elif effect == "intend-landing":
        yield from _intend_landing(world, number, worker, flaws)
    elif effect in ("claim", "publish", "release"):
        after, answer = {"claim": _claim, "publish": _publish, "release": _release}[effect](
            world, number, worker, flaws
        )
        yield Step(f"{effect}{number}:{answer[0]}", _with(after, number, worker._replace(run=evolve(run, *answer))))
        if after != world:
            yield Step(f"{effect}{number}:answer lost", after)
    elif effect == "abandon":
        answer = ("released", {"cause": "superseded", "detail": "", "retry_after": ""})
        yield Step(f"abandon{number}", _with(world, number, worker._replace(run=evolve(run, *answer))))


if TYPE_CHECKING:
    Answered = tuple[World, tuple[str, Mapping[str, object]]]


def _claim(world: World, number: int, worker: Worker, flaws: Flaws) -> Answered:
    del number
    issue, run = world.issues[worker.issue], worker.run
    assert run is not None
    standing = "" if issue.tip is None else issue.tip.oid
    if standing == run.claim:
        return world, ("claimed", {"claim": run.claim})
    if standing != worker.claim_old and not flaws.blind_claim:
        return world, ("lost", {"detail": ""})
    record = claims.Claim(f"FP-000000{worker.issue}", worker.epoch, claims.HELD, "run/x", "nonce")
    changed = issue._replace(tip=claims.Tip(run.claim, record), claimed=(*issue.claimed, worker.epoch))
    return _with_issue(world, worker.issue, changed), ("claimed", {"claim": run.claim})


def _release(world: World, number: int, worker: Worker, flaws: Flaws) -> Answered:
    del number
    issue, run = world.issues[worker.issue], worker.run
    assert run is not None
    answer: tuple[str, Mapping[str, object]] = ("released", {"cause": "unwanted", "detail": "", "retry_after": ""})
    record = claims.release(issue.tip, run.claim, nonce="r")
    if isinstance(record, claims.Denied):
        return world, answer
    tip = None if flaws.no_tombstone else claims.Tip(f"{run.claim}:released", record)
    return _with_issue(world, worker.issue, issue._replace(tip=tip)), answer


def _intend_landing(world: World, number: int, worker: Worker, flaws: Flaws) -> Iterator[Step]:
    issue, run = world.issues[worker.issue], worker.run
    assert run is not None
    landing = claims.begin_landing(issue.tip, run.claim, nonce="l")
    if isinstance(landing, claims.Denied):
        return
    tip = claims.Tip(f"{run.claim}:landing", landing)
    after = _with_issue(world, worker.issue, issue._replace(tip=tip))
    new = tip.oid if flaws.unchanged_claim else f"{run.claim}:landed"
    publication = {
        "commit": f"L{run.claim}",
        "ref": "target",
        "old": run.target,
        "claim_old": tip.oid,
        "claim_new": new,
    }
    intended = evolve(run, "publish-intended", publication)
    yield Step(f"intend-landing{number}", _with(after, number, worker._replace(run=intended)))
    yield Step(f"intend-landing{number}:answer lost", after)


def _publish(world: World, number: int, worker: Worker, flaws: Flaws) -> Answered:
    """The authority's transaction. With an unchanged claim it has git's push semantics: such a ref is not checked."""
    del number
    issue, run = world.issues[worker.issue], worker.run
    assert run is not None
    assert run.publication is not None
    wanted = run.publication
    standing = "" if issue.tip is None else issue.tip.oid
    landed = ("landed", {"commit": wanted.commit})
    if worker.epoch in issue.landed and standing == wanted.claim_new:
        return world, landed
    checked = not (flaws.no_fence or wanted.claim_old == wanted.claim_new)
    if str(world.target) != wanted.old or (checked and standing != wanted.claim_old):
        return world, ("publish-lost", {"detail": ""})
    assert issue.tip is not None or not checked
    stale = issue.tip is None or issue.tip.token != run.claim
    tip = issue.tip if not checked else _ended(issue.tip, wanted.claim_new, run.claim, flaws)
    changed = issue._replace(
        tip=tip, done=True, recorded=worker.epoch, landed=(*issue.landed, worker.epoch), stale=issue.stale or stale
    )
    return _with_issue(world._replace(target=world.target + 1), worker.issue, changed), landed


def _ended(tip: claims.Tip | None, oid: str, token: str, flaws: Flaws) -> claims.Tip | None:
    record = claims.land(tip, token, nonce="e")
    assert not isinstance(record, claims.Denied), "the machine lands only what it holds"
    return None if flaws.no_tombstone else claims.Tip(oid, record)


def _with(world: World, number: int, worker: Worker) -> World:
    return world._replace(workers=(*world.workers[:number], worker, *world.workers[number + 1 :]))


def _with_issue(world: World, at: int, issue: Issue) -> World:
    return world._replace(issues=(*world.issues[:at], issue, *world.issues[at + 1 :]))
