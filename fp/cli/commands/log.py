"""`fp log`: the life of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.biography import Told
    from fp.kernel.cli import Output
    from fp.life import Row

NOTE_LINES_MAX = 6
BY_COLUMNS = 18


@click.command("log", short_help="Show the life of an issue.")
@click.argument("issue", metavar="ID")
@click.option("--full", is_flag=True, help="Show whole notes and logs.")
@shared_options
def command(out: Output, issue: str, *, full: bool) -> int:
    """Show the life of an issue: its events, people's edits in git's history, and drafts. Times are UTC.

    \b
    Example:
      fp log k3v
    """
    from fp import biography
    from fp.cli.writing import take_pen

    pen = take_pen(out, None, commit=False)
    told = biography.tell(pen.desk, issue, pen.writer)
    _show(out, told, full=full)
    out.document(
        "fp.log.v1",
        id=told.issue.id,
        title=told.issue.title,
        status=told.issue.status,
        wrong=told.wrong,
        entries=[_entry(row) for row in told.rows],
    )
    return 0


def _entry(row: Row) -> dict[str, str | None]:
    from fp.kernel.clock import instant

    at = None if row.at is None else instant(row.at, milliseconds=True)
    return {**row._asdict(), "at": at}


def _show(out: Output, told: Told, *, full: bool) -> None:
    from fp.kernel.text import safe

    out.line(f"{out.style(told.issue.id, 'accent')}  {safe(told.issue.title)}  ({told.issue.status})")
    for row in told.rows:
        _show_row(out, row, full=full)
    if told.wrong is not None:
        out.line(out.style(f"the history does not add up: {safe(told.wrong)}", "bad"))


def _show_row(out: Output, row: Row, *, full: bool) -> None:
    from fp.kernel.text import clip, pad, safe

    at = "not committed   " if row.at is None else f"{row.at:%Y-%m-%d %H:%M}"
    by = pad(clip(safe(row.by.removeprefix("human/")), BY_COLUMNS), BY_COLUMNS)
    source = f"  {row.source[:9]}" if row.kind in ("created", "removed", "edit", "implicit") else ""
    out.line(f"{at}  {by}  {safe(row.text)}{out.style(source, 'dim')}")
    lines = row.note.split("\n") if row.note else []
    shown = lines if full else lines[:NOTE_LINES_MAX]
    for line in shown:
        out.line(f"{' ' * (len(at) + BY_COLUMNS + 4)}{safe(line)}".rstrip())
    if len(shown) < len(lines):
        out.line(out.style(f"{' ' * (len(at) + BY_COLUMNS + 4)}({len(lines) - len(shown)} more lines: --full)", "dim"))
