"""`fp approve`: approve the content of issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.reviewing import of_option, review_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("approve", short_help="Approve the content of issues.")
@ids_argument
@of_option
@note_option
@writing_options
@shared_options
def command(
    out: Output, ids: tuple[str, ...], revision: str | None, note: str, who: str | None, *, commit: bool
) -> int:
    """Approve what an issue's run made, or the commit you name.

    The approval is bound to exactly that content: more work on it needs another look.

    \b
    Example:
      fp approve k3v --commit
    """
    from fp.transition import APPROVE

    return review_all(out, ids, APPROVE, note, revision=revision, who=who, commit=commit)
