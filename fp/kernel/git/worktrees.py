"""Worktrees, and the move of a branch that one of them has checked out.

The move (CONTRACT section 6) keeps one promise: a person's next commit never reverts a landing, and nothing of theirs
is overwritten. Any other order of steps breaks it [reproduced with git 2.39]: the ref transaction is prepared (which
locks HEAD and the branch), then the checkout follows, then the transaction commits; a refusal moves nothing.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from fp.kernel.errors import External, Refused
from fp.kernel.fs import failpoint
from fp.kernel.git import checkout
from fp.kernel.git.history import dirt
from fp.kernel.git.refs import GitRefs, transaction_script
from fp.kernel.git.run import git, start
from fp.kernel.lock import locked
from fp.kernel.ports import Moved, Oid, RefUpdate, Worktree

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository

ANSWER_SECONDS_MAX = 30.0
ADD_LOCK = "worktree-add"


class GitWorktrees:
    """`Worktrees` of one repository."""

    def __init__(self, repository: Repository, objects: GitObjects):
        self._repository = repository
        self._objects = objects
        self._locks = repository.common_dir / "fp" / "locks"

    def list(self) -> list[Worktree]:
        """All registered ones; a branch under rebase counts as checked out, though git lists it as detached."""
        fields = self._repository.git("worktree", "list", "--porcelain", "-z").stdout.decode("utf-8", "surrogateescape")
        return [_read_worktree(block.split("\0")) for block in fields.split("\0\0") if block]

    def add(self, path: Path, branch: str, start_at: Oid) -> None:
        """One at a time and without tracking: parallel adds collide on the config lock [43 of 80]."""
        name = branch.removeprefix("refs/heads/")
        if self._repository.git("show-ref", "--verify", "--quiet", branch, ok=(0, 1)).code == 0:
            raise Refused(f"branch {name} exists already", reason="branch-exists")
        if path.exists() or path.is_symlink():
            raise Refused("something is there already", where=str(path), reason="path-exists")
        with locked(self._locks, ADD_LOCK, wait_seconds=ANSWER_SECONDS_MAX):
            words = ("worktree", "add", "--quiet", "--no-track", "-b", name, "--", str(path), start_at)
            git(self._repository.where, *words, config=checkout.without_filters(self._repository))

    def remove(self, path: Path) -> None:
        """Remove a worktree that holds nothing of its own, ignored files included."""
        if path.is_symlink():
            raise Refused("is a link; it is not followed to remove what it points to", where=str(path))
        left = dirt(str(path), ignored=True) if path.exists() else []
        if left:
            raise Refused(f"holds {left[0].path!r}, which is not committed", where=str(path), reason="dirty")
        self._repository.git("worktree", "unlock", str(path), ok=(0, 128))
        self._repository.git("worktree", "remove", "--", str(path))

    def check_out(self, path: Path, commit: Oid) -> None:
        """Detached, so that no branch is blocked; what a crash left at the path goes first, for it is ours alone."""
        self._own(path)
        self.discard(path)
        with locked(self._locks, ADD_LOCK, wait_seconds=ANSWER_SECONDS_MAX):
            words = ("worktree", "add", "--quiet", "--detach", "--", str(path), commit)
            git(self._repository.where, *words, config=checkout.without_filters(self._repository))

    def discard(self, path: Path) -> None:
        """Forced, which is right for a throw-away only: the path must lie in our folder and be no link."""
        self._own(path)
        with locked(self._locks, ADD_LOCK, wait_seconds=ANSWER_SECONDS_MAX):
            self._repository.git("worktree", "remove", "--force", "--force", "--", str(path), ok=(0, 128))
            if path.exists():
                import shutil

                shutil.rmtree(path)

    def _own(self, path: Path) -> None:
        """A path below `tarmac/` of the shared git folder, no part of it a link."""
        home = self._repository.common_dir / "tarmac"
        if path.resolve() != path or not path.is_relative_to(home) or path == home:
            raise Refused("is not a throw-away checkout of ours", where=str(path), reason="not-ours")

    def move_branch(self, updates: Sequence[RefUpdate], *, journal: str) -> Moved:
        """Transact, and let every checkout of a moved branch follow; `journal` is a path in the shared git folder."""
        followers = [
            (worktree, update)
            for update in updates
            for worktree in self.list()
            if worktree.branch == update.ref and update.old and update.new and not worktree.bare
        ]
        if not followers:
            done = GitRefs(self._repository).transact(updates)
            return Moved(done.status, done.detail)
        if len(followers) > 1:
            return Moved("refused", f"{updates[0].ref} is checked out in {len(followers)} worktrees")
        worktree, update = followers[0]
        standing = GitRefs(self._repository).read(update.ref)
        if standing != update.old:
            return Moved("lost", f"{update.ref} is at {standing or 'nothing'}")
        assert update.old is not None
        assert update.new is not None
        step = checkout.Step(journal, worktree.path, update.ref, update.old, update.new)
        reason = checkout.obstacle(self._objects, step)
        if reason:
            return Moved("refused", reason)
        return self._move(step, updates)

    def _move(self, step: checkout.Step, updates: Sequence[RefUpdate]) -> Moved:
        checkout.write_journal(self._repository, step)
        failpoint("move-journalled")
        child = start(self._repository.where, "update-ref", "--no-deref", "--stdin", "-z")
        checkout.write_journal(self._repository, step, git_pid=child.pid)
        try:
            return self._converse(child, step, updates)
        finally:
            _end(child)

    def _converse(self, child: subprocess.Popen[bytes], step: checkout.Step, updates: Sequence[RefUpdate]) -> Moved:
        script = transaction_script(updates, self._repository.no_oid, commit=False)
        said = _ask(child, script + b"prepare\0", "prepare: ok")
        if said is not None:
            checkout.remove_journal(self._repository, step)
            return Moved("lost", said)
        failpoint("move-prepared")
        refusal = checkout.bring_along(step, checkout.without_filters(self._repository))
        if refusal:
            _ask(child, b"abort\0", "abort: ok")
            checkout.remove_journal(self._repository, step)
            return Moved("refused", refusal)
        failpoint("move-checked-out")
        said = _ask(child, b"commit\0", "commit: ok")
        if said is not None:
            checkout.roll_back(self._repository, self._objects, step)
            return Moved("lost", said)
        failpoint("move-committed")
        checkout.remove_journal(self._repository, step)
        return Moved("done")

    def recover(self, journal: str) -> str | None:
        """Finish or undo what a crash left half done; what was done in words, None when there was nothing."""
        return checkout.recover(self._repository, self._objects, journal)


def _ask(child: subprocess.Popen[bytes], words: bytes, awaited: str) -> str | None:
    """Send words and wait for one line; None when it came, else what git said instead."""
    import select

    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(words)
        child.stdin.flush()
    except BrokenPipeError:
        return "git ended before it answered"
    heard: list[str] = []
    while not heard or heard[-1] != awaited:
        ready, _, _ = select.select([child.stdout], [], [], ANSWER_SECONDS_MAX)
        if not ready:
            raise External(f"git update-ref gave no answer within {ANSWER_SECONDS_MAX:.0f} s", reason="git-timeout")
        line = child.stdout.readline()
        if not line:
            return heard[-1] if heard else "git ended without an answer"
        heard.append(line.decode("utf-8", "replace").rstrip("\n"))
        if heard[-1].startswith("fatal:"):
            return heard[-1]
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """The end of its input aborts an open transaction and leaves no lock."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):  # it ended by itself
        child.stdin.close()
    child.wait(ANSWER_SECONDS_MAX)
    child.stdout.close()


def _read_worktree(lines: list[str]) -> Worktree:
    values = {key: value for key, _, value in (line.partition(" ") for line in lines if line)}
    path = values["worktree"]
    return Worktree(
        path=path,
        head=values.get("HEAD"),
        branch=values.get("branch") or _branch_under_rebase(path),
        locked="locked" in values,
        prunable="prunable" in values,
        bare="bare" in values,
    )


def _branch_under_rebase(path: str) -> str | None:
    folder = checkout.git_folder(path)
    if folder is None:
        return None
    for name in ("rebase-merge/head-name", "rebase-apply/head-name"):
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape") as file:
                return file.read().strip() or None
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None
