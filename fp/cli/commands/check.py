"""`fp check`: every problem of every file, what a change may not do, and, with `--fix`, what can be put right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fp.adopt import Fix
    from fp.checking import Checked, Git, Staged
    from fp.cli.opened import Opened
    from fp.event import Writer
    from fp.kernel.problem import Problem

FORMATS = ("text", "json", "github", "sarif", "junit", "markdown")


class _Asked(NamedTuple):
    """The options beside the format."""

    base: str | None
    writer: Writer | None
    fix: bool
    commit: bool
    staged: bool


@click.command("check")
@click.option("--base", metavar="REV", help="Judge the commits since REV alone, by the settings at REV.")
@click.option("--as", "named", metavar="WHO", help="Whose they are: human (the default), worker/RUN or orchestrator.")
@click.option("--fix", is_flag=True, help="Adopt files made by hand; write out what hand edits of a status were.")
@click.option("--commit", "commit_it", is_flag=True, help="Commit exactly what --fix wrote.")
@click.option("--staged", is_flag=True, help="Judge what the next commit would hold, not the files; for a hook.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@shared_options
def command(
    output: Output, base: str | None, named: str | None, fix: bool, commit_it: bool, staged: bool, form: str
) -> int:
    """Check every file of the tracker; exit 1 when something is wrong.

    --staged fails on what the commit would make wrong; where nothing of the tracker is staged it checks all that is.

    \b
    Examples:
      fp check
      fp check --fix
      fp check --staged
      fp check --base origin/main --format github
      fp check --base main --as worker/FP-k3v9q2m.1
    """
    from fp.cli.opened import open_tracker

    asked = _asked(base, named, fix=fix, commit_it=commit_it, staged=staged)
    output.json = output.json or form == "json"
    if asked.staged:
        return _staged(output, form)
    opened = open_tracker(output.start)
    git = _git(opened.root)
    done, checked, problems = _check(opened, git, asked)
    made = _commit(opened, done) if asked.commit else None
    if output.json:
        _document(output, checked, problems, done, made)
    elif form != "text":
        _emit(problems, form)
    else:
        _text(output, checked, problems, done, made)
    return _status(problems)


def _status(problems: list[Problem]) -> int:
    from fp.kernel.problem import Severity

    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0


def _asked(base: str | None, named: str | None, *, fix: bool, commit_it: bool, staged: bool) -> _Asked:
    from fp.kernel.errors import Usage

    if commit_it and not fix:
        raise Usage("--commit goes with --fix: a check alone writes nothing")
    if staged and (fix or base is not None):
        raise Usage("--staged judges the next commit alone: it goes with neither --fix nor --base")
    return _Asked(base, _writer(base, named), fix, commit_it, staged)


def _staged(output: Output, form: str) -> int:
    """Judge the index; git tells a hook which one by `GIT_INDEX_FILE`, relative to where the hook runs."""
    import os
    from pathlib import Path

    from fp.checking import check_staged
    from fp.kernel.errors import Usage

    git = _git(output.start)
    if git is None:
        raise Usage("--staged needs a git repository", reason="no-repository")
    named = os.environ.get("GIT_INDEX_FILE")
    found = check_staged(git, Path(named).absolute() if named else None)
    if output.json:
        _document(output, found.checked, found.problems, staged=found.files)
    elif form != "text":
        _emit(found.problems, form)
    else:
        _staged_text(output, found)
    return _status(found.problems)


def _writer(base: str | None, named: str | None) -> Writer | None:
    """Who is judged; None where nobody is."""
    from fp.event import HUMAN, ORCHESTRATOR, WORKER, Writer
    from fp.kernel.errors import Usage
    from fp.writers import parse_run

    if base is None:
        if named is not None:
            raise Usage("--as goes with --base: it says whose the commits since then are")
        return None
    kind, slash, name = (named or HUMAN).partition("/")
    if kind == WORKER and parse_run(name) is not None:
        return Writer(WORKER, name)
    if kind in (HUMAN, ORCHESTRATOR) and (name or not slash):
        return Writer(kind, name or kind)
    raise Usage(f"nobody to judge: {named!r}", hint="human, worker/FP-k3v9q2m.1 or orchestrator")


def _git(folder: Path) -> Git | None:
    from fp.checking import open_git
    from fp.cli.opened import find_root
    from fp.kernel.git.repo import Repository

    in_git = find_root(folder)[1]
    return open_git(Repository.discover(folder) if in_git else None)


def _check(opened: Opened, git: Git | None, asked: _Asked) -> tuple[list[Fix], Checked, list[Problem]]:
    """What was mended, what was looked at, and the problems: of a change only those that it brought."""
    from fp.checking import check_change, check_source, fix
    from fp.kernel.clock import SystemClock
    from fp.kernel.errors import Usage
    from fp.kernel.ids import SystemIds

    done: list[Fix] = []
    if asked.fix:
        done, checked = fix(opened.files, git, SystemClock(), SystemIds())
    if asked.base is not None and asked.writer is not None:
        if git is None:
            raise Usage("--base needs a git repository", reason="no-repository")
        return done, *check_change(git, asked.base, asked.writer)
    if not asked.fix:
        checked = check_source(opened.source, git)
    return done, checked, [*checked.problems, *_fixed_but_open(checked, git)]


def _fixed_but_open(checked: Checked, git: Git | None) -> list[Problem]:
    from fp.fixes import notes

    tracker = checked.tracker
    return [] if git is None else notes(git.repository, git.objects, tracker.issues, tracker.config)


def _commit(opened: Opened, done: Sequence[Fix]) -> str | None:
    from fp.cli.opened import commit_touched

    touched = sorted({path for one in done for path in one.changes})
    lines = [one.what for one in done]
    subject = lines[0] if len(lines) == 1 else f"{len(lines)} files put in order"
    return commit_touched(opened.root, touched, "\n".join([f"issues: {subject}", "", *lines]) if lines else "")


# -- telling ----------------------------------------------------------------------------------------------------------


def _text(output: Output, checked: Checked, problems: list[Problem], done: list[Fix], made: str | None) -> None:
    from fp.kernel.emit import text_lines
    from fp.kernel.text import safe

    for one in done:
        output.line(safe(one.what))
    implicit = [problem for problem in problems if problem.code == _implicit()]
    told = [problem for problem in problems if len(implicit) > 1 or problem not in implicit]
    for line in text_lines(told, color=output.color):
        output.line(line)
    output.line(_summary(output, checked, problems, implicit))
    if made is not None:
        output.said(f"committed {made[:9]}")


def _staged_text(output: Output, found: Staged) -> None:
    """The problems; in a hook, that nothing is wrong is nothing to say."""
    from fp.check import count
    from fp.kernel.emit import text_lines
    from fp.kernel.problem import Severity

    for line in text_lines(found.problems, color=output.color):
        output.line(line)
    errors = count(found.problems, Severity.ERROR)
    if found.files:
        what = _counted(found.files, "staged file")
    else:
        what = f"nothing staged, {_counted(found.checked.tracker.file_count, 'issue')} in the index"
    (output.line if errors else output.said)(f"{what}, {_counted(errors, 'problem')}")


def _implicit() -> str:
    from fp.check import IMPLICIT

    return IMPLICIT


def _summary(output: Output, checked: Checked, problems: list[Problem], implicit: list[Problem]) -> str:
    """`1 issue, 0 problems (1 implicit transition ...)`."""
    from fp.check import count
    from fp.kernel.problem import Severity
    from fp.kernel.text import safe

    errors, warnings = count(problems, Severity.ERROR), count(problems, Severity.WARNING)
    counts = [_counted(checked.tracker.file_count, "issue"), _counted(errors, "problem")]
    if warnings:
        counts.append(_counted(warnings, "warning"))
    line = output.style(", ".join(counts), "bad" if errors else "warn" if warnings else "good")
    if not implicit:
        return line
    one = safe(implicit[0].message.removeprefix("implicit transition"))
    told = _counted(len(implicit), "implicit transition") + (one if len(implicit) == 1 else "")
    return f"{line} ({told}; `fp check --fix` writes {'it' if len(implicit) == 1 else 'them'} out)"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _emit(problems: list[Problem], form: str) -> None:
    from fp import __version__
    from fp.kernel.emit import Tool, rendered

    sys.stdout.write(rendered(problems, form, Tool("fp check", __version__)))


def _document(
    output: Output,
    checked: Checked,
    problems: list[Problem],
    done: Sequence[Fix] = (),
    made: str | None = None,
    *,
    staged: int | None = None,
) -> None:
    from fp.check import count
    from fp.kernel.emit import json_values
    from fp.kernel.problem import Severity

    output.document(
        "fp.check.v1",
        source=checked.tracker.label,
        issues=checked.tracker.file_count,
        errors=count(problems, Severity.ERROR),
        warnings=count(problems, Severity.WARNING),
        notes=count(problems, Severity.NOTE),
        problems=json_values(problems),
        fixed=[{"path": one.path, "what": one.what} for one in done],
        commit=made,
        **({} if staged is None else {"staged": staged}),
    )
