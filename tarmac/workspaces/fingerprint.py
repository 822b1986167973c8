"""What lies around a workspace and no agent may change: other references, git's configuration, hooks.

Taken before a run and after it. The caller leaves out what its own journal explains; the rest is an escape (D-60).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from fp.kernel.errors import KitError
from tarmac.workspaces.base import Fingerprint

if TYPE_CHECKING:
    from fp.kernel.ports import Files, Refs

GUARDED = ("config", "config.worktree", "info/attributes", "info/exclude", "info/grafts", "objects/info/alternates")
HOOKS = "hooks"
HOOKS_MAX = 200
BYTES_MAX = 1024 * 1024
OURS = "refs/fp/"
"""Claims and rescues change all the time, by us; their own findings watch them."""
FORMAT = 1
BEFORE_FILE = "fingerprint.before.json"
AFTER_FILE = "fingerprint.after.json"
"""In the run's folder."""


def take(refs: Refs, state: Files, branch: str) -> Fingerprint:
    """Look at all refs but the run's branch and our own, and at the guarded files of the shared git folder `state`."""
    seen = {ref: oid for ref, oid in refs.list("refs/").items() if ref != branch and not ref.startswith(OURS)}
    names = [*GUARDED, *(f"{HOOKS}/{name}" for name in state.names(HOOKS)[:HOOKS_MAX])]
    digests = ((name, _digest(state, name)) for name in names)
    return Fingerprint(seen, {name: digest for name, digest in digests if digest})


def _digest(state: Files, name: str) -> str:
    """Empty when nothing is there; of what cannot be read, what it is."""
    status = state.stat(name)
    if status is None:
        return ""
    try:
        return hashlib.sha256(state.read(name, BYTES_MAX)).hexdigest()
    except (KitError, OSError):
        return f"{status.kind} of {status.size} bytes, {status.mtime_ns}"


def dump(fingerprint: Fingerprint) -> bytes:
    """As the run's folder keeps it."""
    value = {"format": FORMAT, "refs": dict(fingerprint.refs), "guarded": dict(fingerprint.guarded)}
    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def load(data: bytes) -> Fingerprint | None:
    """Read it; None when it is not one."""
    try:
        value = json.loads(data)
        return Fingerprint(dict(value["refs"]), dict(value["guarded"])) if value["format"] == FORMAT else None
    except (ValueError, TypeError, KeyError):
        return None
