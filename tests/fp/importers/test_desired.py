"""Foreign issues as ours: ids, relations, bodies."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fp.importers import base
from fp.importers.desired import CIRCLE, DANGLING, SECOND, Desired, Unmet, desired, external_name, ids_for
from fp.model import is_issue_id
from tests.support.importing import foreign, reading


def ours(*issues: base.ForeignIssue, explained: tuple[base.Explained, ...] = ()) -> dict[str, Desired]:
    """All of them by key, ours having the key for an id."""
    ids = {external_name("beads", one.key): one.key for one in issues}
    return {one.foreign.key: one for one in desired("beads", reading(*issues, explained=explained), ids)}


def nothing_taken(issue_id: str) -> bool:
    return False


def test_an_id_follows_from_the_source_alone() -> None:
    one = ids_for(["beads:bd-1", "beads:bd-2"], "FP", {}, nothing_taken)
    other = ids_for(["beads:bd-2", "beads:bd-3"], "FP", {}, nothing_taken)
    assert one["beads:bd-2"] == other["beads:bd-2"]
    assert all(is_issue_id(issue_id) for issue_id in one.values())


def test_a_known_id_stays_and_a_taken_one_is_not_used() -> None:
    (first,) = ids_for(["beads:bd-1"], "FP", {}, nothing_taken).values()
    assert ids_for(["beads:bd-1"], "FP", {"beads:bd-1": "FP-k3v9q2m"}, nothing_taken) == {"beads:bd-1": "FP-k3v9q2m"}
    assert ids_for(["beads:bd-1"], "FP", {}, lambda issue_id: issue_id == first) != {"beads:bd-1": first}


def test_relations_are_by_our_ids() -> None:
    issues = ours(foreign("a", parent="b", depends_on=("c", "b")), foreign("b"), foreign("c"))
    assert (issues["a"].issue.parent, issues["a"].issue.depends_on, issues["a"].unmet) == ("b", ("c", "b"), ())


def test_what_the_source_does_not_hold_is_said_in_the_body() -> None:
    one = ours(foreign("a", parent="x", depends_on=("y",), body="Text."))["a"]
    assert (one.issue.parent, one.issue.depends_on) == (None, ())
    assert one.unmet == (Unmet("a", "parent", "x", DANGLING), Unmet("a", "depends on", "y", DANGLING))
    rows = "- parent: x (not in the source)\n- depends on: y (not in the source)"
    assert one.issue.body == f"Text.\n\n## Imported from beads\n\n{rows}"


def test_a_relation_to_what_was_left_out_says_why() -> None:
    gone = base.Explained("x", "issues.jsonl:1", base.TOMBSTONE, "deleted in the source")
    one = ours(foreign("a", parent="x"), explained=(gone,))["a"]
    assert one.unmet == (Unmet("a", "parent", "x", "deleted in the source"),)


def test_a_second_parent_is_said() -> None:
    link = base.Link(base.OTHER_PARENT, "c")
    one = ours(foreign("a", parent="b", links=(link,)), foreign("b"), foreign("c"))["a"]
    assert one.unmet == (Unmet("a", "parent", "c", SECOND),)
    assert one.issue.body.endswith("- parent: c (c) (an issue has one parent here)")


@pytest.mark.parametrize(
    ("edges", "left_out"),
    [
        ({"a": "b", "b": "a"}, ["b a"]),
        ({"a": "b", "b": "c", "c": "a"}, ["c a"]),
        ({"a": "bc", "b": "c", "c": ""}, []),
        ({"a": "b", "b": "cd", "c": "a", "d": "b"}, ["c a", "d b"]),
        ({"a": "", "b": "a", "c": "ab"}, []),
    ],
)
def test_only_what_closes_a_circle_is_left_out(edges: dict[str, str], left_out: list[str]) -> None:
    issues = ours(*(foreign(key, depends_on=tuple(targets)) for key, targets in edges.items()))
    unmet = [unmet for one in issues.values() for unmet in one.unmet]
    assert [f"{one.key} {one.target}" for one in unmet] == left_out
    assert {one.why for one in unmet} <= {CIRCLE}


def test_a_circle_of_parents_is_broken_too() -> None:
    issues = ours(foreign("a", parent="b"), foreign("b", parent="a"))
    assert (issues["a"].issue.parent, issues["b"].issue.parent) == ("b", None)


def test_a_long_chain_needs_no_recursion() -> None:
    keys = [f"k{number}" for number in range(5000)]
    chain = [foreign(key, depends_on=(following,)) for key, following in pairwise(keys)]
    assert not any(one.unmet for one in ours(*chain, foreign(keys[-1])).values())


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("one", "- name: one"),
        ("- a\n- b", "- name:\n  - a\n  - b"),
        ("- a", "- name:\n  - a"),
        ("one\n\n## two", "- name:\n\n  one\n\n  ## two"),
    ],
)
def test_a_fact_is_an_item_of_the_last_section(text: str, row: str) -> None:
    assert ours(foreign("a", facts=(("name", text),)))["a"].issue.body == f"## Imported from beads\n\n{row}"


def test_a_link_names_both_ids() -> None:
    one = ours(foreign("a", links=(base.Link("related", "b"),)), foreign("b"))["a"]
    assert one.issue.body == "## Imported from beads\n\n- related: b (b)"
