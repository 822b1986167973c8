"""`fp import`: bring in the issues of another tracker."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Usage
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fp.importers.base import Reading
    from fp.kernel.cli import Output


STANDARD_INPUT = "-"
OWN = "fp"
TABLE = "csv"


@click.command("import", short_help="Bring in the issues of another tracker.")
@click.argument("source", metavar="KIND")
@click.argument("path", metavar="PATH")
@click.option("--dry-run", is_flag=True, help="Report what would be imported, and write nothing.")
@click.option("--project", default="", metavar="NAME", help="Tell this source from another of its kind by a name.")
@click.option("--leave-out", multiple=True, metavar="LABEL", help="Leave out records with this label (repeatable).")
@click.option(
    "--map", "columns", multiple=True, metavar="COLUMN=FIELD", help="Of csv: this column is that field (repeatable)."
)
@click.option("--commit", is_flag=True, help="Commit exactly the files that this writes.")
@shared_options
def command(
    out: Output,
    source: str,
    path: str,
    project: str,
    leave_out: tuple[str, ...],
    columns: tuple[str, ...],
    *,
    dry_run: bool,
    commit: bool,
) -> int:
    """Bring in the issues of another tracker: beads, backlog, tk, github,
    gitlab, jira, linear, any csv. Or what `fp export json` wrote: fp.
    Or what `drift check` found: drift-report.

    PATH is the list or folder of issues, or the repository that holds it; - is standard input. Run it again after the
    source has changed: what changed there is updated here, what you edited here is kept and reported. docs/importing.md
    says what becomes of each field.

    \b
    Examples:
      fp import beads ../other/.beads/issues.jsonl
      fp import backlog ../other --dry-run
      fp import tk ../other/.tickets --commit
      gh issue list --state all --json number,title,body,state,labels,url | fp import github -
      fp import csv plan.csv --map Thema=title
      drift check --json | fp import drift-report -
    """
    from fp.cli.opened import open_tracker
    from fp.importers import fidelity
    from fp.importers.apply import prepare, write
    from fp.importers.base import origin

    if source == OWN:
        from fp.cli.restore import restore

        return restore(out, path, dry_run=dry_run, commit=commit, progress=lambda paths: _progress(out, paths))
    files = open_tracker(out.start).files
    reading = _without(_read(source, path, out.start, columns), leave_out)
    prepared = prepare(origin(source, project), reading, files)
    touched = [] if dry_run else write(prepared, files, lambda paths: _progress(out, paths))
    commit_id = _committed(out, touched, source) if commit and touched else None
    found = fidelity.report(prepared)
    _say(out, fidelity.lines(found), touched, dry_run=dry_run, commit_id=commit_id)
    facts = {"path": path, "dry_run": dry_run, "written": len(touched), "commit": commit_id}
    out.document(fidelity.SCHEMA, **facts, **fidelity.fields(found))
    return ExitCode.FINDINGS if found.failed else ExitCode.OK


def _read(kind: str, name: str, start: Path, columns: Sequence[str] = ()) -> Reading:
    """What the reader makes of the files at `name`, seen from `start`, or of standard input."""
    from fp.importers.base import SOURCES, reader
    from fp.importers.gather import gather
    from fp.kernel.fs import RealFiles

    read: Callable[[Mapping[str, bytes]], Reading] = reader(kind)
    if columns and kind != TABLE:
        raise Usage("--map is for csv", hint=f"fp import csv {name} --map COLUMN=FIELD")
    if kind == TABLE:
        from fp.importers import table

        read = functools.partial(table.read, columns=table.columns_of(columns))
    if name == STANDARD_INPUT:
        return read({"stdin": _standard_input(kind)})
    path = start / name
    if not path.exists():
        raise Usage(f"no such file or folder: {safe(str(path))}", reason="no-source")
    folder, only = (path, None) if path.is_dir() else (path.parent, path.name)
    gathered = gather(SOURCES[kind], RealFiles(folder), only, place=str(folder))
    found = read(gathered.files)
    return found._replace(problems=(*gathered.problems, *found.problems))


def _standard_input(kind: str) -> bytes:
    from fp.importers.base import SOURCES
    from fp.importers.gather import FILE_BYTES_MAX

    if not SOURCES[kind].stream:
        raise Usage(f"{kind} issues lie in many files: they cannot come by standard input", hint="name their folder")
    data = sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise Usage(f"more than {FILE_BYTES_MAX:,} bytes on standard input", hint="import it in parts")
    return data


def _without(reading: Reading, labels: Sequence[str]) -> Reading:
    """The reading without the issues that have one of these labels, which are explained instead."""
    from fp.importers.base import Explained

    wanted = frozenset(labels)
    left = [
        Explained(one.key, one.where, "left-out", f"has the label {found[0]}")
        for one in reading.issues
        if (found := sorted(wanted.intersection(one.labels)))
    ]
    keys = {why.key for why in left}
    issues = tuple(one for one in reading.issues if one.key not in keys)
    return reading._replace(issues=issues, explained=(*reading.explained, *left))


def _progress(out: Output, paths: Iterable[str]) -> Iterator[str]:
    """Pass the paths on, with a bar beside the result where a person watches."""
    if not out.progress:
        yield from paths
        return
    bar: Any = click.progressbar(list(paths), label="Writing", file=sys.stderr)
    with bar:
        yield from bar


def _committed(out: Output, touched: Sequence[str], source: str) -> str:
    from fp.edit import commit
    from fp.kernel.git.repo import Repository

    return commit(Repository.discover(out.start), touched, f"Import issues from {source}")


def _say(out: Output, lines: Sequence[str], touched: Sequence[str], *, dry_run: bool, commit_id: str | None) -> None:
    for line in lines:
        out.line(line)
    if dry_run:
        out.said("dry run: nothing was written")
    elif not touched:
        out.said("nothing to write: the tracker is as the source was last imported")
    elif commit_id is not None:
        out.said(f"{len(touched):,} files committed as {commit_id[:9]}")
    else:
        out.said(f"{len(touched):,} files written, nothing staged: git add .issues, then commit")
