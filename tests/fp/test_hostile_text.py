"""Texts that break parsers, databases and terminals, in every field of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

import pytest

from fp.codec import new_issue_bytes, read_issue, with_fields
from fp.config import default_config
from fp.kernel.text import safe
from fp.model import Issue

if TYPE_CHECKING:
    from tests.support.tracker import Fp

ID = "FP-k3v9q2m"
PATH = f".issues/{ID}.md"
CONFIG = default_config("FP")
STRINGS = (
    *("undefined", "NULL", "~", "1E+02", "0x1F", "1_000", "12:30", "2026-11-24", "=", "<<", "...", "---"),
    *("- item", "# heading", "a: b", "ends:", "{{7*7}}", "[a, b]", "&a", "*a", "!tag", "@name", "%", "`ls`", "|", ">"),
    *("'; DROP TABLE users;--", '"quoted', "it's", "back\\slash", "$(touch x)", "../../etc/passwd", "--help"),
    *("\x1b[31mred", "bell\x07", "line\nbreak", "tab\there", "\x85next", "\u2028line", "\u202eoverride", "a\u200bb"),
    *("\ufeffmark", "Z\u0352\u0347\u0320algo", "\U0001f1fa\U0001f1f8", "\u65e5\u672c\u8a9e", "\ufdfd", "\u00a0x"),
)
HEADERS = (
    *("a: " + "[" * 25_000, "{" * 25_000, "- " * 25_000, "? " * 25_000, "a: &x [*x]", "a: !!set {b}", "<<: {a: b}"),
    *("{a: b, c}", "? a\n: b", '"a": 1\n"a": 2', "a: |\n b\n  c", "a: 'b", "a:\tb", "%YAML 1.2", "a: b\n--- c\nd: e"),
    *("- a\n- b", "text", "a: b: c", "\ufeffa: b", "a: \x07", "a: [b\nc: d", "key with spaces: [a, [b, {c: d}]]"),
)


@pytest.mark.parametrize("text", STRINGS, ids=ascii)
def test_a_new_file_gives_back_every_text_exactly(text: str) -> None:
    wanted = text.strip()
    made = Issue(id=ID, title=wanted, labels=(wanted,), assignees=(wanted,), body=text)
    issue, problems = read_issue(PATH, new_issue_bytes(made), CONFIG)
    assert issue is not None, problems
    assert (issue.title, issue.labels, issue.assignees) == (wanted, (wanted,), (wanted,))
    assert issue.body.strip("\n") == text.strip("\n")


@pytest.mark.parametrize("text", STRINGS, ids=ascii)
def test_an_edit_gives_back_every_text_exactly(text: str) -> None:
    wanted = text.strip()
    before = new_issue_bytes(Issue(id=ID, title="Before", body="Why.")).replace(b"title: Before", b"title: 'Before'")
    issue, problems = read_issue(PATH, with_fields(before, {"title": wanted, "labels": [wanted]}), CONFIG)
    assert issue is not None, problems
    assert (issue.title, issue.labels) == (wanted, (wanted,))


@pytest.mark.parametrize("text", STRINGS, ids=ascii)
def test_what_is_printed_steers_no_terminal(text: str) -> None:
    assert not {category(one) for one in safe(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("header", HEADERS, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("before", ["", f"id: {ID}\ntitle: Title\n"], ids=["alone", "behind"])
def test_any_header_is_an_issue_or_a_problem_with_a_line(before: str, header: str) -> None:
    issue, problems = read_issue(PATH, f"---\n{before}{header}\n---\n\nBody.\n".encode(), CONFIG)
    assert issue is not None or any(one.path == PATH and one.line > 0 for one in problems)


def test_a_hostile_title_and_file_name_reach_the_terminal_spelled_out(fp: Fp) -> None:
    fp.repo.write(".issues/\x1b[2J\u202e.md", "# \x1b]0;owned\x07\n")
    fp.ok("new", "\x1b[31mred\u202e")
    for words in (("list",), ("check",)):
        _, out, err = fp(*words)
        assert not {category(one) for one in (out + err).replace("\n", "")} & {"Cc", "Cf"}
