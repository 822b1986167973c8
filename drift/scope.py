"""Which part of a lock a check looks at, and which of its findings are old debt. Pure.

A check of a part finds what the check of the whole finds in it: bindings whose document or target is in scope, and the
links of documents in scope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from fp.kernel.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

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
    """The lock with the bindings of these paths alone."""
    kept = (item for item in lock.bindings if item.doc.path in paths or item.target.path in paths)
    return replace(lock, bindings=tuple(kept))


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
