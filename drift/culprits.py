"""Who changed a target since its stamp: the commits in which its own fingerprint differs from the one before. A shell.

A commit that touched the file and not the target is none of them. Bounded; in a shallow clone nobody is named for what
the oldest commit at hand holds, for it may only be the place where history was cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.blame import FORMAT
from drift.check import content
from drift.compare import ask_for
from drift.content import Found, seen
from drift.membership import Looks, history_of
from drift.model import Blame
from drift.workspace import reader
from fp.kernel.errors import KitError
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from drift.content import Ask
    from drift.model import Binding, Stamp
    from drift.workspace import Workspace

COMMITS_MAX = 60


class Culprits(NamedTuple):
    """The commits that changed a target, newest first; `uncommitted` when the worktree changes it too.

    `whole` when they lead back to what was stamped.
    """

    commits: tuple[Blame, ...]
    uncommitted: bool
    whole: bool


def culprits(workspace: Workspace, binding: Binding) -> Culprits | None:
    """Who changed the target since it was stamped; None where there is no history to ask."""
    if workspace.top is None or binding.sig is None or binding.origin:
        return None
    if is_many(binding.target.path):
        history = history_of(Looks(workspace), binding)
        return None if history is None else Culprits(history.commits, history.uncommitted, whole=True)
    ask, path = ask_for(binding), binding.target.path
    try:
        versions = _versions(workspace, path, ask)
    except KitError:
        return None
    data = content(path, reader(workspace.files))
    now = _stamp(path, data, ask) if isinstance(data, bytes) else None
    if not versions:
        return Culprits((), now != binding.sig, whole=False)
    found: list[Blame] = []
    for (blame, stamp), older in zip(versions, [*versions[1:], None], strict=True):
        if stamp == binding.sig:
            return Culprits(tuple(found), now != versions[0][1], whole=True)
        if older is not None and older[1] != stamp:
            found.append(blame)
    return Culprits(tuple(found), now != versions[0][1], whole=False)


def _versions(workspace: Workspace, path: str, ask: Ask) -> list[tuple[Blame, Stamp | None]]:
    """The commits on the file, newest first, each with the target's stamp after it."""
    words = ("log", f"-n{COMMITS_MAX}", f"--format={FORMAT}", "HEAD", "--", path)
    lines = git(workspace.root, *words, ok=(0, 128)).lines()
    blames = [Blame(*parts) for line in lines if len(parts := line.split("\0")) == len(Blame._fields)]
    found: list[tuple[Blame, Stamp | None]] = []
    for blame in blames:
        data = _at(workspace, blame.commit, path)
        found.append((blame, None if data is None else _stamp(path, data, ask)))
    return found


def _at(workspace: Workspace, commit: str, path: str) -> bytes | None:
    found = git(workspace.root, "cat-file", "blob", f"{commit}:./{path}", ok=(0, 128))
    return None if found.code else found.stdout


def _stamp(path: str, data: bytes, ask: Ask) -> Stamp | None:
    found = seen(path, data, [ask])[ask]
    return found.stamp if isinstance(found, Found) else None
