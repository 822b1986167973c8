"""`fp submit`: move issues to in-review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import join_option, move_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("submit", short_help="Move issues to in-review.")
@ids_argument
@note_option
@join_option
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], note: str, who: str | None, *, join: bool, commit: bool) -> int:
    """Move issues to in-review: the work is done, somebody else looks at it.

    \b
    Example:
      fp submit k3v -m "see branch tokens"
    """
    from fp.model import IN_REVIEW
    from fp.transition import Move

    return move_all(out, ids, Move(IN_REVIEW, note, join=join), who, commit=commit)
