"""A report as lines for people. Pure; foreign text is made safe here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.model import Result, hint
from fp.kernel.problem import Severity
from fp.kernel.text import safe, style

if TYPE_CHECKING:
    from drift.model import AnchorReport, CheckReport, LinkReport

COLORS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}
COMMIT_CHARACTERS = 10


def lines(report: CheckReport, *, color: bool) -> list[str]:
    """What is not fresh, a document at a time."""
    found: list[str] = []
    for doc in report.docs:
        wrong = [_anchor_lines(anchor, color=color) for anchor in doc.anchors if anchor.reason is not None]
        wrong += [_link_lines(link, color=color) for link in doc.links if link.broken]
        if wrong:
            found.append(style(safe(doc.path), "strong", on=color))
            found += [line for block in wrong for line in block]
    return found


def summary_line(report: CheckReport) -> str:
    """All numbers in one line."""
    results = [anchor.result for anchor in report.anchors]
    counts = [f"{results.count(result)} {word}" for result, word in ((Result.FRESH, "fresh"), (Result.STALE, "stale"))]
    if Result.SKIP in results:
        counts.append(f"{results.count(Result.SKIP)} skipped")
    if report.links:
        counts.append(f"{plural(len(report.links), 'link')}, {sum(link.broken for link in report.links)} broken")
    return ", ".join(counts)


def plural(count: int, word: str) -> str:
    """`1 link`, `2 links`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _anchor_lines(anchor: AnchorReport, *, color: bool) -> list[str]:
    binding = anchor.binding
    level = style(anchor.result, COLORS[anchor.severity], on=color)
    section = f"#{binding.doc.fragment}" + (f" (line {anchor.doc_line})" if anchor.doc_line else "")
    head = f"{section} <- " if binding.doc.fragment else ""
    place = f" ({binding.target.path}:{anchor.line})" if anchor.line else ""
    found = [f"  {level}  {safe(head + binding.target.text)}: {safe(anchor.message)}{safe(place)}"]
    if anchor.blame is not None:
        blame = anchor.blame
        words = f"last change: {blame.commit[:COMMIT_CHARACTERS]} {blame.date[:10]} {blame.author}: {blame.subject}"
        found.append(f"         {safe(words)}")
    next_step = hint(anchor)
    return [*found, f"         {safe(next_step)}"] if next_step else found


def _link_lines(link: LinkReport, *, color: bool) -> list[str]:
    level = style("broken", COLORS[link.severity], on=color)
    return [f"  {level} line {link.line}: {safe(link.target)}: {safe(link.message)}"]
