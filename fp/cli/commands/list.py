"""`fp list`: the open issues, the most urgent first. Reads front matter alone; no event is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import Output, near_hint, shared_options

if TYPE_CHECKING:
    from fp.config import Workflow
    from fp.model import Issue
    from fp.tracker import Tracker


@click.command("list", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--status", "statuses", multiple=True, metavar="STATUS", help="Only this status; may be given again.")
@click.option("--label", "labels", multiple=True, metavar="LABEL", help="Only with this label; again: with both.")
@click.option(
    "--assignee", "assignees", multiple=True, metavar="NAME", help="Only assigned to NAME; `none` for nobody."
)
@click.option("--all", "closed_too", is_flag=True, help="Closed issues too.")
@shared_options
def command(
    output: Output,
    query: tuple[str, ...],
    statuses: tuple[str, ...],
    labels: tuple[str, ...],
    assignees: tuple[str, ...],
    closed_too: bool,
) -> int:
    """List the open issues, the most urgent first, or those that a QUERY asks for.

    A query has words, `field:value`, `-` before what must not be, and `sort:field`; docs/finding.md has all of it.

    \b
    Examples:
      fp list
      fp list status:in-review assignee:none
      fp list label:auth,login priority:>=high -type:epic sort:-created
      fp list @mine                # a view of .issues/config.yaml
    """
    from fp.cli.finding import find, head_of, issues_here, lines
    from fp.cli.opened import left_out_notes, open_tracker, say_left_out

    opened = open_tracker(output.start)
    here = issues_here(opened, " ".join(query))
    tracker = here.tracker
    if statuses:
        query += (f"status:{','.join(_known_statuses(tracker.config.workflow, statuses))}",)
    query += tuple(f'label:"{label}"' for label in labels)
    if assignees:
        query += (f"assignee:{','.join(assignees)}",)
    chosen = find(opened.root, tracker, " ".join(query), closed_too=closed_too)
    if output.json:
        _document(output, tracker, chosen)
        return 0
    if chosen and not (query or closed_too):
        here.keep_listed([head_of(issue) for issue in chosen], left_out_notes(tracker))
    if chosen:
        output.line("\n".join(lines(output, chosen)))
    else:
        output.note(_nothing(tracker, filtered=bool(query)))
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


def _known_statuses(workflow: Workflow, statuses: tuple[str, ...]) -> list[str]:
    from fp.kernel.errors import Usage

    asked = [part for word in statuses for part in word.split(",")]
    for status in asked:
        if status not in workflow.statuses:
            known = list(workflow.statuses)
            raise Usage(f"no status {status!r}", hint=near_hint(status, known, f"one of {', '.join(known)}"))
    return asked


def _nothing(tracker: Tracker, *, filtered: bool) -> str:
    if not tracker.issues:
        return 'no issues yet: fp new "What is to be done"'
    return "no such issue" if filtered else "no open issue; fp list --all shows the closed ones"
