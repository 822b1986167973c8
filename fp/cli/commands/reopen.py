"""`fp reopen`: move closed issues back to todo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import SCHEMA, told
from fp.cli.writing import ids_argument, note_option, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("reopen", short_help="Move closed issues back to todo.")
@ids_argument
@note_option
@click.option("--arm", is_flag=True, help="Let them run unattended at once.")
@writing_options
@shared_options
def command(out: Output, ids: tuple[str, ...], note: str, who: str | None, *, arm: bool, commit: bool) -> int:
    """Move closed issues back to todo. They are on hold for unattended work unless you say --arm.

    \b
    Example:
      fp reopen k3v -m "it came back in 2.1"
    """
    from fp.model import AUTO
    from fp.moves import plan_reopen

    pen = take_pen(out, who, commit=commit)
    dispatch = AUTO if arm else None
    return write_all(
        out,
        pen,
        ids,
        lambda word: told(pen, plan_reopen(pen.desk, word, note, pen.writer, dispatch=dispatch)),
        SCHEMA,
    )
