"""`fp show`: one issue, what it waits for, its text, its history in the order of time, the commits that name it."""

from __future__ import annotations

import click

from fp.kernel.cli import Output, shared_options


@click.command("show")
@click.argument("issue", metavar="ID")
@click.option("--all-branches", "everywhere", is_flag=True, help="Its status on other branches and in other worktrees.")
@shared_options
def command(output: Output, issue: str, everywhere: bool) -> int:
    """Show an issue: its fields, what it waits for, its text, its history.

    ID may be cut to its first 3 characters or more, and may leave out the prefix.

    \b
    Examples:
      fp show k3v
      fp show FP-k3v9q2m --json
      fp show k3v --all-branches
    """
    from fp.cli.showing import show

    return show(output, issue, everywhere=everywhere)
