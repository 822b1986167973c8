"""`tarmac scan`: what would be picked up now, and why not the rest. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("scan", short_help="Say what would be picked up now, and why not the rest.")
@click.option("--all", "every", is_flag=True, help="List every issue that waits, not one of each reason.")
@shared_options
def command(out: Output, every: bool) -> int:
    """Say what would be picked up now, in order, and why not the rest.

    \b
    Example:
      tarmac scan
      tarmac scan --all --json
    """
    from fp.kernel.text import safe
    from tarmac.cli.view import opened

    factory, seen = opened(out)
    judged = seen.issues.judged()
    ready = [one for one in judged if one.ok]
    for one in ready:
        out.line(f"{one.issue.id}  {one.issue.priority:8}  {safe(one.issue.title)}")
    waiting = [one for one in judged if not one.ok]
    if every:
        for one in waiting:
            out.line(f"{one.issue.id}  {out.style(one.reasons[0].code, 'dim')}  {safe(one.reasons[0].text)}")
    else:
        for line in seen.issues.idle_reasons():
            out.said(out.style(safe(line), "dim"))
    if not judged:
        out.said("no open issues -> fp new TITLE")
    out.document(
        "tarmac.scan.v1",
        commit=seen.commit,
        tracker_ref=factory.tracker_ref,
        eligible=[one.issue.id for one in ready],
        waiting=[{"issue": one.issue.id, "reasons": [reason._asdict() for reason in one.reasons]} for one in waiting],
    )
    return 0
