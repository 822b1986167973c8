"""A small repository with a document and its code, for the tests of drift's commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from drift.anchors import parse_anchor
from drift.bind import apply_link, plan_link
from drift.workspace import change_lock, open_workspace

if TYPE_CHECKING:
    from tests.support.repo import Command, Outcome, Repo

CODE = '''\
LIMIT = 3


class Session:
    """A session."""

    def open(self, user: str) -> None:
        if user:
            self.user = user

    @property
    def size(self) -> int:
        return 1

    @size.setter
    def size(self, value: int) -> None:
        self.value = value
'''
DOC = """\
# Sessions

## Opening

Call `Session.open` with the name of a user. See [the code](../src/auth.py).

## Größe & Zahl

Never more than `LIMIT`.
"""


def fill(repo: Repo) -> Repo:
    """Write and commit the document and its code."""
    repo.write("src/auth.py", CODE)
    repo.write("docs/auth.md", DOC)
    repo.commit("code and document")
    return repo


def edit(repo: Repo, path: str, old: str, new: str) -> None:
    """Change a file by hand."""
    text = repo.read(path)
    assert old in text
    repo.write(path, text.replace(old, new))


def linked(repo: Repo, command: Command, *targets: str, doc: str = "docs/auth.md") -> Repo:
    """The filled repository with bindings of its document."""
    fill(repo)
    for target in targets or ("src/auth.py#Session.open",):
        assert command("drift", "link", doc, target, cwd=repo.path) == (0, f"{doc} <- {target}  bound\n", "")
    return repo


def bound(repo: Repo, *targets: str, doc: str = "docs/auth.md") -> Repo:
    """The repository with bindings of a document, made without a process."""
    workspace = open_workspace(repo.path)
    plans = [plan_link(workspace, parse_anchor(doc), parse_anchor(target)) for target in targets]
    change_lock(workspace, lambda lock: apply_link(lock, plans))
    return repo


def report(outcome: Outcome) -> dict[str, Any]:
    """The JSON document that a command printed."""
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def reasons(outcome: Outcome) -> list[str]:
    """The reasons of all anchors and links that are not fresh."""
    docs = report(outcome)["docs"]
    parts = [part for doc in docs for part in (*doc["anchors"], *doc["links"])]
    return [part["reason"]["code"] for part in parts if part["reason"]]
