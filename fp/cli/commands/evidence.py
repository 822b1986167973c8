"""`fp evidence`: run a command and write down what it showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, recorded, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

TIMEOUT_SECONDS = 3600.0
TAIL_LINES = 12


@click.command("evidence", short_help="Run a command and write down what it showed.")
@click.argument("issue", metavar="ID")
@click.argument("argv", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option("--merged", is_flag=True, help="The commit is the merged work, not the work alone.")
@click.option("--timeout", "seconds", type=float, default=TIMEOUT_SECONDS, show_default=True, metavar="SECONDS")
@writing_options
@shared_options
def command(
    out: Output, issue: str, argv: tuple[str, ...], seconds: float, who: str | None, *, merged: bool, commit: bool
) -> int:
    """Run a command and write down its exit status, the commit and content it ran on, and the end of its log.

    The worktree must equal its commit outside .issues. Exit status 1 when the command failed; it is written down too.

    \b
    Example:
      fp evidence k3v -- make test
    """
    import os

    from fp.desk import open_subject, stamp
    from fp.event import HUMAN
    from fp.kernel.errors import ExitCode
    from fp.reviewing import gather
    from fp.transition import plan_evidence

    pen = take_pen(out, who, commit=commit)
    subject = open_subject(pen.desk, issue, pen.writer)
    found = gather(
        pen.desk,
        argv,
        cwd=str(out.start),
        env=dict(os.environ),
        timeout_seconds=seconds,
        tier="observed" if pen.writer.kind == HUMAN else "self",
        of="merged" if merged else "run",
    )
    seen = found.observed
    planned = plan_evidence(subject, seen, stamp(pen.desk, pen.writer))
    ended = "timed out" if found.timed_out else f"exit {seen.commands[0].code}"
    line = f"{seen.commands[0].line}: {ended}, {seen.tier}, commit {seen.commit[:9]}, content {seen.content[:9]}"
    tail = () if found.passed else tuple(seen.log.rstrip("\n").split("\n")[-TAIL_LINES:])
    facts = {
        "title": subject.issue.title,
        "passed": found.passed,
        "timed_out": found.timed_out,
        "tier": seen.tier,
        "content": seen.content,
        "head": seen.commit,
        "exit": seen.commands[0].code,
    }
    write = Write(subject.issue.id, line, planned, {}, facts, (*recorded(planned.events[:-1]), *tail))
    status = write_all(out, pen, (subject.issue.id,), lambda _: write, "fp.evidence.v1")
    return status if found.passed else ExitCode.FINDINGS
