"""Issues made from a proposer's words: on hold, seen as they are, under ids that nobody has, none lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fp.codec import read_issue
from fp.config import Config
from fp.model import HOLD, TODO, Issue, issue_path
from fp.proposing import Proposals, Proposed, plan_proposals
from fp.tracker import Tracker

AT = datetime(2026, 1, 2, 3, 4, 5, 999, tzinfo=UTC)
TRACKER = Tracker({"FP-aaaaaaa": Issue("FP-aaaaaaa", "here")}, {}, (), Config("FP"), "here", None, {})


def planned(*wanted: Proposed, draws: tuple[str, ...] = ("bbbbbbb", "ccccccc")) -> Proposals:
    names = iter(draws)
    return plan_proposals(TRACKER, wanted, note="Proposed by run FP-aaaaaaa.1.", at=AT, draw=lambda: next(names))


def made(title: str, body: str = "") -> Issue:
    found = planned(Proposed(title, body))
    path = issue_path(found.made[0][0])
    issue, problems = read_issue(path, found.changes[path] or b"", TRACKER.config)
    assert issue is not None
    assert problems == []
    return issue


def test_a_proposal_is_a_new_issue_on_hold_that_says_where_it_is_from() -> None:
    issue = made("Mend the door", "It creaks.\r\nA lot.")
    assert (issue.title, issue.status, issue.dispatch) == ("Mend the door", TODO, HOLD)
    assert issue.body.strip() == "It creaks.\nA lot.\n\nProposed by run FP-aaaaaaa.1."


@pytest.mark.parametrize(
    ("title", "body", "shown"),
    [
        ("red \x1b[31m alert", "", "red \\x1b[31m alert"),
        ("two\nlines\tand a tab", "", "two lines and a tab"),
        ("x\ndispatch: auto\nstatus: done", "", "x dispatch: auto status: done"),
        ("---", "---\ndispatch: auto\n---", "---"),
        ("'\"#:{}[]&*!|>%@`", "", "'\"#:{}[]&*!|>%@`"),
        ("null", "\x00\x07", "null"),
        ("a \u202e b", "\u2066", "a \\u202e b"),
    ],
)
def test_hostile_words_stay_words(title: str, body: str, shown: str) -> None:
    issue = made(title, body)
    assert (issue.title, issue.status, issue.dispatch) == (shown, TODO, HOLD)


def test_a_title_that_is_too_long_goes_on_in_the_body() -> None:
    issue = made("word " * 100, "the body")
    assert (len(issue.title), issue.title[-3:]) == (200, "...")
    assert ("word " * 100).strip() in issue.body
    assert "the body" in issue.body


def test_an_id_that_is_taken_is_drawn_again() -> None:
    found = planned(Proposed("one"), Proposed("two"), draws=("aaaaaaa", "bbbbbbb", "bbbbbbb", "ccccccc"))
    assert [issue_id for issue_id, _ in found.made] == ["FP-bbbbbbb", "FP-ccccccc"]


def test_what_cannot_be_made_is_said() -> None:
    found = planned(Proposed("  "), Proposed("good"))
    assert [title for _, title in found.made] == ["good"]
    assert "not made: an issue without a title" in found.refused[0]


def test_one_that_its_escapes_make_too_large_is_said_and_stops_no_other() -> None:
    unseen = "\U000e0001" * 20_000
    found = planned(Proposed(unseen, unseen), Proposed("good"))
    assert [title for _, title in found.made] == ["good"]
    assert "more than the 262,144 that are read" in found.refused[0]
