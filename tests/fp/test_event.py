"""Event files: what is read, what is written, what is deterministic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fp import event as e

AT = datetime(2026, 11, 22, 23, 20, 0, 512_999, tzinfo=UTC)
NAME = "20261122T232000512Z-transition-8f3k"
FIRST = "20261122T231501004Z-transition-0a1b"
PATH = f".issues/events/FP-k3v9q2m/{NAME}.md"
SAMPLE = f"""---
kind: transition
from: todo
to: in-progress
by: orchestrator/ci-7       # who
at: 2026-11-22T23:20:00.512Z
after: [{FIRST}]
epoch: 1
claim: 9b1c0d
---
Picked up.
"""


def read(text: str, path: str = PATH) -> e.Event:
    event, problems = e.read_event(path, text.encode())
    assert event is not None, problems
    return event


def test_the_contract_s_sample_of_format_1_reads() -> None:
    event = read(SAMPLE)
    assert (event.kind, event.from_, event.to, str(event.by)) == (
        "transition",
        "todo",
        "in-progress",
        "orchestrator/ci-7",
    )
    assert (event.after, event.epoch, event.claim, event.note) == ((FIRST,), 1, "9b1c0d", "Picked up.")
    assert event.at == AT.replace(microsecond=512_000)


def test_a_file_without_header_is_a_comment_that_git_signs() -> None:
    event = read("\nLooks *good*.\n", ".issues/events/FP-k3v9q2m/thoughts.md")
    assert (event.kind, event.by, event.at, event.note) == ("comment", None, None, "Looks *good*.")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("kind: transition", "kind: move", 2),
        ("kind: transition", "kind: comment", 2),
        ("from: todo", "from: [todo]", 3),
        ("to: in-progress\n", "", 1),
        ("by: orchestrator/ci-7 ", "by: root/ci-7 ", 5),
        ("by: orchestrator/ci-7 ", "by: human/ ", 5),
        ("at: 2026-11-22T23:20:00.512Z", "at: yesterday", 6),
        (f"[{FIRST}]", "[../../config]", 7),
        (f"[{FIRST}]", "{a: b}", 7),
        ("epoch: 1", "epoch: -1", 8),
        ("epoch: 1", "epoch: 99999999999999", 8),
        ("epoch: 1", "epoch: [1]", 8),
    ],
)
def test_what_is_wrong_is_said_with_path_and_line(old: str, new: str, line: int) -> None:
    assert old in SAMPLE
    event, problems = e.read_event(PATH, SAMPLE.replace(old, new).encode())
    assert event is None
    assert (problems[0].path, problems[0].line) == (PATH, line)


@pytest.mark.parametrize("path", ["note.md", "20261122T232000512Z-transition-8f.md", "2026-transition-8f3k.md"])
def test_an_event_with_a_header_has_a_name_of_the_grammar(path: str) -> None:
    assert e.read_event(f".issues/events/FP-k3v9q2m/{path}", SAMPLE.encode())[0] is None


def test_an_event_reads_back_as_itself() -> None:
    at = AT.replace(microsecond=512_000)
    event = e.Event(
        NAME,
        e.TRANSITION,
        e.Writer(e.HUMAN, "Ann: 'no' # Smith"),
        at,
        (FIRST, NAME),
        "todo",
        "no",
        3,
        "0123",
        {"blob": "12:30", "list": ["a", "yes"]},
        "---\nnote\n\n  kept",
        PATH,
    )
    assert e.read_event(PATH, e.event_bytes(event)) == (event, [])


def test_a_name_holds_milliseconds_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert e.event_name(AT.astimezone(berlin), e.TRANSITION, "8f3k") == NAME
    assert e.is_event_name(NAME)


EDIT = e.HandEdit("Ann", AT, "todo", "done", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad")


def test_a_synthesised_transition_is_the_same_whoever_writes_it() -> None:
    one = e.synthesised("FP-k3v9q2m", [NAME, FIRST], EDIT)
    berlin = EDIT._replace(at=AT.astimezone(timezone(timedelta(hours=1))))
    other = e.synthesised("FP-k3v9q2m", [FIRST, NAME], berlin)
    assert (one.path, e.event_bytes(one)) == (other.path, e.event_bytes(other))
    assert one.name.startswith("20261122T232000512Z-transition-")


@pytest.mark.parametrize(
    "changed",
    [
        EDIT._replace(name="Bo"),
        EDIT._replace(from_="in-progress"),
        EDIT._replace(to="cancelled"),
        EDIT._replace(blob="b" * 40),
    ],
)
def test_another_hand_edit_has_another_name(changed: e.HandEdit) -> None:
    assert e.synthesised("FP-k3v9q2m", [FIRST], changed).name != e.synthesised("FP-k3v9q2m", [FIRST], EDIT).name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann", "human/Ann"),
        ("A\x1b[2Jnn\nX", "human/A [2Jnn X"),
        ("", "human/unknown"),
        ("x" * 500, "human/" + "x" * 200),
    ],
)
def test_a_person_s_name_is_made_fit_for_one_line(name: str, expected: str) -> None:
    assert str(e.human(name)) == expected
