"""`fp start`: move issues to in-progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import join_option, move_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("start", short_help="Move issues to in-progress.")
@ids_argument
@note_option
@join_option
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], note: str, who: str | None, *, join: bool, commit: bool) -> int:
    """Move issues to in-progress.

    Changes the status line alone, and writes an event beside it. Refused while somebody else holds a claim.

    \b
    Example:
      fp start k3v
    """
    from fp.model import IN_PROGRESS
    from fp.transition import Move

    return move_all(out, ids, Move(IN_PROGRESS, note, join=join), who, commit=commit)
