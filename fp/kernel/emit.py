"""Problems for people and for machines: text, Markdown, JSON, GitHub's annotations, SARIF 2.1.0, JUnit. Pure.

Every form is made from the same problems; foreign text is made safe for the form it goes into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.marks import code, plain
from fp.kernel.problem import Severity
from fp.kernel.text import safe, style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fp.kernel.problem import Problem

FORMATS = ("text", "json", "github", "sarif", "junit", "markdown")
COLORS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "accent"}
GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "💡"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SARIF_VERSION = "2.1.0"
MARKDOWN_LINES_MAX = 200
"""A comment of GitHub's holds 65,536 characters; what is left out is counted."""


class Tool(NamedTuple):
    """Who found the problems: the command as people call it, such as `fp check`, and its version."""

    name: str
    version: str


def rendered(problems: Sequence[Problem], form: str, tool: Tool) -> str:
    """The whole output of `github`, `sarif`, `junit` or `markdown`, its last line ended."""
    if form == "sarif":
        from fp.kernel.document import render

        return render(sarif_document(problems, tool))
    lines = {"github": github_lines, "junit": _junit(tool), "markdown": _markdown(tool)}[form](problems)
    return "".join(f"{line}\n" for line in lines)


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


# -- Markdown ---------------------------------------------------------------------------------------------------------


def _markdown(tool: Tool) -> Callable[[Sequence[Problem]], list[str]]:
    return lambda problems: markdown_lines(problems, tool)


def markdown_lines(problems: Sequence[Problem], tool: Tool) -> list[str]:
    """A heading with the counts, then a line a problem."""
    if not problems:
        return [f"**`{tool.name}`** found no problem ✅"]
    shown = problems[:MARKDOWN_LINES_MAX]
    left = len(problems) - len(shown)
    return [
        f"**`{tool.name}`** found {counted(problems)}",
        "",
        *(markdown_item(problem) for problem in shown),
        *([f"- … and {left:,} more"] if left else []),
    ]


def markdown_item(problem: Problem) -> str:
    """One problem as an item of a list."""
    hint = f" _{plain(problem.hint)}_" if problem.hint else ""
    return f"- {MARKS[problem.severity]} {code(problem.where)} {plain(problem.message)}{hint}"


def counted(problems: Sequence[Problem]) -> str:
    """`2 problems, 1 warning`; errors are said also when there are none."""
    nouns = {Severity.ERROR: "problem", Severity.WARNING: "warning", Severity.NOTE: "note"}
    counts = {severity: sum(problem.severity is severity for problem in problems) for severity in nouns}
    told = [(count, noun) for severity, noun in nouns.items() if (count := counts[severity]) or noun == "problem"]
    return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in told)


# -- SARIF ------------------------------------------------------------------------------------------------------------


def sarif_document(problems: Sequence[Problem], tool: Tool) -> dict[str, Any]:
    """A log of one run. A result keeps its fingerprint while its lines move, so that a platform follows it."""
    codes = sorted({str(problem.code) for problem in problems})
    driver = {"name": tool.name, "version": tool.version, "rules": [{"id": one} for one in codes]}
    seen: dict[tuple[str, str, str], int] = {}
    results = []
    for problem in problems:
        key = (str(problem.code), problem.path, problem.message)
        seen[key] = seen.get(key, 0) + 1
        results.append(_sarif_result(problem, codes.index(key[0]), _fingerprint(*key, str(seen[key]))))
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]}


def _sarif_result(problem: Problem, rule: int, fingerprint: str) -> dict[str, Any]:
    from urllib.parse import quote

    uri = quote(problem.path.encode("utf-8", "surrogateescape"))
    where = {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, problem.line)}}
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": str(problem.code),
        "ruleIndex": rule,
        "level": str(problem.severity),
        "message": {"text": "\n".join(safe(line) for line in message.split("\n"))},
        "locations": [{"physicalLocation": where}],
        "partialFingerprints": {"problem/v1": fingerprint},
    }


def _fingerprint(*parts: str) -> str:
    from hashlib import sha256

    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


# -- JUnit ------------------------------------------------------------------------------------------------------------


def _junit(tool: Tool) -> Callable[[Sequence[Problem]], list[str]]:
    return lambda problems: junit_lines(problems, tool)


def junit_lines(problems: Sequence[Problem], tool: Tool) -> list[str]:
    """A test case a problem, only errors fail; without problems one that passes: an empty report is refused."""
    from html import escape

    def attribute(text: str) -> str:
        return escape(safe(text))

    failures = sum(problem.severity is Severity.ERROR for problem in problems)
    totals = f'tests="{len(problems) or 1}" failures="{failures}" errors="0" skipped="0" time="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", f'<testsuite name="{tool.name}" {totals}>']
    for problem in problems:
        place = f'file="{attribute(problem.path)}" line="{problem.line}"'
        name = attribute(f"{problem.code} {problem.where}")
        lines.append(f'<testcase classname="{tool.name}" name="{name}" {place} time="0">')
        said = attribute(f"{problem.message} ({problem.hint})" if problem.hint else problem.message)
        if problem.severity is Severity.ERROR:
            lines.append(f'<failure type="{attribute(problem.code)}" message="{said}">{said}</failure>')
        else:
            lines.append(f"<system-out>{problem.severity}: {said}</system-out>")
        lines.append("</testcase>")
    if not problems:
        lines.append(f'<testcase classname="{tool.name}" name="no problems" time="0"/>')
    return [*lines, "</testsuite>", "</testsuites>"]
