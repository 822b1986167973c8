"""Both sides of a stale binding for a person to look at: what the document says, and how the code changed. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.check import content, observe
from drift.content import Ask, Found, Missing, seen
from drift.patterns import members_of, without
from drift.workspace import listed, reader
from fp.kernel.errors import KitError
from fp.kernel.text import safe_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drift.membership import History
    from drift.model import Anchor, Binding
    from drift.workspace import Workspace

LINES_MAX = 40


class Sides(NamedTuple):
    """What the document says, what its target is, and what it was at the stamp, as lines; None where git has it not."""

    said: tuple[str, ...]
    now: tuple[str, ...]
    before: tuple[str, ...] | None
    by_member: tuple[str, ...] | None = None

    @property
    def difference(self) -> list[str]:
        """How the target changed, as a unified difference without its head; of many files one after the other."""
        import difflib

        if self.by_member is not None:
            return list(self.by_member)
        return list(difflib.unified_diff(self.before or (), self.now, lineterm="", n=2))[2:]


def sides_of(workspace: Workspace, binding: Binding) -> Sides:
    """Both sides of a binding as it stands in the lock."""
    if is_many(binding.target.path):
        return _of_many(workspace, binding)
    before = _before(workspace, binding)
    return Sides(
        tuple(_lines(workspace, binding.doc)),
        tuple(_lines(workspace, binding.target)),
        None if before is None else tuple(before),
    )


def _of_many(workspace: Workspace, binding: Binding) -> Sides:
    """Of a folder or pattern: its members, and the difference of each that is not as it was stamped."""
    from drift.membership import Looks, history_of

    target = binding.target.path
    said = tuple(_lines(workspace, binding.doc))
    now = without(members_of([target], listed(workspace))[target], binding.doc.path) or ()
    history = history_of(Looks(workspace), binding)
    if history is None:
        return Sides(said, now, None)
    found: list[str] = []
    for old, new in (*history.changes.renamed, *((path, path) for path in history.changes.changed)):
        found += _member(old, new, _then(workspace, history, old), _now(workspace, new))
    for path in history.changes.added:
        found += _member("", path, [], _now(workspace, path))
    for path in history.changes.removed:
        found += _member(path, "", _then(workspace, history, path), [])
    return Sides(said, now, tuple(sorted(history.then)), tuple(found))


def _member(old: str, new: str, before: list[str], after: list[str]) -> list[str]:
    import difflib

    head = f"renamed {old} to {new}" if old and new and old != new else f"{'changed' if old else 'added'} {new}"
    body = difflib.unified_diff(before, after, lineterm="", n=2)
    return [f"=== {head if new else f'removed {old}'}", *list(body)[2:]]


def _then(workspace: Workspace, history: History, path: str) -> list[str]:
    data = _blob(workspace, history.then[path]) or b""
    return data.decode("utf-8", "replace").splitlines()


def _now(workspace: Workspace, path: str) -> list[str]:
    data = content(path, reader(workspace.files))
    return [] if isinstance(data, Missing) else data.decode("utf-8-sig", "replace").splitlines()


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
    data = _blob(workspace, before.blob)
    if data is None:
        return None
    ask = Ask(before.target.fragment)
    return _span(data, seen(before.target.path, data, [ask])[ask])


def _blob(workspace: Workspace, oid: str) -> bytes | None:
    if not oid or workspace.top is None:
        return None
    from fp.kernel.git.run import git

    try:
        found = git(workspace.top, "cat-file", "blob", oid, ok=(0, 128))
    except KitError:
        return None
    return None if found.code else found.stdout


def _capped(lines: Sequence[str], lines_max: int) -> list[str]:
    shown = [safe_block(line) for line in lines[:lines_max]]
    return [*shown, f"... {len(lines) - lines_max} more lines"] if len(lines) > lines_max else shown
