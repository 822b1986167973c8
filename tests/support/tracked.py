"""A repository with a tracker in it, and its commands run as a person runs them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.tracker import valid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Outcome, Repo

TEXT = """---
id: {id}
title: Title of {id}
created: 2026-11-22T23:15:{second:02}Z
status: {status}
priority: medium

depends_on:

dispatch: {dispatch}
---

What and why.

- [ ] tested
"""


@dataclass
class Tracked:
    """A repository whose tracker has the prefix FP."""

    repo: Repo
    command: Command

    def fp(self, *args: str, cwd: Path | None = None, agent: str = "", stdin: str = "") -> Outcome:
        """Run fp here, as the person, or as an agent."""
        env = {"FP_AGENT": agent} if agent else {}
        return self.command("fp", *args, cwd=cwd or self.repo.path, env=env, stdin=stdin)

    def json(self, *args: str, agent: str = "") -> dict[str, Any]:
        """The document of a command, which is valid by its schema."""
        own = args.index("--") if "--" in args else len(args)
        return valid(json.loads(self.fp(*args[:own], "--json", *args[own:], agent=agent).out))

    def issue(self, issue_id: str, *, status: str = "todo", dispatch: str = "auto", second: int = 0) -> str:
        """Write an issue's file by hand; its id."""
        text = TEXT.format(id=issue_id, status=status, dispatch=dispatch, second=second)
        self.repo.write(f".issues/{issue_id}.md", text)
        return issue_id

    def text(self, issue_id: str) -> str:
        """The issue's file."""
        return self.repo.read(f".issues/{issue_id}.md")

    def edit(self, issue_id: str, old: str, new: str) -> None:
        """Edit it by hand."""
        text = self.text(issue_id)
        assert old in text, text
        self.repo.write(f".issues/{issue_id}.md", text.replace(old, new))

    def events(self, issue_id: str) -> list[str]:
        """The contents of its events, by name."""
        folder = self.repo.path / ".issues" / "events" / issue_id
        return [path.read_text() for path in sorted(folder.glob("*.md"))] if folder.is_dir() else []


def make(repo: Repo, command: Command, *, settings: str = "") -> Tracked:
    """A tracker, committed, without issues."""
    repo.write(".issues/config.yaml", f"format: 1\nprefix: FP\n{settings}")
    repo.commit("tracker")
    return Tracked(repo, command)
