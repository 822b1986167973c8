"""`tarmac trust`: how far an issue can be trusted, why, and what would raise it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

STYLES = {"verified": "good", "accepted": "good", "contradicted": "bad", "none": "dim"}
WORD_COLUMNS = 14


@click.command("trust", short_help="Say how far an issue can be trusted, and why.")
@click.argument("issue")
@shared_options
def command(out: Output, issue: str) -> int:
    """Say how far an issue can be trusted, what that rests on, and what would raise it.

    \b
    Example:
      tarmac trust WEB-7q
    """
    from fp.kernel.text import safe
    from tarmac.cli.findings import of_issue
    from tarmac.trust import MEANING, trust

    wanted, report, site = of_issue(out, issue)
    found = trust(wanted, report, site.memory)
    out.line(f"{wanted}  {out.style(found.level, STYLES.get(found.level, 'strong'))}: {MEANING[found.level]}")
    for text in found.because:
        out.line(f"  {'because':<{WORD_COLUMNS}}{safe(text)}")
    for text in found.raised_by:
        out.line(f"  {'raised by':<{WORD_COLUMNS}}{safe(text)}")
    out.document(
        "tarmac.trust.v1",
        issue=wanted,
        level=found.level.value,
        because=list(found.because),
        raised_by=list(found.raised_by),
    )
    return 0
