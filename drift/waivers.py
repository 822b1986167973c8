"""Waivers: what a document says of its own findings, that they are known and stay. Pure.

`<!-- drift: ignore TARGET: why -->`, on one line, outside of code. TARGET is that of a binding as the lock names it, or
of a link as the document writes it. Invariant: nothing is waived without a reason, and a waiver that waives nothing is
itself found, so that none outlives its cause and hides the next one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.model import SKIPPED, Reason, RemarkKind, RemarkReport, Waiver
from fp.kernel.markdown import outside_code
from fp.kernel.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from drift.model import AnchorReport, LinkReport, Settings

MARK = "<!-- drift:"
END = "-->"
WORD = "ignore"
FORM = f"{MARK} {WORD} TARGET: why {END}"
WAIVERS_MAX = 1000
"""In one document; more than that is generated."""


class Waived(NamedTuple):
    """A document's bindings, links and other remarks after its waivers, and what is wrong with these."""

    anchors: tuple[AnchorReport, ...]
    links: tuple[LinkReport, ...]
    remarks: tuple[RemarkReport, ...]


class _Odd(NamedTuple):
    """A line that means to be a waiver and is none."""

    target: str
    line: int
    reason: Reason
    why: str


def has_waivers(data: bytes) -> bool:
    """Whether it is worth looking."""
    return MARK.encode() in data


def waive(text: str, found: Waived, settings: Settings, *, whole: bool) -> Waived:
    """What is left to answer for. `whole`: all bindings and links of the document are here, so an idle one is told."""
    lines = _waivers(text)
    waivers = {one.target: one for one in reversed(lines) if isinstance(one, Waiver)}
    anchors = tuple(
        replace(one, waived=waivers[one.binding.target.text], severity=Severity.NOTE, followed=None)
        if one.binding.target.text in waivers and _can_be(one.reason)
        else one
        for one in found.anchors
    )
    links = tuple(
        replace(one, waived=waivers[one.target], severity=Severity.NOTE)
        if one.broken and one.target in waivers
        else one
        for one in found.links
    )
    kept = tuple(
        replace(one, waived=waivers[one.target], severity=Severity.NOTE)
        if one.reason and one.target in waivers
        else one
        for one in found.remarks
    )
    used = {one.waived.target for part in (anchors, links, kept) for one in part if one.waived is not None}
    used |= {one.binding.target.text for one in anchors if one.reason in SKIPPED}  # may well be stale elsewhere
    remarks = tuple(_remark(one, used, settings, whole=whole) for one in lines)
    return Waived(anchors, links, kept + remarks)


def _can_be(reason: Reason | None) -> bool:
    return reason is not None and reason not in SKIPPED


def _remark(one: Waiver | _Odd, used: set[str], settings: Settings, *, whole: bool) -> RemarkReport:
    if isinstance(one, _Odd):
        weight = settings.weight(one.reason)
        return RemarkReport(RemarkKind.WAIVER, one.target, one.line, one.reason, weight, one.why)
    if one.target in used or not whole:
        return RemarkReport(RemarkKind.WAIVER, one.target, one.line)
    reason = Reason.WAIVER_UNUSED
    why = "waives nothing: remove it, or name the target as `drift status` does"
    return RemarkReport(RemarkKind.WAIVER, one.target, one.line, reason, settings.weight(reason), why)


def _waivers(text: str) -> list[Waiver | _Odd]:
    """What the waivers of a document say, in order."""
    found = (
        one
        for number, line, shown in outside_code(text, MARK)
        for one in _in_line(number, line, shown)
    )  # fmt: skip
    return [one for one, _ in zip(found, range(WAIVERS_MAX), strict=False)]


def _in_line(number: int, line: str, shown: str) -> Iterable[Waiver | _Odd]:
    at = shown.find(MARK)
    while at >= 0:
        start = at + len(MARK)
        end = line.find(END, start)
        words = line[start : end if end >= 0 else len(line)].strip()
        word, _, rest = words.partition(" ")
        if end < 0 and word == WORD:
            yield _Odd(rest, number, Reason.WAIVER_UNREADABLE, f"ends on its own line: `{FORM}`")
        elif word == WORD:
            yield _read(rest.strip(), number)
        elif end >= 0:
            yield _Odd(words, number, Reason.WAIVER_UNREADABLE, f"not known behind `drift:`: write `{FORM}`")
        at = shown.find(MARK, start)


def _read(words: str, number: int) -> Waiver | _Odd:
    target, why = _parted(words)
    if not target:
        return _Odd(words, number, Reason.WAIVER_UNREADABLE, f"names no target: `{FORM}`")
    if not why:
        return _Odd(target, number, Reason.WAIVER_WITHOUT_REASON, f"say why: `{FORM}`")
    return Waiver(target, why, number)


def _parted(words: str) -> tuple[str, str]:
    """Target and reason, at the first colon that a blank or the end follows; `load(key: int)` is one word."""
    depth = 0
    for at, sign in enumerate(words):
        depth += (sign == "(") - (sign == ")")
        if sign == ":" and depth <= 0 and words[at + 1 : at + 2] in ("", " ", "\t"):
            return words[:at].strip(), words[at + 1 :].strip()
    return words, ""


def waived_targets(text: str) -> frozenset[str]:
    """The targets that a document waives, with a reason."""
    return frozenset(one.target for one in _waivers(text) if isinstance(one, Waiver))


def unwaived(verdicts: Sequence[AnchorReport], text: str) -> list[AnchorReport]:
    """Those of one document's verdicts that it does not waive."""
    targets = waived_targets(text)
    return [one for one in verdicts if one.binding.target.text not in targets]
