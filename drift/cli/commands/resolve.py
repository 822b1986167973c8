"""`drift resolve`: settle a lock that a merge left in conflict, binding by binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.merge import Clash
    from drift.resolving import Settled
    from fp.kernel.cli import Output


@click.command("resolve", short_help="Settle a lock that a merge left in conflict.")
@click.option("--ours", "side", flag_value="ours", help="Take our stamp of a binding that both sides changed.")
@click.option("--theirs", "side", flag_value="theirs", help="Take their stamp of it.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what there is to settle, and write nothing.")
@shared_options
def command(out: Output, side: str | None, *, dry: bool) -> int:
    """Settle every drift.lock that a merge, rebase or cherry-pick left in conflict, and stage it.

    What one side alone added, stamped again or removed stands. A binding that both sides changed stays between markers,
    unless --ours or --theirs says whose stamp to take; `drift check` then says whether it still fits. In a rebase, ours
    is the branch that you rebase onto. Exit status 1 while something is left.

    \b
    Example:
      drift resolve
      drift resolve --theirs
    """
    from drift.resolving import resolve_locks
    from drift.workspace import find_root
    from fp.kernel.git.repo import Repository

    root, _ = find_root(out.start)
    done = resolve_locks(Repository.discover(out.start), root, side or "", dry=dry)
    for one in done:
        _tell(one, out, dry=dry)
    if not done:
        out.line("Nothing to resolve.")
    locks = [
        {"path": one.path, "bindings": one.bindings, "left": [list(clash.key) for clash in one.left]} for one in done
    ]
    out.document("drift.resolve.v1", locks=locks, written=not dry)
    return ExitCode.FINDINGS if any(one.left for one in done) else ExitCode.OK


def _tell(one: Settled, out: Output, *, dry: bool) -> None:
    from drift.report import plural
    from fp.kernel.text import safe

    path = out.style(safe(one.path), "accent")
    if not one.left:
        out.line(f"{path}  {plural(one.bindings, 'binding')}{'' if dry else ', settled'}")
        return
    out.line(f"{path}  {out.style('left to you', 'warn')}: {plural(len(one.left), 'binding')} that both sides changed")
    for clash in one.left:
        out.line(f"  {' <- '.join(safe(part) for part in clash.key)}  {_how(clash)}")
    out.said("  look at them with git diff, then: drift resolve --ours, or --theirs")


def _how(clash: Clash) -> str:
    if clash.ours is None:
        return "removed by ours, changed by theirs"
    if clash.theirs is None:
        return "changed by ours, removed by theirs"
    return "stamped differently by both"
