"""The grammar of ids and the default vocabulary."""

from __future__ import annotations

import pytest

from fp.model import STATUSES, TERMINAL, TRANSITIONS, is_issue_id, is_prefix, issue_path, odd_names, priority_rank
from tests.support.issues import A, B


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FP-k3v9q2m", True),
        ("WEB2-0000000", True),
        ("FP-K3V9Q2M", False),
        ("fp-k3v9q2m", False),
        ("FP-k3v9q2", False),
        ("FP-k3v9q2mm", False),
        ("FP-k3v9q2l", False),
        ("FP-k3v9q2m\n", False),
        ("FP-../../et", False),
        ("FP-k3v9q2٣", False),
        ("-k3v9q2m", False),
    ],
)
def test_an_id_is_a_prefix_and_seven_characters_of_crockford(text: str, expected: bool) -> None:
    assert is_issue_id(text) is expected


def test_a_prefix_is_short_and_in_upper_case() -> None:
    assert [is_prefix(word) for word in ("FP", "A1", "fp", "1A", "", "ABCDEFGHIJK")] == [True, True] + [False] * 4


def test_every_arrow_leads_from_a_status_to_a_status() -> None:
    assert set(TRANSITIONS) == set(STATUSES)
    assert {to for tos in TRANSITIONS.values() for to in tos} == set(STATUSES)
    assert set(TERMINAL) < set(STATUSES)


def test_paths_and_ranks() -> None:
    assert issue_path("FP-k3v9q2m") == ".issues/FP-k3v9q2m.md"
    assert priority_rank("critical") < priority_rank("low") < priority_rank("whenever")


def test_odd_names_are_those_that_are_no_id() -> None:
    plain = [f"{A}.md", f"{B}.md", "ABC123-0000000.md"]
    odd = [
        f"{A}.md.md",
        f"x{A}.md",
        f"{A}.mdx",
        f"{A}",
        f"{A}\n.md",
        f"\n{A}.md",
        f"{A}.md\n",
        "fp-k3v9q2m.md",
        "a.md",
        "é.md",
    ]
    for names in ([*plain, *odd], [*odd, *plain], odd, plain, []):
        assert odd_names(names) == set(names) & set(odd)
