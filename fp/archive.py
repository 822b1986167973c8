"""Issues moved into the archive with their events, and out of it again, byte for byte. A shell over files.

The new copies are complete and on the disk before the first old file goes: whatever cuts a move short leaves every byte
there, at times twice, and `settle` finishes it. A file that changed meanwhile stays where it is, and its move with it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.adopt import Fix
from fp.kernel.errors import Refused
from fp.kernel.ports import Files
from fp.model import archive_path, archived_events_path, both_places, events_path, is_archived, issue_path
from fp.source import FILE, FOLDER, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fp.model import Issue
    from fp.source import IssueSource
    from fp.tracker import Tracker


class BulkFiles(Files, Protocol):
    """Files that are written and removed many at a time."""

    def write_many(self, changes: Iterable[tuple[str, bytes]]) -> None:
        """Write a bulk, on the disk when it returns."""
        ...

    def remove_many(self, paths: Iterable[str]) -> None:
        """Remove a bulk."""
        ...

    def remove_if_empty(self, folder: str) -> None:
        """Remove a folder that nothing is in."""
        ...


class Move(NamedTuple):
    """What becomes of the files of one issue: new ones by path, and those that go with what they held."""

    id: str
    made: Mapping[str, bytes]
    gone: Mapping[str, bytes]


class Moved(NamedTuple):
    """What was moved, and what stayed with the reason, by id."""

    moves: tuple[Move, ...]
    stayed: Mapping[str, str]


def plan_move(
    source: IssueSource, issue: Issue, data: bytes, *, to_archive: bool, more: Mapping[str, bytes] | None = None
) -> Move:
    """The move of an issue's file, which holds `data`, and of all its events; `more` are events to write with them.

    Refused where an event cannot be read: no part of a history is left behind unseen.
    """
    there = int(to_archive)
    target = (archive_path if to_archive else issue_path)(issue.id)
    gone = {} if issue.path == target else {issue.path: data}
    gone |= _events(source, issue.id, to_archive=to_archive)
    made = {target if path == issue.path else both_places(path)[there]: content for path, content in gone.items()}
    made |= {both_places(path)[there]: content for path, content in (more or {}).items()}
    return Move(issue.id, made, gone)


def _events(source: IssueSource, issue_id: str, *, to_archive: bool) -> dict[str, bytes]:
    """The events that are not yet where they shall be."""
    found = [one for one in source.event_files(issue_id) if is_archived(one.path) != to_archive]
    contents = source.read(found)
    for content in contents.values():
        if not isinstance(content, bytes):
            raise Refused(content.message, where=content.where, hint=content.hint, reason=content.code)
    return {path: content for path, content in contents.items() if isinstance(content, bytes)}


def carry_out(files: BulkFiles, moves: Sequence[Move]) -> Moved:
    """Move all that nothing stands in the way of. A new place may hold the same bytes already."""
    stayed = {one.id: why for one in moves if (why := _taken(files, one))}
    clear = [one for one in moves if one.id not in stayed]
    new = {one.id: {path for path in one.made if files.stat(path) is None} for one in clear}
    files.write_many((path, one.made[path]) for one in clear for path in sorted(new[one.id]))
    for one in clear:
        if not all(_holds(files, path, data) for path, data in one.gone.items()):
            files.remove_many(sorted(new[one.id]))
            stayed[one.id] = "somebody changes it just now"
    done = [one for one in clear if one.id not in stayed]
    files.remove_many(path for one in done for path in sorted(one.gone))
    for one in done:
        for folder in (events_path(one.id), archived_events_path(one.id)):
            files.remove_if_empty(folder)
    return Moved(tuple(done), stayed)


def _taken(files: Files, move: Move) -> str:
    """What stands in the way: another file, or a folder that is a link, into which nobody would look."""
    folders = {path[:at] for path in move.made for at, letter in enumerate(path) if letter == "/"}
    for folder in sorted(folders):
        found = files.stat(folder)
        if found is not None and found.kind != FOLDER:
            return f"{folder} is no folder"
    other = next((path for path, data in move.made.items() if files.stat(path) and not _holds(files, path, data)), None)
    return f"another file is at {other}" if other is not None else ""


def _holds(files: Files, path: str, data: bytes) -> bool:
    try:
        return files.read(path) == data
    except FileNotFoundError:
        return False


# -- put right by `fp check --fix` ------------------------------------------------------------------------------------


def settle(files: BulkFiles, source: IssueSource, tracker: Tracker) -> list[Fix]:
    """Finish moves that were cut short, and undo what a merge made of them: an open issue is not in the archive."""
    moves = [*_doubled(tracker), *_apart(source, tracker)]
    moved = carry_out(files, moves).moves
    return [Fix(_first(one), f"{one.id}  {_what(one)}", {**one.made, **dict.fromkeys(one.gone)}) for one in moved]


def _doubled(tracker: Tracker) -> Iterator[Move]:
    """Of two equal files of one issue the one in the archive counts."""
    for issue_id in tracker.duplicates:
        live, kept = issue_path(issue_id), archive_path(issue_id)
        data = tracker.files.get(live)
        if set(tracker.duplicates[issue_id]) == {live, kept} and data is not None and data == tracker.files.get(kept):
            yield Move(issue_id, {kept: data}, {live: data})


def _apart(source: IssueSource, tracker: Tracker) -> Iterator[Move]:
    for issue in tracker.issues.values():
        inside = is_archived(issue.path)
        open_ = issue.status not in tracker.config.workflow.terminal
        parted = any(is_archived(one.path) != inside for one in tracker.events.get(issue.id, ()))
        if (inside and open_) or parted:
            with contextlib.suppress(Refused):  # told by the check, with path and line
                yield plan_move(source, issue, tracker.files[issue.path], to_archive=inside and not open_)


def _first(move: Move) -> str:
    return min(move.gone, key=len)


def _what(move: Move) -> str:
    return "moved into the archive" if any(map(is_archived, move.made)) else "taken out of the archive"


def archived_named(source: IssueSource, path: str) -> bytes:
    """The bytes of an archived issue's file. Refused where it cannot be read."""
    content = source.read([Found(path, FILE)]).get(path)
    if isinstance(content, bytes):
        return content
    message = "the file has just vanished" if content is None else content.message
    raise Refused(message, where=path, reason="unreadable")
