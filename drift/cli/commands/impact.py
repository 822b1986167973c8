"""`drift impact`: which documents the changes of a range of commits concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.impact import Concerned, Side
    from drift.model import Lock
    from drift.revision import Revision
    from drift.workspace import Workspace
    from fp.kernel.cli import Output


@click.command("impact", short_help="Say which documents the changes of a range concern.")
@click.argument("range_", metavar="BASE..HEAD")
@shared_options
def command(out: Output, range_: str) -> int:
    """Say which documents the changes of a range concern, and whether they were changed along.

    Looks at commits alone, by the lock of the later one, and asks nothing of stamps: it is what a reviewer wants to
    read again. `BASE...HEAD` begins where both part; BASE alone means up to HEAD. Always exits 0.

    \b
    Example:
      drift impact main...HEAD
      drift impact v1.2..v1.3 --json
    """
    from drift.impact import concerned, touched
    from drift.report import plural
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    base, head = _ends(workspace, range_)
    lock = head.lock()
    sides = [_side(one, _paths(lock, one)) for one in (base, head)]
    for one in (base, head):
        one.prefetch(touched(lock, *sides))
    found = concerned(lock, head.settings(), *sides)
    if out.json:
        out.document("drift.impact.v1", base=base.oid, head=head.oid, concerned=[_value(one) for one in found])
        return ExitCode.OK
    _print(out, found)
    untold = sum(not one.told for one in found)
    out.said(f"{plural(len(found), 'binding')} concerned, {untold} of documents that did not change along")
    return ExitCode.OK


def _ends(workspace: Workspace, text: str) -> tuple[Revision, Revision]:
    from drift.revision import at, merge_base

    mark = "..." if "..." in text else ".."
    first, _, last = text.partition(mark)
    base, head = at(workspace, first or "HEAD"), at(workspace, last or "HEAD")
    return (merge_base(workspace, base, head) if mark == "..." else base), head


def _paths(lock: Lock, revision: Revision) -> set[str]:
    from drift.scope import with_members

    return with_members(lock, lambda: revision.entries)


def _side(revision: Revision, paths: set[str]) -> Side:
    from drift.impact import Side

    blobs = {path: revision.entries[path].oid for path in paths if path in revision.entries}
    return Side(revision.read, blobs)


def _value(one: Concerned) -> dict[str, object]:
    return {
        "doc": one.binding.doc.path,
        "section": one.binding.doc.fragment or None,
        "target": one.binding.target.text,
        "how": one.how,
        "document_changed": one.told,
    }


def _print(out: Output, found: list[Concerned]) -> None:
    from fp.kernel.text import safe

    before = ""
    for one in found:
        if one.binding.doc.text != before:
            before = one.binding.doc.text
            told = "  changed along" if one.told else ""
            out.line(out.style(safe(before), "strong") + out.style(told, "dim"))
        out.line(f"  {one.how}  {safe(one.binding.target.text)}")
