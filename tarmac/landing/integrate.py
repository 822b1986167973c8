"""Merge a sealed tip into the target, without `.issues` and by plumbing alone.

Landing never merges `.issues` by git: content trees are merged, and the tracker's files are written afterwards from
the target's own. Uses the ports `objects` and `merges`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fp.kernel.ports import Merges, Objects, Oid

    Settle = Callable[[Sequence[Oid], Sequence[str]], Sequence[Oid] | None]


class Integration(NamedTuple):
    """The merged content (a tree without `.issues`), or the paths that conflict."""

    content: Oid | None
    conflicts: tuple[str, ...] = ()


def integrate(objects: Objects, merges: Merges, *, target: Oid, tip: Oid, settle: Settle | None = None) -> Integration:
    """Merge the work of `tip` into `target` (commits). Unrelated histories merge from nothing.

    `settle` is asked when git finds conflicts: it gives the three trees without them, or None.
    """
    base = objects.merge_base(target, tip)
    base_content = objects.content_tree(base) if base else objects.empty_tree()
    ours = objects.content_tree(target)
    theirs = objects.content_tree(tip)
    if theirs in (base_content, ours):
        return Integration(ours)
    if ours == base_content:
        return Integration(theirs)
    merged = merges.merge(base_content, ours, theirs)
    if merged.tree is None and settle is not None:
        settled = settle((base_content, ours, theirs), merged.conflicts)
        merged = merges.merge(*settled) if settled is not None else merged
    return Integration(merged.tree, merged.conflicts)


def with_issues_of(objects: Objects, *, content: Oid, commit: Oid) -> Oid:
    """The root tree that has this content and the `.issues` of `commit`."""
    issues = [entry for entry in objects.list_folder(commit) if entry.path == ".issues"]
    return objects.tree([*objects.list_folder(content), *issues])
