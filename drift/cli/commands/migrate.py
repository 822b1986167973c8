"""`drift migrate`: take over bindings of earlier forms, and bring a lock to the schemes of this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import Config, ExitCode

if TYPE_CHECKING:
    from drift.model import Lock
    from drift.restamp import Restamped
    from drift.workspace import Workspace
    from fp.kernel.cli import Output


@click.command("migrate", short_help="Take over bindings of earlier forms and schemes.")
@click.option("--scheme", "scheme", is_flag=True, help="Stamp what was stamped by an older scheme.")
@click.option("--dry-run", is_flag=True, help="Say what would be written and write nothing.")
@shared_options
def command(out: Output, scheme: bool, dry_run: bool) -> int:
    """Take over the bindings of fiberplane/drift: of its lock, whether TOML or a line for each, and those that a
    document holds itself, in `drift: files:` of its front matter, in a comment `<!-- drift: -->`, or as `@./path`.

    Each is stamped by what its target was when somebody looked last, as git tells, so that what was stale stays stale.
    What cannot be carried over is listed with the reason. Documents are left as they are.

    With --scheme it stamps again, in one go, every binding whose stamp is of an older scheme or of another version of a
    grammar; there, too, what was stale stays stale.

    \b
    Examples:
      drift migrate --dry-run
      drift migrate
      drift migrate --scheme
    """
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start, any_form=not scheme)
    if not scheme:
        return _carry(workspace, out, dry_run=dry_run)
    from drift.restamp import restamped

    if workspace.data is None:
        raise Config(f"no drift.lock in {workspace.root} or above it", hint="drift init", reason="no-lock")
    found = restamped(workspace)
    if not dry_run:
        _write(workspace, found)
    _said(found, out, dry_run=dry_run)
    return ExitCode.OK


def _carry(workspace: Workspace, out: Output, *, dry_run: bool) -> int:
    from drift.carrying import CARRIED, LEFT, THERE, carried, keep
    from fp.kernel.text import safe

    found = carried(workspace)
    if not dry_run:
        keep(workspace, found)
    for item in found:
        where = f"{safe(item.earlier.path)}:{item.earlier.line}"
        if item.state == LEFT:
            named = f"{safe(item.earlier.doc)} <- {safe(item.earlier.target)}: " if item.earlier.doc else ""
            out.said(f"left  {where}  {named}{safe(item.why)}")
    counts = {state: sum(item.state == state for item in found) for state in (CARRIED, THERE, LEFT)}
    verb = "would be carried over" if dry_run else "carried over"
    out.said(f"{counts[CARRIED]} {verb}, {counts[THERE]} there already, {counts[LEFT]} left")
    bindings = [
        {
            "doc": item.earlier.doc,
            "target": item.earlier.target,
            "state": item.state,
            "sig": item.binding.sig.text if item.binding is not None and item.binding.sig is not None else None,
            "why": item.why,
            "form": item.earlier.form,
            "where": f"{item.earlier.path}:{item.earlier.line}",
        }
        for item in found
    ]
    out.document("drift.migrate.v1", dry_run=dry_run, bindings=bindings)
    return ExitCode.OK


def _write(workspace: Workspace, found: list[Restamped]) -> None:
    from drift.lock import bind
    from drift.restamp import STAMPED
    from drift.workspace import change_lock

    changed = [item.after for item in found if item.state == STAMPED]
    if not changed:
        return

    def apply(lock: Lock) -> Lock:
        for binding in changed:
            lock = bind(lock, binding)
        return lock

    change_lock(workspace, apply)


def _said(found: list[Restamped], out: Output, *, dry_run: bool) -> None:
    from drift.restamp import CURRENT, LEFT, STAMPED
    from fp.kernel.text import safe

    for item in found:
        if item.state == LEFT:
            out.said(f"left   {safe(item.before.doc.text)} <- {safe(item.before.target.text)}: {safe(item.why)}")
    counts = {state: sum(item.state == state for item in found) for state in (STAMPED, CURRENT, LEFT)}
    verb = "would be stamped again" if dry_run else "stamped again"
    out.said(f"{counts[STAMPED]} {verb}, {counts[CURRENT]} of today's scheme already, {counts[LEFT]} left")
    bindings = [
        {
            "doc": item.before.doc.text,
            "target": item.before.target.text,
            "state": item.state,
            "sig": item.after.sig.text if item.after.sig is not None else None,
            "why": item.why,
        }
        for item in found
    ]
    out.document("drift.migrate.v1", dry_run=dry_run, bindings=bindings)
