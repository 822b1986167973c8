"""`fp arm`: let issues be picked up unattended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.gating import gate_all
from fp.cli.writing import ids_argument, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("arm", short_help="Let issues be picked up unattended.")
@ids_argument
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], who: str | None, *, commit: bool) -> int:
    """Let issues be picked up unattended.

    This is the person's gate: an orchestrator, or an agent with `fp claim --next`, then picks
    them up when nothing else stands in the way.

    \b
    Example:
      fp arm k3v 7q9 --commit
    """
    from fp.model import AUTO

    return gate_all(out, ids, AUTO, who, commit=commit)
