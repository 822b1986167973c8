"""A report as lines for people. Pure; foreign text is made safe here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.model import MEMBERS_SHOWN_MAX, Reason, Result, hint
from fp.kernel.problem import Severity
from fp.kernel.text import safe, style

if TYPE_CHECKING:
    from drift.model import AnchorReport, CheckReport, LinePart

COLORS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}
COMMIT_CHARACTERS = 10
WAIVERS = frozenset((Reason.WAIVER_WITHOUT_REASON, Reason.WAIVER_UNREADABLE, Reason.WAIVER_UNUSED))


def lines(report: CheckReport, *, color: bool) -> list[str]:
    """What is not fresh, a document at a time."""
    found: list[str] = []
    for doc in report.docs:
        wrong = [_anchor_lines(anchor, color=color) for anchor in doc.anchors if anchor.reason is not None]
        wrong += [_line_lines(part, color=color) for part in doc.lines if part.reason is not None]
        if wrong:
            found.append(style(safe(doc.path), "strong", on=color))
            found += [line for block in wrong for line in block]
    return found


def summary_line(report: CheckReport) -> str:
    """All numbers in one line."""
    results = [anchor.result for anchor in report.anchors if anchor.waived is None]
    counts = [f"{results.count(result)} {word}" for result, word in ((Result.FRESH, "fresh"), (Result.STALE, "stale"))]
    if Result.SKIP in results:
        counts.append(f"{results.count(Result.SKIP)} skipped")
    if report.waived:
        counts.append(f"{report.waived} waived")
    if report.links:
        broken = sum(link.broken and link.waived is None for link in report.links)
        counts.append(f"{plural(len(report.links), 'link')}, {broken} broken")
    remarks = [remark for doc in report.docs for remark in doc.remarks]
    wrong = sum(remark.reason is not None and remark.waived is None for remark in remarks)
    if wrong:
        counts.append(f"{plural(wrong, 'other finding')}")
    return ", ".join(counts)


def plural(count: int, word: str) -> str:
    """`1 link`, `2 links`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _anchor_lines(anchor: AnchorReport, *, color: bool) -> list[str]:
    binding = anchor.binding
    level = style("waived" if anchor.waived else anchor.result, COLORS[anchor.severity], on=color)
    section = f"#{binding.doc.fragment}" + (f" (line {anchor.doc_line})" if anchor.doc_line else "")
    head = f"{section} <- " if binding.doc.fragment else ""
    place = f" ({binding.target.path}:{anchor.line})" if anchor.line else ""
    found = [f"  {level}  {safe(head + binding.target.text)}: {safe(anchor.message)}{safe(place)}"]
    if anchor.members is not None:
        became = anchor.members.words
        found += [f"         {safe(word)}" for word in became[:MEMBERS_SHOWN_MAX]]
        found += [f"         and {len(became) - MEMBERS_SHOWN_MAX} more"] if len(became) > MEMBERS_SHOWN_MAX else []
    if anchor.waived is not None:
        return [*found, f"          line {anchor.waived.line}: {safe(anchor.waived.why)}"]
    if anchor.blame is not None:
        blame = anchor.blame
        words = f"last change: {blame.commit[:COMMIT_CHARACTERS]} {blame.date[:10]} {blame.author}: {blame.subject}"
        found.append(f"         {safe(words)}")
    next_step = hint(anchor)
    return [*found, f"         {safe(next_step)}"] if next_step else found


def _line_lines(part: LinePart, *, color: bool) -> list[str]:
    word = "waived" if part.waived else "waiver" if part.reason in WAIVERS else "broken"
    level = style(word, COLORS[part.severity], on=color)
    found = [f"  {level} line {part.line}: {safe(part.target)}: {safe(part.message)}"]
    return [*found, f"          line {part.waived.line}: {safe(part.waived.why)}"] if part.waived else found
