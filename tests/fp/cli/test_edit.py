"""`fp edit`, with editors that are small programs."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.tracker import issue_text, valid

if TYPE_CHECKING:
    from tests.support.repo import Outcome
    from tests.support.tracker import Fp

A = "FP-aaaaaaa"
PATH = f".issues/{A}.md"


def edited(fp: Fp, program: str, *words: str) -> Outcome:
    """`fp edit` with a program of Python as the editor; `text` is the draft's, `own` the issue's file."""
    around = (
        "import pathlib, sys; draft = pathlib.Path(sys.argv[1]); text = draft.read_text();"
        f"own = pathlib.Path({str(fp.repo.path / PATH)!r}); {program}"
    )
    return fp("edit", A, *words, env={"VISUAL": "", "EDITOR": shlex.join([sys.executable, "-c", around])})


@pytest.fixture
def issue(fp: Fp) -> Fp:
    fp.issue(A, "priority: low", body="\nText.\n")
    fp.repo.commit()
    return fp


def test_an_edit_is_written_and_told(issue: Fp) -> None:
    done = edited(issue, "draft.write_text(text.replace('low', 'high'))", "--json", "--commit")
    told = valid(json.loads(done.out))
    assert (done.code, told["changed"]) == (0, ["priority"])
    assert issue.repo.git("show", f"HEAD:{PATH}") == issue.repo.read(PATH).rstrip("\n")
    assert "priority: high" in issue.repo.read(PATH)


def test_no_change_writes_nothing(issue: Fp) -> None:
    before = (issue.repo.path / PATH).stat().st_mtime_ns
    assert "nothing changed" in edited(issue, "pass").out
    assert (issue.repo.path / PATH).stat().st_mtime_ns == before


def test_a_broken_text_is_kept_and_resumed(issue: Fp) -> None:
    before = issue.repo.read(PATH)
    done = edited(issue, "draft.write_text(text.replace('low', 'urgent'))")
    assert (done.code, f"{PATH}:4" in done.err, issue.repo.read(PATH)) == (1, True, before)
    assert edited(issue, "pass").code == 1  # a kept text is not overwritten
    done = edited(issue, "draft.write_text(text.replace('urgent', 'high'))", "--resume")
    assert (done.code, "priority: high" in issue.repo.read(PATH)) == (0, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("text.replace('aaaaaaa', 'bbbbbbb')", "fp rename"),
        ("text.replace('priority', 'depends_on: [FP-ccccccc]\\npriority')", "does not exist"),
    ],
)
def test_what_no_edit_may_do_is_refused(issue: Fp, change: str, code: str) -> None:
    done = edited(issue, f"draft.write_text({change})")
    assert (done.code, code in done.err) == (1, True)


def test_a_change_made_meanwhile_is_merged_in(issue: Fp) -> None:
    both = "own.write_text(text.replace('low', 'high')); draft.write_text(text.replace('Text', 'More'))"
    assert "both changes" in edited(issue, both).out
    assert issue.repo.read(PATH) == issue_text(A, "priority: high", body="\nMore.\n")


def test_where_both_changed_one_thing_neither_is_lost(issue: Fp) -> None:
    done = edited(
        issue, "own.write_text(text.replace('Text', 'Theirs')); draft.write_text(text.replace('Text', 'Mine'))"
    )
    assert (done.code, "Theirs" in issue.repo.read(PATH)) == (4, True)
    program = "lines = text.splitlines(True); draft.write_text(''.join(x for x in lines if x[0] not in '<=>'))"
    assert edited(issue, program, "--resume").code == 0
    assert issue.repo.read(PATH).endswith("\nMine.\nTheirs.\n")
