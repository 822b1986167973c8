"""What drift says of documents at a commit. The only importer of `drift.api`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift import api as drift
from tarmac.snapshot import StaleDocument

if TYPE_CHECKING:
    from collections.abc import Collection

    from fp.kernel.ports import Objects, Oid
    from fp.kernel.problem import Problem
    from tarmac.model import RunName

LOCK_NAME = drift.LOCK_NAME
LINKS = "120000"


def stale_documents(
    objects: Objects, commit: Oid, changed: Collection[str], run: RunName | None = None
) -> tuple[list[StaleDocument], list[Problem]]:
    """The bindings to changed paths that are stale for the content of the commit; and what is wrong with the lock."""
    files = {entry.path: entry for entry in objects.list_tree(commit)}

    def read(path: str) -> bytes | None:
        entry = files.get(path)
        if entry is None or entry.kind != "blob" or entry.mode == LINKS:
            return None
        return objects.read_blobs([entry.oid]).get(entry.oid)

    found, problems = drift.stale_at(read, changed)
    stale = [StaleDocument(one.doc, one.target, one.target.partition("#")[0], one.reason, run) for one in found]
    return stale, problems
