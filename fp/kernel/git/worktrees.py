"""Worktrees: listed, made and removed, never by force where a person's work could lie."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from fp.kernel.errors import External, Refused
from fp.kernel.git import move
from fp.kernel.git.checkout import git_folder
from fp.kernel.git.filters import without_filters
from fp.kernel.git.history import dirt
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.run import git
from fp.kernel.lock import locked
from fp.kernel.ports import Moved, Oid, Recovered, RefUpdate, StaleLock, Worktree
from fp.kernel.refnames import blocking, is_oid, is_ref

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository

LOCK_SECONDS_MAX = 30.0
ADD_LOCK = "worktree-add"
BRANCHES = "refs/heads/"


class GitWorktrees:
    """`Worktrees` of one repository."""

    def __init__(self, repository: Repository, objects: GitObjects):
        self._repository = repository
        self._objects = objects
        self._refs = GitRefs(repository)
        self._locks = repository.common_dir / "fp" / "locks"

    def list(self) -> list[Worktree]:
        """All registered ones. A branch under rebase or bisect counts as checked out, though git says detached."""
        fields = self._repository.git("worktree", "list", "--porcelain", "-z").stdout.decode("utf-8", "surrogateescape")
        return [_read_worktree(block.split("\0")) for block in fields.split("\0\0") if block]

    def add(self, path: Path, branch: str, start: Oid) -> None:
        """One at a time and without tracking: parallel adds collide on the config lock [43 of 80]."""
        self._check_new_branch(branch, start)
        if path.exists() or path.is_symlink():
            raise Refused("something is there already", where=str(path), reason="path-exists")
        try:
            self._add(path, "--no-track", "-b", branch.removeprefix(BRANCHES), at=start)
        except External:
            if self._refs.read(branch) == start:  # git makes the branch first and leaves it when the rest fails
                self._refs.transact([RefUpdate(branch, start, None)])
            raise

    def remove(self, path: Path) -> None:
        """Remove a worktree that holds nothing of its own, ignored files included."""
        if path.is_symlink():
            raise Refused("is a link; it is not followed to remove what it points to", where=str(path))
        _, *linked = self.list()
        known = next((each for each in linked if os.path.realpath(each.path) == os.path.realpath(path)), None)
        if known is None:
            raise Refused("is no linked worktree of this repository", where=str(path), reason="not-a-worktree")
        if known.locked:
            hint = f"git worktree unlock {path}"
            raise Refused("somebody locked this worktree", where=str(path), hint=hint, reason="worktree-locked")
        left = dirt(str(path), ignored=True) if path.exists() else []
        if left:
            raise Refused(f"holds {left[0].path!r}, which is not committed", where=str(path), reason="dirty")
        self._repository.git("worktree", "remove", "--", str(path))

    def check_out(self, path: Path, commit: Oid) -> None:
        """Detached, so that no branch is blocked; what a crash left at the path goes first, for it is ours alone."""
        self.discard(path)
        self._add(path, "--detach", at=commit)

    def discard(self, path: Path) -> None:
        """Forced, which is right for a throw-away only: the path must lie in our folder and be no link."""
        self._own(path)
        with locked(self._locks, ADD_LOCK, wait_seconds=LOCK_SECONDS_MAX):
            self._forget(path)
            if path.exists():
                _remove_tree(path)
                self._forget(path)  # what ran there may have replaced `.git`, and then git refused the first time

    def _forget(self, path: Path) -> None:
        self._repository.git("worktree", "remove", "--force", "--force", "--", str(path), ok=(0, 128))

    def _add(self, path: Path, *options: str, at: Oid) -> None:
        if not is_oid(at):
            raise Refused(f"not a full object id: {at!r}", reason="bad-oid")
        with locked(self._locks, ADD_LOCK, wait_seconds=LOCK_SECONDS_MAX) as lock:
            words = ("worktree", "add", "--quiet", *options, "--", str(path), at)
            config = without_filters(self._repository.where)
            git(self._repository.where, *words, config=config, inherited=(lock,))  # it outlives us if we are killed

    def _check_new_branch(self, branch: str, start: Oid) -> None:
        name = branch.removeprefix(BRANCHES)
        if not is_ref(branch) or name == branch or name.startswith("-"):
            raise Refused(f"not the full name of a branch: {branch!r}", reason="bad-ref")
        branches = self._refs.list(BRANCHES)
        if branch in branches:
            raise Refused(f"branch {name} exists already", reason="branch-exists")
        in_the_way = blocking(branch, list(branches))
        if in_the_way is not None:
            raise Refused(f"branch {name} cannot be made: {in_the_way} exists", reason="ref-blocked")
        if self._objects.read_commit(start) is None:
            raise Refused(f"not a commit of this repository: {start!r}", reason="bad-oid")

    def _own(self, path: Path) -> None:
        """A path below `tarmac/` of the shared git folder, no part of it a link."""
        home = self._repository.common_dir / "tarmac"
        if path.resolve() != path or not path.is_relative_to(home) or path == home:
            raise Refused("is not a throw-away checkout of ours", where=str(path), reason="not-ours")

    def move_branch(self, updates: Sequence[RefUpdate], *, journal: str) -> Moved:
        """Transact, and let the checkout of a moved branch follow; `journal` is a path in the shared git folder."""
        return move.move(self._repository, self.list, updates, journal)

    def recover(self, journal: str) -> Recovered | None:
        """Finish or undo what a crash left half done."""
        return move.recover(self._repository, journal)

    def stale_locks(self, journal: str) -> tuple[StaleLock, ...]:
        """The locks that the move left."""
        return move.stale_locks(self._repository, journal)

    def remove_stale_locks(self, journal: str, seen: Sequence[StaleLock]) -> tuple[StaleLock, ...]:
        """Remove those that were seen before and look the same."""
        return move.remove_stale_locks(self._repository, journal, seen)


def _read_worktree(lines: list[str]) -> Worktree:
    values = {key: value for key, _, value in (line.partition(" ") for line in lines if line)}
    path = values["worktree"]
    return Worktree(
        path=path,
        head=values.get("HEAD"),
        branch=values.get("branch") or _branch_set_aside(path),
        locked="locked" in values,
        prunable="prunable" in values,
        bare="bare" in values,
    )


def _branch_set_aside(path: str) -> str | None:
    """The branch that a rebase or a bisect will come back to; a bisect names it without `refs/heads/`."""
    folder = git_folder(path)
    for name in ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START") if folder else ():
        try:
            with open(os.path.join(folder or "", name), encoding="utf-8", errors="surrogateescape") as file:
                word = file.read().strip()
        except (FileNotFoundError, NotADirectoryError):
            continue
        ref = word if word.startswith("refs/") else f"{BRANCHES}{word}"
        return ref if is_ref(ref) and not is_oid(word) else None
    return None


def _remove_tree(path: Path) -> None:
    """All of it, also folders that what ran there has made read-only."""
    for folder, inner, _ in os.walk(path):
        for full in (os.path.join(folder, name) for name in inner):
            if not os.path.islink(full):
                os.chmod(full, 0o700)
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise External(f"cannot remove it: {error.strerror}", where=str(path), reason="disk") from error
