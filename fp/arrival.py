"""A change judged by how it arrives: what lies between two commits, held against the table of writers.

A shell over the port `Objects`. Policy is read from a revision that the writer did not write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.trees import differing
from fp.model import ISSUES_FOLDER
from fp.source import CommitSource, load, load_config
from fp.writers import FileChange, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.event import Writer
    from fp.kernel.ports import Objects, Oid
    from fp.kernel.problem import Problem
    from fp.kernel.trees import Pair
    from fp.parsed import Cache


def judge_commits(
    objects: Objects, base: Oid, tip: Oid, writer: Writer, *, policy: Oid | None = None, cache: Cache | None = None
) -> list[Problem]:
    """What between `base` and `tip` the writer may not write, by the settings at `policy` (default `base`)."""
    pairs = list(differing(objects, base, tip))
    if not pairs:
        return []
    told = [entry.oid for pair in pairs for entry in pair if entry and entry.path.startswith(f"{ISSUES_FOLDER}/")]
    blobs = objects.read_blobs(told)
    before = load(CommitSource(objects, base), with_events=True, cache=cache)
    if policy is not None and policy != base:
        before = before._replace(config=load_config(CommitSource(objects, policy))[0])
    after = load(CommitSource(objects, tip), with_events=True, cache=cache)
    return judge(before, after, [_change(pair, blobs) for pair in pairs], writer)


def _change(pair: Pair, blobs: Mapping[Oid, bytes]) -> FileChange:
    """Bytes outside `.issues` do not matter, only whether there are any."""
    old, new = pair
    path = old.path if old is not None else new.path if new is not None else ""
    sides = (None if side is None else blobs.get(side.oid, b"") for side in pair)
    return FileChange(path, *sides)
