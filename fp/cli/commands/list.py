"""`fp list`: the open issues, the most urgent first. Reads front matter alone; no event is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, near_hint, shared_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.cli.opened import Opened
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
@click.option("--archived", is_flag=True, help="Archived issues alone.")
@click.option("--all-branches", "branches", is_flag=True, help="What other branches have made of them.")
@click.option("--worktrees", is_flag=True, help="What sibling worktrees have changed and not committed.")
@shared_options
def command(
    output: Output,
    query: tuple[str, ...],
    statuses: tuple[str, ...],
    labels: tuple[str, ...],
    assignees: tuple[str, ...],
    closed_too: bool,
    archived: bool,
    branches: bool,
    worktrees: bool,
) -> int:
    """List the open issues, the most urgent first, or those that a QUERY asks for.

    A query has words, `field:value`, `-` before what must not be, and `sort:field`; docs/finding.md has all of it.

    \b
    Examples:
      fp list
      fp list status:in-review assignee:none
      fp list label:auth,login priority:>=high -type:epic sort:-created
      fp list --archived label:auth
      fp list @mine                # a view of .issues/config.yaml
      fp list --all-branches       # done on feature/x, open here
    """
    from fp.cli.finding import find, head_of, issues_here, lines
    from fp.cli.opened import left_out_notes, open_tracker, say_left_out
    from fp.model import STATUSES, TERMINAL, is_archived

    opened = open_tracker(output.start)
    closed_too = closed_too or archived
    elsewhere = not {part for one in statuses for part in one.split(",")} <= {*STATUSES} - {*TERMINAL}
    here = issues_here(opened, " ".join(query), closed_too=closed_too or elsewhere)
    tracker = here.tracker
    if statuses:
        query += (f"status:{','.join(_known_statuses(tracker.config.workflow, statuses))}",)
    query += tuple(f'label:"{label}"' for label in labels)
    if assignees:
        query += (f"assignee:{','.join(assignees)}",)
    if branches or worktrees:
        wanted = _Wanted(" ".join(query), closed_too, branches, worktrees)
        return _list_elsewhere(output, opened, tracker, wanted)
    chosen = find(opened.root, tracker, " ".join(query), closed_too=closed_too)
    if archived:
        chosen = [issue for issue in chosen if is_archived(issue.path)]
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


class _Wanted(NamedTuple):
    """A query, and where else to look."""

    query: str
    closed_too: bool
    branches: bool
    worktrees: bool


def _list_elsewhere(output: Output, opened: Opened, tracker: Tracker, wanted: _Wanted) -> int:
    """The issues of all places together; one that is not here is judged by what another place has."""
    from fp.cli.elsewhere import lines_of, look, values_of
    from fp.cli.finding import find, lines
    from fp.cli.opened import say_left_out

    found = look(opened.root, tracker.config, branches=wanted.branches, worktrees=wanted.worktrees)
    everywhere = {**found.issues(), **tracker.issues}
    joined = tracker._replace(issues=everywhere)
    chosen = find(opened.root, joined, wanted.query, closed_too=wanted.closed_too)
    for issue, line in zip(chosen, lines(output, chosen), strict=True):
        here = tracker.issues.get(issue.id)
        output.line(line if here is not None else f"{line}  {output.style('(not here)', 'dim')}")
        for more in lines_of(output, found, issue.id, here):
            output.line(more)
    if not chosen:
        output.note(_nothing(joined, filtered=bool(wanted.query)))
    if found.left_out:
        output.note(f"{found.left_out} branches were not looked at, those not committed to for the longest")
    if output.json:
        _document(output, joined, chosen, {
            one.id: {"here": one.id in tracker.issues,
                     **values_of(found, one.id, every=False)}
            for one in chosen
        })  # fmt: skip
    say_left_out(output, tracker)
    return 0


def _document(
    output: Output, tracker: Tracker, chosen: list[Issue], more: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    from fp.cli.opened import left_out
    from fp.cli.values import issue_value, own_values

    output.document(
        "fp.list.v1",
        source=tracker.label,
        total=len(tracker.issues),
        issues=[
            {**issue_value(issue), **own_values(issue, tracker.config), **(more or {}).get(issue.id, {})}
            for issue in chosen
        ],
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
