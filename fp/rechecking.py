"""A worktree checked again after some of its files changed: what is unchanged is neither read nor folded anew. A shell.

Invariant: the problems are those that a full check would find. What issues say is held against each other as a whole,
from memory; a history depends on its issue's file, its events and the commits that touch them alone, so it is folded
anew for the issues of changed paths only. For a change of anything else (settings, folders, links, another branch) the
answer is None, and everything is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import check
from fp.checking import check_tracker
from fp.model import EVENTS_FOLDER, ISSUES_FOLDER, is_issue_id
from fp.parsed import issue_shape, read_files
from fp.partial import changes_between
from fp.scan import is_issue_name
from fp.source import FILE, Found, WorktreeSource, add_events, assemble, load_config, load_events
from fp.staged import owners

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from fp.checking import Checked, Git
    from fp.config import Config
    from fp.event import Event
    from fp.kernel.ports import Files, Oid
    from fp.kernel.problem import Problem
    from fp.model import Issue
    from fp.parsed import Read

PATHS_MAX = 200
"""Beyond this many changed paths everything is looked at."""


class Seen(NamedTuple):
    """What one look found: enough to look at less the next time. `history` and `events` are problems by issue id."""

    head: Oid | None
    config: Config
    settings: tuple[Problem, ...]
    rows: Mapping[str, Read[Issue]]
    bytes: Mapping[str, bytes]
    owners: frozenset[str]
    events: Mapping[str, tuple[Problem, ...]]
    history: Mapping[str, tuple[Problem, ...]]
    problems: tuple[Problem, ...]
    issues: int


def look(files: Files, git: Git | None) -> Seen:
    """Look at everything."""
    source = WorktreeSource(files)
    config, settings = load_config(source)
    rows, contents = read_files(source, [*source.issue_files(), *source.archived_files()], issue_shape(config))
    events, event_problems = load_events(source)
    tracker = assemble(source, config, settings, rows)
    tracker = tracker._replace(events=events, files=contents, problems=(*tracker.problems, *event_problems))
    checked = check_tracker(tracker, source, git)
    return Seen(
        head=None if git is None else git.head,
        config=config,
        settings=tuple(settings),
        rows={one.path: one for one in rows},
        bytes=contents,
        owners=frozenset(events),
        events=_by_owner(event_problems),
        history=_histories(checked),
        problems=tuple(checked.problems),
        issues=len(tracker.issues),
    )


def look_again(files: Files, git: Git | None, seen: Seen, paths: Collection[str]) -> Seen | None:
    """Look at what belongs to these paths, and to those that commits changed since; None where that is not enough."""
    moved = _moved(git, seen)
    changed = {*paths, *(moved or ())}
    if moved is None or len(changed) > PATHS_MAX or not all(map(_is_plain, changed)):
        return None
    source = WorktreeSource(files)
    issue_paths = sorted(path for path in changed if not path.startswith(f"{EVENTS_FOLDER}/"))
    rows, contents = read_files(source, [Found(path, FILE) for path in issue_paths], issue_shape(seen.config))
    kept = {path: row for path, row in seen.rows.items() if path not in changed}
    merged = dict(sorted({**kept, **{one.path: one for one in rows}}.items()))
    bytes_ = {**{path: data for path, data in seen.bytes.items() if path not in changed}, **contents}
    touched = owners(changed) | _ids(seen.rows, issue_paths) | _ids(merged, issue_paths)
    return _judged(source, git, seen._replace(rows=merged, bytes=bytes_), touched)


def _judged(source: WorktreeSource, git: Git | None, seen: Seen, touched: frozenset[str]) -> Seen:
    """What is wrong now, the histories of all but the touched issues as they were."""
    tracker = assemble(source, seen.config, seen.settings, list(seen.rows.values()))
    others: dict[str, tuple[Event, ...]] = dict.fromkeys(seen.owners - touched, ())
    known = {one: found for one, found in seen.events.items() if one not in touched}
    tracker = tracker._replace(events=others, files=seen.bytes)
    before = len(tracker.problems)
    tracker = add_events(source, tracker, touched)
    fresh = tracker.problems[before:]
    tracker = tracker._replace(problems=(*tracker.problems, *(one for found in known.values() for one in found)))
    checked = check_tracker(tracker, source, git, touched)
    history = {one: found for one, found in seen.history.items() if one not in touched and one in tracker.issues}
    told = {*checked.problems, *(one for found in history.values() for one in found)}
    return seen._replace(
        head=None if git is None else git.head,
        owners=frozenset(tracker.events),
        events={**known, **_by_owner(fresh)},
        history={**history, **_histories(checked)},
        problems=tuple(sorted(told, key=check.place)),
        issues=len(tracker.issues),
    )


def _moved(git: Git | None, seen: Seen) -> list[str] | None:
    """Paths of the tracker that commits changed since the look before; None where HEAD went another way."""
    head = None if git is None else git.head
    if head == seen.head:
        return []
    if git is None or head is None or seen.head is None or not git.objects.is_ancestor(seen.head, head):
        return None
    changes = changes_between(git.repository, seen.head, head)
    return [one.path for one in changes if one.path.startswith(f"{ISSUES_FOLDER}/")]


def _is_plain(path: str) -> bool:
    """Whether a path is an issue's file or an event's, and nothing whose change reaches further."""
    parts = path.split("/")
    if len(parts) == 2:
        return parts[0] == ISSUES_FOLDER and is_issue_name(parts[1])
    return len(parts) == 4 and path.startswith(f"{EVENTS_FOLDER}/") and is_issue_id(parts[2]) and path.endswith(".md")


def _ids(rows: Mapping[str, Read[Issue]], paths: Iterable[str]) -> frozenset[str]:
    """The ids that some files have, whatever they are named."""
    found = (rows[path] for path in paths if path in rows)
    return frozenset(one.value.id for one in found if one.value is not None)


def _by_owner(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, tuple[Problem, ...]] = {}
    for one in problems:
        for owner in owners([one.path]):
            found[owner] = (*found.get(owner, ()), one)
    return found


def _histories(checked: Checked) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with histories, by issue."""
    by_path = {one.path: one.id for one in checked.tracker.issues.values()}
    found: dict[str, tuple[Problem, ...]] = {}
    for one in checked.problems:
        if one.code in check.HISTORY:
            owner = by_path.get(one.path) or next(iter(owners([one.path])))
            found[owner] = (*found.get(owner, ()), one)
    return found
