"""Folding the transitions of an issue: heads, forks, gaps, what is implicit, who may join."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.chain import Chain, Gap, PickUp, fold, unrecorded, why_not_sound
from fp.event import COMMENT, TRANSITION, Event, HandEdit, parse_writer

AT = datetime(2026, 11, 22, tzinfo=UTC)


def chain_of(text: str, status: str = "todo") -> Chain:
    """Transitions as `name:from>to:after,after:by[:epoch]`, one a word; `by` is h, o or J (a person's join)."""
    return fold([_event(word) for word in text.split()], status)


def _event(word: str) -> Event:
    name, move, after, by, *epoch = word.split(":")
    from_, _, to = move.partition(">")
    writer = parse_writer({"h": "human/ann", "o": "orchestrator/ci", "J": "human/ann"}[by])
    number = int(epoch[0]) if epoch else None
    claim = f"token{number}" if number else None
    fields = {"join": "true"} if by == "J" else {}
    return Event(name, TRANSITION, writer, AT, tuple(filter(None, after.split(","))), from_, to, number, claim, fields)


PICKED = "a:todo>in-progress::o:1"


@pytest.mark.parametrize(
    ("text", "status", "heads", "to", "explained", "implicit"),
    [
        ("", "todo", (), None, True, None),
        ("", "done", (), None, True, None),
        (PICKED, "in-progress", ("a",), "in-progress", True, None),
        (PICKED, "done", ("a",), "in-progress", False, ("in-progress", "done")),
        (f"{PICKED} b:in-progress>done:a:o:1", "done", ("b",), "done", True, None),
        # two that agree heal by themselves
        (f"{PICKED} b:in-progress>done:a:h c:in-progress>done:a:h", "done", ("b", "c"), "done", True, None),
        # two that differ
        (f"{PICKED} b:in-progress>done:a:h c:in-progress>todo:a:h", "done", ("b", "c"), None, False, None),
        # joined by a person
        (
            f"{PICKED} b:in-progress>done:a:h c:in-progress>todo:a:h d:done>todo:b,c:h",
            "todo",
            ("d",),
            "todo",
            True,
            None,
        ),
    ],
)
def test_the_heads_explain_the_status_or_do_not(
    text: str, status: str, heads: tuple[str, ...], to: str | None, *, explained: bool, implicit: object
) -> None:
    chain = chain_of(text, status)
    assert (chain.heads, chain.to, chain.status_explained, chain.implicit) == (heads, to, explained, implicit)


def test_the_order_of_the_files_does_not_matter() -> None:
    words = f"{PICKED} b:in-progress>done:a:h c:done>todo:b:h".split()
    assert chain_of(" ".join(words)) == chain_of(" ".join(reversed(words)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PICKED, None),
        (f"{PICKED} b:in-progress>done:a:h c:in-progress>done:a:h", None),
        (f"{PICKED} b:in-progress>done:a:h c:in-progress>todo:a:h", "2 ends that differ"),
        ("b:in-progress>done:a:h", "follows a, which is missing"),
        ("a:todo>done:b:h b:done>todo:a:h", "a follows itself in a circle"),
        (f"{PICKED} b:todo>done:a:h", "does not start where"),
        # a machine may not choose between ends that differ
        (f"{PICKED} b:in-progress>done:a:h c:in-progress>todo:a:h d:done>todo:b,c:o", "3 ends that differ"),
        # a person's join settles what is before it, and only that
        ("b:in-progress>done:a:h c:done>todo:b:J", None),
        (f"{PICKED} b:todo>done:a:h c:done>todo:b:J", None),
        ("b:in-progress>done:a:h c:done>todo:b:J d:todo>done:x:h", "follows x, which is missing"),
    ],
)
def test_a_history_that_does_not_add_up_is_said(text: str, why: str | None) -> None:
    chain = chain_of(text, "done")
    said = why_not_sound(chain)
    assert chain.sound is (why is None)
    assert said is None if why is None else said is not None and why in said


def test_a_gap_names_the_event_and_what_it_cites() -> None:
    assert chain_of("b:in-progress>done:a:h").gaps == (Gap("b", "a"),)


def test_comments_are_no_part_of_the_chain_but_their_epoch_counts() -> None:
    comment = Event("z", COMMENT, parse_writer("worker/FP-k3v9q2m.7"), AT, epoch=7)
    chain = fold([_event(PICKED), comment], "in-progress")
    assert (chain.heads, chain.epoch_max, chain.length) == (("a",), 7, 1)


def test_the_last_pick_up_is_the_last_transition_into_work_by_a_claim() -> None:
    text = f"{PICKED} b:in-progress>todo:a:h c:todo>in-progress:b:o:2 d:in-progress>todo:c:h e:todo>in-progress:d:h"
    assert chain_of(text).last_pick_up == PickUp("c", 2, "token2")


def edit(from_: str, to: str) -> HandEdit:
    return HandEdit("Ann", AT, from_, to, "b" * 40)


STEP, NEXT = edit("in-progress", "in-review"), edit("in-review", "done")


@pytest.mark.parametrize(
    ("text", "status", "edits", "expected"),
    [
        ("", "todo", (), ()),
        ("", "done", (edit("todo", "done"),), (edit("todo", "done"),)),
        ("", "todo", (edit("todo", "done"), edit("done", "todo")), (edit("todo", "done"), edit("done", "todo"))),
        (PICKED, "in-progress", (), ()),
        (PICKED, "in-progress", (STEP,), ()),
        (PICKED, "done", (), ()),
        (PICKED, "done", (STEP, NEXT), (STEP, NEXT)),
        (PICKED, "done", (NEXT,), (edit("in-progress", "done"),)),
        (PICKED, "done", (STEP,), ()),
    ],
)
def test_hand_edits_are_unrecorded_where_they_lead_to_the_status(
    text: str, status: str, edits: tuple[HandEdit, ...], expected: tuple[HandEdit, ...]
) -> None:
    assert unrecorded(chain_of(text, status), edits) == expected


def test_a_long_and_wide_history_folds_at_once() -> None:
    events = [Event(f"{n:05}", TRANSITION, None, AT, (f"{n - 1:05}",) if n else (), "a", "a") for n in range(5000)]
    assert fold(events, "a").heads == ("04999",)
