"""`fp dep`: say which issues another one waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, recorded, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.group("dep", short_help="Say which issues another one waits for.")
def command() -> None:
    """Say which issues another one waits for: it is not picked up before they are done.

    \b
    Example:
      fp dep add k3v 7q9      # k3v waits for 7q9
    """


@command.command("add", short_help="Let ID wait for other issues.")
@click.argument("issue", metavar="ID")
@click.argument("on", nargs=-1, required=True, metavar="ON...")
@writing_options
@shared_options
def add(out: Output, issue: str, on: tuple[str, ...], who: str | None, *, commit: bool) -> int:
    """Let ID wait for other issues. A circle is refused.

    \b
    Example:
      fp dep add k3v 7q9 9d0
    """
    return _change(out, issue, on, who, remove=False, commit=commit)


@command.command("rm", short_help="Let ID no longer wait for other issues.")
@click.argument("issue", metavar="ID")
@click.argument("on", nargs=-1, required=True, metavar="ON...")
@writing_options
@shared_options
def remove(out: Output, issue: str, on: tuple[str, ...], who: str | None, *, commit: bool) -> int:
    """Let ID no longer wait for other issues.

    \b
    Example:
      fp dep rm k3v 7q9
    """
    return _change(out, issue, on, who, remove=True, commit=commit)


def _change(out: Output, issue: str, on: tuple[str, ...], who: str | None, *, remove: bool, commit: bool) -> int:
    from fp.gates import plan_dependency

    pen = take_pen(out, who, commit=commit)

    def act(word: str) -> Write:
        edited = plan_dependency(pen.desk, word, on, pen.writer, remove=remove)
        facts = {"title": edited.issue.title, "on": list(edited.targets), "changed": edited.planned is not None}
        if edited.planned is None:
            return Write(edited.issue.id, f"already waits for {', '.join(on)}", None, {}, facts)
        verb = "no longer waits for" if remove else "waits for"
        line, more = f"{verb} {', '.join(edited.targets)}", recorded(edited.planned.events)
        return Write(edited.issue.id, line, edited.planned, {edited.issue.path: edited.data}, facts, more)

    return write_all(out, pen, (issue,), act, "fp.dep.v1")
