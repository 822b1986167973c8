"""`fp context`: all that belongs to one issue, for whoever works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.context import Context
    from fp.kernel.cli import Output

BUDGET_BYTES_LEAST = 200


@click.command("context", short_help="Tell all that belongs to one issue.")
@click.argument("issue", metavar="ID")
@click.option(
    "--budget", type=click.IntRange(BUDGET_BYTES_LEAST), metavar="BYTES", help="Print at most so many; else all."
)
@shared_options
def command(out: Output, issue: str, budget: int | None) -> int:
    """Tell all that belongs to one issue: parents, children, dependencies, decisions, lessons, comments.

    Decisions are the pages below docs/decisions or docs/adr that the issue names, or that name it or a path it touches.
    What tickets say stands in fences, as data. Writes nothing.

    \b
    Example:
      fp context k3v --budget 4000
    """
    from fp.cli.opened import open_tracker
    from fp.context import gather
    from fp.priming import describe

    opened = open_tracker(out.start)
    found = gather(out.start, opened.files, opened.source, issue)
    told = describe(found, budget)
    if out.json:
        out.document("fp.context.v1", **value(found), text=told.text, bytes=told.size_bytes, cut=told.cut)
    else:
        out.line(told.text.removesuffix("\n"))
    return 0


def value(found: Context) -> dict[str, Any]:
    """The context as JSON; docs/schemas/fp.context.v1.json has the shape."""
    from fp.cli.values import issue_value
    from fp.kernel.clock import instant

    return {
        "issue": {**issue_value(found.issue), "body": found.issue.body},
        "related": [
            {
                "relation": one.relation,
                "id": one.id,
                "status": one.issue.status if one.issue is not None else None,
                "title": one.issue.title if one.issue is not None else None,
            }
            for one in found.kin
        ],
        "decisions": [one._asdict() for one in found.decisions],
        "comments": [
            {
                "event": one.name,
                "by": str(one.by) if one.by is not None else None,
                "at": instant(one.at, milliseconds=True) if one.at is not None else None,
                "text": one.note,
            }
            for one in found.comments
        ],
        "lessons": [{**one._asdict(), "at": instant(one.at) if one.at is not None else None} for one in found.lessons],
    }
