"""Commits of a repository, the files they change, and the content of both sides; through one `git cat-file`."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

REVISIONS_LISTED = ".git-blame-ignore-revs"
FILE_BYTES_MAX = 512 * 1024


class Change(NamedTuple):
    """A file that a commit changed and kept in its place: its path and the blobs before and after."""

    commit: str
    path: str
    before: str
    after: str


class Blobs:
    """Contents by id, from one process."""

    def __init__(self, repository: Path) -> None:
        self._process = subprocess.Popen(
            ("git", "-C", repository, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def read(self, name: str) -> bytes | None:
        """The content of a blob; None where it is absent or too large to be worth a look."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(name.encode() + b"\n")
        process.stdin.flush()
        words = process.stdout.readline().split()
        if len(words) != 3:
            return None
        data = process.stdout.read(int(words[2]) + 1)[:-1]
        return data if len(data) <= FILE_BYTES_MAX else None

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def lines(repository: Path, *words: str) -> list[str]:
    """The lines that git prints."""
    ran = subprocess.run(("git", "-C", repository, *words), capture_output=True, check=True)
    return ran.stdout.decode("utf-8", "replace").splitlines()


def ordinary(repository: Path, suffixes: tuple[str, ...], count: int, seed: int) -> list[str]:
    """Commits drawn at random from those with one parent that touch such files; listed format-only ones left out."""
    globs = [f":(glob)**/*{suffix}" for suffix in suffixes]
    known = lines(repository, "rev-list", "--no-merges", "HEAD", "--", *globs)
    apart = set(listed(repository))
    found = [commit for commit in known if commit not in apart]
    return sorted(random.Random(seed).sample(found, min(count, len(found))))


def listed(repository: Path) -> list[str]:
    """The commits that the repository itself names as not worth a blame: mostly runs of a formatter."""
    ran = subprocess.run(
        ("git", "-C", repository, "cat-file", "blob", f"HEAD:{REVISIONS_LISTED}"), capture_output=True, check=False
    )
    words = [line.partition("#")[0].strip() for line in ran.stdout.decode("utf-8", "replace").splitlines()]
    return [word for word in words if len(word) == 40]


def changes(repository: Path, commit: str, suffixes: tuple[str, ...]) -> list[Change]:
    """The files that a commit changed in place."""
    found = []
    for line in lines(repository, "diff-tree", "-r", "--no-commit-id", "--diff-filter=M", "--no-renames", commit):
        head, _, path = line.partition("\t")
        words = head.split()
        if path.endswith(suffixes) and len(words) == 5:
            found.append(Change(commit, path, words[2], words[3]))
    return found
