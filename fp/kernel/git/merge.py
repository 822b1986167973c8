"""Merges by plumbing, in a private view of the object store.

`git merge-tree` takes attributes from whatever worktree it runs in, and runs the drivers that a configuration names
[measured with 2.39], so one merge could give two results on two machines. It runs here in an empty bare git folder of
its own that shares only the object store: no configuration, no worktree, no attribute, no driver, no hook.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles
from fp.kernel.git.run import git
from fp.kernel.ports import Merged, Oid, Signature

if TYPE_CHECKING:
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository

MERGER = Signature("merge", "merge@invalid", datetime(2000, 1, 1, tzinfo=UTC))
"""Author of the throw-away commits that carry the trees; a fixed one, so that equal merges make equal objects."""


class GitMerges:
    """`Merges` of one repository."""

    def __init__(self, repository: Repository, objects: GitObjects):
        self._repository = repository
        self._objects = objects

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Merged:
        """Merge three trees. git 2.39 merges commits only, so each tree is wrapped in one."""
        root = self._objects.commit(base, (), "base\n", MERGER)
        sides = [self._objects.commit(tree, (root,), f"{name}\n", MERGER) for name, tree in _named(ours, theirs)]
        with tempfile.TemporaryDirectory(prefix="fp-merge-") as folder:
            env = _private_view(Path(folder), self._repository)
            words = ("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", *sides)
            done = git(folder, *words, ok=(0, 1), env=env)
        tree, *conflicts = done.fields()
        return Merged(tree, ()) if done.code == 0 else Merged(None, tuple(sorted(set(conflicts))))


def _named(ours: Oid, theirs: Oid) -> tuple[tuple[str, Oid], tuple[str, Oid]]:
    return ("ours", ours), ("theirs", theirs)


def _private_view(folder: Path, repository: Repository) -> dict[str, str]:
    files = RealFiles(folder, durable=False)
    files.write("HEAD", b"ref: refs/heads/none\n")
    files.write("refs/keep", b"")
    files.write("objects/keep", b"")
    version = "0" if repository.object_format == "sha1" else "1"
    extension = "" if version == "0" else f"[extensions]\n\tobjectformat = {repository.object_format}\n"
    files.write("config", f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}".encode())
    return {
        "GIT_DIR": str(folder),
        "GIT_OBJECT_DIRECTORY": str(repository.common_dir / "objects"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "XDG_CONFIG_HOME": str(folder),
    }
