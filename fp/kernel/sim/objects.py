"""An object store in memory that gives every object the id git would give it."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.commits import commit_bytes, parse_commit
from fp.kernel.errors import External, Refused
from fp.kernel.ports import CommitRecord, Oid, Signature, TreeEntry
from fp.kernel.sim.faults import Faults
from fp.kernel.trees import ISSUES_FOLDER, changed_tree, checked_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Stored(NamedTuple):
    """One object: its kind and its raw content."""

    kind: str
    data: bytes


class SimObjects:
    """`Objects` of one simulated repository. What was stored stays: git syncs each object before it names it."""

    def __init__(self, faults: Faults | None = None):
        self._faults = faults or Faults()
        self._store: dict[Oid, Stored] = {}

    def empty_tree(self) -> Oid:
        """The tree without entries."""
        return self.tree(())

    def blob(self, data: bytes) -> Oid:
        """Store content."""
        return self._put("blob", bytes(data))

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Content of those that are blobs."""
        return {oid: self._store[oid].data for oid in oids if self.kind(oid) == "blob"}

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Store one level."""
        listed = list(entries)
        for entry in listed:
            checked_name(entry.path)
            if entry.kind != "commit" and self.kind(entry.oid) != entry.kind:
                raise External(f"tree entry {entry.path!r} names no {entry.kind}: {entry.oid}", reason="git-failed")
        return self._put("tree", b"".join(_tree_bytes(entry) for entry in sorted(listed, key=_tree_order)))

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """All blobs below a path."""
        inside = f"{under}/"
        return [entry for entry in self._walk(treeish, "") if not under or f"{entry.path}/".startswith(inside)]

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """One level."""
        tree: Oid | None = self.tree_of(treeish)
        for name in folder.split("/") if folder else ():
            entry = next((item for item in self._level(tree) if item.path == name), None) if tree else None
            tree = entry.oid if entry is not None and entry.kind == "tree" else None
        prefix = f"{folder}/" if folder else ""
        return [entry._replace(path=prefix + entry.path) for entry in self._level(tree)] if tree else []

    def with_changes(self, treeish: Oid, changes: Mapping[str, bytes | None]) -> Oid:
        """The tree with files written or removed."""
        blobs = {path: None if data is None else self.blob(data) for path, data in changes.items()}
        return changed_tree(self, self.tree_of(treeish), blobs) or self.empty_tree()

    def content_tree(self, commit: Oid) -> Oid:
        """The root tree without `.issues`."""
        return self.tree(entry for entry in self.list_folder(commit) if entry.path != ISSUES_FOLDER)

    def commit(self, tree: Oid, parents: Sequence[Oid], message: str, who: Signature) -> Oid:
        """Store a commit."""
        for oid, kind in ((tree, "tree"), *((parent, "commit") for parent in parents)):
            if self.kind(oid) != kind:
                raise External(f"not a {kind}: {oid}", reason="git-failed")
        return self._put("commit", commit_bytes(tree, parents, message, who))

    def read_commit(self, oid: Oid) -> CommitRecord | None:
        """The commit, or None."""
        return parse_commit(oid, self._store[oid].data) if self.kind(oid) == "commit" else None

    def read_commits(self, oids: Sequence[Oid]) -> dict[Oid, CommitRecord]:
        """Those that exist."""
        found = ((oid, self.read_commit(oid)) for oid in oids)
        return {oid: commit for oid, commit in found if commit is not None}

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """Whether `descendant` contains `ancestor`."""
        return self.kind(ancestor) == "commit" and ancestor in self._ancestors(descendant)

    def merge_base(self, one: Oid, other: Oid) -> Oid | None:
        """A common ancestor that no other common ancestor contains; the first by id when there are several."""
        for oid in (one, other):
            if self.kind(oid) != "commit":
                raise External(f"not a commit: {oid}", reason="git-failed")
        common = self._ancestors(one) & self._ancestors(other)
        best = [oid for oid in common if not any(oid in self._ancestors(each) - {each} for each in common)]
        return min(best, default=None)

    # -- for the other simulated ports ----------------------------------------------------------------------------

    def kind(self, oid: Oid) -> str | None:
        """blob, tree or commit; None for what is not stored."""
        return self._store[oid].kind if oid in self._store else None

    def tree_of(self, treeish: Oid) -> Oid:
        """The tree of a commit or a tree; External for anything else."""
        commit = self.read_commit(treeish)
        tree = treeish if commit is None else commit.tree
        if self.kind(tree) != "tree":
            reason = Refused if treeish.startswith("-") or not treeish else External
            raise reason(f"not a tree or a commit: {treeish!r}")
        return tree

    def copy_to(self, other: SimObjects, oid: Oid) -> None:
        """Give another store the object and all it needs, as a push or a fetch does."""
        pending = [oid]
        while pending:
            at = pending.pop()
            if other.kind(at) is not None or at not in self._store:
                continue
            other._store[at] = self._store[at]
            commit = self.read_commit(at)
            pending += [commit.tree, *commit.parents] if commit else []
            pending += [entry.oid for entry in self._level(at)] if self.kind(at) == "tree" else []

    def _put(self, kind: str, data: bytes) -> Oid:
        self._faults.check(f"objects.{kind}")
        oid = object_id(kind, data)
        self._store[oid] = Stored(kind, data)
        return oid

    def _level(self, tree: Oid) -> list[TreeEntry]:
        return list(_read_tree(self._store[tree].data))

    def _walk(self, treeish: Oid, prefix: str) -> Iterator[TreeEntry]:
        for entry in self._level(self.tree_of(treeish)):
            full = entry._replace(path=prefix + entry.path)
            if entry.kind == "tree":
                yield from self._walk(entry.oid, f"{full.path}/")
            else:
                yield full

    def _ancestors(self, oid: Oid) -> set[Oid]:
        found: set[Oid] = set()
        pending = [oid]
        while pending:
            commit = self.read_commit(pending.pop())
            if commit is not None and commit.oid not in found:
                found.add(commit.oid)
                pending += commit.parents
        return found


def object_id(kind: str, data: bytes) -> Oid:
    """The id git gives it."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def _tree_order(entry: TreeEntry) -> bytes:
    """git sorts a folder as if its name ended in a slash."""
    return (entry.path + ("/" if entry.kind == "tree" else "")).encode("utf-8", "surrogateescape")


def _tree_bytes(entry: TreeEntry) -> bytes:
    head = f"{entry.mode.lstrip('0')} {entry.path}\0".encode("utf-8", "surrogateescape")
    return head + bytes.fromhex(entry.oid)


def _read_tree(data: bytes) -> Iterator[TreeEntry]:
    position = 0
    while position < len(data):
        end = data.index(b"\0", position)
        mode, _, name = data[position:end].decode("utf-8", "surrogateescape").partition(" ")
        oid = data[end + 1 : end + 21].hex()
        yield TreeEntry(mode.rjust(6, "0"), _kind(mode), oid, name)
        position = end + 21


def _kind(mode: str) -> str:
    number = int(mode, 8)
    if stat.S_ISDIR(number):
        return "tree"
    return "commit" if stat.S_IFMT(number) == 0o160000 else "blob"
