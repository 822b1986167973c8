"""What drift says of documents at a commit. The only importer of `drift.api`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from drift import api as drift
from tarmac.snapshot import StaleDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fp.kernel.ports import Objects, Oid
    from fp.kernel.problem import Problem
    from tarmac.model import RunName

LOCK_NAME = drift.LOCK_NAME
LINKS = "120000"
PLAIN = ("100644", "100755")


def with_locks_merged(objects: Objects, trees: Sequence[Oid], conflicts: Collection[str]) -> tuple[Oid, ...] | None:
    """Base, ours and theirs with the locks in conflict merged by binding, alike in all three, so that they merge.

    None where a path in conflict is no lock, a side has none, or a binding was changed by both.
    """
    if not conflicts or any(posixpath.basename(path) != LOCK_NAME for path in conflicts):
        return None
    changes: dict[str, bytes | None] = {}
    for path in conflicts:
        sides = [_plain_file(objects, tree, path) for tree in trees]
        if sides[1] is None or sides[2] is None:
            return None
        data = drift.merged_lock(sides[0] or b"", sides[1], sides[2])
        if data is None:
            return None
        changes[path] = data
    return tuple(objects.with_changes(tree, changes) for tree in trees)


def _plain_file(objects: Objects, tree: Oid, path: str) -> bytes | None:
    found = [one for one in objects.list_tree(tree, path) if one.path == path and one.mode in PLAIN]
    return objects.read_blobs([found[0].oid]).get(found[0].oid) if found else None


def stale_documents(
    objects: Objects, commit: Oid, changed: Collection[str], run: RunName | None = None
) -> tuple[list[StaleDocument], list[Problem]]:
    """The bindings to changed paths that are stale for the content of the commit; and what is wrong with the lock."""
    read, files = _reader(objects, commit)
    found, problems = drift.stale_at(read, changed, files)
    members = drift.files_of({one.target for one in found}, changed)
    stale = [StaleDocument(one.doc, one.target, _first(members[one.target]), one.reason, run) for one in found]
    return stale, problems


def _first(paths: Collection[str]) -> str:
    """Of a folder's changed files one is enough: it leads to the run that changed it."""
    return min(paths, default="")


class Concerned(NamedTuple):
    """A document, or a section of one, that describes a place in the code; `reason` why it is stale, or empty."""

    document: str
    anchor: str
    reason: str = ""


def concerned(
    objects: Objects, commit: Oid, takes: Callable[[str], bool], *, judge: bool = False
) -> tuple[list[Concerned], list[Problem]]:
    """The bindings to the paths that `takes` says yes to; and what is wrong with the lock.

    Whether they are stale is only told to who asks to `judge`, for the code must be read for it.
    """
    if not any(entry.path == LOCK_NAME for entry in objects.list_folder(commit)):
        return [], []
    read, files = _reader(objects, commit)
    bound, problems = drift.bound_at(read)
    members = drift.files_of({one.target for one in bound}, files)
    taken = {path for paths in members.values() for path in paths if takes(path)}
    stale, more = drift.stale_at(read, taken, files) if judge and taken else ((), [])
    reasons = {(one.doc, one.target): one.reason for one in stale}
    found = [one for one in bound if not taken.isdisjoint(members[one.target])]
    return [Concerned(*one, reasons.get((one.doc, one.target), "")) for one in found], problems or more


def _reader(objects: Objects, commit: Oid) -> tuple[drift.Read, Collection[str]]:
    """Reads plain files of the commit or tree, and their paths; a link is none."""
    files = {entry.path: entry for entry in objects.list_tree(commit)}

    def read(path: str) -> bytes | None:
        entry = files.get(path)
        if entry is None or entry.kind != "blob" or entry.mode == LINKS:
            return None
        return objects.read_blobs([entry.oid]).get(entry.oid)

    return read, files.keys()


def stale_after(objects: Objects, before: Oid, after: Oid) -> list[str]:
    """The bindings to what differs between two trees that are stale in the later one, a sentence each.

    What is wrong with the lock counts as stale: nobody knows then.
    """
    old = {entry.path: entry for entry in objects.list_tree(before)}
    new = {entry.path: entry for entry in objects.list_tree(after)}
    changed = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    found, problems = stale_documents(objects, after, changed)
    told = [f"{problem.where}: {problem.message}" for problem in problems]
    return told + [f"{one.document} ({one.anchor}: {one.reason})" for one in found]
