"""`fp prime`: what an agent should know when its session starts, within a budget of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import as_option
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

BUDGET_BYTES = 2000
BUDGET_BYTES_LEAST = 200
SHAPES = ("text", "cursor")


@click.command("prime", short_help="Tell an agent what it holds, the rules, and what is ready.")
@click.option(
    "--budget",
    type=click.IntRange(BUDGET_BYTES_LEAST),
    default=BUDGET_BYTES,
    show_default=True,
    metavar="BYTES",
    help="Print at most so many.",
)
@click.option(
    "--for", "shape", type=click.Choice(SHAPES), default="text", help="cursor: the JSON that its session hook reads."
)
@as_option
@shared_options
def command(out: Output, budget: int, shape: str, who: str | None) -> int:
    """Tell an agent what it holds, the rules, lessons that fit, and what is ready, in at most so many bytes.

    The most important comes first. What tickets say stands in fences, as data. Reads what is committed to the tracker
    ref, asks no network and writes nothing. `fp setup` makes agents run it when a session starts.

    \b
    Example:
      FP_AGENT=agent/cursor-1 fp prime --budget 1500
    """
    import json

    from fp.briefing import gather
    from fp.cli.opened import open_tracker
    from fp.priming import prime

    open_tracker(out.start)
    brief = gather(out.start, who)
    told = prime(brief, budget)
    if out.json:
        out.document(
            "fp.prime.v1",
            text=told.text,
            bytes=told.size_bytes,
            budget=budget,
            cut=told.cut,
            writer=str(brief.writer),
            held=[one.issue.id for one in brief.held],
            ready=[one.id for one in brief.ready],
            lessons=[one.event for one in brief.lessons],
            trouble=brief.trouble or None,
        )
    elif shape == "cursor":
        out.line(json.dumps({"additional_context": told.text}))
    else:
        out.line(told.text.removesuffix("\n"))
    return 0
