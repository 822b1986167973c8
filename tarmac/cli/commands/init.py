"""`tarmac init`: write WORKFLOW.md and name the tracker and the authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("init", short_help="Write WORKFLOW.md and name the tracker and the authority.")
@click.option("--agent", help="Use this agent, of those found on PATH (default: the first).")
@click.option(
    "--authority", metavar="local|REMOTE", help="Who holds claims and takes landings (default: as the settings say)."
)
@shared_options
def command(out: Output, agent: str | None, authority: str | None) -> int:
    """Write WORKFLOW.md, with the agents found on PATH and a gate for your tests, and name tracker and authority.

    The authority is this repository, or a remote that several machines share. A remote is tried first: it must take
    atomic pushes and refs for claims, and the trial leaves nothing there. The authority stays while a claim lives.
    Nothing is staged or committed, and what is there already stays as it is.

    \b
    Example:
      tarmac init
      tarmac init --agent codex --authority origin
    """
    from tarmac.setup import initialise

    done = initialise(out.start, agent, authority or _asked(out))
    for line in done.said:
        out.line(line)
    for line in done.next:
        out.said(out.style(f"next: {line}", "dim"))
    out.document("tarmac.init.v1", **done._asdict())
    return 0


def _asked(out: Output) -> str | None:
    """Ask a person at a terminal, where there is a choice that nobody has made."""
    from tarmac.setup import standing_authority

    if not out.interactive:
        return None
    standing, remotes = standing_authority(out.start)
    if standing or not remotes:
        return None
    choice = click.Choice(["local", *remotes])
    return str(click.prompt("Who holds the claims and takes the landings?", type=choice, default="local"))
