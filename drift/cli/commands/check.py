"""`drift check`: which bindings are stale, which links lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

FORMATS = ("text", "json", "github", "sarif", "junit", "markdown")


@click.command("check", short_help="Say which bindings are stale and which links lead nowhere.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to print the report.")
@click.option("--since", metavar="REV", help="Look only at what is not as it was in REV.")
@click.option("--changed", metavar="PATH", multiple=True, help="Look only at this file or folder; may be repeated.")
@click.option("--baseline", metavar="REV", help="What was wrong in REV already is told and fails nothing.")
@click.option("--fix-moves", is_flag=True, help="Let the lock follow what moved for certain, then check.")
@shared_options
def command(
    out: Output, form: str, since: str | None, changed: tuple[str, ...], baseline: str | None, *, fix_moves: bool
) -> int:
    """Compare every bound target with its stamp, and follow the links of bound documents.

    What is not where the lock says is looked for in what came or changed since it was last there. A move is certain
    when the content is the same and no other place has it; --fix-moves follows those alone.

    Exits 0 when all is fresh, 1 when a binding is stale or a link broken, 2 when the lock or drift.toml is wrong.

    \b
    Example:
      drift check
      drift check --since origin/main --baseline origin/main --format github
      drift check --changed src/auth.py
    """
    from drift.cli.checking import Asked, check

    return check(out, Asked(form, since, changed, baseline, fix_moves))
