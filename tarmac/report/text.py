"""A report for people: the first line says it all, then each finding with its repair and the line to paste. Pure.

Everything foreign goes through `safe`. Lines fit the width that is given; only a line to paste may be longer.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from fp.kernel.text import pad, safe, style
from tarmac.diagnose import Verdict, headline
from tarmac.findings.rule import DECIDER_WORDS, Decider, Repair, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tarmac.diagnose import Finding, Report
    from tarmac.plan import Result

CODE_COLUMNS = 10
"""`CRIT D-11 ` with a space after it"""
ISSUE_COLUMNS_MIN = 10
TEXT_COLUMNS_MIN = 30
MINUTES = len("2026-11-22T23:20")
ALIKE_MAX = 3
"""Findings of one code that do not weigh are told one by one up to this many."""
SHOWN_MAX = 5
COLORS = {Severity.CRIT: "bad", Severity.HIGH: "bad", Severity.MED: "warn", Severity.LOW: "dim", Severity.INFO: "dim"}
RESULT_COLORS = {"planned": "dim", "waits": "warn", "done": "good", "refused": "warn"}
RESULT_COLUMNS = 8
VERDICT_COLORS = {Verdict.CONSISTENT: "good", Verdict.DISAGREE: "bad", Verdict.CANNOT_TELL: "warn"}


def text_lines(report: Report, *, width: int, color: bool, every: bool = False) -> list[str]:
    """The whole report. `every` tells findings of one kind one by one, however many there are."""
    word, _, rest = headline(report).partition(" (")
    lines = [f"{style(word, VERDICT_COLORS[report.verdict], on=color)} ({rest}"]
    open_ = [one for one in report.findings if one.ack is None]
    acked = [one for one in report.findings if one.ack is not None]
    page = _Page(width, _issue_columns(report.findings), color=color, at=report.snapshot.at)
    for group in _groups(open_, every=every):
        lines += ["", *page.group(group)]
    if acked:
        lines += ["", *(line for one in acked for line in page.acknowledged(one))]
    lines += _tail(report, page)
    return lines


def result_lines(results: Sequence[Result], *, width: int, color: bool) -> list[str]:
    """What became of each repair, one after the other."""
    lines = [""] if results else []
    page = _Page(width, ISSUE_COLUMNS_MIN, color=color)
    for one in results:
        subject = safe(one.action.run or one.action.issue)
        head = style(f"{one.state:<8}", RESULT_COLORS[one.state], on=color)
        first, *more = page.wrap(f"{one.action.code} {subject} {safe(one.detail)}".replace("  ", " "), RESULT_COLUMNS)
        lines += [head + first, *(" " * RESULT_COLUMNS + line for line in more)]
    return lines


def severity_style(severity: Severity) -> str:
    """The colour of a severity."""
    return COLORS[severity]


def _issue_columns(findings: Sequence[Finding]) -> int:
    return max([ISSUE_COLUMNS_MIN, *(len(safe(one.issue)) for one in findings)]) + 1


def _groups(findings: Sequence[Finding], *, every: bool) -> Iterator[tuple[Finding, ...]]:
    """Each finding alone; those of one code together where they are many and do not weigh."""
    many: dict[str, list[Finding]] = {}
    for one in findings:
        many.setdefault(one.code, []).append(one)
    for code, group in many.items():
        light = all(one.severity < Severity.MED for one in group)
        if light and len(group) > ALIKE_MAX and not every:
            yield tuple(group)
        else:
            yield from ((one,) for one in many[code])


class _Page:
    """Lays lines out for one width."""

    def __init__(self, width: int, issue_columns: int, *, color: bool, at: str = ""):
        self._at = at
        self._width = width
        self._color = color
        self._issue = issue_columns
        self._indent = CODE_COLUMNS + issue_columns
        if width - self._indent < TEXT_COLUMNS_MIN:
            self._indent = CODE_COLUMNS

    def wrap(self, text: str, indent: int) -> list[str]:
        """The text in lines below an indent; long words stay whole, so that paths and ids can be copied."""
        room = max(TEXT_COLUMNS_MIN, self._width - indent)
        return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]

    def style(self, text: str, name: str) -> str:
        """Colour, where it is wanted."""
        return style(text, name, on=self._color)

    def group(self, group: tuple[Finding, ...]) -> list[str]:
        """One finding, or many of one kind in short."""
        return self.finding(group[0]) if len(group) == 1 else self._many(group)

    def finding(self, one: Finding) -> list[str]:
        """Severity, code, issue and sentence; then who decides and what mends it; then the line to paste."""
        lines = self._under(one, safe(one.issue), safe(one.says))
        mends = f"{_decides(one)}: {one.repair}{_age(one, self._at)}"
        lines += [" " * self._indent + self.style(line, "dim") for line in self.wrap(mends, self._indent)]
        lines += [" " * self._indent + self.style(f"$ {safe(line)}", "accent") for line in one.command.splitlines()]
        return lines

    def _many(self, group: tuple[Finding, ...]) -> list[str]:
        one = group[0]
        named = ", ".join(safe(item.issue or item.facts[0].source) for item in group[:SHOWN_MAX])
        more = f" and {len(group) - SHOWN_MAX} more" if len(group) > SHOWN_MAX else ""
        lines = self._under(one, f"{len(group)} times", f"{one.name}: {named}{more}")
        lines += [" " * self._indent + self.style(line, "dim") for line in self.wrap(one.repair, self._indent)]
        if "{" not in one.command and one.issue not in one.command.split():
            lines.append(" " * self._indent + self.style(f"$ {safe(one.command)}", "accent"))
        return lines

    def _under(self, one: Finding, subject: str, text: str) -> list[str]:
        head = self.style(pad(f"{one.severity!s:<4} {one.code}", CODE_COLUMNS), COLORS[one.severity])
        narrow = self._indent == CODE_COLUMNS
        first = head + ("" if narrow else self.style(pad(subject, self._issue), "strong"))
        body = self.wrap(f"{subject}: {text}" if narrow and subject else text, self._indent)
        return [first + body[0], *(" " * self._indent + line for line in body[1:])]

    def acknowledged(self, one: Finding) -> list[str]:
        """One line for what somebody took note of."""
        assert one.ack is not None
        who = one.ack.by.partition("/")[2]
        text = f"acknowledged until {safe(one.ack.until)} by {safe(who)}: {safe(one.ack.reason)}"
        return [self.style(line, "dim") for line in self._under(one, safe(one.issue), text)]

    def dim(self, text: str) -> list[str]:
        """A remark below everything."""
        return [self.style(line, "dim") for line in self.wrap(text, 2)]


def _decides(one: Finding) -> str:
    if one.decider is Decider.AUTOMATIC and one.action is Repair.NONE:
        return "to do"
    return DECIDER_WORDS[one.decider]


def _age(one: Finding, at: str) -> str:
    """Since when it is known; what one command looked at several times within a minute is new."""
    first, now = one.first_seen[:MINUTES], at[:MINUTES]
    if one.seen_count < 2 or first == now:
        return ""
    return f" Seen {one.seen_count} times since {first.replace('T', ' ')}."


def _ranges(codes: Sequence[str]) -> str:
    """Codes with neighbours told as a range: `D-01 D-20..D-30`."""
    runs: list[list[str]] = []
    for code in codes:
        if runs and int(code[2:]) == int(runs[-1][-1][2:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return " ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)


def _tail(report: Report, page: _Page) -> list[str]:
    lines: list[str] = []
    for found in report.not_judged:
        lines += page.dim(f"not judged ({found.reason}): {_ranges(found.codes)}")
    safe_ones = sorted({one.code for one in report.open if one.action is not Repair.NONE})
    if safe_ones:
        count = "1 has" if len(safe_ones) == 1 else f"{len(safe_ones)} kinds have"
        lines += page.dim(f"{count} a safe repair: tarmac reconcile --apply")
    return ["", *lines] if lines else []
