"""`fp import fp`: our own export read back, and what is said of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fp.kernel.errors import ExitCode, Usage
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fp.kernel.cli import Output
    from fp.restoring import Restored

STANDARD_INPUT = "-"


def restore(
    out: Output, path: str, *, dry_run: bool, commit: bool, progress: Callable[[Iterable[str]], Iterator[str]]
) -> int:
    """Write the issues of the export at `path` (`-` is standard input) that are not here yet."""
    from fp.cli.opened import open_tracker
    from fp.edit import commit as committed
    from fp.kernel.git.repo import Repository
    from fp.restoring import restored
    from fp.source import load_config

    opened = open_tracker(out.start)
    found = restored(path, _content(out, path), opened.files, load_config(opened.source)[0])
    written = [] if dry_run else sorted(found.files, key=lambda one: (one.count("/"), one))
    # Issues before their events: after a crash an event without its issue would be the stranger sight.
    opened.files.write_many((one, found.files[one]) for one in progress(written))
    commit_id = None
    if commit and written:
        commit_id = committed(Repository.discover(out.start), written, "Import issues from an export")
    _say(out, found, written, commit_id)
    out.document(
        "fp.restore.v1",
        path=path,
        dry_run=dry_run,
        written=len(written),
        commit=commit_id,
        new=list(found.new),
        same=list(found.same),
        differing=list(found.differing),
        problems=[{"where": one.where, "code": one.code, "message": one.message} for one in found.problems],
    )
    return ExitCode.FINDINGS if found.problems else ExitCode.OK


def _content(out: Output, path: str) -> bytes:
    from fp.importers.gather import FILE_BYTES_MAX
    from fp.kernel.fs import RealFiles

    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(FILE_BYTES_MAX)
    target = out.start / path
    if not target.is_file():
        raise Usage(f"no such file: {safe(str(target))}", reason="no-source")
    return RealFiles(target.parent).read(target.name, FILE_BYTES_MAX)


def _say(out: Output, found: Restored, written: list[str], commit_id: str | None) -> None:
    for problem in found.problems:
        out.line(f"{safe(problem.where)}: {safe(problem.message)}")
    for issue in found.differing:
        out.line(f"{issue} differs here and was left as it is")
    out.line(f"{len(found.new):,} new, {len(found.same):,} the same, {len(found.differing):,} differing")
    if commit_id is not None:
        out.said(f"{len(written):,} files committed as {commit_id[:9]}")
    elif written:
        out.said(f"{len(written):,} files written, nothing staged: git add .issues, then commit")
    elif found.files:
        out.said("dry run: nothing was written")
