"""A repository with a person at work in it, and a commit that wants to land on the branch they have checked out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.git.stale import processes
from fp.kernel.git.worktrees import GitWorktrees
from fp.kernel.ports import Moved, Recovered, RefUpdate, Signature, TreeEntry
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.repo import Repo

MAIN = "refs/heads/main"
CLAIM = "refs/fp/claims/FP-1"
JOURNAL = "fp/moves/test.json"
LANDER = Signature("Lander", "lander@test.invalid", datetime(2026, 11, 22, tzinfo=UTC))
FIRST_FILES = {
    "README.md": "# Project\n",
    "landed.txt": "one\ntwo\nthree\n",
    "mine.txt": "a person's\n",
    "goes.txt": "goes\n",
    "folder/inner.txt": "inner\n",
    ".gitignore": "*.log\nignored/\n",
}
LANDING: dict[str, str | None] = {
    "landed.txt": "one\n2\nthree\n",
    "added.txt": "added by the landing\n" * 50,
    "deep/er/added.txt": "deep\n",
    "goes.txt": None,
}
GIT_POLLS_MAX = 1000
CRASH = """
import os, signal, sys
from pathlib import Path
from fp.kernel import fs
from tests.support.moves import Landing, git_children
folder, old, new, claim_old, claim_new, where, what = sys.argv[1:]
landing = Landing.again(Path(folder), old, new, claim_old, claim_new)
def handler(name):
    if name != where:
        return
    if what in ("git", "both"):
        for pid in git_children():
            os.kill(pid, signal.SIGKILL)
    if what in ("self", "both"):
        os.kill(os.getpid(), signal.SIGKILL)
with fs.faults(handler):
    print(landing.move())
"""


@dataclass
class Landing:
    """What is to be moved: `main` from `old` to `new`, together with a claim."""

    path: Path
    worktrees: GitWorktrees
    old: str
    new: str
    claim_old: str
    claim_new: str

    @staticmethod
    def again(path: Path, old: str, new: str, claim_old: str, claim_new: str) -> Landing:
        """The same landing seen by another process."""
        repository = Repository.discover(path)
        return Landing(path, GitWorktrees(repository, GitObjects(repository)), old, new, claim_old, claim_new)

    @property
    def updates(self) -> list[RefUpdate]:
        return [RefUpdate(CLAIM, self.claim_old, self.claim_new), RefUpdate(MAIN, self.old, self.new)]

    def move(self) -> Moved:
        return self.worktrees.move_branch(self.updates, journal=JOURNAL)

    def recover(self) -> Recovered | None:
        """Recover as an orchestrator does: stale locks go at their second observation."""
        recovered = self.worktrees.recover(JOURNAL)
        if recovered is not None and recovered.locks:
            seen = self.worktrees.stale_locks(JOURNAL)
            assert seen == recovered.locks
            assert self.worktrees.remove_stale_locks(JOURNAL, seen) == seen
            recovered = self.worktrees.recover(JOURNAL)
        return recovered

    def crash(self, where: str, what: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the move in a process of its own that is killed, or whose git is killed, at a failpoint."""
        oids = (self.old, self.new, self.claim_old, self.claim_new)
        done = subprocess.run(
            [sys.executable, "-c", CRASH, str(self.path), *oids, where, what],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), **({"PATH": path} if path else {})},
            cwd=self.path,
            capture_output=True,
            text=True,
            check=False,
        )
        reached = done.returncode == -9 if what in ("self", "both") and where != "nowhere" else done.returncode == 0
        assert reached, (done.stdout, done.stderr)
        # What the dead left running comes to its end by itself: git sees the end of its input, or was killed.
        wait_for_git(self.path, present=False)
        return done


def wait_for_git(path: Path, *, present: bool) -> None:
    """Wait until a git process works below the path, or none does."""
    home = os.path.join(path, "")
    for _ in range(GIT_POLLS_MAX):
        if present == any(name == "git" and f"{folder}/".startswith(home) for name, folder in processes()):
            return
        time.sleep(0.01)
    raise AssertionError("git does not come or go")


def git_children() -> list[int]:
    """Processes called git that this process has started."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                with open(f"/proc/{entry.name}/stat") as file:
                    name, _, rest = file.read().partition("(")[2].rpartition(") ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if name == "git" and int(rest.split()[1]) == os.getpid():
                found.append(int(entry.name))
    return found


def prepare(repo: Repo, changes: Mapping[str, str | None] = LANDING, first: Mapping[str, str] | None = None) -> Landing:
    """Commit the first files, and make the landing by plumbing, so that no checkout and no index sees it."""
    for path, text in {**FIRST_FILES, **(first or {})}.items():
        repo.write(path, text)
    old = repo.commit("before")
    objects = GitObjects(Repository.discover(repo.path))
    data = {path: None if text is None else text.encode() for path, text in changes.items()}
    new = objects.commit(objects.with_changes(old, data), (old,), "landing\n", LANDER)
    return with_claim(repo, old, new)


def prepare_entries(repo: Repo, *entries: tuple[str, str, str]) -> Landing:
    """A landing that sets root entries of any mode: (mode, path, content)."""
    landing = prepare(repo, {})
    objects = GitObjects(Repository.discover(repo.path))
    kept = {entry.path: entry for entry in objects.list_folder(landing.old)}
    for mode, path, content in entries:
        kept[path] = TreeEntry(mode, "blob", objects.blob(content.encode()), path)
    new = objects.commit(objects.tree(kept.values()), (landing.old,), "landing\n", LANDER)
    return with_claim(repo, landing.old, new)


def with_claim(repo: Repo, old: str, new: str) -> Landing:
    repository = Repository.discover(repo.path)
    objects = GitObjects(repository)
    held, landed = (objects.commit(objects.empty_tree(), (), text, LANDER) for text in ("held\n", "landed\n"))
    repo.git("update-ref", CLAIM, held)
    return Landing(repo.path, GitWorktrees(repository, objects), old, new, held, landed)


def snapshot(repo: Repo) -> tuple[str, str, dict[str, bytes | str]]:
    """Everything a person could miss: HEAD, the index, and each file of the worktree."""
    files: dict[str, bytes | str] = {}
    for folder, inner, names in os.walk(repo.path):
        if ".git" in inner:
            inner.remove(".git")
        for name in [*names, *(name for name in inner if os.path.islink(os.path.join(folder, name)))]:
            full = os.path.join(folder, name)
            key = os.path.relpath(full, repo.path)
            if os.path.islink(full):
                files[key] = os.readlink(full)
            else:
                with open(full, "rb") as file:
                    files[key] = file.read()
    return repo.head(), repo.git("ls-files", "--stage"), files


def locks(repo: Repo) -> list[str]:
    """Lock files of git that stand in the repository."""
    git = repo.path / ".git"
    ours = git / "fp"
    return sorted(str(path.relative_to(git)) for path in git.rglob("*.lock") if not path.is_relative_to(ours))
