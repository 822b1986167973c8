"""Planned writes: the bytes of the issue's file, the events, and what is written out before."""

from __future__ import annotations

import re

import pytest

from fp import transition as t
from fp.chain import fold
from fp.codec import read_issue
from fp.event import Event, HandEdit, Writer, read_event
from fp.kernel.errors import Refused
from tests.support.issues import AT, CONFIG, A, event

FLOW = CONFIG.workflow
PATH = f".issues/{A}.md"
TEXT = f"""---
id: {A}
title: Reject expired tokens
created: 2026-11-22T23:15:01Z
status: "todo"     # waiting
dispatch: auto
---

- [ ] a
"""
ANN = Writer("human", "Ann")
CI = Writer("orchestrator", "ci-7")


def subject(text: str = TEXT, events: tuple[Event, ...] = (), edits: tuple[HandEdit, ...] = ()) -> t.Subject:
    issue, problems = read_issue(PATH, text.encode(), CONFIG)
    assert issue is not None, problems
    return t.Subject(issue, text.encode(), events, edits)


def stamp(by: Writer = ANN, random: str = "zzzz") -> t.Stamp:
    return t.Stamp(by, AT, random)


def plan(found: t.Subject, to: str, by: Writer = ANN, **more: object) -> t.Planned:
    return t.plan_transition(found, t.Move(to, **more), stamp(by), FLOW)  # type: ignore[arg-type]  # a table's fields


def read(planned: t.Planned) -> list[Event]:
    """The events as their files read back."""
    found = []
    for one in planned.events:
        data = planned.changes[one.path]
        assert data is not None
        event_read, problems = read_event(one.path, data)
        assert event_read is not None, problems
        found.append(event_read)
    return found


def test_a_move_changes_the_status_and_no_other_byte() -> None:
    planned = plan(subject(), "in-progress")
    assert planned.changes[PATH] == TEXT.replace('"todo"', '"in-progress"').encode()
    assert sorted(planned.changes) == [PATH, f".issues/events/{A}/20261122T231501000Z-transition-zzzz.md"]


def test_the_event_says_what_the_move_was() -> None:
    planned = plan(subject(), "in-progress", CI, note="Picked up.", epoch=3, claim="9b1c")
    (one,) = read(planned)
    assert (one.from_, one.to, one.by, one.at, one.after) == ("todo", "in-progress", CI, AT, ())
    assert (one.epoch, one.claim, one.note) == (3, "9b1c", "Picked up.")


@pytest.mark.parametrize(
    ("status", "dispatch", "expected"),
    [("done", None, "hold"), ("done", "auto", "auto"), ("needs-attention", None, "hold"), ("in-review", None, "auto")],
)
def test_leaving_a_closed_status_sets_hold_unless_the_same_edit_says_otherwise(
    status: str, dispatch: str | None, expected: str
) -> None:
    planned = plan(subject(TEXT.replace('"todo"', status)), "todo", dispatch=dispatch)
    assert f"dispatch: {expected}".encode() in (planned.changes[PATH] or b"")


FIRST = event("transition", minutes=-9, from_="todo", to="in-progress")
EDIT = HandEdit("Bo", AT, "in-progress", "in-review", "b" * 40)
IN_REVIEW = TEXT.replace('"todo"', "in-review")


def test_a_hand_edit_is_written_out_before_the_move() -> None:
    planned = plan(subject(IN_REVIEW, (FIRST,), (EDIT,)), "done")
    by_hand, own = read(planned)
    assert (str(by_hand.by), by_hand.from_, by_hand.to, by_hand.after) == (
        "human/Bo",
        "in-progress",
        "in-review",
        (FIRST.name,),
    )
    assert (own.from_, own.to, own.after) == ("in-review", "done", (by_hand.name,))
    assert fold((FIRST, by_hand, own), "done").status_explained


def test_two_writers_write_the_same_bytes_for_one_hand_edit() -> None:
    found = subject(IN_REVIEW, (FIRST,), (EDIT,))
    one, other = t.plan_implicit(found), plan(found, "done")
    assert one.changes.items() <= other.changes.items()


