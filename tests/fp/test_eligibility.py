"""What may be picked up, in which order, and why not the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fp.claim import HELD, LANDED, LANDING, PARKED, RELEASED, Claim, Tip
from fp.eligibility import Claimed, Eligibility, effective_status, eligible, excluded, judge
from fp.kernel.problem import Problem, Severity
from tests.support.issues import AT, A, B, C, event, issue, tracker

if TYPE_CHECKING:
    from fp.event import Event
    from fp.model import Issue
    from fp.tracker import Tracker

NOBODY = Claimed({}, {})


def tip(state: str = HELD, issue_id: str = A, epoch: int = 1) -> Tip:
    return Tip("0" * 40, Claim(issue_id, epoch, state, "agent/x", "nonce"))


def codes(found: Tracker, claims: Claimed = NOBODY, issue_id: str = A, **more: frozenset[str]) -> list[str]:
    return [reason.code for reason in judge(found, claims, found.issues[issue_id], **more).reasons]


def moved(from_: str, to: str, random: str = "aaaa", after: tuple[str, ...] = (), epoch: int | None = None) -> Event:
    claim = "token" if epoch else None
    return event("transition", random=random, from_=from_, to=to, after=after, epoch=epoch, claim=claim)


def test_the_order_is_priority_then_age_then_id() -> None:
    issues = [
        issue("FP-0000004", priority="low"),
        issue("FP-0000003", created=None),
        issue("FP-0000002", created=AT + timedelta(days=1)),
        issue("FP-0000001", created=AT + timedelta(days=1)),
        issue("FP-0000005"),
        issue("FP-0000006", priority="critical", created=AT + timedelta(days=9)),
    ]
    order = [one.issue.id[-1] for one in eligible(tracker(issues), NOBODY)]
    assert order == ["6", "5", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"dispatch": "hold"}, ["hold"]),
        ({"status": "in-progress"}, ["status"]),
        ({"status": "needs-attention", "dispatch": "hold"}, ["status", "hold"]),
        ({"status": "done"}, ["terminal"]),
        ({"depends_on": (B,)}, ["dependency-open"]),
        ({"depends_on": ("FP-9999999",)}, ["dependency-missing"]),
        ({"depends_on": (A,)}, ["dependency-cycle"]),
        ({"depends_on": (C,)}, []),
        ({"parent": B}, []),
    ],
)
def test_each_reason_has_its_word(fields: dict[str, object], expected: list[str]) -> None:
    assert codes(tracker([issue(**fields), issue(B), issue(C, status="done")])) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("done", []), ("cancelled", ["dependency-cancelled"]), ("in-review", ["dependency-open"])]
)
def test_a_dependency_is_done_or_stands_in_the_way(status: str, expected: list[str]) -> None:
    assert codes(tracker([issue(depends_on=(B,)), issue(B, status=status)])) == expected


def test_a_dependency_that_cannot_be_read_is_not_called_missing() -> None:
    found = tracker([issue(depends_on=(B,))], unreadable={B: ".issues/FP-bbbbbbb.md"})
    assert codes(found) == ["dependency-unreadable"]
    assert list(excluded(found)) == [B]


def test_a_circle_is_named_and_blocks_all_on_it_alone() -> None:
    issues = [issue(A, depends_on=(B,)), issue(B, depends_on=(A,)), issue(C)]
    found = {one.issue.id: one for one in eligible(tracker(issues), NOBODY)}
    assert found[A].reasons[0].text == f"it waits for itself: {A} -> {B} -> {A}"
    assert (found[B].ok, found[C].ok) == (False, True)


def test_a_parent_waits_for_its_open_children() -> None:
    assert codes(tracker([issue(A), issue(B, parent=A), issue(C, parent=A, status="done")])) == ["children-open"]
    assert codes(tracker([issue(A), issue(C, parent=A, status="done")])) == []


@pytest.mark.parametrize(
    ("state", "epoch_recorded", "expected"),
    [
        (HELD, None, ["claimed"]),
        (LANDING, None, ["claimed"]),
        (RELEASED, None, []),
        (PARKED, None, ["stale-view"]),
        (LANDED, None, ["stale-view"]),
        (LANDED, 1, []),
        (LANDED, 2, []),
    ],
)
def test_a_claim_stands_in_the_way_unless_it_has_ended_and_the_tracker_knows(
    state: str, epoch_recorded: int | None, expected: list[str]
) -> None:
    events = (moved("todo", "in-progress", "aaaa", (), epoch_recorded), moved("in-progress", "todo", "bbbb"))
    joined = (events[0], events[1]._replace(after=(events[0].name,))) if epoch_recorded else ()
    assert codes(tracker([issue()], {A: joined}), Claimed({A: tip(state)}, {})) == expected


def test_a_claim_ref_that_holds_no_record_blocks() -> None:
    assert codes(tracker([issue()]), Claimed({}, {A: "0" * 40})) == ["claim-unreadable"]


def test_a_claim_is_in_progress() -> None:
    assert effective_status(issue(), tip()) == "in-progress"
    assert effective_status(issue(status="in-review"), tip()) == "in-review"
    assert effective_status(issue(), tip(RELEASED)) == "todo"
    assert effective_status(issue(), None) == "todo"


FORK = (
    moved("todo", "in-progress", "aaaa"),
    moved("in-progress", "todo", "bbbb", (moved("todo", "in-progress", "aaaa").name,)),
    moved("in-progress", "done", "cccc", (moved("todo", "in-progress", "aaaa").name,)),
)


@pytest.mark.parametrize(
    ("events", "explained", "expected"),
    [
        (FORK, frozenset(), ["history"]),
        (FORK[1:2], frozenset(), ["history"]),
        (FORK[:2], frozenset(), []),
        (FORK[:1], frozenset(), ["contradiction"]),
        (FORK[:1], frozenset({A}), []),
    ],
)
def test_a_history_that_does_not_explain_the_status_blocks(
    events: tuple[Event, ...], explained: frozenset[str], expected: list[str]
) -> None:
    assert codes(tracker([issue()], {A: events}), explained=explained) == expected


@pytest.mark.parametrize(
    ("path", "severity", "expected"),
    [
        (f".issues/events/{A}/x.md", Severity.ERROR, ["problem"]),
        (f".issues/{A}.md", Severity.ERROR, ["problem"]),
        (f".issues/{A}.md", Severity.WARNING, []),
        (f".issues/{B}.md", Severity.ERROR, []),
    ],
)
def test_an_error_in_its_files_blocks_an_issue_and_no_other(path: str, severity: Severity, expected: list[str]) -> None:
    found = tracker([issue(A), issue(B)], problems=(Problem("bad", path, 1, "bad", severity=severity),))
    assert codes(found) == expected


def test_two_files_with_one_id_are_left_out_and_said() -> None:
    found = tracker([issue(B)])._replace(duplicates={A: ("a.md", "b.md")})
    assert excluded(found)[A].code == "two-files"


def _is_named(one: Eligibility) -> bool:
    return all(reason.next_command for reason in one.reasons)


def test_every_reason_names_the_next_command() -> None:
    issues: list[Issue] = [
        issue(A, depends_on=(B, "FP-9999999"), dispatch="hold"),
        issue(B, status="in-review", parent=C),
        issue(C, depends_on=(C,)),
    ]
    assert all(_is_named(one) for one in eligible(tracker(issues), Claimed({B: tip(issue_id=B)}, {})))
