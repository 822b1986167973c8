"""`tarmac land`: a person lands a run without waiting for an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("land", short_help="Land an issue's run without waiting for an approval.")
@click.argument("issue")
@shared_options
def command(out: Output, issue: str) -> int:
    """Land an issue's run without waiting for an approval. Its gates must have passed on the merged content.

    \b
    Example:
      tarmac land WEB-7q
    """
    from tarmac.cli.view import issue_id, teller
    from tarmac.open import open_factory, read_tick
    from tarmac.watch import Wanted, watch

    factory = open_factory(out.start, teller(out))
    wanted = issue_id(read_tick(factory), issue)
    factory.store.ask(f"{wanted}.land")
    ended = watch(factory, Wanted(once=True, only=wanted, dispatch=False))
    factory.store.answered(f"{wanted}.land")
    out.document("tarmac.land.v1", issue=wanted, **ended._asdict())
    return 0 if wanted in ended.landed else 1
