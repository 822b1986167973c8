"""The catalogue as a whole: every combination of states is healthy or has a finding; masking hides nothing else."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest

from tarmac.diagnose import _unmasked, diagnose
from tarmac.findings.catalogue import BY_CODE, RULES
from tarmac.findings.rule import DESTRUCTIVE, Decider, Repair, Severity
from tarmac.snapshot import History, Part, Snapshot
from tests.support.snapshots import (
    MACHINE,
    PERSON,
    TIP,
    claim,
    evidence,
    issue,
    landing,
    move,
    run,
    snapshot,
    worker,
)

STATUSES = ("todo", "in-progress", "in-review", "needs-attention", "done", "cancelled")
MOVERS = ("", PERSON, MACHINE)
CLAIMS = {
    "": (),
    "held": (claim(),),
    "held by an agent": (claim("held", 2, holder="agent/x", token="8" * 40),),
    "landing": (claim("landing"),),
    "landed": (claim("landed"),),
    "parked": (claim("parked"),),
    "released": (claim("released"),),
    "released later": (claim("released", 2, token="8" * 40),),
}
PHASES = ("", "intended", "claimed", "running", "gated", "landed", "parked", "released", "lost")
WORKERS = ("", "alive", "dead")
MERGED = ("unknown", "yes", "reverted")
OVER = ("landed", "parked", "released", "lost")


class State(NamedTuple):
    """One combination, by the words of each layer."""

    status: str
    by: str
    claimed: str
    phase: str
    worker: str
    merged: str
    exited: bool = False

    @property
    def live(self) -> bool:
        return self.claimed in ("held", "held by an agent", "landing")

    @property
    def own(self) -> bool:
        return self.claimed in ("held", "landing")

    @property
    def terminal(self) -> bool:
        return self.status in ("done", "cancelled")


def why_unhealthy(state: State) -> str:
    """What is wrong, from the contract and in no rule's words; empty for a healthy state."""
    return _process(state) or _claim(state) or _work(state)


def _process(state: State) -> str:
    if state.worker == "alive":
        if not (state.claimed == "held" and state.phase in ("claimed", "running") and not state.terminal):
            return "a process works without its claim, its record or its issue"
    elif state.phase in ("claimed", "running"):
        return "a record says that something goes on, and nothing does"
    if state.phase == "gated" and (not state.own or state.terminal):
        return "a run goes on without its claim or its issue"
    return ""


def _claim(state: State) -> str:
    if state.live and state.terminal:
        return "somebody holds what is over"
    if state.own and state.phase in ("", "intended", *OVER) and state.worker != "alive":
        return "the claim is held by nothing"
    if state.own and state.status == "needs-attention":
        return "a run works on what waits for a person"
    if state.own and state.status in ("in-progress", "in-review") and state.by != MACHINE:
        return "a person moved what a run holds"
    if state.status in ("in-progress", "in-review") and state.by == MACHINE and not state.live:
        return "looks busy and is not"
    if state.claimed == "landed" and not state.terminal and state.by != PERSON:
        return "landed by its claim, open by its file"
    return ""


def _work(state: State) -> str:
    if state.merged == "yes" and not state.terminal:
        return "finished work is open"
    if state.status == "done" and state.merged == "reverted":
        return "done is no longer true"
    if not state.claimed and state.phase in ("landed", "parked", "released") and not recorded(state):
        return "an epoch that neither claim nor history remembers"
    if state.status == "done" and state.by == MACHINE and state.merged != "yes":
        return "done by a machine's word alone"
    return ""


def recorded(state: State) -> bool:
    """Whether an event tells the epoch: a landing and a parking write one together with their claim."""
    return state.by == MACHINE or state.claimed in ("landed", "parked") or state.merged != "unknown"


def snapshot_of(state: State) -> Snapshot:
    last = move("in-progress", state.status, state.by) if state.by else None
    history = History(last=last, epoch_max=int(recorded(state)))
    landings = () if state.merged == "unknown" else (landing(reverted=state.merged == "reverted"),)
    exit_seconds = 5.0 if state.exited else None
    return snapshot(
        issues=(issue(state.status, history=history, evidence=(evidence(),)),),
        claims=CLAIMS[state.claimed],
        runs=(run(state.phase, exit_seconds=exit_seconds, tip=TIP),) if state.phase else (),
        workers=(worker(state.worker),) if state.worker else (),
        landings=landings,
    )


@pytest.mark.parametrize("status", STATUSES)
def test_every_combination_is_healthy_or_has_a_finding(status: str) -> None:
    wrong = []
    for by, claimed, phase, process, merged in product(MOVERS, CLAIMS, PHASES, WORKERS, MERGED):
        for exited in {False, phase == "running" and process == "dead"}:
            state = State(status, by, claimed, phase, process, merged, exited)
            found = [one.code for one in diagnose(snapshot_of(state)).findings]
            if bool(found) != bool(why_unhealthy(state)):
                wrong.append((state, why_unhealthy(state), found))
    assert wrong[:5] == []


def test_masking_has_no_circle() -> None:
    def reach(code: str, seen: tuple[str, ...]) -> None:
        assert code not in seen, f"{code} masks itself through {seen}"
        for masked in BY_CODE[code].masks:
            reach(masked, (*seen, code))

    for rule in RULES:
        reach(rule.code, ())


def test_every_code_is_once_there_and_every_masked_code_exists() -> None:
    assert len(BY_CODE) == len(RULES)
    assert {code for rule in RULES for code in rule.masks} <= set(BY_CODE)


def test_a_finding_is_masked_only_for_the_same_issue_and_with_a_shared_fact() -> None:
    made = snapshot(issues=(issue("cancelled", PERSON),), claims=(claim(),), runs=(run(),), workers=(worker(),))
    (explains,) = diagnose(made).findings
    hidden = explains._replace(code="D-03", run="")
    assert _unmasked([explains, hidden]) == [explains]
    assert _unmasked([explains, hidden._replace(issue="FP-other01")]) != [explains]
    assert _unmasked([explains, hidden._replace(facts=hidden.facts[:1]), hidden._replace(facts=())]) == [
        explains,
        hidden._replace(facts=()),
    ]


def test_the_order_of_findings_does_not_decide_what_is_masked() -> None:
    made = snapshot(issues=(issue("cancelled", PERSON),), claims=(claim(),), runs=(run(),), workers=(worker(),))
    assert [one.code for one in diagnose(made).findings] == ["D-27"]


def test_the_same_snapshot_gives_the_same_report() -> None:
    made = snapshot_of(State("done", MACHINE, "held", "running", "dead", "unknown"))
    assert diagnose(made) == diagnose(made)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_is_and_what_to_do(rule: object) -> None:
    from tarmac.findings.rule import Rule

    assert isinstance(rule, Rule)
    assert all(text.endswith(".") for text in (rule.condition, rule.danger, rule.mend))
    assert rule.repair is Repair.NONE or rule.decider is Decider.AUTOMATIC
    assert rule.severity >= Severity.LOW


def test_repairs_that_stop_or_delete_count_as_destructive() -> None:
    assert {Repair.STOP_WORKER, Repair.REMOVE_WORKTREE, Repair.REMOVE_LOCK} <= DESTRUCTIVE


def test_a_rule_that_reads_this_machine_is_not_judged_in_view_repo() -> None:
    host = [rule.code for rule in RULES if {Part.RUNS, Part.WORKERS, Part.CHECKOUTS} & set(rule.needs)]
    assert "D-20" in host
    assert all(BY_CODE[code].view == "host" for code in host)
    assert BY_CODE["D-62"].view == "repo"
