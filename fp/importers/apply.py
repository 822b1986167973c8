"""The one applier: a reading becomes files of the tracker, the second time only what has changed since.

A shell over the port `Files`. New files are written in one bulk, each of them whole or not at all after a crash; an
existing file changes only if it still is what was read; the memory comes last. A crash between leaves files that the
next import finds by their `external:` and takes as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp import edit
from fp.importers import desired, memory, plan
from fp.importers.base import SOURCES
from fp.kernel.errors import Refused, Usage
from fp.kernel.ports import Files
from fp.kernel.problem import Severity
from fp.model import CONFIG_PATH, TERMINAL, both_places, is_issue_id, issue_path
from fp.source import WorktreeSource, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fp.importers.base import Reading
    from fp.importers.desired import Desired
    from fp.importers.memory import Remembered
    from fp.importers.plan import Plan
    from fp.kernel.problem import Problem
    from fp.tracker import Tracker


class BulkFiles(Files, Protocol):
    """Files that can write many at once."""

    def write_many(self, changes: Iterable[tuple[str, bytes]]) -> None:
        """Write a bulk: each file atomic by itself, durable when this returns."""
        ...


class Prepared(NamedTuple):
    """An import that has been thought through and not been written: what is wanted, what it changes, what was known.

    `gone` are external names with our ids: imported before, and not in the source any more.
    """

    origin: str
    reading: Reading
    wanted: Sequence[Desired]
    plan: Plan
    before: Mapping[str, Remembered]
    problems: tuple[Problem, ...]
    gone: tuple[tuple[str, str], ...] = ()


def prepare(origin: str, reading: Reading, files: Files) -> Prepared:
    """Compare a reading with the tracker in `files`; `origin` is what its issues name. Usage without a tracker."""
    source = WorktreeSource(files)
    if not source.has_tracker():
        raise Usage("no tracker here", hint="fp init --prefix FP", reason="no-tracker")
    tracker = load(source, with_events=True)
    _refuse_unreadable_settings(tracker)
    before, problems = _remembered(origin, files)
    externals = [desired.external_name(origin, one.key) for one in reading.issues]
    known = {name: one.id for name, one in before.items()}
    known |= {name: issues[0].id for name, issues in plan.by_external(tracker).items()}
    taken = _taken(tracker, files)
    known = _own(origin, reading, tracker.config.prefix, taken) | known
    ids = desired.ids_for(externals, tracker.config.prefix, known, taken)
    wanted = desired.desired(origin, reading, ids)
    made = plan.plan(wanted, tracker, before)
    gone = _gone(origin, before, set(externals), tracker) if not reading.problems else ()
    return Prepared(origin, reading, wanted, made, before, (*reading.problems, *problems, *made.problems), gone)


def _own(origin: str, reading: Reading, prefix: str, taken: Callable[[str], bool]) -> dict[str, str]:
    """Ids of this tracker's own that a source names, by external name: an export of it, where they are free."""
    keys = [one.key for one in reading.issues if one.key.startswith(f"{prefix}-") and is_issue_id(one.key)]
    return {desired.external_name(origin, key): key for key in keys if not taken(key)}


def _gone(
    origin: str, before: Mapping[str, Remembered], seen: set[str], tracker: Tracker
) -> tuple[tuple[str, str], ...]:
    """What the source has no more. Of a report, what is still open here: the rest is as it should be."""
    gone = sorted((name, last.id) for name, last in before.items() if name not in seen)
    if not SOURCES[origin.partition("/")[0]].reports:
        return tuple(gone)
    issues = tracker.issues
    return tuple(one for one in gone if one[1] in issues and issues[one[1]].status not in TERMINAL)


def _refuse_unreadable_settings(tracker: Tracker) -> None:
    """Ids made with a guessed prefix could not be taken back."""
    for problem in tracker.problems:
        if problem.path == CONFIG_PATH and problem.severity is Severity.ERROR:
            raise Refused(problem.message, where=problem.where, hint=problem.hint or "fp check", reason=problem.code)


def _remembered(origin: str, files: Files) -> tuple[dict[str, Remembered], list[Problem]]:
    path = memory.memory_path(origin)
    try:
        data = files.read(path)
    except FileNotFoundError:
        return {}, []
    return memory.read_memory(path, data)


def _taken(tracker: Tracker, files: Files) -> Callable[[str], bool]:
    known = {*tracker.issues, *tracker.duplicates, *tracker.unreadable}
    return lambda issue_id: (
        issue_id in known or any(files.stat(place) is not None for place in both_places(issue_path(issue_id)))
    )


def write(prepared: Prepared, files: BulkFiles, progress: Callable[[Iterable[str]], Iterator[str]]) -> list[str]:
    """Write it all; the paths that changed. `progress` passes paths on as they are written.

    Conflict when somebody changed a file meanwhile: what was written stays, and importing again does the rest.
    """
    made = prepared.plan
    read = {one.path: one.old for one in made.edits}
    touched = edit.apply(files, {one.path: one.new for one in made.edits}, read)
    # Issues before their events: after a crash an event without its issue would be the stranger sight.
    new = sorted(made.files, key=lambda path: (path.count("/"), path))
    files.write_many((path, made.files[path]) for path in progress(new))
    return [*touched, *new, *_write_memory(prepared, files)]


def _write_memory(prepared: Prepared, files: Files) -> list[str]:
    if prepared.plan.memory == prepared.before:
        return []
    path = memory.memory_path(prepared.origin)
    new = [memory.ATTRIBUTES_PATH] if files.create(memory.ATTRIBUTES_PATH, memory.ATTRIBUTES) else []
    files.write(path, memory.memory_bytes(prepared.origin, prepared.plan.memory))
    return [*new, path]
