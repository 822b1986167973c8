"""`drift unlink`: remove bindings of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Refused, Usage

if TYPE_CHECKING:
    from drift.model import Anchor, Lock
    from fp.kernel.cli import Output


@click.command("unlink", short_help="Remove bindings of a document.")
@click.argument("doc", metavar="DOC[#SECTION]")
@click.argument("target", metavar="[TARGET]", required=False)
@click.option("--all", "every", is_flag=True, help="Remove all bindings of the document.")
@shared_options
def command(out: Output, doc: str, target: str | None, every: bool) -> int:
    """Remove the binding of DOC to TARGET, or all bindings of DOC with --all. The files need not exist any more.

    \b
    Example:
      drift unlink docs/auth.md src/auth.py#Session.open
      drift unlink docs/auth.md --all
    """
    from drift.arguments import anchor_of, target_of, workspace_of
    from drift.lock import unbind
    from drift.workspace import change_lock

    if (target is None) != every:
        raise Usage("name a target, or give --all")
    workspace = workspace_of(out.start, doc)
    bound = anchor_of(workspace, out.start, doc)
    wanted = target_of(workspace, out.start, target) if target is not None else None
    keys = _keys(workspace.lock, bound, wanted)
    change_lock(workspace, lambda lock: unbind(lock, keys))
    from fp.kernel.text import safe

    for source, place in sorted(keys):
        out.said(f"{safe(source)} <- {safe(place)}  removed")
    out.document("drift.unlink.v1", removed=[{"doc": source, "target": place} for source, place in sorted(keys)])
    return ExitCode.OK


def _keys(lock: Lock, doc: Anchor, target: Anchor | None) -> set[tuple[str, str]]:
    of_doc = [item for item in lock.bindings if item.doc == doc or (target is None and item.doc.path == doc.text)]
    keys = {item.key for item in of_doc if target is None or item.target == target}
    if keys:
        return keys
    from fp.kernel.cli import near_hint
    from fp.kernel.text import safe

    known = [item.target.text for item in of_doc] if target is not None else [item.doc.text for item in lock.bindings]
    word = doc.text if target is None else target.text
    hint = near_hint(word, [safe(name) for name in known], "drift status lists what is bound")
    raise Refused(f"not bound: {safe(doc.text)}{f' <- {safe(word)}' if target else ''}", hint=hint, reason="not-bound")
