"""A repository with a tracker in it, and `fp` run there as a person runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema

from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.repo import Command, Outcome, Repo


@dataclass
class Fp:
    """`fp` in one repository."""

    repo: Repo
    command: Command

    def __call__(self, *args: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Outcome:
        """Run it, however it ends."""
        return self.command("fp", *args, cwd=self.repo.path, stdin=stdin, env=env)

    def ok(self, *args: str, stdin: str = "") -> str:
        """What it prints; it must succeed."""
        done = self(*args, stdin=stdin)
        assert done.code == 0, (done.out, done.err)
        return done.out

    def json(self, *args: str, code: int | None = 0) -> dict[str, Any]:
        """Its document, which must be valid by the schema that it names; `code` None for any exit status."""
        done = self(*args, "--json")
        assert code is None or done.code == code, (done.out, done.err)
        return valid(json.loads(done.out))

    def new(self, *args: str) -> str:
        """The id of a new issue."""
        return self.ok("new", *args).split()[0]

    def issue(self, issue_id: str, *lines: str, body: str = "") -> str:
        """Write a small issue file by hand; its path."""
        path = f".issues/{issue_id}.md"
        self.repo.write(path, issue_text(issue_id, *lines, body=body))
        return path


def issue_text(issue_id: str, *lines: str, body: str = "") -> str:
    """A hand-made issue: id, title unless given, and the lines."""
    titled = any(line.startswith("title:") for line in lines)
    header = [f"id: {issue_id}", *([] if titled else [f"title: Issue {issue_id}"]), *lines]
    return "---\n" + "".join(f"{line}\n" for line in header) + f"---\n{body}"


def valid(document: dict[str, Any]) -> dict[str, Any]:
    """The document, checked against `docs/schemas/<its schema>.json`."""
    schema = json.loads((CHECKOUT / "docs" / "schemas" / f"{document['schema']}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    return document
