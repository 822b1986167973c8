"""What an agent left uncommitted, as a tree: built in an index of its own, so that nothing of the worktree is touched.

A fresh index, because the agent's may say of files not to look at them. Not taken, and said: another repository inside,
a file over `FILE_BYTES_MAX`, a path that git refuses, the files that the operator had copied in, and `.tarmac/`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fp.kernel.ports import Oid
    from tarmac.workspaces.place import Place

FILE_BYTES_MAX = 50 * 1000 * 1000
"""Hosts refuse a push with a larger file, and one core dump would stay in the history for ever."""
UNTRACKED_MAX = 20_000
"""More is not work but an installed tree that nobody ignored."""
ONE_BY_ONE_MAX = 2_000
NOTES_MAX = 20
OWN_FOLDER = ".tarmac"


class Snapshot(NamedTuple):
    """The tree of everything that was taken, and what was not, as sentences."""

    tree: Oid
    notes: tuple[str, ...]


def snapshot(place: Place, tip: Oid, index: str, *, kept_out: Sequence[str]) -> Snapshot:
    """The worktree's content on top of `tip`. `index` is a path to write at; `kept_out` are paths never taken."""
    notes: list[str] = []
    place.git("read-tree", tip, index=index)
    place.git("update-index", "-q", "--refresh", index=index, ok=(0, 1))
    changed = place.git("diff-files", "-z", "--name-only", "--ignore-submodules=all", index=index).fields()
    untracked = place.git("ls-files", "-z", "--others", "--exclude-standard", index=index).fields()
    mine = [path for path in untracked if not _kept_out(path, kept_out)]
    if len(mine) > UNTRACKED_MAX:
        notes.append(f"{len(mine):,} new files are not taken: more than {UNTRACKED_MAX:,} are not work")
        mine = []
    sparse = _sparse(place)
    paths = [
        path for path in (*changed, *mine) if not _kept_out(path, kept_out) and _takeable(place, path, sparse, notes)
    ]
    _take(place, paths, index, notes)
    tree = place.git("write-tree", index=index).text()
    more = len(notes) - NOTES_MAX
    return Snapshot(tree, (*notes[:NOTES_MAX], *([f"and {more} more"] if more > 0 else [])))


def _kept_out(path: str, kept_out: Iterable[str]) -> bool:
    return any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in (OWN_FOLDER, *kept_out))


def _sparse(place: Place) -> frozenset[str]:
    """Paths that the worktree's own index leaves out of the checkout: that they are not there deletes nothing."""
    listed = place.git("ls-files", "-t", "-z", ok=(0, 128)).fields()
    return frozenset(field[2:] for field in listed if field.startswith("S "))


def _takeable(place: Place, path: str, sparse: frozenset[str], notes: list[str]) -> bool:
    if path.endswith("/"):
        notes.append(f"{safe(path)} is a repository of its own and is not taken")
        return False
    try:
        size = os.lstat(os.path.join(place.path, path)).st_size
    except OSError:
        return path not in sparse
    if size > FILE_BYTES_MAX:
        notes.append(f"{safe(path)} is larger than {FILE_BYTES_MAX:,} bytes and is not taken")
        return False
    return True


def _take(place: Place, paths: Sequence[str], index: str, notes: list[str]) -> None:
    """All at once; if git refuses one of them, each by itself."""
    if _update(place, paths, index) or len(paths) > ONE_BY_ONE_MAX:
        return
    for path in paths:
        if not _update(place, (path,), index):
            notes.append(f"{safe(path)} is refused by git and is not taken")


def _update(place: Place, paths: Sequence[str], index: str) -> bool:
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    words = ("update-index", "--add", "--remove", "--replace", "-z", "--stdin")
    return not paths or place.git(*words, stdin=stdin, index=index, ok=(0, 1, 128)).code == 0
