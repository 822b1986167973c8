"""`fp reject`: reject the content of issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.reviewing import of_option, review_all
from fp.cli.writing import ids_argument, note_option, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("reject", short_help="Reject the content of issues.")
@ids_argument
@of_option
@note_option
@writing_options
@shared_options
def command(
    out: Output, ids: tuple[str, ...], revision: str | None, note: str, who: str | None, *, commit: bool
) -> int:
    """Reject what an issue's run made, or the commit you name; say why.

    A run that waits for approval is parked with your words; it does not land.

    \b
    Example:
      fp reject k3v --commit
    """
    from fp.transition import REJECT

    return review_all(out, ids, REJECT, note, revision=revision, who=who, commit=commit)
