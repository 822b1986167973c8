"""`fp cancel`: move issues to cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import join_option, move_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("cancel", short_help="Move issues to cancelled.")
@ids_argument
@note_option
@join_option
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], note: str, who: str | None, *, join: bool, commit: bool) -> int:
    """Move issues to cancelled. Issues that depend on them stay blocked until you drop the dependency.

    \b
    Example:
      fp cancel k3v -m "the gateway goes away"
    """
    from fp.model import CANCELLED
    from fp.transition import Move

    return move_all(out, ids, Move(CANCELLED, note, join=join), who, commit=commit)
