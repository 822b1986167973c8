"""`drift status`: what is bound to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.model import Binding
    from drift.workspace import Workspace
    from fp.kernel.cli import Output


@click.command("status", short_help="List the bindings.")
@shared_options
def command(out: Output) -> int:
    """List each document with its targets, as the lock has them. Nothing is compared: that is `drift check`.

    \b
    Example:
      drift status
      drift status --json
    """
    from drift.report import plural
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    bindings = workspace.lock.bindings
    if out.json:
        out.document("drift.status.v1", **_fields(workspace))
        return ExitCode.OK
    for line in _lines(bindings, out):
        out.line(line)
    if workspace.data is None:
        out.said("no drift.lock here or above: drift init")
    else:
        documents = len({item.doc.path for item in bindings})
        counts = f"{plural(len(bindings), 'binding')} of {plural(documents, 'document')}"
        out.said(f"{counts}; links: {workspace.settings.links}")
    return ExitCode.OK


def _lines(bindings: tuple[Binding, ...], out: Output) -> list[str]:
    from fp.kernel.text import safe

    found: list[str] = []
    before = ""
    for item in bindings:
        if item.doc.text != before:
            found.append(out.style(safe(item.doc.text), "strong"))
            before = item.doc.text
        origin = f"  of {item.origin}" if item.origin else ""
        scheme = item.sig.scheme if item.sig is not None else "not stamped"
        found.append(f"  {safe(item.target.text)}  {out.style(safe((scheme or 'unknown scheme') + origin), 'dim')}")
    return found


def _fields(workspace: Workspace) -> dict[str, object]:
    return {
        "root": str(workspace.root),
        "links": str(workspace.settings.links),
        "bindings": [
            {
                "doc": item.doc.path,
                "section": item.doc.fragment or None,
                "target": item.target.text,
                "sig": item.sig.text if item.sig is not None else None,
                "blob": item.blob or None,
                "origin": item.origin or None,
            }
            for item in workspace.lock.bindings
        ],
    }
