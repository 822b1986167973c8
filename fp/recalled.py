"""Keeps what `fp ready` and `fp blocked` told, for `fp.cli.quick` to tell again while nothing has changed. A shell.

A judgement is a function of the tracker at one commit and of the claims. Both are in the witness kept beside it, which
must say what the view saw; only where claims live in this repository, and the tracker ref is one of its branches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp import scan
from fp.config import LOCAL_AUTHORITY
from fp.kernel.errors import External
from fp.witness import REMOTE_HEAD, chosen_by, surroundings, witness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.view import View


def keep_ready(view: View, told: Any, drafts: Sequence[str]) -> None:
    """Keep it for this worktree, with the files that differ here from the judged commit."""
    local = view.local
    if local is not None and local.place is not None and local.generation:
        around = surroundings(local.place.root, str(view.repository.common_dir))
        _keep(view, scan.READY + local.place.root, (local.generation, (told, list(drafts), view.ref.short, around)))


def keep_blocked(view: View, told: Any) -> None:
    """Keep it for every worktree."""
    _keep(view, scan.BLOCKED, ("", told))


def _keep(view: View, key: str, kept: tuple[str, Any]) -> None:
    local, branch = view.local, view.ref.ref.startswith("refs/heads/")
    if local is None or local.place is None or view.stale or view.authority.name != LOCAL_AUTHORITY or not branch:
        return
    prefix = view.authority.prefix
    try:
        text = witness(local.place.root, str(view.repository.common_dir), view.ref.ref, prefix)
    except External:
        return
    if text is not None and _says(text, view):
        local.place.store.put({key: (*kept, view.ref.ref, prefix, text)})


def _says(text: str, view: View) -> bool:
    """Whether the witness speaks of the commit and the claims that were judged, and of all that chose the ref."""
    _, setting, *refs = text.split("\n")
    prefix = view.authority.prefix
    tips = {issue_id: tip.oid for issue_id, tip in view.claims.tips.items()}
    claims = {f"{prefix}{issue_id} {oid} " for issue_id, oid in {**tips, **view.claims.unreadable}.items()}
    seen = {line for line in refs if not line.startswith(f"{REMOTE_HEAD} ")}
    by_head = not setting and len(seen) == len([line for line in refs if line])
    return seen == {*claims, f"{view.ref.ref} {view.commit} "} and (not by_head or chosen_by(text, view.ref.ref))
