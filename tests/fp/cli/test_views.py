"""`fp tree` and `fp board` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.tracker import Fp


def test_a_tree_has_children_below_parents_and_tells_how_many_are_closed(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "title: Epic")
    fp.issue("FP-bbbbbbb", "parent: FP-aaaaaaa", "status: done")
    fp.issue("FP-ccccccc", "parent: FP-aaaaaaa")
    fp.issue("FP-ddddddd", "parent: FP-nnnnnnn")
    assert fp.ok("tree").splitlines() == [
        "FP-aaaaaaa  todo  Epic  (1 of 2 closed)",
        "└─ FP-ccccccc  todo  Issue FP-ccccccc",
        "FP-ddddddd  todo  Issue FP-ddddddd  (its parent FP-nnnnnnn has no readable file)",
    ]


def test_the_tree_of_one_issue_has_its_closed_children_too(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.issue("FP-bbbbbbb", "parent: FP-aaaaaaa", "status: done")
    rows = fp.json("tree", "aaa")["rows"]
    assert [(row["id"], row["under"]) for row in rows] == [("FP-aaaaaaa", None), ("FP-bbbbbbb", "FP-aaaaaaa")]


def test_a_tree_of_dependencies_leaves_out_what_waits_for_nothing(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "depends_on: [FP-bbbbbbb, FP-nnnnnnn]")
    fp.issue("FP-bbbbbbb", "depends_on: [FP-aaaaaaa]")
    fp.issue("FP-ccccccc")
    document = fp.json("tree", "--depends")
    assert [(row["depth"], row["state"]) for row in document["rows"]] == [
        (0, "issue"), (1, "issue"), (2, "circle"), (1, "missing"),
    ]  # fmt: skip
    assert document["alone"] == 1


def test_a_board_has_what_is_held_in_progress_with_its_holder(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "dispatch: auto")
    fp.issue("FP-bbbbbbb", "status: done")
    fp.repo.commit("issues")
    fp.ok("claim", "aaa")
    columns = {one["status"]: one for one in fp.json("board")["columns"]}
    assert (columns["in-progress"]["count"], columns["todo"]["count"], "done" in columns) == (1, 0, False)
    assert columns["in-progress"]["issues"][0]["held_by"].startswith("person/")


def test_a_board_takes_a_query_and_counts_what_it_leaves_out(fp: Fp) -> None:
    for letter in "abc":
        fp.issue(f"FP-{letter * 7}", "labels: [x]")
    assert "… 2 more" in fp.ok("board", "label:x", "--limit", "1")


def test_since_when_an_issue_is_blocked_is_told_from_history(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "dispatch: auto")
    fp.issue("FP-bbbbbbb")
    fp.repo.commit("issues")
    fp.issue("FP-aaaaaaa", "dispatch: auto", "depends_on: [FP-bbbbbbb]")
    fp.repo.commit("wait")
    at = fp.repo.git("log", "-1", "--date=format:%Y-%m-%dT%H:%M:%SZ", "--format=%ad")
    reasons = fp.json("blocked", "aaa")["blocked"][0]["reasons"]
    assert [(one["about"], one["since"]) for one in reasons] == [("FP-bbbbbbb", at)]
    assert fp.json("show", "aaa")["blocked"] == [{"id": "FP-bbbbbbb", "since": at}]
    assert f"since {at[:10]}" in fp.ok("blocked", "--since")


def test_ready_has_the_urgent_first_then_the_old(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "dispatch: auto", "created: 2026-01-02T00:00:00Z")
    fp.issue("FP-bbbbbbb", "dispatch: auto", "created: 2026-01-01T00:00:00Z")
    fp.issue("FP-ccccccc", "dispatch: auto", "priority: critical")
    fp.repo.commit("issues")
    assert [one["id"] for one in fp.json("ready")["ready"]] == ["FP-ccccccc", "FP-bbbbbbb", "FP-aaaaaaa"]
