"""`tarmac watch`: the loop, until it is stopped or has nothing more to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("watch", short_help="Pick up, work, land, until you stop it.")
@click.option("--max", "concurrency", type=click.IntRange(1, 1000), help="Agents at once (default: WORKFLOW.md).")
@click.option("--once", is_flag=True, help="Stop when all is landed, parked or waits for a person.")
@click.option("--drain", is_flag=True, help="Start nothing new; stop when all runs have ended.")
@shared_options
def command(out: Output, concurrency: int | None, once: bool, drain: bool) -> int:
    """Pick up armed issues, let agents work on them in worktrees of their own, run the gates, land.

    Stopping it (Ctrl-C) leaves the agents at work; the next `tarmac watch` goes on with them.

    \b
    Example:
      tarmac watch --max 4
      tarmac watch --once
    """
    from tarmac.cli.view import teller
    from tarmac.open import open_factory
    from tarmac.watch import Wanted, watch

    factory = open_factory(out.start, teller(out))
    ended = watch(factory, Wanted(concurrency=concurrency, once=once, drain=drain))
    out.document("tarmac.watch.v1", **ended._asdict())
    return 0
