"""Both sides of a stale binding for a person to look at: what the document says, and how the code changed. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.check import content, observe
from drift.content import Ask, Found, Missing, seen
from drift.workspace import reader
from fp.kernel.errors import KitError
from fp.kernel.text import safe_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drift.model import Anchor, Binding
    from drift.workspace import Workspace

LINES_MAX = 40


class Sides(NamedTuple):
    """What the document says, what its target is, and what it was at the stamp, as lines; None where git has it not."""

    said: tuple[str, ...]
    now: tuple[str, ...]
    before: tuple[str, ...] | None

    @property
    def difference(self) -> list[str]:
        """How the target changed, as a unified difference without its head."""
        import difflib

        return list(difflib.unified_diff(self.before or (), self.now, lineterm="", n=2))[2:]


def sides_of(workspace: Workspace, binding: Binding) -> Sides:
    """Both sides of a binding as it stands in the lock."""
    before = _before(workspace, binding)
    return Sides(
        tuple(_lines(workspace, binding.doc)),
        tuple(_lines(workspace, binding.target)),
        None if before is None else tuple(before),
    )


def lines(sides: Sides, binding: Binding, *, lines_max: int = LINES_MAX) -> list[str]:
    """Lines to print: the document's side, then the target's, as a difference where git still has the old text."""
    shown = sides.difference if sides.before is not None else sides.now
    title = "what changed in" if sides.before is not None else "now (its text at the stamp is not here)"
    return [
        f"--- the document: {safe_block(binding.doc.text)}",
        *_capped(sides.said, lines_max),
        f"--- {title}: {safe_block(binding.target.text)}",
        *_capped(shown, lines_max),
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


def _before(workspace: Workspace, before: Binding) -> list[str] | None:
    """The target's lines at the stamp; None where git does not have the file's text of then."""
    if not before.blob or workspace.top is None:
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


def _capped(lines: Sequence[str], lines_max: int) -> list[str]:
    shown = [safe_block(line) for line in lines[:lines_max]]
    return [*shown, f"... {len(lines) - lines_max} more lines"] if len(lines) > lines_max else shown
