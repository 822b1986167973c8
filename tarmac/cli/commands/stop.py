"""`tarmac stop`: stop an issue's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("stop", short_help="Stop an issue's run; its work is kept.")
@click.argument("issue")
@shared_options
def command(out: Output, issue: str) -> int:
    """Stop an issue's run. What the agent made so far is committed to the run's branch and kept.

    The issue goes back to the queue; `fp hold ISSUE` keeps it from starting again.

    \b
    Example:
      tarmac stop WEB-7q
    """
    from fp.kernel.errors import Refused
    from tarmac.cli.view import issue_id, opened
    from tarmac.protocol.run import OVER

    factory, seen = opened(out)
    wanted = issue_id(seen, issue)
    records, _ = factory.store.records()
    running = [one for one in records if one.run.name.issue == wanted and one.state.phase not in OVER]
    if not running:
        raise Refused(f"no run of {wanted} is under way", hint=f"tarmac why {wanted}", reason="no-run")
    for record in running:
        factory.store.ask(f"{record.run.name}.stop")
        factory.runner.cancel(factory.store.folder(record.run.name))
        out.line(f"{record.run.name} is asked to stop")
    out.document("tarmac.stop.v1", runs=[str(record.run.name) for record in running])
    return 0
