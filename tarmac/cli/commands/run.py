"""`tarmac run`: one issue, to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("run", short_help="Work on one issue, to its end.")
@click.argument("issue")
@shared_options
def command(out: Output, issue: str) -> int:
    """Work on one issue, to its end: landed, parked, given back, or waiting for you.

    The issue must be eligible; `tarmac why ISSUE` says what is missing.

    \b
    Example:
      tarmac run WEB-7q
    """
    from fp.kernel.errors import Refused
    from tarmac.cli.view import issue_id, teller
    from tarmac.open import open_factory, read_tick
    from tarmac.watch import Wanted, watch

    factory = open_factory(out.start, teller(out))
    seen = read_tick(factory)
    wanted = issue_id(seen, issue)
    judged = next((one for one in seen.issues.judged() if one.issue.id == wanted), None)
    if judged is None or (judged.reasons and judged.reasons[0].code != "claimed"):
        why = judged.reasons[0] if judged is not None else None
        text = why.text if why is not None else "it is closed"
        raise Refused(f"{wanted} cannot be run: {text}", hint=why.next_command if why else None, reason="not-eligible")
    ended = watch(factory, Wanted(once=True, only=wanted))
    out.document("tarmac.run.v1", issue=wanted, **ended._asdict())
    return 0
