"""`fp list`: the open issues, the most urgent first. Reads front matter alone; no event is opened."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import Output, near_hint, shared_options

if TYPE_CHECKING:
    from collections.abc import Collection

    from fp.config import Workflow
    from fp.model import Issue
    from fp.tracker import Tracker

NONE = "none"
GAP = "  "


@click.command("list")
@click.option("--status", "statuses", multiple=True, metavar="STATUS", help="Only this status; may be given again.")
@click.option("--label", "labels", multiple=True, metavar="LABEL", help="Only with this label; again: with both.")
@click.option(
    "--assignee", "assignees", multiple=True, metavar="NAME", help="Only assigned to NAME; `none` for nobody."
)
@click.option("--all", "closed_too", is_flag=True, help="Closed issues too.")
@shared_options
def command(
    output: Output, statuses: tuple[str, ...], labels: tuple[str, ...], assignees: tuple[str, ...], closed_too: bool
) -> int:
    """List the open issues, the most urgent first.

    \b
    Examples:
      fp list
      fp list --status in-review --assignee none
      fp list --all --label auth --json
    """
    from fp.cli.opened import open_tracker, say_left_out
    from fp.source import load

    tracker = load(open_tracker(output.start).source)
    workflow = tracker.config.workflow
    wanted = _wanted_statuses(workflow, statuses, closed_too=closed_too)
    chosen = [issue for issue in tracker.issues.values() if issue.status in wanted and _fits(issue, labels, assignees)]
    chosen.sort(key=lambda issue: _order(issue, workflow))
    if output.json:
        _document(output, tracker, chosen)
        return 0
    _print(output, chosen)
    if not chosen:
        output.note(_nothing(tracker, filtered=bool(statuses or labels or assignees)))
    say_left_out(output, tracker)
    return 0


def _document(output: Output, tracker: Tracker, chosen: list[Issue]) -> None:
    from fp.cli.opened import left_out
    from fp.cli.values import issue_value

    output.document(
        "fp.list.v1",
        source=tracker.label,
        total=len(tracker.issues),
        issues=[issue_value(issue) for issue in chosen],
        left_out=left_out(tracker),
    )


def _wanted_statuses(workflow: Workflow, statuses: tuple[str, ...], *, closed_too: bool) -> Collection[str]:
    from fp.kernel.errors import Usage

    asked = [part for word in statuses for part in word.split(",")]
    for status in asked:
        if status not in workflow.statuses:
            known = list(workflow.statuses)
            raise Usage(f"no status {status!r}", hint=near_hint(status, known, f"one of {', '.join(known)}"))
    if asked:
        return asked
    return [status for status in workflow.statuses if closed_too or status not in workflow.terminal]


def _fits(issue: Issue, labels: tuple[str, ...], assignees: tuple[str, ...]) -> bool:
    if not all(label in issue.labels for label in labels):
        return False
    return not assignees or any(name in issue.assignees or (name == NONE and not issue.assignees) for name in assignees)


def _order(issue: Issue, workflow: Workflow) -> tuple[bool, int, str, str]:
    """Open before closed, then as the work would be taken: priority, age, id."""
    from fp.model import priority_rank

    created = issue.created.isoformat() if issue.created is not None else "9"
    return issue.status in workflow.terminal, priority_rank(issue.priority), created, issue.id


def _nothing(tracker: Tracker, *, filtered: bool) -> str:
    if not tracker.issues:
        return 'no issues yet: fp new "What is to be done"'
    return "no such issue" if filtered else "no open issue; fp list --all shows the closed ones"


def _print(output: Output, issues: list[Issue]) -> None:
    """One line an issue: id, status, priority, title, then who has it. Only a terminal's lines are cut to its width."""
    if not issues:
        return
    widest = [max(len(text) for text in column) for column in zip(*(_head(issue) for issue in issues), strict=True)]
    room = output.width - sum(widest) - len(GAP) * len(widest) if sys.stdout.isatty() else None
    output.line("\n".join([_line(output, issue, widest, room) for issue in issues]))


def _head(issue: Issue) -> tuple[str, str, str]:
    return issue.id, issue.status, issue.priority


def _line(output: Output, issue: Issue, widest: list[int], room: int | None) -> str:
    from fp.cli.values import coloured
    from fp.kernel.text import clip, safe, width

    title, who = safe(issue.title), safe(" ".join([f"@{name}" for name in issue.assignees]))
    if room is not None:
        who = clip(who, room // 2)
        title = clip(title, room - (width(who) + len(GAP) if who else 0))
    cells = [
        output.style(issue.id.ljust(widest[0]), "accent"),
        coloured(output, issue.status, issue.status.ljust(widest[1])),
        coloured(output, issue.priority, issue.priority.ljust(widest[2])),
        title,
    ]
    return GAP.join([*cells, output.style(who, "dim")] if who else cells)
