"""Putting a checkout back, path by path, that began to follow a branch which then did not move.

A killed `read-tree` leaves the old index and some new, missing or cut files; a killed mover may leave the new index
over the old branch. Meanwhile the person may have gone on working, so only what is ours goes: an index entry that is
the new one, and a file that holds the new content or a part of it (which the object store holds too).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles
from fp.kernel.git.checkout import Step, changed
from fp.kernel.git.filters import without_filters
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Iterable


GONE = "0" * 6


class Entry(NamedTuple):
    """Mode and blob of a path in a tree or in the index."""

    mode: str
    oid: str


Entries = dict[str, Entry]


def put_back(step: Step) -> list[str]:
    """Undo what is ours; the paths that could not be put back, because something of the person's is there."""
    changes = changed(step)
    paths = [change.path for change in changes]
    head, old, new = (_tree_entries(step, commit, paths) for commit in ("HEAD", step.old, step.new))
    index = _index_entries(step)
    ours = [path for path in paths if head.get(path) == old.get(path) != new.get(path)]
    ours = [path for path in ours if index.get(path) in (old.get(path), new.get(path))]
    _set_index(step, {path: old.get(path) for path in ours if index.get(path) != old.get(path)})
    restore = _ours_on_disk(step, {path: (old.get(path), new.get(path)) for path in ours})
    gone = sorted((path for path in restore if path not in old), reverse=True)
    for path in gone:
        _remove(step, path)
    back = sorted(path for path in restore if path in old)
    return [path for path in back if not _restored(step, path)]


def _tree_entries(step: Step, commit: str, paths: Iterable[str]) -> Entries:
    wanted = set(paths)
    fields = git(step.worktree, "ls-tree", "-r", "-z", "--full-tree", commit).fields()
    found = (field.partition("\t") for field in fields)
    return {path: Entry(*_columns(head, 0, 2)) for head, _, path in found if path in wanted}


def _index_entries(step: Step) -> Entries:
    """Without those of a merge that is not resolved: they are nobody's to put back."""
    found = (field.partition("\t") for field in git(step.worktree, "ls-files", "--stage", "-z").fields())
    return {path: Entry(*_columns(head, 0, 1)) for head, _, path in found if head.endswith(" 0")}


def _columns(head: str, mode: int, oid: int) -> tuple[str, str]:
    words = head.split(" ")
    return words[mode], words[oid]


def _set_index(step: Step, entries: dict[str, Entry | None]) -> None:
    """Removals first: a file and a folder of one name cannot stand in one index."""
    ordered = sorted(entries.items(), key=lambda item: item[1] is not None)
    if ordered:
        git(step.worktree, "update-index", "-z", "--index-info", stdin=_index_info(ordered, len(step.old)))


def _index_info(entries: Iterable[tuple[str, Entry | None]], digits: int) -> bytes:
    lines = (
        f"{GONE} {'0' * digits}\t{path}\0" if entry is None else f"{entry.mode} {entry.oid}\t{path}\0"
        for path, entry in entries
    )
    return "".join(lines).encode("utf-8", "surrogateescape")


def _ours_on_disk(step: Step, pairs: dict[str, tuple[Entry | None, Entry | None]]) -> list[str]:
    """Paths that hold the new state, a cut part of it, or nothing where the step put or replaced a file."""
    like_new = _like(step, {path: new for path, (_, new) in pairs.items() if new})
    like_old = _like(step, {path: old for path, (old, _) in pairs.items() if old})
    return [
        path
        for path, (old, new) in pairs.items()
        if path not in like_old and (path in like_new or _missing(step, path, old) or (new and _cut(step, path, new)))
    ]


def _like(step: Step, entries: Entries) -> set[str]:
    """Which files are as the entries say. git judges (modes, links, line ends), by an index of its own."""
    with tempfile.TemporaryDirectory(prefix="fp-index-") as folder:
        env = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        config = without_filters(step.worktree)
        stdin = _index_info(entries.items(), len(step.old))
        git(step.worktree, "update-index", "-z", "--index-info", stdin=stdin, env=env)
        git(step.worktree, "update-index", "-q", "--refresh", env=env, config=config, ok=(0, 1))
        other = git(step.worktree, "diff-files", "-z", "--name-only", env=env, config=config).fields()
    return set(entries) - set(other)


def _missing(step: Step, path: str, old: Entry | None) -> bool:
    return old is not None and not os.path.lexists(os.path.join(step.worktree, path))


def _cut(step: Step, path: str, new: Entry) -> bool:
    """Whether the file holds the beginning of the new content and no more: git was killed while it wrote."""
    full = os.path.join(step.worktree, path)
    if os.path.islink(full) or not os.path.isfile(full):
        return False
    words = ("cat-file", "--filters", f"--path={path}", new.oid)
    whole = git(step.worktree, *words, config=without_filters(step.worktree)).stdout
    try:
        written = RealFiles(Path(step.worktree)).read(path)
    except (FileNotFoundError, KitError):
        return False
    return len(written) < len(whole) and whole.startswith(written)


def _remove(step: Step, path: str) -> None:
    """Remove a file that was added, and the folders that are empty without it."""
    RealFiles(Path(step.worktree)).remove(path)
    folder = os.path.dirname(path)
    while folder and _empty(os.path.join(step.worktree, folder)):
        os.rmdir(os.path.join(step.worktree, folder))
        folder = os.path.dirname(folder)


def _empty(full: str) -> bool:
    return os.path.isdir(full) and not os.path.islink(full) and not os.listdir(full)


def _restored(step: Step, path: str) -> bool:
    """Write the old file again, unless a folder or another file of the person's is in its place or on its way."""
    full = os.path.join(step.worktree, path)
    if os.path.isdir(full) and not os.path.islink(full):
        if not _empty(full):
            return False
        os.rmdir(full)
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = os.path.join(step.worktree, *parts[:depth])
        if os.path.lexists(folder) and (os.path.islink(folder) or not os.path.isdir(folder)):
            return False
    config = without_filters(step.worktree)
    return git(step.worktree, "checkout-index", "--force", "--", path, config=config, ok=(0, 1, 128)).code == 0
