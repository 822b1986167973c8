"""`drift suggest`: which code a document names, as bindings to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Usage

if TYPE_CHECKING:
    from drift.suggest import Candidate
    from fp.kernel.cli import Output


@click.command("suggest", short_help="Say which code a document names, as bindings to make.")
@click.argument("docs", metavar="DOC...", nargs=-1, required=True)
@shared_options
def command(out: Output, docs: tuple[str, ...]) -> int:
    """Say which code documents name, best first: what they name by its path, then names that one place defines, by how
    often they are named. Names that several places define come last, with the places. What is bound is left out.

    Changelogs, decisions and tickets speak of what was: nothing is suggested for them.

    \b
    Example:
      drift suggest docs/auth.md
    """
    from drift.arguments import anchor_of
    from drift.survey import candidates
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    paths = dict.fromkeys(anchor_of(workspace, out.start, word).path for word in docs)
    for path in paths:
        if workspace.files.stat(path) is None:
            raise Usage(f"no such document: {path}", hint="drift suggest docs/guide.md", reason="no-document")
    found = {path: candidates(workspace, path) for path in paths}
    if out.json:
        out.document("drift.suggest.v1", candidates=[_value(doc, one) for doc in found for one in found[doc]])
        return ExitCode.OK
    for doc, list_ in found.items():
        _print(out, doc, list_)
    return ExitCode.OK


def _value(doc: str, one: Candidate) -> dict[str, object]:
    return {
        "doc": doc,
        "target": one.target,
        "why": str(one.why),
        "line": one.line,
        "times": one.times,
        "places": list(one.places),
    }


def _print(out: Output, doc: str, found: list[Candidate]) -> None:
    from drift.model import shell_word
    from drift.suggest import Why, is_left_alone
    from fp.kernel.text import safe

    out.line(out.style(safe(doc), "strong"))
    for one in found:
        times = f", {one.times} times" if one.times > 1 else ""
        where = out.style(f"  line {one.line}{times}", "dim")
        if one.why is Why.SEVERAL:
            out.line(f"  {safe(one.target)} is defined in {', '.join(map(safe, one.places))}{where}")
        else:
            out.line(f"  drift link {safe(shell_word(doc))} {safe(shell_word(one.target))}{where}")
    if not found:
        out.said("  left alone: it speaks of what was" if is_left_alone(doc) else "  names no code that is not bound")
