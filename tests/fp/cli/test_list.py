"""`fp list` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp


def write_four(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "priority: low", "created: 2026-01-01", "labels: [x, y]")
    fp.issue("FP-bbbbbbb", "priority: critical", "created: 2026-01-02", "assignees: [ann, bo]", "labels: [x]")
    fp.issue("FP-ccccccc", "priority: low", "created: 2025-01-01", "status: in-review", "assignees: [ann]")
    fp.issue("FP-ddddddd", "status: done")


def ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_open_issues_stand_in_the_order_of_urgency_and_age(fp: Fp) -> None:
    write_four(fp)
    assert fp.ok("list").splitlines() == [
        "FP-bbbbbbb  todo       critical  Issue FP-bbbbbbb  @ann @bo",
        "FP-ccccccc  in-review  low       Issue FP-ccccccc  @ann",
        "FP-aaaaaaa  todo       low       Issue FP-aaaaaaa",
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--all",), "bcad"),
        (("--status", "done"), "d"),
        (("--status", "todo,done"), "bad"),
        (("--status", "todo", "--status", "in-review"), "bca"),
        (("--label", "x"), "ba"),
        (("--label", "x", "--label", "y"), "a"),
        (("--assignee", "ann"), "bc"),
        (("--assignee", "none"), "a"),
        (("--assignee", "none", "--all"), "ad"),
        (("--label", "nothing"), ""),
    ],
)
def test_filters(fp: Fp, args: tuple[str, ...], expected: str) -> None:
    write_four(fp)
    assert ids(fp.ok("list", *args)) == [f"FP-{letter * 7}" for letter in expected]


def test_the_document_has_every_field(fp: Fp) -> None:
    write_four(fp)
    document = fp.json("list", "--label", "y")
    assert (document["total"], document["left_out"]) == (4, [])
    assert document["issues"][0]["labels"] == ["x", "y"]
    assert document["issues"][0]["created"] == "2026-01-01T00:00:00Z"


def test_a_bad_file_is_told_beside_the_good_ones(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.issue("FP-bbbbbbb", "status: nonsense")
    done = fp("list")
    assert (done.code, ids(done.out)) == (0, ["FP-aaaaaaa"])
    assert ".issues/FP-bbbbbbb.md not shown: fp check says why" in done.err
    assert fp.json("list")["left_out"] == [".issues/FP-bbbbbbb.md"]


def test_two_files_of_one_id_are_not_shown_and_told(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.repo.write(".issues/copy.md", fp.repo.read(".issues/FP-aaaaaaa.md"))
    done = fp("list")
    assert (done.out, ".issues/FP-aaaaaaa.md and 1 more not shown" in done.err) == ("", True)
    assert fp.json("list")["left_out"] == [".issues/FP-aaaaaaa.md", ".issues/copy.md"]


@pytest.mark.parametrize(
    ("lines", "args", "hint"),
    [(None, (), "fp new"), ("status: done", (), "fp list --all"), ("", ("--label", "q"), "no such issue")],
)
def test_an_empty_list_says_what_to_do(fp: Fp, lines: str | None, args: tuple[str, ...], hint: str) -> None:
    if lines is not None:
        fp.issue("FP-aaaaaaa", lines)
    done = fp("list", *args)
    assert (done.out, hint in done.err) == ("", True)


def test_an_unknown_status_is_a_usage_error_with_the_near_one(fp: Fp) -> None:
    done = fp("list", "--status", "in-progres")
    assert (done.code, "did you mean in-progress?" in done.err) == (2, True)


def test_nothing_in_a_file_reaches_the_terminal_raw(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", 'title: "a\\e[31m\\a \\u202e b"', 'assignees: ["\\e]0;x"]')
    printed = fp.ok("list")
    assert [character for character in printed if ord(character) < 32 and character != "\n"] == []
    assert "\u202e" not in printed
    assert "a\\x1b[31m" in printed
