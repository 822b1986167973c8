"""Answers kept from check to check: never another answer than without them, and never in anybody's way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from drift.bind import apply_link, plan_link
from drift.model import Anchor
from drift.workspace import change_lock, open_workspace
from tests.support.drifting import edit, report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Outcome, Repo

pytestmark = pytest.mark.slow

COUNT = 45


@pytest.fixture
def many(repo: Repo) -> Repo:
    """A document bound to more functions than it takes to keep answers."""
    repo.write("src/many.py", "".join(f"def step_{n}():\n    return {n}\n\n\n" for n in range(COUNT)))
    repo.write("docs/many.md", "# Many\n\nSee [other](other.md#part).\n")
    repo.write("docs/other.md", "# Other\n\n## Part\n")
    repo.commit("many")
    workspace = open_workspace(repo.path)
    document = Anchor("docs/many.md")
    plans = [plan_link(workspace, document, Anchor("src/many.py", f"step_{n}")) for n in range(COUNT)]
    change_lock(workspace, lambda lock: apply_link(lock, plans))
    repo.commit("bound")
    return repo


def kept(repo: Repo) -> Path:
    return repo.path / ".git/drift/answers.json"


def results(outcome: Outcome) -> list[tuple[str, str]]:
    anchors = [anchor for doc in report(outcome)["docs"] for anchor in doc["anchors"]]
    return [(one["identity"], one["result"]) for one in anchors]


def test_a_second_check_answers_the_same_and_sees_what_changed(many: Repo, command: Command) -> None:
    first = command("drift", "check", "--json", cwd=many.path)
    assert kept(many).exists()
    assert results(command("drift", "check", "--json", cwd=many.path)) == results(first)
    edit(many, "src/many.py", "return 7\n", "return 8\n")
    edit(many, "docs/other.md", "## Part", "## Piece")
    changed = command("drift", "check", "--json", cwd=many.path)
    stale = [name for name, result in results(changed) if result == "stale"]
    assert (stale, report(changed)["summary"]["links_broken"]) == (["src/many.py#step_7"], 1)
    kept(many).unlink()
    assert results(command("drift", "check", "--json", cwd=many.path)) == results(changed)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version": 1}', b"\xff" * 9, b"[" * 50_000])
def test_a_file_that_is_none_of_ours_is_not_believed(many: Repo, command: Command, data: bytes) -> None:
    command("drift", "check", cwd=many.path)
    kept(many).write_bytes(data)
    assert command("drift", "check", cwd=many.path).code == 0


def test_answers_of_another_shape_are_worked_out_anew(many: Repo, command: Command) -> None:
    command("drift", "check", cwd=many.path)
    value = json.loads(kept(many).read_text())
    for answers in value["answers"].values():
        for key in answers:
            answers[key] = {"links": [[1, "x"]]}
    kept(many).write_text(json.dumps(value))
    assert command("drift", "check", cwd=many.path).code == 0


def test_a_folder_that_cannot_hold_it_stands_in_no_way(many: Repo, command: Command) -> None:
    (many.path / ".git/drift").write_text("a file")
    assert command("drift", "check", cwd=many.path).code == 0
