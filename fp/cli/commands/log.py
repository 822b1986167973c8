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
PATHS = "--"


class _LogCommand(click.Command):
    """Keeps `--`, which click would drop, for git: behind it are paths."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Split off what stands behind the first `--`."""
        at = args.index(PATHS) if PATHS in args else len(args)
        ctx.obj = args[at + 1 :] if at < len(args) else None
        return super().parse_args(ctx, args[:at])


@click.command(
    "log",
    cls=_LogCommand,
    short_help="Show the life of an issue, or git's log without tickets.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="ID")
@click.option("--full", is_flag=True, help="Show whole notes and logs.")
@click.option("--no-issues", "code", is_flag=True, help="Run `git log`, with its own options, leaving tickets out.")
@shared_options
def command(out: Output, words: tuple[str, ...], *, full: bool, code: bool) -> int:
    """Show the life of an issue: its events, people's edits in git's history, and drafts. Times are UTC.

    --no-issues is another thing: the log of the code, commits that change nothing but tickets left out. What is not
    an option of fp goes to `git log`; -p and --stat leave the tickets out too.

    \b
    Examples:
      fp log k3v
      fp log --no-issues --oneline -20
      fp log --no-issues -p main..HEAD -- src
    """
    from fp.kernel.errors import Usage

    paths: list[str] | None = click.get_current_context().obj
    if code:
        return _code_log(out, words, paths)
    if len(words) != 1 or paths is not None or words[0].startswith("-"):
        raise Usage("fp log takes the ID of one issue", hint="fp log --no-issues takes what git log takes")
    from fp import biography
    from fp.cli.writing import take_pen

    pen = take_pen(out, None, commit=False)
    told = biography.tell(pen.desk, words[0], pen.writer)
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


def _code_log(out: Output, words: tuple[str, ...], paths: list[str] | None) -> int:
    from fp.kernel.errors import Usage
    from fp.kernel.git.history import log_text
    from fp.kernel.text import safe_block
    from fp.model import ISSUES_FOLDER

    if out.json:
        raise Usage("git log prints no JSON", hint="fp log --no-issues --format=... says what to print")
    text = log_text(out.start, words, paths or (), without=ISSUES_FOLDER)
    if text:
        out.line(safe_block(text.rstrip("\n")))
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
