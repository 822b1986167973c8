"""Lessons: who may approve one, and what each speaks of."""

from __future__ import annotations

import pytest

from fp.event import ACK, COMMENT
from fp.lesson import APPROVED, PROPOSED, RETIRED, lessons_of, matching, overlap
from tests.support.issues import A, event, issue

SAID = event(COMMENT, "agent/x", fields={"lesson": "true"}, note="Restart the cache.")


def verdict(by: str, word: str, minutes: int = 1) -> object:
    return event(ACK, by, minutes=minutes, fields={"code": "lesson", "lesson": SAID.name, "verdict": word})


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([], PROPOSED),
        ([verdict("human/ann", "approve")], APPROVED),
        ([verdict("agent/x", "approve")], PROPOSED),
        ([verdict("worker/FP-aaaaaaa.1", "approve")], PROPOSED),
        ([verdict("human/ann", "approve"), verdict("human/bo", "retire", 2)], RETIRED),
    ],
)
def test_only_a_persons_last_word_counts(verdicts: list[object], state: str) -> None:
    assert lessons_of(A, issue(), [SAID, *verdicts])[0].state == state  # type: ignore[list-item]  # a table's rows


def test_a_lesson_speaks_of_what_its_issue_does() -> None:
    found = lessons_of(A, issue(labels=("auth",), touches=("gateway/**",)), [SAID])
    assert matching(found, labels=["auth"]) == matching(found, paths=["gateway/a.py"]) == found
    assert matching(found, labels=["ui"]) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("a/**", "a/b.py", True), ("a/b", "a/b/c.py", True), ("a/*.py", "a/x*", True), ("a/b", "a/bc", False)],
)  # fmt: skip
def test_paths_overlap_where_they_can_mean_one_file(one: str, other: str, expected: bool) -> None:
    assert overlap(one, other) == overlap(other, one) == expected
