"""A workspace is a linked worktree with a branch of its own, at the path that the run's record names.

Invariants: a crash at any point leaves what the next `prepare` finds and finishes; nothing that an agent or a person
left is ever deleted, only what we made and find unchanged, and ignored files that the policy names; git never reads a
git folder that an agent chose.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.errors import External, KitError, Refused
from fp.kernel.fs import RealFiles
from fp.kernel.git.history import dirt
from fp.kernel.git.repo import Repository
from fp.kernel.git.run import git
from fp.kernel.git.worktrees import ADD_LOCK
from fp.kernel.lock import locked
from fp.kernel.ports import RefUpdate
from fp.kernel.text import safe
from tarmac.model import RESCUE_PREFIX, run_folder
from tarmac.workspaces import discard, fill, fingerprint, halfmade
from tarmac.workspaces.collect import collect
from tarmac.workspaces.place import find, registered, somebody_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.history import Dirt
    from fp.kernel.ports import Worktree
    from fp.kernel.world import World
    from tarmac.model import Run
    from tarmac.workspaces.base import Collected, Fingerprint

TRIES_MAX = 2
LOCK_SECONDS_MAX = 60.0
STALE_SECONDS = 1.0
RECORD_BYTES_MAX = 1024 * 1024
MADE_FILE = "workspace.json"


class WorktreeWorkspace:
    """`Workspace` for the repository whose main checkout is at `top`."""

    def __init__(self, world: World, top: Path):
        self._world = world
        self._top = top
        self._common = Repository.discover(top).common_dir

    # -- prepare --------------------------------------------------------------------------------------------------

    def prepare(self, run: Run) -> None:
        """Branch and worktree at the base, with the copied files. Set-up commands are the worker's to run."""
        path = Path(run.workspace)
        self._refuse_place(path)
        for left in range(TRIES_MAX, 0, -1):
            try:
                self._make(run, path)
            except External:  # git was killed, or could not finish: what it left is cleared up by the next try
                if left == 1:
                    raise
            else:
                break
        copied = fill.fill(RealFiles(self._top), RealFiles(path), run.copy)
        self._world.state.write(self._own(run, MADE_FILE), fill.dump(fill.made(path, copied)))
        self._world.state.write(self._own(run, fingerprint.BEFORE_FILE), fingerprint.dump(self.fingerprint(run)))

    def _make(self, run: Run, path: Path) -> None:
        with locked(self._common / "fp" / "locks", ADD_LOCK, wait_seconds=LOCK_SECONDS_MAX):
            standing = registered(self._world.worktrees, path)
            if standing is not None and self._is_made(run, path, standing):
                return
            self._clear(run, path, standing)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._world.worktrees.add(path, run.branch, run.base)

    def _is_made(self, run: Run, path: Path, standing: Worktree) -> bool:
        """Whether the run's own worktree stands there whole; Refused when it is somebody else's."""
        if standing.branch not in (run.branch, None):
            raise Refused(f"a worktree on {standing.branch} is there", where=str(path), reason="path-exists")
        place = find(self._common, path)
        if place is None or not path.is_dir() or place.half_made or standing.branch is None:
            return False
        if standing.head != run.base:
            raise Refused(f"{run.branch} is at {standing.head}, not at its base", where=str(path), reason="not-at-base")
        return not place.git("status", "--porcelain", "-z", "--untracked-files=no").stdout

    def _clear(self, run: Run, path: Path, standing: Worktree | None) -> None:
        """Take away what a crash left half made: worktree, entry and branch, each only if it is as we made it."""
        if standing is not None:
            if path.is_dir():
                halfmade.remove(self._world.objects, path, run.base)
            git(self._top, "worktree", "remove", "--force", "--force", "--", standing.path, ok=(0, 128))
        with contextlib.suppress(OSError):
            os.rmdir(path)  # an empty folder only
        self._unlock(run)
        tip = self._world.refs.read(run.branch)
        if tip is not None and tip != run.base:
            raise Refused(f"{run.branch} exists, at {tip}", hint="another run made it", reason="branch-exists")
        if tip is not None:
            self._world.refs.transact([RefUpdate(run.branch, tip, None)])

    def _unlock(self, run: Run) -> None:
        """Remove the lock that a killed git left on the run's own branch, if it is the same at two looks.

        Nobody can hold it: the branch is this run's alone, no agent was started, and a git of ours that makes it would
        hold the lock that we hold now.
        """
        state, name = self._world.state, f"{run.branch}.lock"
        before = state.stat(name)
        if before is None:
            return
        self._world.clock.sleep(STALE_SECONDS)
        if state.stat(name) == before:
            state.remove(name)

    def _refuse_place(self, path: Path) -> None:
        """A place in which a worktree would be in the way of the person's checkout, or of git."""
        real, top, common = (os.path.realpath(one) for one in (path, self._top, self._common))
        inside = f"{real}{os.sep}"
        if not path.is_absolute() or path.is_symlink():
            raise Refused("a workspace must be an absolute path and no link", where=str(path), reason="bad-path")
        if f"{top}{os.sep}".startswith(inside) or inside.startswith(f"{common}{os.sep}"):
            raise Refused(
                "a workspace there would hold the checkout, or lie in .git", where=str(path), reason="bad-path"
            )
        if inside.startswith(f"{top}{os.sep}"):
            words = ("--no-literal-pathspecs", "check-ignore", "--quiet", "--", f"./{os.path.relpath(real, top)}")
            if git(self._top, *words, ok=(0, 1)).code:  # check-ignore knows no literal ones
                raise Refused(
                    "is inside the checkout, which would show it as untracked",
                    where=str(path),
                    hint="put it into .gitignore, or set workspace.root in WORKFLOW.md to a folder outside",
                    reason="bad-path",
                )

    # -- collect --------------------------------------------------------------------------------------------------

    def collect(self, run: Run) -> Collected:
        """Commit what the agent left on the tip of its branch, and note what else it changed."""
        path, made = Path(run.workspace), self._made(run)
        place = find(self._common, path) if made is not None and made.is_at(path) else None
        collected = collect(self._world, place, run, self._common)
        after = self._own(run, fingerprint.AFTER_FILE)
        if self._world.state.stat(after) is None:
            self._world.state.write(after, fingerprint.dump(self.fingerprint(run)))
        return collected

    def fingerprint(self, run: Run) -> Fingerprint:
        """Other refs, git's configuration and hooks, as they are now."""
        return fingerprint.take(self._world.refs, self._world.state, run.branch)

    # -- release --------------------------------------------------------------------------------------------------

    def release(self, run: Run, patterns: Sequence[str] = ()) -> str:
        """Remove the worktree if only our own unchanged files, and ignored ones that `patterns` take, are in it besides
        what is committed; else why not.
        """
        path = Path(run.workspace)
        standing = registered(self._world.worktrees, path)
        if standing is None:
            return f"{path} is there, and no worktree of this repository" if os.path.lexists(path) else ""
        try:
            return self._remove(run, path, standing, patterns) or self._gone(path)
        except KitError as error:
            return str(error)

    def _remove(self, run: Run, path: Path, standing: Worktree, patterns: Sequence[str]) -> str:
        if not os.path.lexists(path):
            self._world.worktrees.remove(path)
            return ""
        place, made = find(self._common, path), self._made(run)
        if made is None or not made.is_at(path):
            return f"{path} is not the folder that was made for the run"
        if place is None or not place.pointer_is_right:
            return f"{path}/.git leads to another git folder"
        why = self._uncommitted_head(run, standing) or self._in_use(path)
        if why:
            return why
        files = RealFiles(path)
        mine = fill.unchanged(files, made.copied)
        thrown = [(one, discard.goes(path, one, patterns, frozenset(mine))) for one in dirt(str(path), ignored=True)]
        left = [one for one, gone in thrown if gone is None]
        if left:
            more = f" and {len(left) - 1} more" if len(left) > 1 else ""
            return f"{path} holds {safe(left[0].path)} ({_words(left[0])}){more}"
        discard.remove(path, [name for _, gone in thrown for name in gone or ()])
        for name in mine:
            files.remove(name)
        fill.empty_folders(path, mine)
        self._world.worktrees.remove(path)
        return ""

    def _uncommitted_head(self, run: Run, standing: Worktree) -> str:
        """Why its HEAD must stay: commits that only it reaches would be lost with it."""
        if standing.branch is not None or standing.head is None:
            return ""
        refs = self._world.refs
        kept = [refs.read(run.branch), *refs.list(RESCUE_PREFIX).values(), run.base]
        if any(tip is not None and self._world.objects.is_ancestor(standing.head, tip) for tip in kept):
            return ""
        return f"{standing.path} has {standing.head} checked out, which no branch holds"

    def _in_use(self, path: Path) -> str:
        user = somebody_in(path)
        return "" if user is None else f"process {user} works in {path}"

    def _made(self, run: Run) -> fill.Made | None:
        try:
            return fill.load(self._world.state.read(self._own(run, MADE_FILE), RECORD_BYTES_MAX))
        except (FileNotFoundError, KitError):
            return None

    def _gone(self, path: Path) -> str:
        """It is gone; the folder of all workspaces goes with the last one."""
        with contextlib.suppress(OSError):
            os.rmdir(path.parent)
        return ""

    def _own(self, run: Run, name: str) -> str:
        return f"{run_folder(run.name)}/{name}"


def _words(one: Dirt) -> str:
    return {"!!": "ignored", "??": "untracked", "h ": "hidden from git"}.get(one.state, "not committed")
