"""A commit as a place to read from: the files of a workspace as they were, and which of its paths differ now. A shell.

One listing of the tree answers what is where; contents are read many at once. Invariant: a path of the workspace means
the same file here as in the worktree, whatever folder of the repository the lock is in.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from drift.check import Sources
from drift.model import LOCK_NAME, SETTINGS_NAME, Lock, Settings
from fp.kernel.errors import Config, KitError, Refused, Usage
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drift.workspace import Workspace
    from fp.kernel.ports import Oid

LINK_MODE = "120000"
BLOB = "blob"


class Entry(NamedTuple):
    """One entry of the tree: git's mode and kind, and the object's id."""

    mode: str
    kind: str
    oid: Oid


class Revision:
    """One commit below the workspace's root."""

    def __init__(self, workspace: Workspace, name: str, oid: Oid, repository: Repository):
        self.name = name
        self.oid = oid
        self._workspace = workspace
        self._repository = repository
        self._contents: dict[Oid, bytes] = {}

    @functools.cached_property
    def entries(self) -> dict[str, Entry]:
        """All files, by their path in the workspace."""
        found = self._repository.git("ls-tree", "-r", "-z", "--full-tree", self.oid).stdout
        prefix = _prefix(self._workspace)
        entries: dict[str, Entry] = {}
        for field in found.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            head, _, path = field.partition("\t")
            if path.startswith(prefix):
                mode, kind, oid = head.split(" ")
                entries[path[len(prefix) :]] = Entry(mode, kind, oid)
        return entries

    @functools.cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.entries:
            while "/" in path and (path := path.rpartition("/")[0]) not in found:
                found.add(path)
        return frozenset(found)

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read these files in one go; those that are not there are left out."""
        wanted = {entry.oid for path in paths if (entry := self.entries.get(path)) is not None and entry.kind == BLOB}
        self._contents |= GitObjects(self._repository).read_blobs(sorted(wanted - self._contents.keys()))

    def read(self, path: str) -> bytes | None:
        """A file's content; None where there is none; Refused for a link or a submodule."""
        entry = self.entries.get(path)
        if entry is None:
            return None
        if entry.mode == LINK_MODE or entry.kind != BLOB:
            word = "a symbolic link" if entry.mode == LINK_MODE else "a submodule"
            raise Refused(f"it is {word}", where=path, reason="not-a-file")
        if entry.oid not in self._contents:
            self.prefetch([path])
        return self._contents[entry.oid]

    def kind(self, path: str) -> str | None:
        """What stands at a path: file, folder, link, other, or nothing."""
        entry = self.entries.get(path)
        if entry is None:
            return "folder" if path in self._folders or not path else None
        if entry.kind != BLOB:
            return "folder"
        return "link" if entry.mode == LINK_MODE else "file"

    def sources(self) -> Sources:
        """What a check reads. The known documents are those of the settings, which this commit's own name."""
        from drift.workspace import documents

        def files() -> list[str]:
            return sorted(self.entries)

        return Sources(self.read, self.kind, lambda: documents(self._workspace, files()), files=files)

    def lock(self) -> Lock:
        """The lock as it was; an empty one where there was none, or none that can be read."""
        from drift.lock import read_lock

        data = self.read(LOCK_NAME)
        found, problems = read_lock(data, LOCK_NAME) if data is not None else (Lock(), [])
        return Lock() if problems else found

    def settings(self) -> Settings:
        """The settings as they were; the defaults where there were none that can be read."""
        from drift.settings import read_settings

        data = self.read(SETTINGS_NAME)
        found, problems = read_settings(data) if data is not None else (Settings(), [])
        return Settings() if problems else found


def at(workspace: Workspace, name: str) -> Revision:
    """The commit that a name means. Usage for a name that means none; Config outside of a repository."""
    if workspace.top is None:
        raise Config("this is no git repository: there is no earlier state to compare with", reason="no-repository")
    repository = Repository.discover(workspace.root)
    oid = None if name.startswith("-") else repository.resolve(name)
    if oid is None:
        hint = "git fetch --unshallow, or fetch that commit" if repository.shallow else "git log --oneline"
        raise Usage(f"no such commit here: {name}", hint=hint, reason="no-revision")
    return Revision(workspace, name, oid, repository)


def merge_base(workspace: Workspace, one: Revision, other: Revision) -> Revision:
    """Where two histories part. Usage when they have nothing in common."""
    repository = Repository.discover(workspace.root)
    found = GitObjects(repository).merge_base(one.oid, other.oid)
    if found is None:
        raise Usage(f"{one.name} and {other.name} have no commit in common", reason="no-merge-base")
    return Revision(workspace, one.name, found, repository)


def changed_since(revision: Revision, workspace: Workspace, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths whose file in the worktree is not the commit's."""
    from drift.blame import blob_id, object_format

    form = object_format(workspace.root)
    found = set()
    for path in paths:
        entry = revision.entries.get(path)
        try:
            data: bytes | None = workspace.files.read(path)
        except (FileNotFoundError, KitError):
            data = None
        if (data is None) != (entry is None) or (data is not None and entry and blob_id(data, form) != entry.oid):
            found.add(path)
    return frozenset(found)


def _prefix(workspace: Workspace) -> str:
    """The workspace's folder below the repository's top, with a `/` behind; empty for the top itself."""
    assert workspace.top is not None, "a revision needs a repository"
    inside = workspace.root.resolve().relative_to(workspace.top.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"
