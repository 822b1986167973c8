"""The tracker as git's index has it: what the next commit would hold. A shell that only reads.

Invariant: the index that is asked is named by the caller. Git gives a hook another one than the worktree's own for
`git commit FILE` and `git commit -a`, by `GIT_INDEX_FILE`, and our git drops that from its environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.git.objects import GitObjects
from fp.kernel.ports import TreeEntry
from fp.kernel.problem import Problem
from fp.model import ISSUES_FOLDER, event_owner
from fp.source import CommitSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid

EMPTY_BLOBS = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)
"""The empty file, by SHA-1 and SHA-256: what a path of `git add --intent-to-add` seems to hold."""


class IndexObjects:
    """The stage-0 entries of one index below `.issues`, listed once, as if they were a tree."""

    def __init__(self, repository: Repository, index: Path | None):
        self._repository = repository
        self._env = {} if index is None else {"GIT_INDEX_FILE": str(index)}
        self._objects = GitObjects(repository)
        listed = [_entry(field) for field in self._listed("ls-files", "-z", "--stage")]
        self.unmerged = sorted({entry.path for stage, entry in listed if stage != "0"})
        intended = self._intended([entry for stage, entry in listed if stage == "0"])
        self._entries = [entry for stage, entry in listed if stage == "0" and entry.path not in intended]

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """All entries below a path, or the one at it."""
        if not under:
            return list(self._entries)
        return [entry for entry in self._entries if entry.path == under or entry.path.startswith(f"{under}/")]

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """One level; a folder's entry has no id, for nobody has written its tree."""
        before = f"{folder}/" if folder else ""
        found: dict[str, TreeEntry] = {}
        for entry in self.list_tree(treeish, folder):
            name, inner, _ = entry.path[len(before) :].partition("/")
            path = f"{before}{name}"
            found[path] = TreeEntry("040000", "tree", "", path) if inner else entry
        return list(found.values())

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Read many in one process."""
        return self._objects.read_blobs(oids)

    def changed(self, head: Oid | None) -> list[str]:
        """Paths that the next commit would change."""
        if head is None:
            return [entry.path for entry in self._entries]
        words = ("diff-index", "--cached", "--ita-invisible-in-index", "-z", "--name-only", "--no-renames")
        return self._listed(*words, "--end-of-options", head)

    def _intended(self, entries: Iterable[TreeEntry]) -> set[str]:
        """Paths that a person only means to add: they are no part of the next commit."""
        if not any(entry.oid in EMPTY_BLOBS for entry in entries):
            return set()
        return set(self._listed("diff-files", "-z", "--name-only", "--diff-filter=A", "--ita-invisible-in-index"))

    def _listed(self, *words: str) -> list[str]:
        return self._repository.git(*words, "--", ISSUES_FOLDER, env=self._env).fields()


class IndexSource(CommitSource):
    """The files that the next commit would hold; `index` is the index file, None for the worktree's own."""

    def __init__(self, repository: Repository, index: Path | None = None):
        self.index = IndexObjects(repository, index)
        super().__init__(self.index, "", "index")
        self.commit = None

    def strays(self) -> list[Problem]:
        """Also what a merge left in conflict."""
        return [*super().strays(), *map(_unmerged, self.index.unmerged)]


def owners(paths: Iterable[str]) -> frozenset[str]:
    """Ids of the issues whose file or events the paths are."""
    return frozenset(event_owner(path) or path.rpartition("/")[2].removesuffix(".md") for path in paths)


def _unmerged(path: str) -> Problem:
    return Problem("unmerged", path, 0, "a merge left it in conflict", "fp resolve, or settle it and `git add` it")


def _entry(field: str) -> tuple[str, TreeEntry]:
    head, _, path = field.partition("\t")
    mode, oid, stage = head.split(" ")
    return stage, TreeEntry(mode, "commit" if mode == "160000" else "blob", oid, path)
