"""How a checkout follows its branch: what stands in the way, the step itself, and its recovery after a crash.

A person's file is never overwritten: not a modified one, not an untracked one, not an ignored one [`read-tree -m -u`
and its dry run both destroy an ignored file, so every added path is looked at first].
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles
from fp.kernel.git.history import PathChange, read_changes
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid

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
    """One intended move: the branch and the checkout at `worktree` go from `old` to `new`."""

    journal: str
    worktree: str
    ref: str
    old: Oid
    new: Oid


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


def without_filters(repository: Repository) -> dict[str, str]:
    """Settings that switch off the filters this repository's own configuration defines: a checkout would run them.

    Filters of the operator's user-level configuration (git-lfs) are theirs and stay.
    """
    found = repository.git("config", "--local", "--null", "--name-only", "--get-regexp", r"^filter\.", ok=(0, 1))
    names = {key.removeprefix("filter.").rpartition(".")[0] for key in found.fields()}
    empty = {f"filter.{name}.{part}": "" for name in names for part in ("clean", "smudge", "process")}
    return {**empty, **{f"filter.{name}.required": "false" for name in names}}


def obstacle(objects: GitObjects, step: Step) -> str | None:
    """Why the checkout cannot follow, in words for a person; None when it can."""
    folder = git_folder(step.worktree)
    if folder is None:
        return f"the checkout at {step.worktree} is gone"
    for name, what in UNDER_WAY.items():
        if os.path.exists(os.path.join(folder, name)):
            return f"{what} is under way in {step.worktree}"
    git(step.worktree, "update-index", "-q", "--refresh", ok=(0, 1))
    if git(step.worktree, "ls-files", "--unmerged", "-z").stdout:
        return f"{step.worktree} has unmerged files"
    changes = _changes(step)
    return _in_the_way(step, changes) or _touched(step, changes)


def _changes(step: Step) -> list[PathChange]:
    words = ("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", step.old, step.new)
    return read_changes(git(step.worktree, *words).fields())


def _in_the_way(step: Step, changes: Sequence[PathChange]) -> str | None:
    """An added path at which something is, tracked or not, ignored or not, or below which a file is in the way."""
    removed = {change.path for change in changes if change.status == "D"}
    for change in changes:
        if change.status != "A":
            continue
        parts = change.path.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            full = os.path.join(step.worktree, path)
            whole = depth == len(parts)
            if path in removed or (not whole and os.path.isdir(full) and not os.path.islink(full)):
                continue
            if os.path.lexists(full) and not (whole and _only_removed(full, path, removed)):
                return f"{path!r} is in the way in {step.worktree}: the landing adds {change.path!r}"
    return None


def _only_removed(full: str, path: str, removed: set[str]) -> bool:
    """A folder where a file comes, holding nothing but files that go."""
    if not os.path.isdir(full) or os.path.islink(full):
        return False
    held = [os.path.join(folder, name) for folder, _, names in os.walk(full) for name in names]
    return all(f"{path}/{os.path.relpath(name, full)}" in removed for name in held)


def _touched(step: Step, changes: Sequence[PathChange]) -> str | None:
    """A path that the move changes and that the person has staged or modified."""
    paths = {change.path for change in changes}
    for words in (("diff-index", "--cached", "-z", "--name-only", step.old), ("diff-files", "-z", "--name-only")):
        for path in git(step.worktree, *words, "--").fields():
            if path in paths:
                return f"{path!r} has uncommitted changes in {step.worktree}"
    return None


def bring_along(step: Step, config: dict[str, str]) -> str | None:
    """Update index and files from old to new; what git refused, or None."""
    done = git(step.worktree, "read-tree", "-m", "-u", step.old, step.new, ok=(0, 1, 128), config=config)
    return None if done.code == 0 else done.stderr


def roll_back(repository: Repository, objects: GitObjects, step: Step) -> None:
    """Put a checkout back that followed a branch which did not move."""
    git(step.worktree, "read-tree", "-m", "-u", step.new, step.old, config=without_filters(repository), ok=(0, 128))
    _restore_files(objects, step)
    remove_journal(repository, step)


def _restore_files(objects: GitObjects, step: Step) -> None:
    """Undo what a killed `read-tree` had written: index still old, some files new, missing or cut short."""
    files = RealFiles(Path(step.worktree))
    changes = _changes(step)
    blobs = objects.read_blobs([oid for change in changes for oid in (change.old, change.new) if oid])
    for change in changes:
        content = _content(files, change.path)
        if content is not None and change.old and content == blobs.get(change.old):
            continue
        written = b"" if content is None else content
        if not blobs.get(change.new or "", b"").startswith(written):
            continue  # neither ours nor a part of ours: a person's, and stays
        if change.old is None:
            files.remove(change.path)
        else:
            git(step.worktree, "checkout-index", "--force", "--", change.path, ok=(0, 1))


def _content(files: RealFiles, path: str) -> bytes | None:
    status = files.stat(path)
    return files.read(path) if status is not None and status.kind == "file" else None


def write_journal(repository: Repository, step: Step, *, git_pid: int | None = None) -> None:
    """Name the intent before any effect, and the git whose locks it may leave."""
    from fp.kernel.process import start_time

    started = start_time(git_pid) if git_pid else None
    record = {"format": 1, **asdict(step), "git": {"pid": git_pid, "started": started}}
    RealFiles(repository.common_dir).write(step.journal, json.dumps(record).encode())


def remove_journal(repository: Repository, step: Step) -> None:
    """The move is over."""
    RealFiles(repository.common_dir).remove(step.journal)


def recover(repository: Repository, objects: GitObjects, journal: str) -> str | None:
    """Finish or undo an interrupted move by where ref and index stand; what was done, None when there is no journal."""
    files = RealFiles(repository.common_dir)
    if files.stat(journal) is None:
        return None
    record = json.loads(files.read(journal))
    step = Step(*(record[name] for name in ("journal", "worktree", "ref", "old", "new")))
    if git_folder(step.worktree) is None:
        remove_journal(repository, step)
        return f"the checkout at {step.worktree} is gone; nothing to bring along"
    if GitRefs(repository).read(step.ref) == step.old:
        roll_back(repository, objects, step)
        return f"{step.ref} had not moved: the checkout at {step.worktree} was put back"
    remove_journal(repository, step)
    return f"{step.ref} had moved with its checkout"
