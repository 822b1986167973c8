"""Problems as text for people, as annotations for GitHub, and as JSON values. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.kernel.problem import Severity
from fp.kernel.text import safe, style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.problem import Problem

FORMATS = ("text", "json", "github")
COLORS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "accent"}
GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def text_lines(problems: Sequence[Problem], *, color: bool) -> list[str]:
    """`path:line: severity: message [code]`, the hint below it."""
    lines = []
    for problem in problems:
        level = style(problem.severity, COLORS[problem.severity], on=color)
        lines.append(f"{safe(problem.where)}: {level}: {safe(problem.message)} [{problem.code}]")
        if problem.hint:
            lines.append(f"    {safe(problem.hint)}")
    return lines


def github_lines(problems: Sequence[Problem]) -> list[str]:
    """Workflow commands: `::error file=...,line=...,title=...::message`."""
    return [_annotation(problem) for problem in problems]


def json_values(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON values; `line` is null for a whole file."""
    return [
        {
            "code": problem.code,
            "severity": str(problem.severity),
            "path": problem.path,
            "line": problem.line or None,
            "message": problem.message,
            "hint": problem.hint or None,
        }
        for problem in problems
    ]


def _annotation(problem: Problem) -> str:
    place = f"file={_property(problem.path)}" + (f",line={problem.line}" if problem.line else "")
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return f"::{GITHUB_LEVELS[problem.severity]} {place},title={_property(problem.code)}::{_data(message)}"


def _data(text: str) -> str:
    """Escape as the workflow-command reader unescapes; a raw newline would start a command of the text's own."""
    kept = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return safe(kept)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
