"""Questions to git's history: who changed a path, what lies between two commits, what a worktree has uncommitted."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Usage
from fp.kernel.git.filters import without_filters
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import CommitRecord, Oid

HISTORY_COMMITS_MAX = 100_000


class PathChange(NamedTuple):
    """One path between two trees: `status` is A, M, D or T; `old` and `new` blob ids, None where absent."""

    status: str
    path: str
    old: Oid | None
    new: Oid | None
    mode: str
    """the new mode; of a deletion the old one"""


class Version(NamedTuple):
    """A commit that changed a path, and the blob it left there (None: it removed it)."""

    commit: CommitRecord
    blob: Oid | None


def changed_paths(repository: Repository, old: Oid, new: Oid, under: str = "") -> list[PathChange]:
    """What differs between two commits or trees, renames told as removal and addition."""
    paths = ("--", under) if under else ()
    found = repository.git(
        "diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", "--end-of-options", old, new, *paths
    )
    return read_changes(found.fields())


def read_changes(fields: Sequence[str]) -> list[PathChange]:
    """Read git's raw diff output: a head and a path by turns."""
    return [_change(fields[at], fields[at + 1]) for at in range(0, len(fields), 2)]


def last_changes(repository: Repository, under: str) -> dict[str, datetime]:
    """When the newest commit that changed each path below a folder was made, by the history of HEAD; empty without."""
    words = ("log", "--no-renames", "--name-only", "-z", "--format=commit %ct", f"--max-count={HISTORY_COMMITS_MAX}")
    found = repository.git(*words, "--end-of-options", "HEAD", "--", under, ok=(0, 128))
    times: dict[str, datetime] = {}
    at = datetime.fromtimestamp(0, UTC)
    for field in found.fields():
        line = field.lstrip("\n")
        if line.startswith("commit "):
            at = datetime.fromtimestamp(int(line.removeprefix("commit ")), UTC)
        else:
            times[line] = max(at, times.get(line, at))
    return times


def log_text(where: Path, words: Sequence[str], paths: Sequence[str], *, without: str) -> str:
    """What `git log` prints with a person's own options, run in a folder; a top-level folder is left out.

    Nothing of the repository's configuration runs a program for it: no pager, no signature check, no textconv.
    """
    options = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature")
    chosen = (*(paths or (":(top)",)), f":(top,exclude){without}")
    found = git(where, "--no-literal-pathspecs", "log", *options, *words, "--", *chosen, ok=(0, 128, 129))
    if found.code:
        said = found.stderr.strip().splitlines()
        raise Usage(said[0] if said else "git log refused", hint="git log -h")
    return found.stdout.decode("utf-8", "surrogateescape")


def versions(
    repository: Repository, objects: GitObjects, revision: str, path: str, *, limit: int = HISTORY_COMMITS_MAX
) -> list[Version]:
    """The commits on the first-parent line up to `revision` that changed one file, newest first."""
    words = ("log", "--first-parent", "-m", "--no-renames", "--raw", "--no-abbrev", "-z", f"--max-count={limit}")
    found = repository.git(*words, "--format=commit %H", "--end-of-options", revision, "--", path, ok=(0, 128))
    oids = list(_commits_and_blobs(found.fields()))
    records = objects.read_commits([commit for commit, _ in oids])
    return [Version(records[commit], blob) for commit, blob in oids if commit in records]


def _commits_and_blobs(fields: Sequence[str]) -> Iterator[tuple[Oid, Oid | None]]:
    """A commit, then by turns a raw line and its path, which may itself look like either."""
    current = ""
    is_path = False
    for field in fields:
        line = field.lstrip("\n")
        if is_path:
            is_path = False
        elif line.startswith(":"):
            new = line.split(" ")[3]
            yield current, None if set(new) == {"0"} else new
            is_path = True
        else:
            current = line.removeprefix("commit ")


def commits_between(repository: Repository, exclude: Sequence[Oid], include: Oid, *, limit: int) -> list[Oid]:
    """Commits reachable from `include` and from none of `exclude`, newest first."""
    words = [f"^{oid}" for oid in exclude]
    return repository.git("rev-list", f"--max-count={limit}", "--end-of-options", include, *words).lines()


class Dirt(NamedTuple):
    """One path that a worktree's next clean-up would lose; `state` is git's two letters, `!!` for ignored.

    `h ` is a file that the index says not to look at: nobody can tell whether it was changed.
    """

    state: str
    path: str


def dirt(where: str, *, ignored: bool) -> list[Dirt]:
    """What is modified, staged, untracked and, on request, ignored in the worktree at `where`."""
    extra = ("--ignored=matching",) if ignored else ()
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none")
    found = git(where, *words, *extra, config=without_filters(where))
    return [*(Dirt(field[:2], field[3:]) for field in found.fields()), *(Dirt("h ", path) for path in hidden(where))]


def hidden(where: str) -> list[str]:
    """Paths that the index says not to look at (assume-unchanged, skip-worktree), and that are there."""
    fields = git(where, "ls-files", "-v", "-z").fields()
    flagged = (field[2:] for field in fields if field[0] == "S" or field[0].islower())
    return [path for path in flagged if os.path.lexists(os.path.join(where, path))]


def _change(head: str, path: str) -> PathChange:
    old_mode, new_mode, old, new, status = head.lstrip(":").split(" ")
    return PathChange(
        status[0],
        path,
        None if set(old) == {"0"} else old,
        None if set(new) == {"0"} else new,
        old_mode if status[0] == "D" else new_mode,
    )
