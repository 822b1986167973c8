"""`tarmac context`: which documents describe what an issue is about to change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.adapters.docs import Concerned

ISSUE_VARIABLE = "TARMAC_ISSUE"


@click.command("context", short_help="Tell which documents an issue's paths concern.")
@click.argument("issue", required=False, metavar="[ID]")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="A path or pattern besides those of the issue.")
@shared_options
def command(out: Output, issue: str | None, paths: tuple[str, ...]) -> int:
    """Tell which documents describe what an issue touches, and which of them are stale already.

    Without ID it is about the issue of the run that it is called in. Paths are the issue's `touches`, and those that
    --path names; documents and code are those of the branch that work lands on. A dispatched agent finds the same list
    in its prompt. All else that belongs to an issue is told by `fp context`.

    \b
    Examples:
      tarmac context WEB-9d
      tarmac context --path 'src/auth/**'
    """
    from fp.kernel.errors import Config
    from fp.kernel.text import safe
    from tarmac.adapters.docs import concerned
    from tarmac.adapters.issues import touching
    from tarmac.cli.view import issue_id, opened

    factory, seen = opened(out)
    word = issue or os.environ.get(ISSUE_VARIABLE, "")
    if not word and not paths:
        raise click.UsageError("name an issue, or a --path")
    wanted = issue_id(seen, word) if word else ""
    touches = seen.issues.tracker.issues[wanted].touches if wanted else ()
    patterns = list(dict.fromkeys((*touches, *paths)))
    found, problems = concerned(factory.world.objects, seen.target, touching(patterns), judge=True)
    if problems:
        raise Config(problems[0].message, where=problems[0].where, hint="drift check", reason=problems[0].code)
    if wanted:
        out.line(f"{wanted}  {safe(seen.issues.title(wanted))}")
    for line in _told(wanted, patterns, found):
        out.line(line)
    out.document("tarmac.context.v1", issue=wanted or None, paths=patterns, documents=[one._asdict() for one in found])
    return 0


def _told(issue: str, patterns: list[str], found: list[Concerned]) -> list[str]:
    from fp.kernel.text import pad, safe

    if not patterns:
        return [f"  it names no path that it touches -> fp set {issue} touches='src/**'"]
    if not found:
        return [f"  no document is bound to {safe(', '.join(patterns))}"]
    width = max(len(one.document) for one in found)
    said = [f"stale: {one.reason}" if one.reason else "" for one in found]
    return [
        f"  {pad(safe(one.document), width)}  {safe(one.anchor)}{f'  {word}' if word else ''}"
        for one, word in zip(found, said, strict=True)
    ]
