"""A report for programs: the JSON document `tarmac.report.v1`, annotations for GitHub, a table in Markdown. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.kernel.emit import github_lines
from fp.kernel.problem import Problem
from fp.kernel.problem import Severity as Level
from fp.kernel.text import safe
from tarmac.diagnose import headline, observed_at
from tarmac.findings.rule import DESTRUCTIVE, Repair, Severity
from tarmac.snapshot import LAYER_OF, Known, NotInView, Part, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tarmac.diagnose import Finding, Report
    from tarmac.plan import Result
    from tarmac.snapshot import Snapshot

SCHEMA = "tarmac.report.v1"
ISSUES_PREFIX = ".issues/"


def fields(report: Report) -> dict[str, Any]:
    """The document's fields, without its envelope."""
    snapshot = report.snapshot
    tracker = snapshot.tracker
    return {
        "verdict": report.verdict.value,
        "headline": headline(report),
        "view": snapshot.view.value,
        "commit": snapshot.commit or None,
        "ref": tracker.value.ref if isinstance(tracker, Known) else None,
        "at": snapshot.at,
        "disagree": len(report.open),
        "parts": {part.value: _part(snapshot.part(part)) for part in Part},
        "findings": [finding(one, snapshot) for one in report.findings],
        "not_judged": [{"reason": one.reason, "codes": list(one.codes)} for one in report.not_judged],
    }


def _part(part: Known[object] | Unknown | NotInView) -> dict[str, Any]:
    if isinstance(part, Known):
        return {"state": "known", "source": part.source, "observed_at": part.at}
    if isinstance(part, Unknown):
        return {"state": "unknown", "reason": part.reason, "since": part.since, "paste": list(part.paste)}
    return {"state": "not in view", "reason": part.reason}


def finding(one: Finding, snapshot: Snapshot) -> dict[str, Any]:
    """One finding as a JSON value."""
    return {
        "code": one.code,
        "name": one.name,
        "severity": str(one.severity),
        "issue": one.issue or None,
        "run": one.run or None,
        "layers": [layer.value for layer in one.layers],
        "says": one.says,
        "facts": [
            {
                "layer": LAYER_OF[fact.part].value,
                "fact": fact.text,
                "source": fact.source,
                "observed_at": observed_at(snapshot, fact),
            }
            for fact in one.facts
        ],
        "facts_digest": one.digest,
        "repair": one.repair,
        "command": one.command or None,
        "action": one.action.value or None,
        "destructive": one.action in DESTRUCTIVE,
        "decider": one.decider.value,
        "first_seen": one.first_seen,
        "seen_count": one.seen_count,
        "acknowledged": None
        if one.ack is None
        else {"by": one.ack.by, "until": one.ack.until, "reason": one.ack.reason, "event": one.ack.event},
    }


def actions(results: Sequence[Result]) -> list[dict[str, Any]]:
    """What became of each repair."""
    return [
        {
            "code": one.action.code,
            "action": one.action.repair.value,
            "issue": one.action.issue or None,
            "run": one.action.run or None,
            "says": one.action.says,
            "state": one.state,
            "detail": one.detail,
        }
        for one in results
    ]


def github(report: Report) -> list[str]:
    """One annotation a finding that is not acknowledged; the headline as a notice."""
    problems = [_problem(one) for one in report.findings if one.ack is None]
    return [*github_lines(problems), f"::notice title=tarmac reconcile::{safe(headline(report))}"]


def _problem(one: Finding) -> Problem:
    path, line = _place(one)
    level = Level.ERROR if one.severity >= Severity.HIGH else Level.WARNING
    level = Level.NOTE if one.severity < Severity.MED else level
    message = f"{one.issue} {one.says}".strip()
    return Problem(f"{one.code} {one.name}", path, line, message, one.command.partition("\n")[0], level)


def _place(one: Finding) -> tuple[str, int]:
    """The ticket file that a fact names, with its line if it says one; the settings file otherwise."""
    for fact in one.facts:
        path, _, line = fact.source.partition("@")[0].partition(":")
        if path.startswith(ISSUES_PREFIX):
            return path, int(line) if line.isdecimal() else 0
    return (f"{ISSUES_PREFIX}{one.issue}.md", 0) if one.issue else (f"{ISSUES_PREFIX}config.yaml", 0)


def markdown(report: Report) -> list[str]:
    """A heading and a table, for a comment or a job's summary."""
    lines = [f"### {_cell(headline(report))}", ""]
    if report.findings:
        lines += ["| severity | code | issue | what | next |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(one) for one in report.findings]
        lines.append("")
    lines += [f"Not judged ({_cell(one.reason)}): {' '.join(one.codes)}" for one in report.not_judged]
    return lines


def _row(one: Finding) -> str:
    note = f" (acknowledged until {_cell(one.ack.until)})" if one.ack is not None else ""
    command = one.command.partition("\n")[0]
    shown = f"`{_cell(command)}`" if command and one.action is Repair.NONE else _cell(command)
    return f"| {one.severity} | {one.code} {one.name} | {_cell(one.issue)} | {_cell(one.says)}{note} | {shown} |"


def _cell(text: str) -> str:
    """Text that neither ends its cell nor becomes markup or a link."""
    plain = safe(text)
    for character in "\\`*_[]<>|@#":
        plain = plain.replace(character, f"\\{character}")
    return plain
