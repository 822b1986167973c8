"""`tarmac explain`: what a finding is, why it matters and what to do; and the facts of one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import Usage

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.diagnose import Finding
    from tarmac.findings.rule import Rule

LABEL_COLUMNS = 10


@click.command("explain", short_help="Explain a finding: what it is, why it matters, what to do.")
@click.argument("code", required=False)
@click.argument("issue", required=False)
@shared_options
def command(out: Output, code: str | None, issue: str | None) -> int:
    """Explain a finding: when it is told, why it is dangerous, what to do. With an issue also what was seen there.

    \b
    Example:
      tarmac explain            all codes
      tarmac explain D-20
      tarmac explain D-20 WEB-7q
    """
    from tarmac.findings.catalogue import BY_CODE, RULES

    if code is None:
        return _list(out, RULES)
    rule = BY_CODE.get(code.upper())
    if rule is None:
        raise Usage(f"no finding has the code {code!r}", hint="tarmac explain lists them", reason="unknown-code")
    found = _present(out, rule, issue) if issue is not None else []
    _tell(out, rule)
    for one in found:
        _facts(out, one)
    from tarmac.report.page import sections

    out.document(
        "tarmac.explain.v1",
        code=rule.code,
        name=rule.name,
        severity=str(rule.severity),
        view=rule.view.value,
        layers=[layer.value for layer in rule.layers],
        sections=[{"heading": heading, "text": text} for heading, text in sections(rule)],
        findings=[{"issue": one.issue, "run": one.run, "says": one.says} for one in found],
    )
    return 0


def _list(out: Output, rules: tuple[Rule, ...]) -> int:
    from tarmac.report.text import severity_style

    for rule in rules:
        out.line(f"{rule.code}  {out.style(f'{rule.severity!s:<4}', severity_style(rule.severity))}  {rule.name}")
    out.document("tarmac.explain.v1", codes=[{"code": rule.code, "name": rule.name} for rule in rules])
    return 0


def _present(out: Output, rule: Rule, word: str) -> list[Finding]:
    from tarmac.cli.findings import of_issue

    issue, report, _ = of_issue(out, word)
    return [one for one in report.findings if one.code == rule.code and one.issue == issue]


def _tell(out: Output, rule: Rule) -> None:
    import textwrap

    from tarmac.report.page import facts, sections

    out.line(out.style(f"{rule.code} {rule.name}", "strong"))
    for label, text in facts(rule):
        out.line(f"{label:<{LABEL_COLUMNS}}{text}")
    for heading, text in sections(rule):
        out.line()
        out.line(out.style(heading, "accent"))
        for line in textwrap.wrap(text.replace("`", ""), out.width - 2, break_on_hyphens=False, break_long_words=False):
            out.line(f"  {line}")


def _facts(out: Output, one: Finding) -> None:
    from fp.kernel.text import safe

    out.line()
    out.line(out.style(f"Seen {one.run or one.issue}", "accent"))
    out.line(f"  {safe(one.says)}")
    for fact in one.facts:
        out.line(f"  {fact.part}: {safe(fact.text)}  {out.style(safe(fact.source), 'dim')}")
