"""`tarmac init`: write WORKFLOW.md and name the tracker and the authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("init", short_help="Write WORKFLOW.md and name the tracker and the authority.")
@click.option("--agent", help="Use this agent, of those found on PATH (default: the first).")
@shared_options
def command(out: Output, agent: str | None) -> int:
    """Write WORKFLOW.md, with the agents found on PATH and a gate for your tests, and name the tracker ref.

    Nothing is staged or committed, and what is there already stays as it is.

    \b
    Example:
      tarmac init
      tarmac init --agent codex
    """
    from tarmac.setup import initialise

    done = initialise(out.start, agent)
    for line in done.said:
        out.line(line)
    for line in done.next:
        out.said(out.style(f"next: {line}", "dim"))
    out.document("tarmac.init.v1", **done._asdict())
    return 0
