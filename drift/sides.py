"""Both sides of a stale binding for a person to look at: what the document says, and how the code changed. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.check import content, observe
from drift.content import Ask, Found, Missing, seen
from drift.workspace import reader
from fp.kernel.errors import KitError
from fp.kernel.text import safe_block

if TYPE_CHECKING:
    from drift.bind import Plan
    from drift.model import Anchor
    from drift.workspace import Workspace

LINES_MAX = 40


def sides(workspace: Workspace, plan: Plan) -> list[str]:
    """Lines to print: the document's side, then the target's, as a difference where git still has the old text."""
    doc, target = plan.after.doc, plan.after.target
    said = _lines(workspace, doc)
    now = _lines(workspace, target)
    before = _before(workspace, plan)
    shown = _difference(before, now) if before is not None else now
    title = "what changed in" if before is not None else "now"
    return [
        f"--- the document: {safe_block(doc.text)}",
        *_capped(said),
        f"--- {title}: {safe_block(target.text)}",
        *_capped(shown),
    ]


def _lines(workspace: Workspace, anchor: Anchor) -> list[str]:
    """The lines an anchor spans now."""
    data = content(anchor.path, reader(workspace.files))
    if isinstance(data, Missing):
        return [f"({data.message})"]
    found = observe(anchor.path, [Ask(anchor.fragment)], workspace.settings, lambda _: data)[Ask(anchor.fragment)]
    return _span(data, found)


def _span(data: bytes, found: Found | Missing) -> list[str]:
    if isinstance(found, Missing):
        return [f"({found.message})"]
    return data.decode("utf-8-sig", "replace").splitlines()[found.line - 1 : found.end_line]


def _before(workspace: Workspace, plan: Plan) -> list[str] | None:
    """The target's lines at the stamp; None where git does not have the file's text of then."""
    before = plan.before
    if before is None or not before.blob or workspace.top is None:
        return None
    from fp.kernel.git.run import git

    try:
        found = git(workspace.top, "cat-file", "blob", before.blob, ok=(0, 128))
    except KitError:
        return None
    if found.code:
        return None
    ask = Ask(before.target.fragment)
    return _span(found.stdout, seen(before.target.path, found.stdout, [ask])[ask])


def _difference(before: list[str], now: list[str]) -> list[str]:
    import difflib

    return list(difflib.unified_diff(before, now, lineterm="", n=2))[2:]


def _capped(lines: list[str]) -> list[str]:
    shown = [safe_block(line) for line in lines[:LINES_MAX]]
    return [*shown, f"... {len(lines) - LINES_MAX} more lines"] if len(lines) > LINES_MAX else shown
