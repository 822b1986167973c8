"""A run's machine: what is next for each state and facts, and what each recorded event leads to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tarmac.journal import encode
from tarmac.lease import Lease
from tarmac.model import Envelope, ExitRecord, Outcome, RunName
from tarmac.protocol.run import (
    ClaimFact,
    Effect,
    Facts,
    IssueFact,
    Phase,
    Publication,
    Rules,
    RunState,
    decide,
    evolve,
    fold,
)

NAME = RunName("FP-k3v9q2m", 1)
EXIT = ExitRecord(NAME, "exited", 0, "", "", 0, outcome=Outcome("done"))
MINE = Facts(claim=ClaimFact.MINE, target="T")
SEALED = RunState(phase=Phase.SEALED, claim="c", exit_reason="exited", exit_code=0, tip="tip", empty=False)
GATED = SEALED._replace(phase=Phase.GATED, target="T", content="C", gated_content="C", gates_passed=True)
PUBLISHING = GATED._replace(phase=Phase.PUBLISHING, publication=Publication("L", "refs/heads/main", "T", "c", "c2"))


def check(state: RunState, facts: Facts, expected: str, *, cause: str = "", rules: Rules = Rules()) -> Effect:  # noqa: B008
    effect = decide(state, facts, rules)
    assert (effect.name, effect.cause) == (expected, cause)
    return effect


@pytest.mark.parametrize(
    ("phase", "worker", "expected"),
    [
        (Phase.INTENDED, "none", "claim"),
        (Phase.CLAIMED, "none", "prepare"),
        (Phase.PREPARED, "none", "launch"),
        (Phase.LAUNCHING, "none", "launch"),
        (Phase.LAUNCHING, "alive", "adopt"),
        (Phase.RUNNING, "alive", "nothing"),
        (Phase.RUNNING, "unknown", "nothing"),
        (Phase.RUNNING, "dead", "end"),
        (Phase.ENDED, "none", "seal"),
        (Phase.LANDED, "none", "clean"),
        (Phase.PARKED, "none", "clean"),
        (Phase.CLEANED, "none", "nothing"),
    ],
)
def test_the_way_from_claim_to_end(phase: Phase, worker: str, expected: str) -> None:
    check(RunState(phase=phase), MINE._replace(worker=worker), expected)


@pytest.mark.parametrize(
    ("facts", "expected", "cause"),
    [
        (MINE._replace(exit=EXIT), "integrate", ""),
        (MINE._replace(exit=replace(EXIT, outcome=None)), "integrate", ""),
        (MINE._replace(exit=replace(EXIT, outcome=Outcome("question", question="cursor?"))), "park", "question"),
        (MINE._replace(exit=replace(EXIT, outcome=Outcome("blocked"))), "park", "blocked"),
        (MINE._replace(exit=EXIT, issue=IssueFact.REWRITTEN), "park", "text-changed"),
        (MINE._replace(exit=EXIT, issue=IssueFact.CLOSED), "release", "unwanted"),
        (MINE._replace(exit=EXIT, issue=IssueFact.HELD), "release", "unwanted"),
        (MINE._replace(exit=EXIT, issue=IssueFact.GONE), "release", "unwanted"),
        (MINE._replace(exit=EXIT, claim=ClaimFact.OTHER), "abandon", ""),
        (MINE._replace(exit=EXIT, claim=ClaimFact.ABSENT), "abandon", ""),
    ],
)
def test_what_a_sealed_run_comes_to(facts: Facts, expected: str, cause: str) -> None:
    check(SEALED, facts, expected, cause=cause)


def test_an_agent_that_did_nothing_is_parked_whatever_it_says() -> None:
    check(SEALED._replace(empty=True), MINE._replace(exit=EXIT), "park", cause="empty")


def test_an_agent_that_says_no_change_was_needed_asks_a_person() -> None:
    outcome = Outcome("no-change", summary="it is there already")
    effect = check(
        SEALED._replace(empty=True), MINE._replace(exit=replace(EXIT, outcome=outcome)), "park", cause="no-change"
    )
    assert effect.why == "it is there already"


def test_forbidden_changes_are_parked_before_anything_else() -> None:
    state = SEALED._replace(violations=(".issues/FP-x.md:3: status", "more"))
    assert "and 1 more" in check(state, MINE._replace(exit=EXIT), "park", cause="forbidden").why


@pytest.mark.parametrize(("attempt", "expected"), [(1, "release"), (2, "release"), (3, "park")])
def test_a_failure_is_tried_again_a_bounded_number_of_times(attempt: int, expected: str) -> None:
    state = SEALED._replace(exit_reason="silence", exit_code=-15)
    check(state, MINE, expected, cause="silence", rules=Rules(attempts=3, attempt=attempt))


def test_a_stopped_run_is_given_back_without_counting_as_a_failure() -> None:
    state = SEALED._replace(exit_reason="stopped", exit_code=-2, stop="a person stopped the run")
    check(state, MINE, "release", cause="stopped", rules=Rules(attempts=1, attempt=1))


@pytest.mark.parametrize("issue", [IssueFact.CLOSED, IssueFact.HELD, IssueFact.GONE])
def test_a_live_worker_is_stopped_when_a_person_does_not_want_it(issue: IssueFact) -> None:
    check(RunState(phase=Phase.RUNNING), MINE._replace(worker="alive", issue=issue), "stop")


def test_a_live_worker_whose_claim_is_lost_is_stopped() -> None:
    check(RunState(phase=Phase.RUNNING), MINE._replace(worker="alive", claim=ClaimFact.OTHER), "stop")


def test_a_target_that_moved_is_integrated_again() -> None:
    check(GATED, MINE._replace(target="T2"), "integrate")


def test_gates_that_spoke_of_this_content_need_not_run_again() -> None:
    again = evolve(GATED, "integrated", {"target": "T2", "content": "C"})
    assert again.phase is Phase.GATED
    assert evolve(GATED, "integrated", {"target": "T2", "content": "D"}).phase is Phase.INTEGRATED


def test_what_gates_say_of_another_content_is_ignored() -> None:
    state = SEALED._replace(phase=Phase.INTEGRATED, target="T", content="D")
    said = {"content": "C", "passed": True, "detail": "", "evidence": {}}
    assert evolve(state, "gated", said) == state


@pytest.mark.parametrize(
    ("facts", "rules", "expected"),
    [
        (MINE, Rules(land="gates"), "intend-landing"),
        (MINE, Rules(land="approved"), "wait"),
        (MINE._replace(approved=True), Rules(land="approved"), "intend-landing"),
        (MINE, Rules(land="approved", land_now=True), "intend-landing"),
        (MINE, Rules(land="manual"), "wait"),
        (MINE._replace(approved=True), Rules(land="manual"), "wait"),
        (MINE, Rules(land="manual", land_now=True), "intend-landing"),
    ],
)
def test_who_lets_a_green_run_land(facts: Facts, rules: Rules, expected: str) -> None:
    assert decide(GATED, facts, rules).name == expected


def test_waiting_is_said_once() -> None:
    check(GATED._replace(waiting="approval"), MINE, "nothing")


def test_a_rejection_parks() -> None:
    check(GATED, MINE._replace(approved=True, rejected="no"), "park", cause="rejected")


def test_failing_gates_park() -> None:
    check(GATED._replace(gates_passed=False), MINE, "park", cause="gate-failed")


def test_a_conflict_parks_unless_the_target_moved_since() -> None:
    state = SEALED._replace(phase=Phase.INTEGRATED, target="T", cause="conflict", detail="a")
    check(state, MINE, "park", cause="conflict")
    check(state, MINE._replace(target="T2"), "integrate")


def test_an_intended_publication_is_sent_until_its_answer_is_definite() -> None:
    for claim in ClaimFact:
        check(PUBLISHING, MINE._replace(claim=claim, issue=IssueFact.CLOSED), "publish")


def test_a_lost_publication_is_built_anew() -> None:
    after = evolve(PUBLISHING, "publish-lost", {"detail": ""})
    assert (after.phase, after.publication) == (Phase.GATED, None)
    check(after, MINE, "integrate")


def test_a_lost_parking_is_decided_anew() -> None:
    data = {"commit": "P", "ref": "r", "old": "o", "claim_old": "c", "claim_new": "n", "cause": "empty", "detail": ""}
    parking = evolve(SEALED, "park-intended", data)
    assert evolve(parking, "publish-lost", {"detail": ""}).phase is Phase.SEALED


def test_a_journal_folds_to_where_the_run_stands() -> None:
    kinds = [
        ("claimed", {"claim": "c"}),
        ("prepared", {"worktree": "w"}),
        ("launch-intended", {}),
        ("launched", {"pid": 7, "started": 8, "boot": "b"}),
        ("ended", {"reason": "exited", "code": 0, "detail": ""}),
        ("sealed", {"tip": "t", "empty": False, "violations": [], "base": "b", "left_uncommitted": True}),
        ("a-word-of-a-later-version", {"x": 1}),
    ]
    events = [Envelope(1, "", str(NAME), 1, number, kind, data) for number, (kind, data) in enumerate(kinds)]
    state = fold(events)
    assert (state.phase, state.process, state.tip) == (Phase.SEALED, (7, 8, "b"), "t")
    assert all(encode(event).endswith(b"\n") for event in events)


@pytest.mark.parametrize(
    ("phase", "worker", "expected"),
    [
        (Phase.RUNNING, "alive", "stop"),
        (Phase.LAUNCHING, "alive", "adopt"),
        (Phase.PREPARED, "none", "nothing"),
        (Phase.RUNNING, "dead", "end"),
        (Phase.ENDED, "none", "seal"),
    ],
)
def test_a_lease_that_could_not_be_renewed_ends_the_worker_and_starts_none(
    phase: Phase, worker: str, expected: str
) -> None:
    check(RunState(phase=phase), MINE._replace(worker=worker, lease=Lease.OVER), expected)
