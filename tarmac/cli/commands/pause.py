"""`tarmac pause` and `tarmac resume`: whether new work is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

PAUSED = "paused"


@click.command("pause", short_help="Start nothing new; what runs goes on.")
@shared_options
def command(out: Output) -> int:
    """Start nothing new; what runs goes on. Holds for every `tarmac watch` of this repository.

    \b
    Example:
      tarmac pause
    """
    from tarmac.cli.view import silent
    from tarmac.open import open_factory

    open_factory(out.start, silent).store.ask(PAUSED)
    out.line("paused: nothing new is started -> tarmac resume")
    out.document("tarmac.pause.v1", paused=True)
    return 0


@click.command("resume", short_help="Start new work again.")
@shared_options
def resume(out: Output) -> int:
    """Start new work again.

    \b
    Example:
      tarmac resume
    """
    from tarmac.cli.view import silent
    from tarmac.open import open_factory

    open_factory(out.start, silent).store.answered(PAUSED)
    out.line("resumed")
    out.document("tarmac.pause.v1", paused=False)
    return 0
