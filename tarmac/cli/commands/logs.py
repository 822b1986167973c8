"""`tarmac logs`: what an agent printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("logs", short_help="Show what an agent printed.")
@click.argument("run")
@click.option("-n", "--lines", default=40, show_default=True, type=click.IntRange(1, 100_000), help="Lines to show.")
@shared_options
def command(out: Output, run: str, lines: int) -> int:
    """Show the end of what an agent printed. RUN is `WEB-7q.1`, or an issue for its latest run.

    \b
    Example:
      tarmac logs WEB-7q
      tarmac logs WEB-7q.1 -n 200
    """
    from fp.kernel.errors import Usage
    from fp.kernel.text import safe_block
    from tarmac.cli.view import issue_id, opened
    from tarmac.model import parse_run_name

    factory, seen = opened(out)
    name = parse_run_name(run)
    if name is None:
        wanted = issue_id(seen, run)
        name = max((one for one in factory.store.names() if one.issue == wanted), default=None)
    if name is None or name not in factory.store.names():
        raise Usage(f"no run {run}", hint="tarmac status --all", reason="no-run")
    text = factory.runner.tail(factory.store.folder(name), lines)
    for line in text.splitlines():
        out.line(safe_block(line))
    out.document("tarmac.logs.v1", run=str(name), text=text)
    return 0
