"""Anchors as a person writes them on a command line, relative to where they stand, to anchors of the lock."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from drift.anchors import BadAnchor, parse_anchor
from drift.workspace import open_workspace
from fp.kernel.errors import Refused
from fp.kernel.text import safe

if TYPE_CHECKING:
    from drift.model import Anchor
    from drift.workspace import Workspace


def workspace_of(start: Path, doc: str) -> Workspace:
    """The workspace whose lock is nearest to the document, so that a folder with its own lock keeps its bindings."""
    folder = Path(os.path.normpath(start / posixpath.dirname(doc.partition("#")[0])))
    return open_workspace(folder if folder.is_dir() else start)


def anchor_of(workspace: Workspace, start: Path, text: str) -> Anchor:
    """The anchor that a word of the command line means; Refused with the reason for what is none."""
    return _anchor(workspace, start, text, slash="")


def target_of(workspace: Workspace, start: Path, text: str) -> Anchor:
    """The same for what a document is bound to: `src/auth/`, or the name of a folder there, means its files."""
    path, mark, _ = text.partition("#")
    folder = not mark and (path.endswith("/") or (start / path).is_dir())
    return _anchor(workspace, start, text, slash="/" if folder else "")


def _anchor(workspace: Workspace, start: Path, text: str, *, slash: str) -> Anchor:
    path, mark, fragment = text.partition("#")
    if path.startswith("/"):
        raise Refused(f"{safe(text)}: give the path relative to where you are", reason="bad-anchor")
    plain = ""
    if path:
        full = os.path.normpath(start.resolve() / path)
        plain = os.path.relpath(full, workspace.root.resolve()).replace(os.sep, "/")
    try:
        return parse_anchor(f"{plain}{slash}{mark}{fragment}")
    except BadAnchor as why:
        raise Refused(f"{safe(text)}: {why}", reason="bad-anchor") from why
