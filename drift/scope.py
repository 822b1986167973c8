"""Which part of a lock a check looks at, and which of its findings are old debt. Pure.

A check of a part finds what the check of the whole finds in it: bindings whose document or target is in scope, and the
links of documents in scope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from drift.anchors import is_many
from drift.patterns import members_of
from fp.kernel.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from drift.model import AnchorReport, CheckReport, LinkReport, Lock, RemarkReport

Part = TypeVar("Part", "AnchorReport", "LinkReport", "RemarkReport")

OLD = "old debt: it was so at the baseline"


def paths_of(lock: Lock) -> set[str]:
    """Every path that a binding names."""
    return {anchor.path for item in lock.bindings for anchor in (item.doc, item.target)}


def below(paths: Iterable[str], named: Collection[str]) -> frozenset[str]:
    """Those of the paths that are named, or lie in a named folder."""
    folders = tuple(f"{name.rstrip('/')}/" for name in named)
    return frozenset(path for path in paths if path in named or path.startswith(folders))


def confined(lock: Lock, paths: Collection[str]) -> Lock:
    """The lock with the bindings of these paths alone, those of a folder or pattern that one of them fits too."""
    hit = _hit(lock, paths)
    kept = (item for item in lock.bindings if item.doc.path in paths or item.target.path in hit)
    return replace(lock, bindings=tuple(kept))


def concerning(lock: Lock, paths: Collection[str]) -> Lock:
    """The lock with the bindings whose target one of these paths is, or lies in."""
    hit = _hit(lock, paths)
    return replace(lock, bindings=tuple(item for item in lock.bindings if item.target.path in hit))


def _hit(lock: Lock, paths: Collection[str]) -> Collection[str]:
    """The paths, and the folders and patterns that one of them fits."""
    many = {item.target.path for item in lock.bindings if is_many(item.target.path)}
    if not many:
        return paths
    return {*paths, *(pattern for pattern, members in members_of(many, paths).items() if members != ())}


def with_members(lock: Lock, files: Callable[[], Iterable[str]]) -> set[str]:
    """Every path that a binding names, and of folders and patterns the files that they have among these."""
    paths = paths_of(lock)
    many = {path for path in paths if is_many(path)}
    if not many:
        return paths
    listed = list(files())
    found = members_of(many, listed)
    if any(members is None for members in found.values()):
        return (paths - many) | set(listed)
    return (paths - many) | {path for members in found.values() for path in members or ()}


def of_failing(lock: Lock, report: CheckReport) -> Lock:
    """Of an earlier lock the documents in which something is wrong now."""
    wrong = {doc.path for doc in report.docs if any(one.reason is not None for one in (*doc.anchors, *doc.lines))}
    return replace(lock, bindings=tuple(item for item in lock.bindings if item.doc.path in wrong))


def forgiven(report: CheckReport, before: CheckReport) -> CheckReport:
    """The report with what was wrong before, for the same reason, as a note that fails nothing."""
    anchors = {(item.binding.key, item.reason) for item in before.anchors if item.reason is not None}
    lines = {
        (doc.path, part.target, part.reason) for doc in before.docs for part in doc.lines if part.reason is not None
    }
    docs = [
        replace(
            doc,
            anchors=tuple(_noted(one) if (one.binding.key, one.reason) in anchors else one for one in doc.anchors),
            links=tuple(_noted(one) if (doc.path, one.target, one.reason) in lines else one for one in doc.links),
            remarks=tuple(_noted(one) if (doc.path, one.target, one.reason) in lines else one for one in doc.remarks),
        )
        for doc in report.docs
    ]
    return replace(report, docs=tuple(docs))


def _noted(part: Part) -> Part:
    if part.waived is not None:
        return part
    return replace(part, severity=Severity.NOTE, message=f"{part.message}; {OLD}")
