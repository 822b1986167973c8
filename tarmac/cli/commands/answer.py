"""`tarmac answer`: a person answers an agent's question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("answer", short_help="Answer an agent's question and send it on.")
@click.argument("issue")
@click.argument("text")
@shared_options
def command(out: Output, issue: str, text: str) -> int:
    """Answer an agent's question: a comment of yours, and the issue is to do again, armed.

    One commit on the tracker ref says both; the next run reads the answer in its prompt.

    \b
    Example:
      tarmac answer WEB-7q "cursor"
    """
    from fp.kernel.errors import Usage
    from tarmac.cli.view import decided

    if not text.strip():
        raise Usage("the answer is empty", reason="empty")
    wanted = decided(out, issue, text)
    out.line(f"{wanted} is answered, to do again, and armed")
    out.document("tarmac.answer.v1", issue=wanted)
    return 0
