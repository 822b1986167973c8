"""The tables of docs/importing.md are those of the readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fp.importers import backlog, beads, github, gitlab, jira, linear, tk
from fp.importers.base import SOURCES
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = (CHECKOUT / "docs/importing.md").read_text()


def rows(section: str, table: str) -> dict[str, str]:
    """The rows of a table that map one word to one of ours."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = text.partition(f"| {table} | here |\n")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([\w-]+)", lines, re.MULTILINE))


@pytest.mark.parametrize(
    ("section", "table", "words"),
    [
        ("beads", "status", beads.STATUSES),
        ("beads", "issue type", beads.TYPES),
        ("Backlog.md", "status", backlog.STATUSES),
        ("tk", "status", tk.STATUSES),
        ("github", "state", github.STATUSES),
        ("gitlab", "state", gitlab.STATUSES),
        ("jira", "status", jira.STATUSES),
        ("jira", "issue type", jira.TYPES),
        ("jira", "priority", jira.PRIORITIES),
        ("linear", "status", linear.STATUSES),
        ("linear", "type of status", linear.STATE_TYPES),
        ("gitlab", "issue type", gitlab.TYPES),
        ("github", "reason of closing", github.REASONS),
    ],
)
def test_a_table_says_what_the_reader_does(section: str, table: str, words: Mapping[str, str]) -> None:
    assert rows(section, table) == dict(words)


def test_every_kind_that_is_left_out_is_named() -> None:
    assert all(f"`{kind}`" in PAGE for kind in beads.OTHER_KINDS)


@pytest.mark.parametrize("kind", SOURCES)
def test_every_kind_of_source_has_its_line(kind: str) -> None:
    assert re.search(rf"^(?:drift check --json \| )?fp import {kind} (?:PATH|FILE|-) ", PAGE, re.MULTILINE)
