"""`fp show` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

BODY = "\nWhat and why.\n\n## Acceptance\n- [x] one\n- [ ] two\n"
EVENTS = ".issues/events/FP-k3v9q2m"


def write_full(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "status: done", "title: First")
    fp.issue(
        "FP-k3v9q2m",
        *("title: Second", "created: 2026-11-22T23:15:01Z", "status: in-progress", "priority: high", "type: bug"),
        *(
            "assignees: [ann]",
            "labels: [a, b]",
            "depends_on: [FP-aaaaaaa, FP-zzzzzzz]",
            "due: 2026-12-01",
            "estimate: 3d 4h",
            "milestone: v1.2",
            "deadline: soon",
        ),
        body=BODY,
    )


def test_it_shows_fields_dependencies_text_and_boxes(fp: Fp) -> None:
    write_full(fp)
    assert fp.ok("show", "k3v").splitlines() == [
        "FP-k3v9q2m  Second",
        "in-progress  high  bug  dispatch hold  2026-11-22 23:15 UTC",
        "assigned    ann",
        "labels      a, b",
        "waits for   FP-aaaaaaa  done  First",
        "waits for   FP-zzzzzzz  missing  no file of that name",
        "milestone   v1.2",
        "due         2026-12-01",
        "estimate    3d 4h",
        "deadline    soon",
        "boxes       1 of 2 ticked",
        "",
        *BODY.strip("\n").splitlines(),
    ]


def test_warnings_are_told_beside_it(fp: Fp) -> None:
    write_full(fp)
    done = fp("show", "k3v")
    assert (done.code, ".issues/FP-k3v9q2m.md:14: warning: unknown key `deadline`" in done.err) == (0, True)


def test_the_document_is_whole(fp: Fp) -> None:
    write_full(fp)
    document = fp.json("show", "k3v")
    assert document["issue"]["body"] == BODY
    assert [(one["id"], one["status"]) for one in document["related"]] == [("FP-aaaaaaa", "done"), ("FP-zzzzzzz", None)]
    assert [(box["text"], box["checked"]) for box in document["boxes"]] == [("one", True), ("two", False)]


@pytest.mark.parametrize("word", ["FP-k3v9q2m", "fp-K3V", "K3V9", "k3v9q2m"])
def test_an_id_may_be_cut_and_in_any_case(fp: Fp, word: str) -> None:
    write_full(fp)
    assert fp.ok("show", word).startswith("FP-k3v9q2m")


@pytest.mark.parametrize(("word", "hint"), [("k3x", "did you mean FP-k3v9q2m?"), ("k3", "3 characters")])
def test_an_unknown_id_is_refused_with_the_near_ones(fp: Fp, word: str, hint: str) -> None:
    write_full(fp)
    done = fp("show", word)
    assert (done.code, hint in done.err) == (1, True)


def test_a_file_that_cannot_be_read_is_refused_with_its_line(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "status: nonsense")
    done = fp("show", "aaa")
    assert (done.code, ".issues/FP-aaaaaaa.md:4: unknown status" in done.err) == (1, True)


def test_a_file_of_another_name_is_found(fp: Fp) -> None:
    write_full(fp)
    (fp.repo.path / ".issues/FP-k3v9q2m.md").rename(fp.repo.path / ".issues/second.md")
    assert fp.ok("show", "k3v").startswith("FP-k3v9q2m  Second")


def test_a_body_cannot_steer_the_terminal(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", body="a\x1b]0;x\x07\r\n\tb\u202e\n")
    shown = fp.ok("show", "aaa")
    assert [character for character in shown if ord(character) < 32 and character not in "\n\t"] == []
    assert "\u202e" not in shown
