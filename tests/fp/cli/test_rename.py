"""`fp rename` follows an id everywhere, or does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.renaming import mentioning

if TYPE_CHECKING:
    from tests.support.tracker import Fp

A, B, C, NEW = "FP-aaaaaaa", "FP-bbbbbbb", "FP-ccccccc", "FP-nnnnnnn"


def test_a_rename_follows_references_text_and_events_and_the_tracker_is_whole(fp: Fp) -> None:
    fp.issue(A, "status: todo", body=f"\nI am {A}.\n")
    fp.issue(B, f"depends_on: [{A}]", body=f"\nAfter {A}; run {A}.1 stays.\n")
    fp.issue(C, f"parent: {A}")
    fp.repo.commit()
    fp.ok("start", A)
    fp.ok("comment", A, "text")
    fp.repo.commit()
    told = fp.json("rename", "aaa", NEW, "--commit")
    assert (told["followed"], told["events"], fp.repo.git("status", "--short")) == ([B, C], 2, "")
    assert f"depends_on: [{NEW}]" in fp.repo.read(f".issues/{B}.md")
    assert f"After {NEW}; run {A}.1 stays." in fp.repo.read(f".issues/{B}.md")
    assert f"I am {NEW}." in fp.repo.read(f".issues/{NEW}.md")
    assert f"{A}.md" not in fp.repo.git("ls-files")
    assert fp.json("check")["problems"] == []
    assert fp("check", "--base", "HEAD~1").code == 0


def test_hand_edits_of_a_status_are_written_out_before_their_path_changes(fp: Fp) -> None:
    fp.issue(A, "status: todo")
    fp.repo.commit()
    fp.issue(A, "status: in-progress")
    fp.repo.commit()
    assert fp.json("rename", A, NEW, "--commit")["events"] == 1
    assert fp.json("check")["problems"] == []


def test_a_held_issue_and_a_taken_id_and_a_machine_are_refused(fp: Fp) -> None:
    for one in (A, B):
        fp.issue(one, "dispatch: auto")
    fp.repo.commit()
    fp.ok("claim", A)
    assert fp("rename", A, NEW).code == 4
    assert "taken" in fp("rename", B, A).err
    assert fp("rename", B, NEW, "--as", "agent/x").code == 1
    assert fp("rename", B, "FP-new").code == 2
    fp.ok("release", A)
    assert fp.ok("rename", A, NEW).startswith(NEW)
    assert "claimed once" in fp("rename", B, A).err


@pytest.mark.parametrize(
    ("text", "found"),
    [(A, True), (f"({A}).", True), (f"{A}s", False), (f"X{A}", False), (f"tarmac/{A}/1", False), (f"{A}.2", False)],
)
def test_what_names_an_issue(text: str, found: bool) -> None:
    assert bool(mentioning(A).search(text)) is found
