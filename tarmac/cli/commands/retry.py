"""`tarmac retry`: a parked issue goes back into the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("retry", short_help="Put a parked issue back into the queue.")
@click.argument("issue")
@click.option("--note", default="", help="What the next agent should know.")
@shared_options
def command(out: Output, issue: str, note: str) -> int:
    """Put a parked issue back into the queue: to do again, and armed. One commit on the tracker ref says so.

    \b
    Example:
      tarmac retry WEB-7q --note "the API key is in .env now"
    """
    from tarmac.cli.view import decided

    wanted = decided(out, issue, note)
    out.line(f"{wanted} is to do again, and armed")
    out.document("tarmac.retry.v1", issue=wanted)
    return 0