@pytest.mark.parametrize(
    "planned",
    [
        t.plan_comment(subject(IN_REVIEW, (FIRST,), (EDIT,)), "Hm.", stamp()),
        t.plan_review(subject(IN_REVIEW, (FIRST,), (EDIT,)), "approve", stamp(), content="c" * 40, commit="d" * 40),
        t.plan_ack(
            subject(IN_REVIEW, (FIRST,), (EDIT,)), stamp(), code="D-11", until="2026-12-01", reason="R", facts="f"
        ),
    ],
)
def test_any_write_writes_the_hand_edit_out_first(planned: t.Planned) -> None:
    assert next(one.kind for one in read(planned)) == "transition"
    assert len(planned.events) == 2


def test_a_chain_of_hand_edits_is_written_in_order() -> None:
    edits = (EDIT, HandEdit("Cy", AT, "in-review", "done", "c" * 40))
    planned = t.plan_implicit(subject(TEXT.replace('"todo"', "done"), (FIRST,), edits))
    first, second = read(planned)
    assert (first.after, second.after) == ((FIRST.name,), (first.name,))


FORK = (
    FIRST,
    event("transition", random="bbbb", from_="in-progress", to="done", after=(FIRST.name,)),
    event("transition", random="cccc", from_="in-progress", to="todo", after=(FIRST.name,)),
)


@pytest.mark.parametrize(
    ("events", "join", "by", "refused"),
    [
        (FORK, False, ANN, True),
        (FORK, True, ANN, False),
        (FORK, True, CI, True),
        (FORK[1:2], False, ANN, True),
        (FORK[1:2], True, ANN, False),
        ((FIRST,), False, ANN, True),  # the status is not where the events lead, and nothing explains it
        ((FIRST,), True, ANN, False),
    ],
)
def test_a_history_that_does_not_add_up_takes_a_person_s_join(
    events: tuple[Event, ...], by: Writer, *, join: bool, refused: bool
) -> None:
    found = subject(events=events)
    if refused:
        with pytest.raises(Refused, match=A):
            plan(found, "in-progress", by, join=join)
    else:
        joined = read(plan(found, "in-progress", by, join=join))
        assert fold((*events, *joined), "in-progress").sound


def test_heads_that_agree_are_joined_by_any_writer() -> None:
    agree = (FIRST, *(one._replace(to="todo") for one in FORK[1:]))
    (one,) = read(plan(subject(events=agree), "in-progress", CI, epoch=1, claim="x"))
    assert one.after == tuple(sorted(event.name for event in agree[1:]))


def test_evidence_holds_commands_exits_and_content() -> None:
    commands = (t.Command("make test", 0), t.Command("drift check", 1))
    seen = t.Observed("run", "observed", commands, "c" * 40, "d" * 40, "sha256:x", "ok\n```\nend", {"agent": "a b"})
    (one,) = read(t.plan_evidence(subject(), seen, stamp(), epoch=2))
    assert (one.kind, one.epoch, one.fields["exits"], one.fields["content"]) == ("evidence", 2, ["0", "1"], "c" * 40)
    assert one.fields["commands"] == ["make test", "drift check"]
    assert one.note == "````text\nok\n```\nend\n````"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\r\nb", "a\nb"), ("\x1b[2Jx\0", "\ufffd[2Jx\ufffd"), ("\n\n  kept\n\n", "  kept"), ("\ud800", "\ufffd")],
)
def test_a_comment_is_kept_as_text(text: str, expected: str) -> None:
    (one,) = read(t.plan_comment(subject(), text, stamp()))
    assert one.note == expected


@pytest.mark.parametrize(("text", "reason"), [(" \n", "empty"), ("x" * 300_000, "too-large")])
def test_a_comment_that_says_nothing_or_too_much_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        t.plan_comment(subject(), text, stamp())
    assert caught.value.reason == reason


def test_a_log_s_tail_is_kept() -> None:
    fenced = t.fenced("x" * 9000)
    assert len(fenced) < 5000
    assert re.fullmatch(r"```text\nx+\n```", fenced)


def test_a_command_of_odd_bytes_is_written_as_text() -> None:
    seen = t.Observed("run", "self", (t.Command("echo \udcff\x1b", 0),), "c" * 40, "d" * 40, "sha256:x")
    (one,) = read(t.plan_evidence(subject(), seen, stamp()))
    assert one.fields["commands"] == ["echo \ufffd\ufffd"]
