"""`fp export`: the issues for other programs, or for another tracker of ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fp.kernel.cli import Output

PARTS_AT_ONCE = 500


@click.command(
    "export", short_help="Write the issues for other programs.", context_settings={"ignore_unknown_options": True}
)
@click.argument("kind", metavar="FORMAT")
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("-o", "--output", "path", metavar="FILE", help="Write FILE, whole or not at all, not standard output.")
@shared_options
def command(out: Output, kind: str, query: tuple[str, ...], path: str | None) -> int:
    """Write the issues for other programs: json, jsonl, csv, markdown, github, beads.

    All issues, closed and archived ones too, or those that QUERY asks for; the oldest first. json and jsonl hold the
    files as well: `fp import fp` makes the very same issues of them. docs/importing.md says what each format keeps.

    \b
    Examples:
      fp export jsonl -o issues.jsonl
      fp export csv status:open sort:due > open.csv
      fp export markdown milestone:1.0
      fp export beads -o .beads/issues.jsonl
    """
    from fp.cli.finding import find, issues_here
    from fp.cli.opened import open_tracker, say_left_out
    from fp.exporters.base import exporter
    from fp.exporting import exported
    from fp.kernel.errors import Usage

    write = exporter(kind)
    if out.json and path is None:
        raise Usage("standard output is the export itself", hint="name a file: fp export json -o FILE --json")
    opened = open_tracker(out.start)
    text = " ".join(query)
    tracker = issues_here(opened, text, closed_too=True).tracker
    chosen = find(opened.root, tracker, text, closed_too=True)
    parts = write(exported(opened.files, tracker.config, chosen))
    if path is None:
        _print(parts)
    else:
        _keep(out, path, parts)
        out.said(f"{len(chosen):,} issues as {kind} in {safe(path)}")
        out.document("fp.exported.v1", format=kind, issues=len(chosen), file=path)
    say_left_out(out, tracker)
    return 0


def _print(parts: Iterable[str]) -> None:
    """To a pipe or a file as it is; on a terminal nothing of it can steer it."""
    from fp.kernel.text import safe_block

    plain = sys.stdout.isatty()
    for part in parts:
        sys.stdout.buffer.write((safe_block(part) if plain else part).encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _keep(out: Output, path: str, parts: Iterable[str]) -> None:
    from fp.kernel.errors import Usage
    from fp.kernel.fs import RealFiles

    target = out.start / path
    if not target.parent.is_dir() or target.is_dir():
        raise Usage(f"cannot write {safe(path)}: no such folder, or a folder itself", reason="no-folder")
    RealFiles(target.parent).write(target.name, "".join(parts).encode("utf-8", "surrogateescape"))
