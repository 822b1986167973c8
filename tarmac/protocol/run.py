"""A run's life as a pure machine: `evolve` folds the journal to a state, `decide` names the one next effect.

Level-triggered: `decide` looks at the whole state and the facts as they are now, so a restart equals a pause, and an
effect that was carried out without being recorded is carried out again and finds its own work. Nothing here does
anything. Invariants, explored by `tarmac.sim.modelcheck`: an intent is recorded before its effect; a publication
changes the claim in the same transaction as the target; after a lost claim nothing is published.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from tarmac.lease import Lease, Renewed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tarmac.model import Envelope, ExitRecord


class Phase(StrEnum):
    """Where a run stands, by its journal alone."""

    INTENDED = "intended"
    CLAIMED = "claimed"
    PREPARED = "prepared"
    LAUNCHING = "launching"
    RUNNING = "running"
    ENDED = "ended"
    SEALED = "sealed"
    INTEGRATED = "integrated"
    GATED = "gated"
    PUBLISHING = "publishing"
    PARKING = "parking"
    LANDED = "landed"
    PARKED = "parked"
    RELEASED = "released"
    LOST = "lost"
    CLEANED = "cleaned"


OVER = frozenset({Phase.LANDED, Phase.PARKED, Phase.RELEASED, Phase.LOST, Phase.CLEANED})
"""Phases in which the claim is given up and only cleaning is left."""


class Publication(NamedTuple):
    """One intended transaction: a ref moves from `old` to `commit`, and the claim from `claim_old` to `claim_new`."""

    commit: str
    ref: str
    old: str | None
    claim_old: str
    claim_new: str


class RunState(NamedTuple):
    """What the journal of one run says."""

    phase: Phase = Phase.INTENDED
    claim: str = ""
    """the claim ref's value as we last wrote it"""
    process: tuple[int, int, str] | None = None
    exit_reason: str = ""
    exit_code: int | None = None
    tip: str = ""
    empty: bool = True
    violations: tuple[str, ...] = ()
    """what the run's branch changes that a worker may not, each as a sentence"""
    target: str = ""
    content: str = ""
    """tree of the merged work without `.issues`"""
    gated_content: str = ""
    gates_passed: bool = False
    evidence: tuple[tuple[str, Any], ...] = ()
    publication: Publication | None = None
    cause: str = ""
    detail: str = ""
    waiting: str = ""
    retry_after: str = ""
    landed: str = ""
    stop: str = ""
    renewed: Renewed | None = None
    """when our claim was last written"""


class ClaimFact(StrEnum):
    """Whose the issue is, by the claim ref as it stands."""

    MINE = "mine"
    OTHER = "other"
    ABSENT = "absent"


class IssueFact(StrEnum):
    """What the tracker says of the issue now."""

    OPEN = "open"
    CLOSED = "closed"
    HELD = "held"
    GONE = "gone"
    REWRITTEN = "rewritten"


class Facts(NamedTuple):
    """The present, as one tick observed it."""

    claim: ClaimFact = ClaimFact.ABSENT
    worker: str = "none"
    """none | alive | dead | unknown"""
    exit: ExitRecord | None = None
    issue: IssueFact = IssueFact.OPEN
    stop: str = ""
    """why a person wants the worker stopped; empty when nobody does"""
    lease: Lease = Lease.FRESH
    target: str = ""
    approved: bool = False
    rejected: str = ""
    gates_running: bool = False


class Rules(NamedTuple):
    """What of the policy bears on one run."""

    attempts: int = 3
    attempt: int = 1
    land: str = "approved"
    """approved | gates | manual"""
    land_now: bool = False
    """a person asked for this landing"""


class Effect(NamedTuple):
    """The one next thing to do: `name` selects the function, `why` is for people."""

    name: str
    why: str = ""
    cause: str = ""


NOTHING = Effect("nothing")


def decide(state: RunState, facts: Facts, rules: Rules) -> Effect:
    """The next effect."""
    if state.phase in OVER:
        return NOTHING if state.phase is Phase.CLEANED else Effect("clean")
    if state.phase is Phase.INTENDED:
        return Effect("claim")
    if state.phase in (Phase.PUBLISHING, Phase.PARKING):
        return Effect("publish")  # the very same transaction until its answer is definite
    if facts.claim is not ClaimFact.MINE:
        return _lost(facts)
    if facts.worker in ("alive", "unknown"):
        return _while_alive(state, facts)
    return _WHEN_IDLE[state.phase](state, facts, rules)


def _lost(facts: Facts) -> Effect:
    """Another epoch holds the issue: our worker must not write on, and what it made is kept."""
    if facts.worker in ("alive", "unknown"):
        return Effect("stop", "the claim is no longer ours")
    return Effect("abandon", "the claim is no longer ours")


LEASE_OVER = "the claim could not be renewed in time, so another may start on the issue"


def _while_alive(state: RunState, facts: Facts) -> Effect:
    why = facts.stop or _unwanted(facts) or (LEASE_OVER if facts.lease is Lease.OVER else "")
    if state.phase is Phase.LAUNCHING:
        return Effect("adopt")
    return Effect("stop", why) if why else NOTHING


