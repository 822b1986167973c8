"""A checkout that is to follow its branch: what stands in the way, the step itself, and putting it back.

A person's file is never overwritten: not a modified one, not an untracked one, not an ignored one [`read-tree -m -u`
and its dry run both destroy an ignored file, so every added path is looked at first].
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fp.kernel.errors import External
from fp.kernel.git.filters import filtered, local_filters, switched_off
from fp.kernel.git.history import PathChange, hidden, read_changes
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Oid, RefUpdate

UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "sequencer": "a cherry-pick or revert",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One intended move: the branch `ref` and the checkout at `worktree` go from `old` to `new`.

    `git_dir` is the worktree's own git folder, `updates` the whole transaction that the branch is a part of.
    """

    journal: str
    worktree: str
    git_dir: str
    ref: str
    old: Oid
    new: Oid
    updates: tuple[RefUpdate, ...]


def git_folder(worktree: str) -> str | None:
    """The worktree's own git folder; None when it is gone."""
    pointer = os.path.join(worktree, ".git")
    if os.path.isdir(pointer):
        return pointer
    try:
        with open(pointer, encoding="utf-8", errors="surrogateescape") as file:
            return os.path.join(worktree, file.read().partition("gitdir:")[2].strip())
    except (FileNotFoundError, NotADirectoryError):
        return None


def obstacle(step: Step) -> str | None:
    """Why the checkout cannot follow, in words for a person; None when it can."""
    for name, what in UNDER_WAY.items():
        if os.path.exists(os.path.join(step.git_dir, name)):
            return f"{what} is under way in {step.worktree}"
    if os.path.lexists(os.path.join(step.git_dir, "index.lock")):
        return f"git is at work in {step.worktree}, or was killed there: index.lock exists"
    filters = local_filters(step.worktree)
    config = switched_off(filters)
    # Also what a mere `touch` made look modified is refreshed; what else it reports does not matter here.
    git(step.worktree, "update-index", "-q", "--refresh", ok=(0, 1, 128), config=config)
    if git(step.worktree, "ls-files", "--unmerged", "-z").stdout:
        return f"{step.worktree} has unmerged files"
    changes = changed(step)
    return in_the_way(step, changes) or _touched(step, changes, config) or _filtered(step, changes, filters)


def changed(step: Step) -> list[PathChange]:
    """What lies between the old commit and the new one."""
    words = ("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", step.old, step.new)
    return read_changes(git(step.worktree, *words).fields())


def in_the_way(step: Step, changes: Sequence[PathChange]) -> str | None:
    """An added path at which something is, tracked or not, ignored or not, or below which a file is in the way."""
    removed = {change.path for change in changes if change.status == "D"}
    for change in changes:
        if change.status == "A":
            taken = _taken(step.worktree, change.path, removed)
            if taken is not None:
                return f"{taken!r} is in the way in {step.worktree}: the new commit adds {change.path!r}"
    return None


def _taken(worktree: str, added: str, removed: set[str]) -> str | None:
    parts = added.split("/")
    for depth in range(1, len(parts)):
        path = "/".join(parts[:depth])
        full = os.path.join(worktree, path)
        if os.path.islink(full) or (os.path.lexists(full) and not os.path.isdir(full)):
            return None if path in removed else path  # a removed file is checked for changes by itself
    full = os.path.join(worktree, added)
    return None if not os.path.lexists(full) or _only_removed(full, added, removed) else added


def _only_removed(full: str, path: str, removed: set[str]) -> bool:
    """A folder where a file comes, holding nothing but files that go."""
    if not os.path.isdir(full) or os.path.islink(full):
        return False
    for name in os.listdir(full):
        inner = f"{path}/{name}"
        if inner not in removed and not _only_removed(os.path.join(full, name), inner, removed):
            return False
    return True


def _touched(step: Step, changes: Sequence[PathChange], config: dict[str, str]) -> str | None:
    """A path that the move changes and that the person has staged, modified, or told git not to look at."""
    paths = {change.path for change in changes}
    for words in (("diff-index", "--cached", "-z", "--name-only", step.old), ("diff-files", "-z", "--name-only")):
        for path in git(step.worktree, *words, "--", config=config).fields():
            if path in paths:
                return f"{path!r} has uncommitted changes in {step.worktree}"
    unseen = next((path for path in hidden(step.worktree) if path in paths), None)
    return f"{unseen!r} is marked assume-unchanged or skip-worktree in {step.worktree}" if unseen else None


def _filtered(step: Step, changes: Sequence[PathChange], filters: frozenset[str]) -> str | None:
    found = filtered(step.worktree, (change.path for change in changes), filters)
    if found is None:
        return None
    path, name = found
    return (
        f"{path!r} goes through the filter {name!r} that the repository's own configuration defines, and that is not "
        "run: define it in your user configuration to trust it"
    )


def bring_along(step: Step, lock: int) -> str | None:
    """Update index and files from old to new; what git refused, or None. git holds the move's lock meanwhile."""
    config = switched_off(local_filters(step.worktree))
    words = ("read-tree", "-m", "-u", step.old, step.new)
    try:
        git(step.worktree, *words, config=config, inherited=(lock,))
    except External as error:  # it refused, or it was killed
        return error.message
    return None
