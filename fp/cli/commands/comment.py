"""`fp comment`: add a comment to an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, recorded, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from fp.kernel.yamlguard import Value

STDIN_BYTES_MAX = 1_000_000


@click.command("comment", short_help="Add a comment to an issue.")
@click.argument("issue", metavar="ID")
@click.argument("text", nargs=-1, required=True)
@click.option("--lesson", is_flag=True, help="Propose it as a lesson for later work; a person approves it.")
@click.option(
    "--label", "labels", multiple=True, metavar="LABEL", help="What the lesson speaks of, if not the issue's."
)
@click.option("--path", "paths", multiple=True, metavar="PATH", help="The same, by path or pattern.")
@writing_options
@shared_options
def command(
    out: Output,
    issue: str,
    text: tuple[str, ...],
    labels: tuple[str, ...],
    paths: tuple[str, ...],
    who: str | None,
    *,
    lesson: bool,
    commit: bool,
) -> int:
    """Add a comment to an issue; with `-` as TEXT, read it from standard input.

    A file of your own below .issues/events/ID/, without any header, is a comment too.

    \b
    Examples:
      fp comment k3v "Only the gateway is affected."
      fp comment k3v --lesson --path "gateway/**" "The token cache needs a restart."
    """
    from fp.desk import open_subject, stamp
    from fp.transition import plan_comment

    said = _stdin() if text == ("-",) else " ".join(text)
    fields = _fields(labels, paths, lesson=lesson)
    pen = take_pen(out, who, commit=commit)

    def act(word: str) -> Write:
        subject = open_subject(pen.desk, word, pen.writer)
        planned = plan_comment(subject, said, stamp(pen.desk, pen.writer), fields=fields)
        facts = {"title": subject.issue.title, "by": str(pen.writer)}
        line = f"{'lesson' if lesson else 'comment'} by {pen.writer.name}  {subject.issue.title}"
        approve = (f"a person approves it: fp lessons --approve {planned.events[-1].name}",) if lesson else ()
        more = (*recorded(planned.events[:-1]), planned.events[-1].path, *approve)
        return Write(subject.issue.id, line, planned, {}, facts, more)

    return write_all(out, pen, (issue,), act, "fp.comment.v1")


def _fields(labels: tuple[str, ...], paths: tuple[str, ...], *, lesson: bool) -> dict[str, Value]:
    from fp.kernel.errors import Usage
    from fp.lesson import LESSON, MARKED

    if not lesson and (labels or paths):
        raise Usage("--label and --path say what a lesson speaks of", hint="add --lesson")
    fields: dict[str, Value] = {LESSON: MARKED} if lesson else {}
    for key, values in (("labels", labels), ("paths", paths)):
        if values:
            fields[key] = [*sorted(set(values))]
    return fields


def _stdin() -> str:
    import sys

    from fp.kernel.errors import Refused

    data = sys.stdin.buffer.read(STDIN_BYTES_MAX + 1)
    if len(data) > STDIN_BYTES_MAX:
        raise Refused(f"more than {STDIN_BYTES_MAX:,} bytes on standard input", reason="too-large")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refused("standard input is not UTF-8", reason="not-text") from error
