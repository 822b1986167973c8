"""`fp done`: move issues to done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import join_option, move_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("done", short_help="Move issues to done.")
@ids_argument
@note_option
@join_option
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], note: str, who: str | None, *, join: bool, commit: bool) -> int:
    """Move issues to done. It is recorded as what you say; landings and evidence say more.

    The guards that the settings name for done (boxes, children, evidence, documents) are asked first.

    \b
    Example:
      fp done k3v 7q9 --commit
    """
    from fp.model import DONE
    from fp.transition import Move

    return move_all(out, ids, Move(DONE, note, join=join), who, commit=commit)
