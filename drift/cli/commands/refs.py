"""`drift refs`: which documents speak of a place in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.refs import Reference
    from fp.kernel.cli import Output

WORDS = {"exact": "", "around": "by way of what is around it", "inside": "of a part of it"}


@click.command("refs", short_help="Say which documents speak of a file, a symbol or a folder.")
@click.argument("target", metavar="PATH[#SYMBOL]")
@shared_options
def command(out: Output, target: str) -> int:
    """Say which documents speak of a file, a symbol or a folder: by itself, by what is around it, or of a part of it.

    \b
    Example:
      drift refs src/auth.py#Session.open
      drift refs src/
    """
    from drift.arguments import anchor_of, workspace_of
    from drift.refs import references
    from drift.report import plural

    workspace = workspace_of(out.start, target)
    place = anchor_of(workspace, out.start, target)
    found = references(workspace.lock, place, is_folder=(workspace.root / place.path).is_dir())
    if out.json:
        out.document("drift.refs.v1", place=place.text, references=[_value(one) for one in found])
        return ExitCode.OK
    _print(out, found)
    documents = len({one.binding.doc.path for one in found})
    out.said(f"{plural(len(found), 'binding')} of {plural(documents, 'document')}")
    return ExitCode.OK


def _value(one: Reference) -> dict[str, str]:
    return {"doc": one.binding.doc.text, "target": one.binding.target.text, "relation": str(one.relation)}


def _print(out: Output, found: list[Reference]) -> None:
    from fp.kernel.text import safe

    for one in found:
        why = WORDS[one.relation]
        way = f"  {safe(one.binding.target.text)}, {why}" if why else ""
        out.line(f"{out.style(safe(one.binding.doc.text), 'strong')}{out.style(way, 'dim')}")
