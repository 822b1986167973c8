"""A small real repository for tests, and the three commands run as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST_COMMIT_SECONDS = 1_790_000_000
"""Commit dates count from here, a minute each, so that equal tests make equal object ids."""
COMMAND_SECONDS_MAX = 60.0


@dataclass
class Repo:
    """A repository with one commit on `main`."""

    path: Path
    commits: int = field(default=1)

    def git(self, *args: str, stdin: str = "", check: bool = True) -> str:
        """What a person's git prints, without the final newline; raises with its words when it fails."""
        done = self.run(*args, stdin=stdin)
        if check and done.returncode:
            raise RuntimeError(f"git {' '.join(args)} failed ({done.returncode}): {done.stderr}")
        return done.stdout.rstrip("\n")

    def run(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """The same, as the finished process."""
        return subprocess.run(
            ["git", *args],
            cwd=self.path,
            env={**os.environ, **dates(self.commits)},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the worktree, with its folders."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def read(self, path: str) -> str:
        """A file of the worktree."""
        return (self.path / path).read_text()

    def commit(self, message: str = "change", *, add: bool = True) -> str:
        """Commit everything (or only what is staged); the new commit's id."""
        if add:
            self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.commits += 1
        return self.git("rev-parse", "HEAD")

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def clone(self, path: Path, *args: str) -> Repo:
        """A clone beside it."""
        self.git("clone", "--quiet", *args, str(self.path), str(path))
        return Repo(path, self.commits + 1)


def dates(count: int) -> dict[str, str]:
    """The dates of commit number `count`."""
    at = f"@{FIRST_COMMIT_SECONDS + 60 * count} +0000"
    return {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}


def make_template(path: Path) -> None:
    """The repository that each test copies: a commit with a README."""
    path.mkdir()
    repo = Repo(path, 0)
    repo.git("init", "--quiet", "--template=", "--initial-branch=main")
    repo.write("README.md", "# Project\n")
    repo.commit("first")


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Command:
    """Runs `fp`, `drift` or `tarmac` from this checkout in a process of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(
        self,
        name: str,
        *args: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout_seconds: float = COMMAND_SECONDS_MAX,
    ) -> Outcome:
        """Run `python -m name args`, by default in the test's own folder."""
        done = subprocess.run(
            [sys.executable, "-m", name, *args],
            cwd=cwd or self.folder,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONSAFEPATH": "1", **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout_seconds,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)
