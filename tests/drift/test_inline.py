"""References in the prose of documents that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.api import check
from drift.inline import asks_for_it
from drift.settings import read_settings
from tests.support.drifting import bound, edit, fill

if TYPE_CHECKING:
    from drift.model import CheckReport, RemarkReport
    from tests.support.repo import Repo

OPEN = "src/auth.py#Session.open"
INLINE = "---\ntitle: x\ndrift: inline\n---\n"

MARKS = [
    (INLINE, True),
    ("\ufeff---\r\ndrift: 'inline'\r\n---\r\n", True),
    ("---\ndrift:\n  files: [a.py]\n---\n", False),
    ("# A\n\ndrift: inline\n", False),
    ("---\na: b\n---\n\ndrift: inline\n", False),
    ("---\ndrift: inline\n", False),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_a_document_asks_in_its_front_matter(text: str, expected: bool) -> None:
    assert asks_for_it(text.encode()) is expected


def remarks(found: CheckReport) -> list[RemarkReport]:
    """All of them."""
    return [one for doc in found.docs for one in doc.remarks]


def gone(repo: Repo, text: str) -> list[tuple[str, int, str]]:
    """What is not found of a document with this line, bound to the code."""
    repo.write("docs/auth.md", f"{INLINE}\n# A\n\n{text}\n")
    found = check(repo.path)
    assert found.failed is any(one.reason for one in remarks(found))
    return [(one.target, one.line, one.message) for one in remarks(found) if one.reason]


@pytest.fixture
def asking(repo: Repo) -> Repo:
    """A document bound to a method."""
    repo.write("src/more/er.py", "X = 1\n")
    repo.write("src/deep/er.py", "def f(): ...\n")
    return bound(fill(repo), OPEN)


FINE = [
    "`src/auth.py`, `../src/auth.py`, `src/auth.py:3` and `src/auth.py::Session::open`",
    "`src/auth.py#Session.open` and `src/auth.py#Session.size`, of which there are two",
    "`auth.md#a`, `docs/auth.md` and `README.md`",
    "`Session.open`, `Session.open()`, `auth.Session`, `auth.LIMIT` and `Session.size`",
    "`Session.user` is set in a method, `os.path` and `Store.load` are unknown here",
    "`gone.py`, `auth.py`, `auth.json`, `e.g.`, `src/*.py`, `src/<name>.py`, `pip install a/b.py` and `drift check`",
    "```\n`src/gone.py`\n```",
    "``src/gone.py``",
    "`er.py#nowhere`: there are several",
    "`deep/er.py`, `deep/er.py#f`, `.tool/rules.md` and `file.ts:line`",
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_there_or_is_no_reference_is_fine(asking: Repo, text: str) -> None:
    assert gone(asking, text) == []


GONE = [
    ("See `src/gone.py`.", ("src/gone.py", 8, "no such file")),
    ("See `deep/er.py#g`.", ("deep/er.py#g", 8, "no such symbol")),
    ("See `lib/gone.ts#f`.", ("lib/gone.ts#f", 8, "no such file")),
    (
        "`src/auth.py#Session.opens`",
        ("src/auth.py#Session.opens", 8, "no such symbol; did you mean Session.open or Session.size or Session?"),
    ),
    ("\n`Session.close()`", ("Session.close()", 9, "no such symbol in src/auth.py")),
    ("`auth.Store`", ("auth.Store", 8, "no such symbol in src/auth.py")),
    ("`docs/auth.md#gone`", ("docs/auth.md#gone", 8, "no heading has this slug")),
]


@pytest.mark.parametrize(("text", "expected"), GONE)
def test_what_is_gone_is_told_with_the_documents_line(asking: Repo, text: str, expected: tuple[str, int, str]) -> None:
    assert gone(asking, text) == [expected]


def test_a_name_is_told_once_it_vanishes(asking: Repo) -> None:
    assert gone(asking, "A `Session.size` counts.") == []
    text = asking.read("src/auth.py")
    asking.write("src/auth.py", text.replace("size", "length"))
    assert gone(asking, "A `Session.size` counts.") == [("Session.size", 8, "no such symbol in src/auth.py")]


def test_who_does_not_ask_is_left_alone(asking: Repo) -> None:
    asking.write("docs/auth.md", "# A\n\n`src/gone.py`\n")
    assert remarks(check(asking.path)) == []


def test_the_settings_name_documents_bound_or_not(asking: Repo) -> None:
    asking.write("drift.toml", 'inline = ["docs/"]\n')
    asking.write("docs/other.md", "`src/gone.py`\n")
    asking.write("notes.md", "`src/gone.py`\n")
    found = check(asking.path)
    assert [(doc.path, one.line) for doc in found.docs for one in doc.remarks if one.reason] == [("docs/other.md", 1)]
    assert read_settings(b'inline = "docs"\n')[1][0].code == "settings-value"


def test_a_reference_is_waived_like_anything_else(asking: Repo) -> None:
    asking.write("docs/auth.md", f"{INLINE}`src/gone.py`\n\n<!-- drift: ignore src/gone.py: an example -->\n")
    assert not check(asking.path).failed


def test_a_binding_of_a_section_is_told_with_its_line(asking: Repo) -> None:
    bound(asking, OPEN, doc="docs/auth.md#opening")
    edit(asking, "src/auth.py", "if user:", "if not user:")
    lines = [problem.line for problem in check(asking.path).problems]
    assert sorted(lines) == [0, 3]