def _unwanted(facts: Facts) -> str:
    return {
        IssueFact.CLOSED: "a person closed the issue",
        IssueFact.HELD: "a person put the issue on hold",
        IssueFact.GONE: "the issue is gone from the tracker",
    }.get(facts.issue, "")


def _prepare(state: RunState, facts: Facts, rules: Rules) -> Effect:
    del state, rules
    why = facts.stop or _unwanted(facts)
    return Effect("release", why, "unwanted") if why else Effect("prepare")


def _launch(state: RunState, facts: Facts, rules: Rules) -> Effect:
    del state, rules
    if facts.exit is not None:
        return Effect("end")
    why = facts.stop or _unwanted(facts)
    if why:
        return Effect("release", why, "unwanted")
    return NOTHING if facts.lease is Lease.OVER else Effect("launch")


def _end(state: RunState, facts: Facts, rules: Rules) -> Effect:
    """The worker is dead: its exit record, or without one its crash, is the end."""
    del state, facts, rules
    return Effect("end")


def _seal(state: RunState, facts: Facts, rules: Rules) -> Effect:
    del state, facts, rules
    return Effect("seal")


def _after_seal(state: RunState, facts: Facts, rules: Rules) -> Effect:
    """What the end means. A person's wish first, then what the agent says, then what is there."""
    why = _unwanted(facts)
    if why:
        return Effect("release", why, "unwanted")
    if facts.issue is IssueFact.REWRITTEN:
        return Effect("park", "the issue's text was changed after the agent read it", "text-changed")
    if state.violations:
        more = f" (and {len(state.violations) - 1} more)" if len(state.violations) > 1 else ""
        return Effect("park", f"{state.violations[0]}{more}", "forbidden")
    if state.exit_reason != "exited" or state.exit_code != 0:
        return _failed(state, facts, rules)
    return _by_outcome(state, facts)


def _by_outcome(state: RunState, facts: Facts) -> Effect:
    """A clean end: what the agent says of itself, held against what is there."""
    outcome = facts.exit.outcome if facts.exit is not None else None
    if outcome is not None and outcome.status == "question":
        return Effect("park", outcome.question or "the agent asks, and did not say what", "question")
    if outcome is not None and outcome.status == "blocked":
        return Effect("park", outcome.summary or "the agent says it is blocked", "blocked")
    if state.empty and not (outcome is not None and outcome.status == "no-change"):
        return Effect("park", "the agent ended without any change", "empty")
    if state.empty:
        return Effect("park", outcome.summary if outcome else "no change was needed", "no-change")
    return Effect("integrate")


def _failed(state: RunState, facts: Facts, rules: Rules) -> Effect:
    detail = facts.exit.detail if facts.exit is not None else ""
    code = "" if state.exit_code is None else f" (exit {state.exit_code})"
    why = f"{state.exit_reason or 'crashed'}{code}{f': {detail}' if detail else ''}"
    cause = state.exit_reason if state.exit_reason != "exited" else "failed"
    if state.stop:
        return Effect("release", state.stop, "stopped")
    if rules.attempt >= rules.attempts:
        return Effect("park", f"{why}; attempt {rules.attempt} of {rules.attempts}", cause)
    return Effect("release", why, cause)


def _after_integration(state: RunState, facts: Facts, rules: Rules) -> Effect:
    if _stale(state, facts):
        return Effect("integrate", "the target moved")
    if state.cause == "conflict":
        return Effect("park", state.detail, "conflict")
    if state.content == state.gated_content:
        return _after_gates(state, facts, rules)
    return NOTHING if facts.gates_running else Effect("gate")


def _after_gates(state: RunState, facts: Facts, rules: Rules) -> Effect:
    if not state.gates_passed:
        return Effect("park", state.detail or "a gate failed", "gate-failed")
    why = _unwanted(facts)
    if why:
        return Effect("release", why, "unwanted")
    if facts.issue is IssueFact.REWRITTEN:
        return Effect("park", "the issue's text was changed after the agent read it", "text-changed")
    if facts.rejected:
        return Effect("park", facts.rejected, "rejected")
    if rules.land == "approved" and not (facts.approved or rules.land_now):
        return _wait(state, "approval")
    if rules.land == "manual" and not rules.land_now:
        return _wait(state, "a person to land it")
    if _stale(state, facts):
        return Effect("integrate", "the target moved")
    return Effect("intend-landing")


def _wait(state: RunState, what: str) -> Effect:
    return NOTHING if state.waiting == what else Effect("wait", what)


def _stale(state: RunState, facts: Facts) -> bool:
    return state.target != facts.target


_WHEN_IDLE: dict[Phase, Callable[[RunState, Facts, Rules], Effect]] = {
    Phase.CLAIMED: _prepare,
    Phase.PREPARED: _launch,
    Phase.LAUNCHING: _launch,
    Phase.RUNNING: _end,
    Phase.ENDED: _seal,
    Phase.SEALED: _after_seal,
    Phase.INTEGRATED: _after_integration,
    Phase.GATED: _after_integration,
}


