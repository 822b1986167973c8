"""`fp board`: issues as cards, a column for each status of the workflow. Reads front matter and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.board import Card, Column
    from fp.claim import Claim
    from fp.model import Issue
    from fp.tracker import Tracker

CARDS_DEFAULT = 10


class _Sorted(NamedTuple):
    """Issues by status, in the workflow's order, and who holds what."""

    by_status: Mapping[str, Sequence[Issue]]
    held: Mapping[str, Claim]


@click.command("board", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--all", "closed_too", is_flag=True, help="Closed issues too.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=CARDS_DEFAULT, show_default=True, help="At most so many cards each."
)
@shared_options
def command(output: Output, query: tuple[str, ...], closed_too: bool, limit: int) -> int:
    """Show the open issues, or those that a QUERY asks for, as cards: a column for each status, the urgent on top.

    What somebody holds counts as in progress, and the card says who. A narrow terminal has the columns below each
    other.

    \b
    Examples:
      fp board
      fp board label:auth --limit 5
      fp board status:all changed:<7d
    """
    from fp.board import lay_out
    from fp.cli.finding import find, issues_here
    from fp.cli.opened import left_out, open_tracker, say_left_out
    from fp.heldhere import held_here

    opened = open_tracker(output.start)
    tracker = issues_here(opened, " ".join(query), closed_too=closed_too).tracker
    chosen = find(opened.root, tracker, " ".join(query), closed_too=closed_too)
    found = _sorted(tracker, chosen, held_here(opened.root, tracker.config))
    columns = [_column(status, issues, found.held, limit) for status, issues in found.by_status.items()]
    for line in lay_out(columns, output.width, output.style):
        output.line(line)
    output.document(
        "fp.board.v1",
        source=tracker.label,
        columns=[_value(status, issues, found.held) for status, issues in found.by_status.items()],
        left_out=left_out(tracker),
    )
    say_left_out(output, tracker)
    return 0


def _sorted(tracker: Tracker, chosen: Sequence[Issue], held: Mapping[str, Claim]) -> _Sorted:
    """Closed columns only where one of their issues was asked for. A held issue that waits counts as in progress."""
    from fp.model import IN_PROGRESS, TODO

    workflow = tracker.config.workflow
    by_status: dict[str, list[Issue]] = {one: [] for one in workflow.statuses}
    for issue in chosen:
        under_way = issue.id in held and issue.status == TODO and IN_PROGRESS in by_status
        by_status.setdefault(IN_PROGRESS if under_way else issue.status, []).append(issue)
    shown = {one: issues for one, issues in by_status.items() if issues or one not in workflow.terminal}
    return _Sorted(shown, held)


def _column(status: str, issues: Sequence[Issue], held: Mapping[str, Claim], limit: int) -> Column:
    from fp.board import Column
    from fp.cli.values import style_of
    from fp.kernel.text import safe

    cards = tuple(_card(one, held.get(one.id)) for one in issues[:limit])
    return Column(safe(status), len(issues), cards, style_of(status))


def _card(issue: Issue, claim: Claim | None) -> Card:
    from fp.board import Card
    from fp.cli.values import style_of
    from fp.kernel.text import safe

    head = [(issue.id, "accent"), (issue.priority, style_of(issue.priority))]
    who = [f"@{name}" for name in issue.assignees] + ([f"held by {claim.holder}"] if claim is not None else [])
    return Card(tuple(head), safe(issue.title), safe("  ".join(who)))


def _value(status: str, issues: Sequence[Issue], held: Mapping[str, Claim]) -> dict[str, Any]:
    from fp.cli.values import issue_value

    cards = [{**issue_value(one), "held_by": held[one.id].holder if one.id in held else None} for one in issues]
    return {"status": status, "count": len(issues), "issues": cards}
