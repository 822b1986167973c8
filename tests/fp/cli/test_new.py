"""`fp new` from a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp


def test_it_writes_every_group_and_prints_id_and_path(fp: Fp) -> None:
    issue_id, path = fp.ok("new", "Reject", "expired tokens").split()
    assert path == f".issues/{issue_id}.md"
    text = re.sub(r"(?m)^(id|created): \S+$", r"\1: X", fp.repo.read(path))
    assert text == (
        "---\nid: X\ntitle: Reject expired tokens\ncreated: X\nstatus: todo\ntype: task\npriority: medium\n"
        "\nassignees:\n\nlabels:\n\nparent:\n\ndepends_on:\n\ntouches:\n\ndispatch: hold\n---\n\n"
    )


def test_blanks_within_a_title_stay_and_a_line_break_becomes_one(fp: Fp) -> None:
    assert fp.json("new", " a  \u1680b\n\n c ")["issue"]["title"] == "a  \u1680b c"


def test_every_option_becomes_its_field(fp: Fp) -> None:
    first = fp.new("First")
    document = fp.json(
        *("new", "Second", "-t", "bug", "-p", "high", "-l", "b", "-l", "a", "-a", "ann", "--parent", first[3:7]),
        *("--depends", first.lower(), "--touches", "src/**", "--arm", "--body", "Why."),
    )
    issue = document["issue"]
    assert {key: issue[key] for key in ("type", "priority", "labels", "assignees", "dispatch", "touches")} == {
        "type": "bug",
        "priority": "high",
        "labels": ["a", "b"],
        "assignees": ["ann"],
        "dispatch": "auto",
        "touches": ["src/**"],
    }
    assert (issue["parent"], issue["depends_on"]) == (first, [first])
    assert fp.repo.read(issue["path"]).endswith("---\n\nWhy.\n")


@pytest.mark.parametrize(
    ("args", "stdin"),
    [
        (("-",), "# From a file\n\nWhy.\n"),
        (("-",), "From a file\n\nWhy.\n"),
        (("From a file", "--body", "-"), "\nWhy.\n"),
    ],
)
def test_text_comes_from_standard_input(fp: Fp, args: tuple[str, ...], stdin: str) -> None:
    _, path = fp.ok("new", *args, stdin=stdin).split()
    text = fp.repo.read(path)
    assert "title: From a file\n" in text
    assert text.endswith("---\n\nWhy.\n")


@pytest.mark.parametrize(
    ("args", "code", "part"),
    [
        (("",), 2, "title is empty"),
        ((), 2, "TITLE"),
        (("x", "--type", "wish"), 2, "wish"),
        (("x", "--due", "soon"), 1, "not a day"),
        (("x", "--estimate", "much"), 1, "not an estimate"),
        (("x", "--depends", "zzz"), 1, "no issue 'zzz'"),
        (("x", "--touches", "../x"), 1, "not a path inside"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(fp: Fp, args: tuple[str, ...], code: int, part: str) -> None:
    done = fp("new", *args)
    assert (done.code, part in done.err) == (code, True)
    assert fp.repo.git("status", "--porcelain") == ""


def test_broken_settings_are_named_before_anything_is_written(fp: Fp) -> None:
    fp.repo.write(".issues/config.yaml", "format: 1\nprefix: web\n")
    done = fp("new", "x")
    assert (done.code, ".issues/config.yaml:2" in done.err) == (1, True)


def test_a_title_cannot_steer_the_terminal_or_the_file(fp: Fp) -> None:
    issue_id = fp.new("a\x1b[31m: b # c\nstatus: done")
    shown = fp.ok("show", issue_id)
    assert "\x1b" not in shown
    assert fp.json("show", issue_id)["issue"]["title"] == "a\x1b[31m: b # c status: done"


def test_commit_takes_the_new_file_alone(fp: Fp) -> None:
    fp.repo.write("code.py", "x\n")
    fp.repo.git("add", "code.py")
    document = fp.json("new", "First", "--commit")
    assert fp.repo.git("show", "--name-only", "--format=%s", "HEAD").split("\n\n") == [
        f"issues: add {document['issue']['id']} First",
        document["issue"]["path"],
    ]
    assert fp.repo.git("status", "--porcelain") == "A  code.py"


def test_without_a_tracker_it_says_what_to_do(fp: Fp) -> None:
    fp.repo.git("rm", "-rq", ".issues")
    done = fp("new", "x")
    assert (done.code, "fp init" in done.err) == (2, True)
