"""`fp stats` reads the lives of issues from git and the events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tracker import Fp

ONE = "FP-aaaaaaa"


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def step(fp: Fp, days: float, from_: str, to: str, after: str = "") -> str:
    """Write a transition event; its name."""
    at = days_ago(days)
    name = f"{at.translate({ord(mark): None for mark in '-:.'})}-transition-aaaa"
    lines = ["kind: transition", f"from: {from_}", f"to: {to}", "by: human/ann", f"at: {at}"]
    lines += [f"after: [{after}]"] if after else []
    fp.repo.write(f".issues/events/{ONE}/{name}.md", "---\n" + "\n".join(lines) + "\n---\n")
    return name


def test_steps_that_landed_in_one_commit_keep_the_times_of_their_events(fp: Fp, tmp_path: Path) -> None:
    fp.issue(ONE, f"created: {days_ago(6)}")
    fp.repo.commit("new")
    first = step(fp, 5, "todo", "in-progress")
    step(fp, 3, "in-progress", "done", first)
    fp.issue(ONE, f"created: {days_ago(6)}", "status: done")
    fp.repo.commit("landed")
    told = fp.json("stats", "--weeks", "2", "--svg", str(tmp_path / "burn.svg"))
    assert (round(told["cycle_days"]["median"], 2), round(told["lead_days"]["median"], 2)) == (2.0, 3.0)
    assert (told["weeks"][-1]["open"], told["shallow"]) == (0, False)
    assert (tmp_path / "burn.svg").read_text().startswith("<svg ")


def test_hand_edits_count_by_their_commits_and_a_query_chooses(fp: Fp) -> None:
    fp.issue(ONE, "labels: [x]")
    fp.issue("FP-bbbbbbb")
    fp.repo.commit("new")
    fp.issue(ONE, "labels: [x]", "status: 'in-progress'")
    fp.repo.commit("by hand")
    fp.issue("FP-ccccccc", "labels: [x]")
    told = fp.json("stats", "label:x", "--weeks", "520")
    assert [(one["status"], one["issues"]) for one in told["ageing"]] == [("in-progress", 1)]
    assert (told["issues"], told["not_committed"]) == (1, 1)


def test_a_shallow_clone_says_what_it_cannot_know(fp: Fp, tmp_path: Path) -> None:
    fp.issue(ONE)
    fp.repo.commit("new")
    fp.repo.commit("more")
    fp.repo.git("clone", "--quiet", "--depth=1", fp.repo.path.as_uri(), str(tmp_path / "shallow"))
    ran = fp("stats", "-C", str(tmp_path / "shallow"))
    assert (ran.code, "this clone is shallow" in ran.err) == (0, True)
