"""`tarmac ack`: take note of a finding until a date, as an event in the tracker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import Refused, Usage

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.diagnose import Finding, Report

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@click.command("ack", short_help="Take note of a finding until a date.")
@click.argument("code")
@click.argument("issue")
@click.option("--until", required=True, metavar="DATE", help="The last day on which it holds, such as 2026-12-01.")
@click.option("--reason", required=True, help="Why it may stay as it is.")
@shared_options
def command(out: Output, code: str, issue: str, until: str, reason: str) -> int:
    """Take note of a finding until a date. It counts again after that day, or as soon as its facts change.

    \b
    Example:
      tarmac ack D-11 WEB-8k --until 2026-12-01 --reason "prompt fixed in 77aa1"
    """
    from tarmac.cli.findings import of_issue
    from tarmac.cli.view import opened, who, written

    wanted, report, site = of_issue(out, issue)
    _check_date(until, report.snapshot.at[:10])
    found = _found(report, code.upper(), wanted)
    factory, seen = opened(out)
    person = who(out, factory)
    del site
    changes: dict[str, bytes | None] = {}
    for one in found:
        changes |= seen.issues.ack_changes(wanted, person, code=one.code, until=until, reason=reason, facts=one.digest)
    message = f"{wanted}: acknowledge {found[0].code} until {until}\n\n{reason}\n"
    commit = written(factory, seen, changes, message, person)
    out.line(f"{wanted}  {found[0].code} is acknowledged until {until}, or until its facts change  ({commit[:7]})")
    out.document("tarmac.ack.v1", issue=wanted, code=found[0].code, until=until, commit=commit)
    return 0


def _check_date(until: str, today: str) -> None:
    from datetime import date

    try:
        day = date.fromisoformat(until) if DATE.fullmatch(until) else None
    except ValueError:
        day = None
    if day is None:
        raise Usage(f"not a date: {until!r}", hint="--until 2026-12-01", reason="bad-date")
    if until < today:
        raise Usage(f"{until} is over", hint=f"today is {today}", reason="bad-date")


def _found(report: Report, code: str, issue: str) -> list[Finding]:
    """The findings of this code on the issue; Refused when there is none to take note of."""
    found = [one for one in report.findings if one.code == code and one.issue == issue]
    if not found:
        there = sorted({one.code for one in report.findings if one.issue == issue})
        hint = f"there is {', '.join(there)}" if there else "tarmac reconcile finds nothing on it"
        raise Refused(f"{issue} has no {code} now", hint=hint, reason="no-finding")
    return found
