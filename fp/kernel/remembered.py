"""An object store that remembers what it has read: an object never changes, so a process that looks again need not ask.

A wrapper around any `Objects`, under the same contract. For long-lived processes: an orchestrator looks at one commit
many times a second, and each look costs two processes of git. Only what is named by a full object id is remembered,
never an absence: what is missing now may be fetched later.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from fp.kernel.refnames import is_oid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from fp.kernel.ports import CommitRecord, Objects, Oid, Signature, TreeEntry

Value = TypeVar("Value")

MEMORY_BYTES_MAX = 32 * 1024 * 1024
ENTRY_BYTES = 200
"""About what a tree entry, a commit record or a key takes."""


class RememberedObjects:
    """`Objects` that asks another store at most once for each thing, within a bound."""

    def __init__(self, objects: Objects, bytes_max: int = MEMORY_BYTES_MAX):
        self._objects = objects
        self._memory = _Memory(bytes_max)

    def empty_tree(self) -> Oid:
        """Asked once: it stays in the store while anything refers to it, and writing it again costs a process."""
        return self._once(("empty-tree",), self._objects.empty_tree, lambda _: ENTRY_BYTES)

    def blob(self, data: bytes) -> Oid:
        """Always written: an object that nothing refers to may have been collected."""
        return self._objects.blob(data)

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Asks for those that are new, all at once."""
        return self._many("blob", oids, self._objects.read_blobs, lambda data: ENTRY_BYTES + len(data))

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Always written."""
        return self._objects.tree(entries)

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """A copy of what was listed before."""
        return self._listing("tree", treeish, under, self._objects.list_tree)

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """A copy of what was listed before."""
        return self._listing("folder", treeish, folder, self._objects.list_folder)

    def with_changes(self, treeish: Oid, changes: Mapping[str, bytes | None]) -> Oid:
        """Always written."""
        return self._objects.with_changes(treeish, changes)

    def content_tree(self, commit: Oid) -> Oid:
        """Always written: it is seldom part of a commit, so nothing else keeps it."""
        return self._objects.content_tree(commit)

    def commit(self, tree: Oid, parents: Sequence[Oid], message: str, who: Signature) -> Oid:
        """Always written."""
        return self._objects.commit(tree, parents, message, who)

    def read_commit(self, oid: Oid) -> CommitRecord | None:
        """As `read_commits`."""
        return self.read_commits((oid,)).get(oid)

    def read_commits(self, oids: Sequence[Oid]) -> dict[Oid, CommitRecord]:
        """Asks for those that are new, all at once."""
        return self._many("commit", oids, self._objects.read_commits, lambda one: ENTRY_BYTES + len(one.message))

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """A yes is remembered; a no may come from a commit that is not here yet."""
        key = ("ancestor", ancestor, descendant)
        if self._memory.get(key) is None and self._objects.is_ancestor(ancestor, descendant):
            self._memory.put(key, value=True, cost=ENTRY_BYTES)
        return self._memory.get(key) is not None

    def merge_base(self, one: Oid, other: Oid) -> Oid | None:
        """Always asked: a history that is deepened has another."""
        return self._objects.merge_base(one, other)

    def _once(self, key: Hashable, ask: Callable[[], Value], cost: Callable[[Value], int]) -> Value:
        known: Value | None = self._memory.get(key)
        if known is not None:
            return known
        found = ask()
        self._memory.put(key, found, cost(found))
        return found

    def _many(
        self,
        kind: str,
        oids: Sequence[Oid],
        ask: Callable[[Sequence[Oid]], dict[Oid, Value]],
        cost: Callable[[Value], int],
    ) -> dict[Oid, Value]:
        known: dict[Oid, Value] = {}
        for oid in oids:
            value: Value | None = self._memory.get((kind, oid))
            if value is not None:
                known[oid] = value
        fresh = [oid for oid in dict.fromkeys(oids) if oid not in known]
        found = ask(fresh) if fresh else {}
        for oid, value in found.items():
            self._memory.put((kind, oid), value, cost(value))
        return {oid: known[oid] if oid in known else found[oid] for oid in oids if oid in known or oid in found}

    def _listing(
        self, kind: str, treeish: Oid, path: str, ask: Callable[[Oid, str], list[TreeEntry]]
    ) -> list[TreeEntry]:
        if not is_oid(treeish):  # a name may point elsewhere next time
            return ask(treeish, path)
        listed = self._once(
            (kind, treeish, path), lambda: ask(treeish, path), lambda entries: ENTRY_BYTES * (1 + len(entries))
        )
        return list(listed)


class _Memory:
    """Values by key; the ones unused for longest go when the sum of their costs passes the bound."""

    def __init__(self, bytes_max: int):
        self._bytes_max = bytes_max
        self._bytes = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """What was put under the key, None when it is not there."""
        held = self._values.get(key)
        if held is None:
            return None
        self._values.move_to_end(key)
        return held[0]

    def put(self, key: Hashable, value: object, cost: int) -> None:
        """Keep it while there is room; what is larger than all the room is not kept."""
        if cost > self._bytes_max or key in self._values:
            return
        self._values[key] = (value, cost)
        self._bytes += cost
        while self._bytes > self._bytes_max:
            _, (_, freed) = self._values.popitem(last=False)
            self._bytes -= freed
