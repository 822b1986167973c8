"""`fp comment`: add a comment to an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, recorded, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

STDIN_BYTES_MAX = 1_000_000


@click.command("comment", short_help="Add a comment to an issue.")
@click.argument("issue", metavar="ID")
@click.argument("text", nargs=-1, required=True)
@writing_options
@shared_options
def command(out: Output, issue: str, text: tuple[str, ...], who: str | None, *, commit: bool) -> int:
    """Add a comment to an issue; with `-` as TEXT, read it from standard input.

    A file of your own below .issues/events/ID/, without any header, is a comment too.

    \b
    Example:
      fp comment k3v "Only the gateway is affected."
    """
    from fp.desk import open_subject, stamp
    from fp.transition import plan_comment

    said = _stdin() if text == ("-",) else " ".join(text)
    pen = take_pen(out, who, commit=commit)

    def act(word: str) -> Write:
        subject = open_subject(pen.desk, word, pen.writer)
        planned = plan_comment(subject, said, stamp(pen.desk, pen.writer))
        facts = {"title": subject.issue.title, "by": str(pen.writer)}
        line = f"comment by {pen.writer.name}  {subject.issue.title}"
        more = (*recorded(planned.events[:-1]), planned.events[-1].path)
        return Write(subject.issue.id, line, planned, {}, facts, more)

    return write_all(out, pen, (issue,), act, "fp.comment.v1")


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
