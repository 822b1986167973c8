"""`fp hold`: keep issues from being picked up unattended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.gating import gate_all
from fp.cli.writing import ids_argument, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("hold", short_help="Keep issues from being picked up unattended.")
@ids_argument
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], who: str | None, *, commit: bool) -> int:
    """Keep issues from being picked up unattended.

    What is under way is not stopped by this alone; tarmac stops it when it sees the change.

    \b
    Example:
      fp hold k3v 7q9 --commit
    """
    from fp.model import HOLD

    return gate_all(out, ids, HOLD, who, commit=commit)
