"""The tracker a command works on, found without asking git, and the words that several commands share.

A shell, for commands that read or write files. It spawns nothing: a listing costs no more than its files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Refused, Usage
from fp.kernel.fs import RealFiles
from fp.kernel.problem import Severity
from fp.kernel.text import safe
from fp.model import CONFIG_PATH, ISSUES_FOLDER
from fp.source import FILE, LINK, Found, WorktreeSource, file_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.kernel.cli import Output
    from fp.kernel.problem import Problem
    from fp.model import Issue
    from fp.tracker import Tracker


class Opened(NamedTuple):
    """A worktree with a tracker in it; `root` is the worktree's top, or where there is no git the tracker's folder."""

    root: Path
    files: RealFiles
    source: WorktreeSource


def find_root(start: Path) -> tuple[Path | None, bool]:
    """The folder that holds, or would hold, `.issues`, and whether it is git's: the nearest worktree's top."""
    folders = (start, *start.parents)
    for folder in folders:
        if os.path.lexists(folder / ".git"):
            return folder, True
    for folder in folders:
        if (folder / ISSUES_FOLDER).is_dir():
            return folder, False
    return None, False


def open_tracker(start: Path) -> Opened:
    """The tracker of the worktree that holds `start`; Usage where there is none."""
    root, _ = find_root(start)
    if root is None:
        raise Usage("no git repository and no tracker here", hint="git init, then fp init", reason="no-tracker")
    files = RealFiles(root)
    source = WorktreeSource(files)
    if not source.has_tracker():
        _refuse_link(files)
        raise Usage(f"no tracker in {root}: there is no folder .issues", hint="fp init", reason="no-tracker")
    return Opened(root, files, source)


def _refuse_link(files: RealFiles) -> None:
    found = files.stat(ISSUES_FOLDER)
    if found is not None and found.kind == LINK:
        hint = "put the folder itself here: links are not followed"
        raise Refused("the tracker is a symbolic link", where=ISSUES_FOLDER, hint=hint, reason="link")


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Refused with the first error: nothing is written or shown on a guess."""
    for problem in problems:
        if problem.severity is Severity.ERROR:
            hint = problem.hint or "fp check shows every problem"
            raise Refused(problem.message, where=problem.where, hint=hint, reason=problem.code)


def read_named(
    source: WorktreeSource, word: str, config: Config, *, archived: bool = False
) -> tuple[Issue, bytes, list[Problem]]:
    """The issue that a person names, its bytes, and the warnings. Refused when it cannot be read, or is archived."""
    from fp.codec import read_issue

    path = file_of(source, word, archived=archived)
    content = source.read([Found(path, FILE)]).get(path)
    if content is None:
        raise Refused("the file has just vanished", where=path, reason="vanished")
    if not isinstance(content, bytes):
        refuse_errors([content])
    assert isinstance(content, bytes)
    issue, problems = read_issue(path, content, config)
    refuse_errors(problems)
    assert issue is not None, "a file without errors is an issue"
    return issue, content, problems


def id_named(source: WorktreeSource, word: str) -> str:
    """The id of the issue that a person names, which must exist; it may be archived."""
    from fp.codec import id_of_path
    from fp.source import load_config

    path = file_of(source, word, archived=True)
    named = id_of_path(path)
    return named if named is not None else read_named(source, word, load_config(source)[0])[0].id


def commit_touched(root: Path, touched: Sequence[str], message: str) -> str | None:
    """Commit exactly the touched files; None when nothing was touched."""
    if not touched:
        return None
    from fp.edit import commit
    from fp.kernel.git.repo import Repository

    return commit(Repository.discover(root), touched, message)


def left_out(tracker: Tracker) -> list[str]:
    """Issue files that a listing cannot show: unreadable ones, and those that share one id."""
    wrong = {problem.path for problem in tracker.problems if problem.severity is Severity.ERROR}
    doubled = {path for paths in tracker.duplicates.values() for path in paths}
    return sorted((wrong | doubled) - {CONFIG_PATH})


def say_left_out(output: Output, tracker: Tracker) -> None:
    """Tell, beside a result, that it is not everything."""
    for note in left_out_notes(tracker):
        output.note(note)


def left_out_notes(tracker: Tracker) -> tuple[str, ...]:
    """That a result is not everything, in words."""
    files = left_out(tracker)
    notes = []
    if files:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        notes.append(f"{safe(files[0])}{more} not shown: fp check says why")
    if any(problem.path == CONFIG_PATH for problem in tracker.problems):
        notes.append(f"{CONFIG_PATH} has problems, defaults are used: fp check says which")
    return tuple(notes)