def fold(events: Iterable[Envelope]) -> RunState:
    """The state that a journal leads to."""
    state = RunState()
    for event in events:
        state = evolve(state, event.kind, event.data)
    return state


def evolve(state: RunState, kind: str, data: Mapping[str, Any]) -> RunState:
    """One recorded event; an unknown kind changes nothing, so that an older program can read a newer journal."""
    change = _CHANGES.get(kind)
    return state if change is None else change(state, data)


def _renewed(data: Mapping[str, Any]) -> Renewed | None:
    """None for a journal of an older program, which wrote no time."""
    return Renewed(data["monotonic"], data["boot"]) if "boot" in data else None


def _publication(data: Mapping[str, Any]) -> Publication:
    return Publication(data["commit"], data["ref"], data["old"], data["claim_old"], data["claim_new"])


def _landed(state: RunState, data: Mapping[str, Any]) -> RunState:
    claim = state.publication.claim_new if state.publication else state.claim
    return state._replace(phase=Phase.LANDED, landed=data["commit"], claim=claim, publication=None)


def _parked(state: RunState, data: Mapping[str, Any]) -> RunState:
    claim = state.publication.claim_new if state.publication else state.claim
    return state._replace(phase=Phase.PARKED, cause=data["cause"], detail=data["detail"], claim=claim, publication=None)


def _integrated(state: RunState, data: Mapping[str, Any]) -> RunState:
    # Gates speak of content: when only `.issues` of the target moved, what they said still holds.
    phase = Phase.GATED if data["content"] == state.gated_content else Phase.INTEGRATED
    return state._replace(phase=phase, target=data["target"], content=data["content"], cause="", detail="")


def _conflicts(state: RunState, data: Mapping[str, Any]) -> RunState:
    return state._replace(phase=Phase.INTEGRATED, target=data["target"], cause="conflict", detail=data["detail"])


def _gated(state: RunState, data: Mapping[str, Any]) -> RunState:
    if data["content"] != state.content:
        return state  # gates of a candidate that has been replaced since
    return state._replace(
        phase=Phase.GATED,
        gated_content=data["content"],
        gates_passed=data["passed"],
        detail=data["detail"],
        evidence=tuple(sorted(data["evidence"].items())),
    )


def _publish_lost(state: RunState, data: Mapping[str, Any]) -> RunState:
    """Somebody was first. The claim is read again; a landing integrates anew, a parking is decided anew."""
    del data
    back = Phase.GATED if state.phase is Phase.PUBLISHING else _before_parking(state)
    target = "" if back is Phase.GATED else state.target
    return state._replace(phase=back, publication=None, target=target, waiting="")


def _before_parking(state: RunState) -> Phase:
    if state.content:
        return Phase.GATED if state.content == state.gated_content else Phase.INTEGRATED
    return Phase.SEALED if state.tip else Phase.CLAIMED


_CHANGES: dict[str, Callable[[RunState, Mapping[str, Any]], RunState]] = {
    "claimed": lambda state, data: state._replace(
        phase=Phase.CLAIMED, claim=data["claim"], waiting="", renewed=_renewed(data)
    ),
    "renewed": lambda state, data: state._replace(claim=data["claim"], renewed=_renewed(data)),
    "lost": lambda state, data: state._replace(phase=Phase.LOST, detail=data["detail"]),
    "prepared": lambda state, data: state._replace(phase=Phase.PREPARED),
    "launch-intended": lambda state, data: state._replace(phase=Phase.LAUNCHING),
    "launched": lambda state, data: state._replace(
        phase=Phase.RUNNING, process=(data["pid"], data["started"], data["boot"])
    ),
    "stop-requested": lambda state, data: state._replace(stop=data["why"]),
    "ended": lambda state, data: state._replace(
        phase=Phase.ENDED, exit_reason=data["reason"], exit_code=data["code"], detail=data["detail"]
    ),
    "sealed": lambda state, data: state._replace(
        phase=Phase.SEALED, tip=data["tip"], empty=data["empty"], violations=tuple(data["violations"])
    ),
    "integrated": _integrated,
    "conflicts": _conflicts,
    "gated": _gated,
    "waiting": lambda state, data: state._replace(waiting=data["for"]),
    "publish-intended": lambda state, data: state._replace(
        phase=Phase.PUBLISHING, publication=_publication(data), waiting=""
    ),
    "publish-lost": _publish_lost,
    "landed": _landed,
    "park-intended": lambda state, data: state._replace(
        phase=Phase.PARKING, publication=_publication(data), cause=data["cause"], detail=data["detail"], waiting=""
    ),
    "parked": _parked,
    "released": lambda state, data: state._replace(
        phase=Phase.RELEASED, cause=data["cause"], detail=data["detail"], retry_after=data["retry_after"]
    ),
    "cleaned": lambda state, data: state._replace(phase=Phase.CLEANED),
}
