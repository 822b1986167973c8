"""`fp search` and queries of `fp list` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.tracker import Fp


def test_words_are_found_in_closed_issues_too_with_the_lines_that_hold_them(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "status: done", body="# One\n\nA Needle here.\nAnd a needle there.\n")
    fp.issue("FP-bbbbbbb")
    lines = fp.ok("search", "needle").splitlines()
    assert lines[0].startswith("FP-aaaaaaa  done")
    assert [line.strip().partition("  ")[2] for line in lines[1:]] == ["A Needle here.", "And a needle there."]


def test_the_document_has_the_lines(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", body="x needle\n")
    document = fp.json("search", "needle")
    assert document["found"] == 1
    assert document["issues"][0]["lines"][0]["text"] == "x needle"


def test_a_limit_says_what_it_leaves_out(fp: Fp) -> None:
    for letter in "abc":
        fp.issue(f"FP-{letter * 7}")
    assert len(fp.json("search", "issue", "--limit", "2")["issues"]) == 2
    assert fp.json("search", "issue", "--limit", "2")["found"] == 3


def test_nothing_found_is_said(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    assert fp("search", "haystack").err == "nothing found\n"


def test_list_takes_a_query_with_exclusions(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "labels: [x]")
    fp.issue("FP-bbbbbbb", "labels: [x, y]")
    fp.issue("FP-ccccccc", "status: done")
    assert [line.split()[0] for line in fp.ok("list", "label:x", "-label:y").splitlines()] == ["FP-aaaaaaa"]
    assert fp.ok("list", "status:closed").startswith("FP-ccccccc")


def test_an_unknown_field_is_told_with_its_column(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    ran = fp("list", "lable:x")
    assert (ran.code, "column 1" in ran.err) == (2, True)
