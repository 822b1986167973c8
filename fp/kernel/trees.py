"""Trees by folder levels: a change rewrites only the folders on its way. Pure over an `Objects`-like store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fp.kernel.errors import Refused
from fp.kernel.ports import Oid, TreeEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ISSUES_FOLDER = ".issues"
FILE_MODE = "100644"
FILE_MODES = frozenset({FILE_MODE, "100755"})
TREE_MODE = "040000"


class TreeStore(Protocol):
    """The two calls that rewriting a tree needs."""

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Store one level."""
        ...

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """List one level."""
        ...


def checked_name(name: str) -> str:
    """One name of a tree; Refused for what a checkout would take out of the worktree, or into `.git`."""
    if name in ("", ".", "..") or "/" in name or "\0" in name or name.lower() == ".git":
        raise Refused(f"not a name that a tree may hold: {name!r}", reason="bad-path")
    return name


def changed_tree(store: TreeStore, tree: Oid | None, changes: Mapping[str, Oid | None]) -> Oid | None:
    """The tree with each path set to its blob, or removed where None; None when nothing is left.

    An existing file keeps its mode; a file where a folder was, or the reverse, replaces it.
    """
    entries = {entry.path: entry for entry in store.list_folder(tree)} if tree else {}
    below: dict[str, dict[str, Oid | None]] = {}
    for path, blob in changes.items():
        name, slash, rest = path.partition("/")
        checked_name(name)
        if slash:
            below.setdefault(name, {})[rest] = blob
        elif blob is None:
            entries.pop(name, None)
        else:
            old = entries.get(name)
            # A link does not keep its mode: the content would become where it points.
            mode = old.mode if old is not None and old.mode in FILE_MODES else FILE_MODE
            entries[name] = TreeEntry(mode, "blob", blob, name)
    for name, inner in below.items():
        old = entries.get(name)
        folder = changed_tree(store, old.oid if old is not None and old.kind == "tree" else None, inner)
        if folder is not None:
            entries[name] = TreeEntry(TREE_MODE, "tree", folder, name)
        elif old is not None and old.kind == "tree":
            del entries[name]
    return store.tree(entries.values()) if entries else None


Pair = tuple[TreeEntry | None, TreeEntry | None]
"""One path on both sides, None where it is absent; a path that turned from a file to a folder is two pairs."""


def differing(store: TreeStore, old: Oid, new: Oid, folder: str = "") -> Iterator[Pair]:
    """Every file, link and submodule that differs between two trees, by path; equal folders are not opened."""
    before = {entry.path: entry for entry in store.list_folder(old, folder)}
    after = {entry.path: entry for entry in store.list_folder(new, folder)}
    for path in sorted(before.keys() | after.keys()):
        one, other = before.get(path), after.get(path)
        if one is not None and other is not None and (one.mode, one.oid) == (other.mode, other.oid):
            continue
        left = None if one is None or one.kind == "tree" else one
        right = None if other is None or other.kind == "tree" else other
        if left is not None or right is not None:
            yield left, right
        if (one is not None and left is None) or (other is not None and right is None):
            yield from differing(store, old, new, path)
