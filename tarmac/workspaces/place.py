"""One run's worktree on disk, and git run in it without trusting what the agent left there.

`.git` of a worktree is a file that the agent can change: to another git folder, whose configuration names programs. So
git is never left to find its folder: the worktree's own git folder is looked up from the repository's side.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles
from fp.kernel.git.filters import local_filters, switched_off
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fp.kernel.git.run import Completed
    from fp.kernel.ports import Worktree, Worktrees

POINTER_BYTES_MAX = 4096
INITIALIZING = b"initializing"
"""What git writes into `locked` while it makes a worktree."""


class Place(NamedTuple):
    """A registered worktree: its folder, its own folder below the shared git folder, and settings for its git."""

    path: Path
    own: Path
    config: Mapping[str, str]

    def git(self, *words: str, stdin: bytes = b"", ok: tuple[int, ...] = (0,), index: str = "") -> Completed:
        """Run git on this worktree, by default on its index, with no filter of the repository's configuration."""
        env = {"GIT_DIR": str(self.own), "GIT_WORK_TREE": str(self.path)}
        extra = {"GIT_INDEX_FILE": index} if index else {}
        return git(self.path, *words, stdin=stdin, ok=ok, env={**env, **extra}, config=self.config)

    def head(self) -> str:
        """The full ref that is checked out; empty for none."""
        return self.git("symbolic-ref", "--quiet", "HEAD", ok=(0, 1, 128)).text()

    @property
    def half_made(self) -> bool:
        """Whether git was stopped while it made the worktree."""
        files = RealFiles(self.own)
        try:
            locked = files.read("locked", POINTER_BYTES_MAX).strip()
        except (FileNotFoundError, KitError):
            locked = b""
        return locked == INITIALIZING or files.stat("index") is None or files.stat("index.lock") is not None

    @property
    def pointer_is_right(self) -> bool:
        """Whether `.git` still leads to the worktree's own folder."""
        try:
            words = RealFiles(self.path).read(".git", POINTER_BYTES_MAX)
        except (FileNotFoundError, KitError):
            return False
        said = os.fsdecode(words).strip().removeprefix("gitdir:").strip()
        return os.path.realpath(os.path.join(self.path, said)) == os.path.realpath(self.own)


def registered(worktrees: Worktrees, path: Path) -> Worktree | None:
    """The linked worktree at this path, as git has it registered; the main one is never it."""
    _, *linked = worktrees.list()
    return next((one for one in linked if os.path.realpath(one.path) == os.path.realpath(path)), None)


def somebody_in(path: Path) -> int | None:
    """A process whose working folder is the worktree or below it."""
    home = os.path.realpath(path)
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                at = os.readlink(f"/proc/{name}/cwd")
            except OSError:  # another user's, or gone
                continue
            if at == home or at.startswith(home + os.sep):
                return int(name)
    return None


def find(common: Path, path: Path) -> Place | None:
    """The worktree at `path`, found among those that the repository knows; None when it knows none there."""
    home = common / "worktrees"
    for name in RealFiles(common).names("worktrees"):
        try:
            words = RealFiles(home / name).read("gitdir", POINTER_BYTES_MAX)
        except (FileNotFoundError, KitError):
            continue
        at = os.path.join(home / name, os.fsdecode(words).strip())
        if os.path.realpath(os.path.dirname(at)) == os.path.realpath(path):
            own = home / name
            return Place(path, own, switched_off(local_filters(own, env={"GIT_DIR": str(own)})))
    return None
