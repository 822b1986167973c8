"""Templates: what new issues start with, and that nothing takes a template for an issue."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.tracker import Fp

BUG = ".issues/templates/bug.md"
TEXT = "---\ntype: bug\npriority: high\nlabels: [triage]\nseverity: minor\n---\n\n## What happens\n"
CONFIG = "format: 1\nprefix: FP\n"


def problems(fp: Fp) -> list[tuple[str, str, int | None]]:
    found = fp.json("check", code=None)["problems"]
    return [(one["code"], one["path"], one["line"]) for one in found if one["severity"] == "error"]


def test_an_issue_starts_from_a_template_and_options_go_over_it(fp: Fp) -> None:
    fp.repo.write(BUG, TEXT)
    document = fp.json("new", "Login fails", "--template", "bug", "-p", "low", "-l", "login")
    issue = document["issue"]
    assert (document["template"], issue["type"], issue["priority"]) == ("bug", "bug", "low")
    assert (issue["labels"], issue["extra"]) == (["login", "triage"], {"severity": "minor"})
    assert fp.repo.read(issue["path"]).endswith("dispatch: hold\n\nseverity: minor\n---\n\n## What happens\n")


UNASKED = [
    ("", ("-t", "bug"), "bug"),
    ("", (), None),
    ("", ("-t", "bug", "--bare"), None),
    ("templates: {task: bug}\n", (), "bug"),
    ("templates: {bug: other}\n", ("-t", "bug"), "other"),
]


def test_a_type_has_its_template_unasked(fp: Fp) -> None:
    fp.repo.write(BUG, TEXT)
    fp.repo.write(".issues/templates/other.md", "text alone\n")
    for settings, args, expected in UNASKED:
        fp.repo.write(".issues/config.yaml", CONFIG + settings)
        assert fp.json("new", "T", *args)["template"] == expected, (settings, args)


def test_a_typed_text_replaces_that_of_the_template_and_a_title_may_come_from_it(fp: Fp) -> None:
    fp.repo.write(BUG, "---\ntitle: Release\nestimate: 3d\n---\n\n- [ ] tag\n")
    first = fp.json("new", "--template", "bug")["issue"]
    second = fp.json("new", "Other", "--template", "bug", "--body", "Mine.", "--estimate", "1d")["issue"]
    assert (first["estimate"], second["estimate"]) == ("3d", "1d")
    assert (first["title"], fp.repo.read(first["path"]).endswith("---\n\n- [ ] tag\n")) == ("Release", True)
    assert (second["title"], fp.repo.read(second["path"]).endswith("---\n\nMine.\n")) == ("Other", True)


REFUSED = [
    (("T", "--template", "bgu"), 1, "did you mean `bug`?"),
    (("T", "--template", "../FP-aaaaaaa"), 1, "no template '../FP-aaaaaaa'"),
    (("T", "--template", "bug", "--bare"), 2, "leave one of them out"),
    (("T", "--template", "bad"), 1, ".issues/templates/bad.md:2"),
    (("T", "--template", "lost"), 1, "no issue 'FP-zzzzzzz'"),
]


def test_what_cannot_be_is_refused_and_writes_nothing(fp: Fp) -> None:
    fp.repo.write(BUG, TEXT)
    fp.repo.write(".issues/templates/bad.md", "---\npriority: urgent\n---\n")
    fp.repo.write(".issues/templates/lost.md", "---\nparent: FP-zzzzzzz\n---\n")
    for args, code, part in REFUSED:
        done = fp("new", *args)
        assert (done.code, part in done.err) == (code, True), args
    assert fp.json("list")["total"] == 0


WRONG = [
    (b"---\npriority: urgent\n---\n", "unknown-priority", 2),
    (b"---\ntype: bug\nid: FP-aaaaaaa\n---\n", "bad-template", 3),
    (b"---\nstatus: done\n---\n", "bad-template", 2),
    (b"---\nown: {a: b}\n---\n", "bad-template", 2),
    (b"---\ndepends_on:\n  - FP-zzzzzzz\n---\n", "dangling", 3),
    (b"---\nlabels: [a\n---\n", "yaml-syntax", 2),
    (b"---\ntype: bug\ntype: task\n---\n", "yaml-duplicate-key", 3),
    (b"\xff\xfe\x00", "file-encoding", 1),
    (b"---\ntitle: \x1b[2J\n---\n", "yaml-character", 2),
]


def test_what_is_wrong_with_a_template_is_told_by_path_and_line(fp: Fp) -> None:
    paths = [f".issues/templates/{number}.md" for number in range(len(WRONG))]
    for path, (text, _, _) in zip(paths, WRONG, strict=True):
        fp.repo.write(path, text)
    assert problems(fp) == [(code, path, line) for path, (_, code, line) in zip(paths, WRONG, strict=True)]
    dangling = [code for _, code, _ in WRONG].count("dangling")
    assert fp.ok("new", "--list-templates").count("cannot be read") == len(WRONG) - dangling


def test_the_settings_name_a_template_that_is_there(fp: Fp) -> None:
    fp.repo.write(".issues/config.yaml", f"{CONFIG}templates:\n  bug: report\n  wish: x\n")
    assert [(code, line) for code, _, line in problems(fp)] == [("no-template", 4), ("wrong-value", 5)]


def test_links_and_readmes_are_no_templates(fp: Fp) -> None:
    fp.repo.write(".issues/templates/README.md", "# How to\n")
    fp.repo.write(".issues/templates/deep/x.md", "text\n")
    (fp.repo.path / ".issues/templates/passwd.md").symlink_to("/etc/passwd")
    assert problems(fp) == [("link", ".issues/templates/passwd.md", None)]
    (fp.repo.path / ".issues/templates").rename(fp.repo.path / "elsewhere")
    (fp.repo.path / ".issues/templates").symlink_to("../elsewhere")
    assert (problems(fp), fp("new", "T", "-t", "bug").code) == ([("link", ".issues/templates", None)], 0)


def test_nothing_takes_a_template_for_an_issue(fp: Fp) -> None:
    """A template that looks like an issue in all but its place."""
    fp.issue("FP-aaaaaaa")
    base = fp.repo.commit("issue")
    fp.repo.write(".issues/templates/FP-bbbbbbb.md", "---\ntitle: Not an issue\n---\n")
    fp.repo.commit("template")
    assert fp.json("list", "--all")["total"] == 1
    assert (fp("show", "FP-bbbbbbb").code, fp("check", "--base", base).code) == (1, 0)
    assert fp.ok("check", "--fix") == "1 issue, 0 problems\n"
    assert "FP-bbbbbbb" not in fp.ok("diff", f"{base}...HEAD") + fp.ok("list", "--all-branches")


def test_a_change_of_a_template_is_judged_with_the_rest_of_a_change(fp: Fp) -> None:
    base = fp.repo.head()
    fp.repo.write(BUG, "---\npriority: urgent\n---\n")
    fp.repo.git("add", "-A")
    assert f"{BUG}:2" in fp("check", "--staged").out
    fp.repo.commit("template")
    assert f"{BUG}:2" in fp("check", "--base", base).out


def test_a_conflict_in_a_template_is_settled_by_field(fp: Fp) -> None:
    for branch, priority in (("main", "high"), ("other", "low"), ("main", "critical")):
        fp.repo.git("checkout", "-q", *(("-b",) if branch == "other" else ()), branch)
        fp.repo.write(BUG, TEXT.replace("high", priority))
        fp.repo.commit(priority)
    fp.repo.git("merge", "-q", "other", check=False)
    fp.ok("resolve", "--take", "priority=theirs")
    assert fp.repo.read(BUG) == TEXT.replace("high", "low")


def test_templates_are_listed_and_their_names_completed(fp: Fp) -> None:
    fp.repo.write(BUG, TEXT)
    fp.repo.write(".issues/templates/note.md", "text\n")
    lines = fp.ok("new", "--list-templates").splitlines()
    assert re.split(r" {2,}", lines[0]) == ["bug", "bug", "high", "triage", "for every new bug"]
    assert [one["name"] for one in fp.json("new", "--list-templates")["templates"]] == ["bug", "note"]
    words = {"_FP_COMPLETE": "bash_complete", "COMP_WORDS": "fp new --template b", "COMP_CWORD": "3"}
    assert fp(env=words).out.strip() == "plain,bug"


def test_a_name_that_cannot_be_seen_is_told_and_steers_no_terminal(fp: Fp) -> None:
    (fp.repo.path / ".issues/templates").mkdir()
    (fp.repo.path / ".issues/templates" / os.fsdecode(b"a\x1b[2Jb\xff.md")).write_text("text\n")
    told = fp.ok("check") + fp.ok("new", "--list-templates") + fp("new", "T", "--template", "b").err
    assert ("the name cannot be seen" in told, "\x1b" in told) == (True, False)
