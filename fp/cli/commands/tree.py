"""`fp tree`: issues under their parents, or above what they wait for. Reads front matter alone; no event is opened."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.model import Issue
    from fp.tracker import Tracker
    from fp.tree import Row

TITLE_LEAST = 18
"""With less room the title goes onto a line of its own."""
INDENT_SHARE = 2
"""Indentation takes at most one part in so many of the line; what is too deep is drawn at that depth."""


class _Drawn(NamedTuple):
    """What is shown. `chosen` are asked for, the others are there for context; `alone` counts what was left out."""

    tracker: Tracker
    rows: list[Row]
    chosen: frozenset[str]
    depends: bool
    children: Mapping[str, tuple[str, ...]]
    alone: int = 0


@click.command("tree", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, metavar="[ID|QUERY]...")
@click.option("--depends", is_flag=True, help="Below each issue what it waits for, instead of its children.")
@click.option("--all", "closed_too", is_flag=True, help="Closed issues too.")
@shared_options
def command(output: Output, query: tuple[str, ...], depends: bool, closed_too: bool) -> int:
    """Show the open issues, each with its children below it; with ID, one issue and all below it.

    Circles, parents that no file has and what is named twice are told where they stand. A query chooses as in
    `fp list`; parents come along for context.

    \b
    Examples:
      fp tree
      fp tree k3v                  # one issue and all below it
      fp tree --depends            # who waits for whom
      fp tree label:auth --all
    """
    from fp.cli.finding import issues_here
    from fp.cli.opened import left_out, open_tracker, say_left_out

    opened = open_tracker(output.start)
    tracker = issues_here(opened, " ".join(query), closed_too=closed_too).tracker
    drawn = _drawn(output, tracker, query, depends=depends, closed_too=closed_too)
    for line in _lines(output, drawn):
        output.line(line)
    if drawn.alone:
        output.note(f"{drawn.alone} more wait for nothing, and nothing waits for them")
    elif not drawn.rows:
        output.note("no such issue" if query else "no open issue; fp tree --all shows the closed ones")
    output.document(
        "fp.tree.v1",
        source=tracker.label,
        by="dependency" if depends else "parent",
        rows=[_value(drawn, row) for row in drawn.rows],
        alone=drawn.alone,
        left_out=left_out(tracker),
    )
    say_left_out(output, tracker)
    return 0


def _drawn(output: Output, tracker: Tracker, query: tuple[str, ...], *, depends: bool, closed_too: bool) -> _Drawn:
    from fp import graph, tree
    from fp.cli.finding import find

    root = _named(tracker, query)
    everything = closed_too or root is not None
    text = "" if root is not None else " ".join(query)
    chosen = [one.id for one in find(output.start, tracker, text, closed_too=everything)]
    terminal = tracker.config.workflow.terminal
    closed = [] if everything else [one.id for one in tracker.issues.values() if one.status in terminal]
    ordered = {one: tracker.issues[one] for one in dict.fromkeys((*chosen, *tracker.issues))}
    if root is not None:
        forest = tree.Forest(tree.by_dependency(ordered, (root,), ()).down, (root,))
        forest = forest if depends else tree.below(ordered, root)
        chosen = [root]
    elif depends:
        forest = tree.by_dependency(ordered, chosen, closed)
    else:
        forest = tree.by_parent(ordered, chosen)
    alone = frozenset(tree.alone(forest)) if depends and not query else frozenset()  # they say nothing there
    forest = forest._replace(roots=tuple(one for one in forest.roots if one not in alone))
    children = graph.children(tracker.issues)
    return _Drawn(tracker, tree.rows(ordered, forest), frozenset(chosen), depends, children, len(alone))


def _named(tracker: Tracker, query: tuple[str, ...]) -> str | None:
    """The id that a single word names; Refused for what can only be an id, and is none."""
    from fp.codec import resolve, split_word
    from fp.source import duplicate_refusal, id_or_refusal

    if len(query) != 1 or ":" in query[0] or query[0].startswith(("-", "@", "!", '"')):
        return None
    known = {*tracker.issues, *tracker.duplicates, *tracker.unreadable}
    answer = resolve(known, query[0])
    if not isinstance(answer, str):
        if split_word(query[0])[0] == tracker.config.prefix:
            id_or_refusal(answer)
        return None
    if answer in tracker.duplicates:
        raise duplicate_refusal(answer, tracker.duplicates[answer])
    return answer if answer in tracker.issues else None


# -- for people -------------------------------------------------------------------------------------------------------


def _lines(output: Output, drawn: _Drawn) -> list[str]:
    room = output.width if sys.stdout.isatty() else None
    return [line for row in drawn.rows for line in _row_lines(output, drawn, row, room)]


def _row_lines(output: Output, drawn: _Drawn, row: Row, room: int | None) -> list[str]:
    from fp.cli.values import coloured
    from fp.kernel.text import safe, width

    before, under = _branches(row, room)
    issue = drawn.tracker.issues.get(row.id)
    told = _told(drawn, row)
    if issue is None:
        text = f"{safe(row.id)}  {told}"
        return [output.style(before, "dim") + output.style(_fit(text, before, room), "bad")]
    head = f"{row.id}  {issue.status}"
    shown = f"{output.style(before, 'dim')}{output.style(row.id, 'accent')}  {coloured(output, issue.status)}"
    left = None if room is None else room - width(before) - width(head) - 2
    style = "" if row.id in drawn.chosen or drawn.depends else "dim"
    if left is None or left >= min(TITLE_LEAST, width(_tail(issue, told, None))):
        return [f"{shown}  {_styled(output, _tail(issue, told, left), style)}"]
    tail = _tail(issue, told, (room or 0) - width(under))
    return [shown, output.style(under, "dim") + _styled(output, tail, style)]


def _tail(issue: Issue, told: str, room: int | None) -> str:
    """The title, and what is told of the row, for which the title gives way."""
    from fp.kernel.text import clip, safe, width

    said = f"  ({told})" if told else ""
    if room is None:
        return safe(issue.title) + said
    return clip(clip(safe(issue.title), max(TITLE_LEAST // 2, room - width(said))) + said, room)


def _styled(output: Output, text: str, style: str) -> str:
    return output.style(text, style) if style else text


def _fit(text: str, before: str, room: int | None) -> str:
    from fp.kernel.text import clip, width

    return text if room is None else clip(text, room - width(before))


def _branches(row: Row, room: int | None) -> tuple[str, str]:
    """What is drawn before the row, and before a second line of it."""
    if not row.depth:
        return "", "  "
    wide = "".join("│  " if more else "   " for more in row.open_[:-1])
    last = row.open_[-1]
    before, under = wide + ("├─ " if last else "└─ "), wide + ("│  " if last else "   ") + "  "
    most = len(before) if room is None else room // INDENT_SHARE
    return (before, under) if len(before) <= most else (f"…{before[-most + 1 :]}", f" {under[-most + 1 :]}")


def _told(drawn: _Drawn, row: Row) -> str:
    from fp import tree
    from fp.kernel.text import safe

    tracker = drawn.tracker
    if row.state == tree.MISSING:
        known = row.id in tracker.duplicates or row.id in tracker.unreadable
        return "cannot be read: fp check" if known else "no file has this id"
    if row.state == tree.CIRCLE:
        return "a circle: it stands above" if not drawn.depends else "a circle: it waits for itself"
    if row.state in (tree.ABOVE, tree.DEEPER):
        return "shown above" if row.state == tree.ABOVE else f"more below: fp tree {row.id}"
    parent = tracker.issues[row.id].parent
    if not drawn.depends and parent and row.under is None and parent not in tracker.issues:
        return f"its parent {safe(parent)} has no readable file"
    return "" if drawn.depends else _progress(drawn, row.id)


def _progress(drawn: _Drawn, issue_id: str) -> str:
    under = [drawn.tracker.issues[one] for one in drawn.children.get(issue_id, ())]
    closed = sum(one.status in drawn.tracker.config.workflow.terminal for one in under)
    return f"{closed} of {len(under)} closed" if under else ""


# -- for programs -----------------------------------------------------------------------------------------------------


def _value(drawn: _Drawn, row: Row) -> dict[str, Any]:
    issue = drawn.tracker.issues.get(row.id)
    return {
        "id": row.id,
        "depth": row.depth,
        "under": row.under,
        "state": row.state,
        "asked": row.id in drawn.chosen,
        "title": issue.title if issue is not None else None,
        "status": issue.status if issue is not None else None,
        "priority": issue.priority if issue is not None else None,
    }
