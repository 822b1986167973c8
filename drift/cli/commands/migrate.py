"""`drift migrate`: bring a lock to the schemes of this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import Config, ExitCode, Usage

if TYPE_CHECKING:
    from drift.model import Lock
    from drift.restamp import Restamped
    from drift.workspace import Workspace
    from fp.kernel.cli import Output


@click.command("migrate", short_help="Stamp bindings of an older scheme by that of today.")
@click.option("--scheme", "scheme", is_flag=True, help="Stamp what was stamped by an older scheme.")
@click.option("--dry-run", is_flag=True, help="Say what would be stamped and write nothing.")
@shared_options
def command(out: Output, scheme: bool, dry_run: bool) -> int:
    """Stamp again, in one go, every binding whose stamp is of an older scheme or of another version of a grammar.

    What was fresh stays fresh, and what was stale stays stale: the new stamp is of the content that the old one was of.
    A binding for which that cannot be known is left as it is, with the reason.

    \b
    Example:
      drift migrate --scheme --dry-run
      drift migrate --scheme
    """
    from drift.restamp import restamped
    from drift.workspace import open_workspace

    if not scheme:
        raise Usage("say what to migrate: --scheme")
    workspace = open_workspace(out.start)
    if workspace.data is None:
        raise Config(f"no drift.lock in {workspace.root} or above it", hint="drift init", reason="no-lock")
    found = restamped(workspace)
    if not dry_run:
        _write(workspace, found)
    _said(found, out, dry_run=dry_run)
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
