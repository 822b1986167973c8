"""`drift diff`: stale documents beside what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Refused

if TYPE_CHECKING:
    from drift.culprits import Culprits
    from drift.model import AnchorReport, Binding
    from drift.sides import Sides
    from drift.workspace import Workspace
    from fp.kernel.cli import Output

LINES_MAX = 400
COMMIT_CHARACTERS = 10


@click.command("diff", short_help="Show stale documents beside what changed, and who changed it.")
@click.argument("doc", metavar="[DOC[#SECTION]]", required=False)
@click.argument("target", metavar="[TARGET]", required=False)
@shared_options
def command(out: Output, doc: str | None, target: str | None) -> int:
    """Show what each stale document says, how its target changed since it was stamped, and in which commits.

    The old text is git's, by the blob in the lock; where a clone does not have it, the text of now is shown. A commit
    that changed other parts of the file is not named. Always exits 0.

    \b
    Example:
      drift diff
      drift diff docs/auth.md
      drift diff docs/auth.md src/auth.py#Session.open
    """
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    found = _chosen(workspace, out, doc, target)
    shown = [_looked(workspace, item.binding) for item in found]
    if out.json:
        out.document("drift.diff.v1", bindings=[_value(item, *rest) for item, rest in zip(found, shown, strict=True)])
        return ExitCode.OK
    for item, (sides, who) in zip(found, shown, strict=True):
        _print(out, item, sides, who)
    if not found:
        out.said("nothing is stale")
    return ExitCode.OK


def _chosen(workspace: Workspace, out: Output, doc: str | None, target: str | None) -> list[AnchorReport]:
    """The stale bindings, of one document or of one binding where they are named."""
    from dataclasses import replace

    from drift.arguments import anchor_of, target_of
    from drift.check import check
    from drift.model import Links, Result
    from drift.workspace import sources
    from fp.kernel.text import safe

    lock = workspace.lock
    if doc is not None:
        wanted = anchor_of(workspace, out.start, doc)
        place = target_of(workspace, out.start, target) if target is not None else None
        kept = [
            item
            for item in lock.bindings
            if (item.doc == wanted or (not wanted.fragment and item.doc.path == wanted.path))
            and place in (None, item.target)
        ]
        if not kept:
            raise Refused(f"not bound: {safe(doc)}", hint="drift status lists what is bound", reason="not-bound")
        lock = replace(lock, bindings=tuple(kept))
    settings = replace(workspace.settings, links=Links.OFF)
    found = check(lock, settings, sources(workspace)).anchors
    return [item for item in found if item.result is Result.STALE and (doc is not None or item.waived is None)]


def _looked(workspace: Workspace, binding: Binding) -> tuple[Sides, Culprits | None]:
    from drift.culprits import culprits
    from drift.sides import sides_of

    return sides_of(workspace, binding), culprits(workspace, binding)


def _value(item: AnchorReport, sides: Sides, who: Culprits | None) -> dict[str, object]:
    return {
        "doc": item.binding.doc.path,
        "section": item.binding.doc.fragment or None,
        "target": item.binding.target.text,
        "reason": {"code": str(item.reason), "message": item.message},
        "said": list(sides.said),
        "now": list(sides.now),
        "before": None if sides.before is None else list(sides.before),
        "difference": None if sides.before is None else sides.difference,
        "commits": [blame._asdict() for blame in who.commits] if who is not None else [],
        "uncommitted": who is not None and who.uncommitted,
    }


def _print(out: Output, item: AnchorReport, sides: Sides, who: Culprits | None) -> None:
    from drift.model import hint
    from drift.sides import lines
    from fp.kernel.text import safe

    for line in lines(sides, item.binding, lines_max=LINES_MAX):
        name = (
            "strong"
            if line.startswith(("--- ", "=== "))
            else "good"
            if line[:1] == "+"
            else "bad"
            if line[:1] == "-"
            else ""
        )
        out.line(out.style(line, name) if name else line)
    for blame in who.commits if who is not None else ():
        words = f"{blame.commit[:COMMIT_CHARACTERS]} {blame.date[:10]} {blame.author}: {blame.subject}"
        out.line(out.style(f"changed by {safe(words)}", "dim"))
    if who is not None and who.uncommitted:
        out.line(out.style("changed in the worktree, not committed yet", "dim"))
    out.line(f"{safe(item.message)}; {safe(hint(item))}" if hint(item) else safe(item.message))
    out.line("")
