"""What the commands that find issues share: running a query over a tracker, and lines of issues for people. A shell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fp.cli.shown import heads
from fp.query import Asked, Query, parse, select, wants_closed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from fp.cli.opened import Opened
    from fp.indexed import Here
    from fp.kernel.cli import Output
    from fp.model import Issue
    from fp.scan import Head
    from fp.tracker import Tracker


def issues_here(opened: Opened, text: str, *, closed_too: bool = False) -> Here:
    """The tracker of this worktree for a query, by way of the index: without `lines`, and bodies only if they count.

    The archive is read where closed issues are asked for: with `closed_too`, or by the query.
    """
    from fp.indexed import load_here

    return load_here(
        str(opened.root),
        opened.source,
        lambda config: parse(text, config).reads_text,
        archive=lambda config: closed_too or wants_closed(parse(text, config), config),
    )


def find(root: Path, tracker: Tracker, text: str, *, closed_too: bool) -> list[Issue]:
    """The issues that a query asks for; open ones alone unless it speaks of the status itself."""
    from fp.kernel.clock import SystemClock

    query = parse(text, tracker.config)
    asked = Asked(tracker.config, SystemClock().now(), _changed(root, query))
    terminal = tracker.config.workflow.terminal
    everything = closed_too or query.speaks_of_status
    issues = (one for one in tracker.issues.values() if everything or one.status not in terminal)
    return select(query, issues, asked)


def _changed(root: Path, query: Query) -> Mapping[str, datetime]:
    """When the last commit of each issue was made; asked of git only by a query that needs it."""
    if not query.needs:
        return {}
    from fp.codec import id_of_path
    from fp.kernel.git.history import last_changes
    from fp.kernel.git.repo import Repository
    from fp.model import ISSUES_FOLDER, event_owner

    times: dict[str, datetime] = {}
    for path, at in last_changes(Repository.discover(root), ISSUES_FOLDER).items():
        owner = event_owner(path) or id_of_path(path) or path
        times[owner] = max(at, times.get(owner, at))
    return times


def lines(output: Output, issues: list[Issue]) -> list[str]:
    """One line an issue: id, status, priority, title, then who has it. Only a terminal's lines are cut to its width."""
    return heads(output, [head_of(issue) for issue in issues])


def head_of(issue: Issue) -> Head:
    """What a line says of an issue."""
    return issue.id, issue.status, issue.priority, issue.title, issue.assignees


def excerpt(output: Output, text: str, taken: int) -> str:
    """A line of a ticket for people; a terminal's is cut to what `taken` columns leave of its width."""
    from fp.kernel.text import clip, safe

    return clip(safe(text), output.width - taken) if sys.stdout.isatty() else safe(text)
