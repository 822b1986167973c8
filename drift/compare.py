"""From a binding and what its target is now to a verdict. Pure.

Invariant: fresh is said only where the stamp of the lock was computed again and is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.anchors import kind_of
from drift.content import Ask, Found, Missing, known
from drift.model import SKIPPED, AnchorReport, Reason, Result

if TYPE_CHECKING:
    from drift.content import Seen
    from drift.model import Binding, Settings

MESSAGES = {
    Reason.CHANGED: "changed since the document was last said to be right",
    Reason.FILE_NOT_FOUND: "no such file",
    Reason.FILE_NOT_READABLE: "the file cannot be read",
    Reason.BASELINE_UNAVAILABLE: "never stamped",
    Reason.SCHEME_UNKNOWN: "stamped by a scheme that this version does not compute",
    Reason.GRAMMAR_UNAVAILABLE: "nothing here can parse the file",
    Reason.ORIGIN_MISMATCH: "belongs to another repository",
    Reason.DOCUMENT_NOT_FOUND: "the document does not exist",
    Reason.SECTION_NOT_FOUND: "the document has no such section",
    Reason.LINK_TARGET_NOT_FOUND: "leads to no file",
    Reason.LINK_FRAGMENT_NOT_FOUND: "the file has no such heading",
}


def ask_for(binding: Binding) -> Ask:
    """What to ask the target's file so that the answer can be compared."""
    scheme = binding.sig.scheme if binding.sig is not None else ""
    return Ask(binding.target.fragment, scheme if known(scheme, binding.target.path) else "")


def foreign(binding: Binding, repo: str) -> bool:
    """Whether the target lives in another repository: then its path means nothing here."""
    return bool(binding.origin) and binding.origin != repo


def judge(binding: Binding, found: Seen, settings: Settings) -> AnchorReport:
    """The verdict on one binding whose target is in this repository."""
    if isinstance(found, Missing):
        near = tuple(f"{binding.target.path}#{fragment}" for fragment in found.near)
        return report(binding, found.reason, settings, message=found.message, near=near)
    stamp = binding.sig
    if stamp is None:
        return report(binding, Reason.BASELINE_UNAVAILABLE, settings, found=found)
    if not known(stamp.scheme, binding.target.path):
        return report(binding, Reason.SCHEME_UNKNOWN, settings, found=found)
    if found.stamp != stamp:
        return report(binding, Reason.CHANGED, settings, found=found)
    return AnchorReport(binding, kind_of(binding.target), Result.FRESH, line=found.line)


def report(
    binding: Binding,
    reason: Reason,
    settings: Settings,
    *,
    message: str = "",
    near: tuple[str, ...] = (),
    found: Found | None = None,
) -> AnchorReport:
    """A verdict with a reason, weighed by the settings."""
    return AnchorReport(
        binding=binding,
        kind=kind_of(binding.target),
        result=Result.SKIP if reason in SKIPPED else Result.STALE,
        severity=settings.weight(reason),
        reason=reason,
        message=message or MESSAGES[reason],
        near=near,
        line=found.line if found is not None else 0,
    )
