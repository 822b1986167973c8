"""Properties of a tracker's own from a terminal: set, refused, shown, checked, followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

SETTINGS = """format: 1
prefix: FP
properties:
  severity: {kind: choice, choices: [minor, major], required: [bug]}
  points: number
  caused_by: issue
  seen_in: {kind: list, of: issue}
"""
A, B = "FP-aaaaaaa", "FP-bbbbbbb"


@pytest.fixture(autouse=True)
def declared(fp: Fp) -> None:
    fp.repo.write(".issues/config.yaml", SETTINGS)
    fp.repo.commit("settings")


def test_a_property_is_set_by_kind_and_shown(fp: Fp) -> None:
    fp.issue(A, "title: The cause")
    fp.issue(B)
    said = fp.ok("set", B, "severity=major", "points=2.5", "caused_by=aaa", "seen_in=aaa,bbb")
    assert said == f"{B}  severity: none -> major  points: none -> 2.5  caused_by: none -> {A}  seen_in: +{A} +{B}\n"
    assert f"caused_by   {A}  todo  The cause" in fp.ok("show", B)
    issue = fp.json("show", B)["issue"]
    assert issue["properties"] == {"severity": "major", "points": 2.5, "caused_by": A, "seen_in": [A, B]}
    assert [one["id"] for one in fp.json("list", "points:>2")["issues"]] == [B]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("severity=huge", "`severity` cannot be `huge`"),
        ("points=many", "must be a number"),
        ("caused_by=zzz", "no issue 'zzz'"),
        ("severity=", "every open bug has one"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_nothing_written(fp: Fp, change: str, part: str) -> None:
    path = fp.issue(A, "type: bug", "severity: minor")
    before = fp.repo.read(path)
    done = fp("set", A, change)
    assert (done.code, part in done.err, fp.repo.read(path)) == (1, True, before)


def test_a_new_issue_has_what_its_type_needs(fp: Fp) -> None:
    refused = fp("new", "T", "-t", "bug")
    assert (refused.code, "--set severity=minor|major" in refused.err) == (1, True)
    issue = fp.json("new", "T", "-t", "bug", "--set", "severity=minor", "--set", "points=3")["issue"]
    assert issue["extra"] == {"severity": "minor", "points": "3"}
    assert fp("new", "T", "--set", "sevrity=minor").err.endswith("did you mean `severity`?\n")
    fp.repo.write(".issues/templates/bug.md", "---\ntype: bug\nseverity: major\n---\n")
    assert fp.json("new", "T", "-t", "bug")["issue"]["extra"] == {"severity": "major"}


def test_check_tells_what_is_wrong_by_line_also_in_templates(fp: Fp) -> None:
    fp.issue(A, "type: bug", "points: x")
    fp.issue(B, "type: bug", "severity: minor", "seen_in:", "  - FP-zzzzzzz")
    fp.repo.write(".issues/templates/bug.md", "---\nseverity: huge\n---\n")
    found = fp.json("check", code=1)["problems"]
    assert [(one["code"], one["path"], one["line"]) for one in found] == [
        ("missing-value", f".issues/{A}.md", 2),
        ("wrong-value", f".issues/{A}.md", 5),
        ("dangling", f".issues/{B}.md", 7),
        ("wrong-value", ".issues/templates/bug.md", 2),
    ]


def test_a_part_of_the_tracker_knows_what_properties_name(fp: Fp) -> None:
    for one in (A, "FP-ccccccc"):
        fp.issue(one)
    base = fp.repo.commit("before")
    fp.issue(B, f"caused_by: {A}")
    fp.repo.commit("names another")
    assert fp("check", "--base", base).code == 0
    fp.issue(B, "caused_by: FP-zzzzzzz")
    fp.repo.commit("names nobody")
    assert "`caused_by` names FP-zzzzzzz, which does not exist" in fp("check", "--base", base).out


def test_a_new_id_is_followed(fp: Fp) -> None:
    fp.issue(A)
    fp.issue(B, f"caused_by: {A}", f"seen_in: [{A}, {B}]")
    fp.repo.commit("issues")
    fp.ok("rename", A, "FP-ddddddd")
    assert "caused_by: FP-ddddddd" in fp.repo.read(f".issues/{B}.md")
    assert fp.ok("check").endswith("2 issues, 0 problems\n")


def test_editors_are_told_the_kinds(fp: Fp) -> None:
    schema = fp.json("schema")["json_schema"]["properties"]
    assert schema["points"]["anyOf"][0] == {"type": "number"}
    assert "pattern" in schema["caused_by"]["anyOf"][0]
    assert schema["severity"]["description"] == "Needed in every open bug."
