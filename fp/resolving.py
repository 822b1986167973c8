"""What a merge left, put right as a person chose: conflicts by field, forked histories, ids of two files. A shell.

Invariant: no line is lost unseen. A file that somebody has begun to settle by hand is not overwritten, a choice of a
side is never made for a person, and what is written reads as an issue. The joins are transitions as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import check, edit, source
from fp.checking import free_id
from fp.codec import id_of_path, read_issue, with_fields
from fp.conflict import FILE, OURS, THEIRS, Field, choose, marked_line, shown
from fp.excerpt import excerpt
from fp.kernel import frontmatter
from fp.kernel.errors import Conflict, Refused
from fp.kernel.git.conflicts import stage, unmerged
from fp.kernel.git.driver import by_lines, favoured
from fp.kernel.git.objects import GitObjects
from fp.kernel.markers import Sides, split, touched_by_hand
from fp.kernel.problem import Severity
from fp.merge import merge
from fp.model import (
    ARCHIVE_FOLDER,
    ISSUES_FOLDER,
    archived_events_path,
    event_owner,
    events_path,
    is_archived,
    issue_path,
)
from fp.moves import plan_move
from fp.renaming import mentioning
from fp.scan import is_issue_name
from fp.transition import Move

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fp.config import Config
    from fp.desk import Desk
    from fp.event import Writer
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Files
    from fp.tracker import Tracker

CHANGED, REMOVED_HERE, REMOVED_THERE, MARKED = "both changed", "removed by ours", "removed by theirs", "markers"
ADDED = "added by one side"
BY_HAND = "by hand"
UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD")
"""Which commit `theirs` is, in the order in which git leaves these names."""


class Clash(NamedTuple):
    """A file that a merge left: its sides (empty where one is none), and what the worktree has now."""

    path: str
    issue: str
    kind: str
    sides: Sides
    now: bytes | None
    plain: bool = True


class Settled(NamedTuple):
    """What becomes of one file: its content (None: it goes), the choices made; or what is left, and why."""

    clash: Clash
    data: bytes | None = None
    taken: Mapping[str, str] = {}
    left: tuple[Field, ...] = ()
    why: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is left to a person."""
        return not self.left and not self.why


class Joined(NamedTuple):
    """A history with several ends, joined at the issue's status; or why it was not."""

    issue: str
    status: str
    why: str = ""


class Parted(NamedTuple):
    """Two files of one id: `path` has the new one now; without `new`, why it has not."""

    issue: str
    path: str
    new: str
    why: str = ""


# -- what is left -----------------------------------------------------------------------------------------------------


def clashes(repository: Repository, files: Files, tracker: Tracker) -> list[Clash]:
    """Unmerged files of the index, and files that hold conflict markers."""
    found = _unmerged(repository, files)
    known = {one.path for one in found}
    for path in _marked(tracker):
        if path not in known:
            data = tracker.files[path]
            sides = split(data)
            found.append(
                Clash(path, id_of_path(path) or "", MARKED, sides or Sides(data, data, data), data, sides is not None)
            )
    return sorted(found)


def _unmerged(repository: Repository, files: Files) -> list[Clash]:
    result = []
    for one in unmerged(repository, _is_ours):
        sides = Sides(*(data or b"" for data in one.sides))
        base, ours, theirs = one.sides
        kind = REMOVED_HERE if ours is None else REMOVED_THERE if theirs is None else CHANGED
        kind = ADDED if kind != CHANGED and base is None else kind
        result.append(Clash(one.path, _owner(one.path), kind, sides, _read(files, one.path), one.plain))
    return result


def _is_ours(path: str) -> bool:
    return path.startswith(f"{ISSUES_FOLDER}/")


def _owner(path: str) -> str:
    return event_owner(path) or id_of_path(path) or ""


def _read(files: Files, path: str) -> bytes | None:
    found = files.stat(path)
    return files.read(path) if found is not None and found.kind == "file" else None


def _marked(tracker: Tracker) -> list[str]:
    paths = {one.path for one in tracker.problems if one.code == check.MERGE_CONFLICT and one.path in tracker.files}
    bodies = (one for one in tracker.issues.values() if check.marked_body(one))
    return sorted(paths | {issue.path for issue in bodies})


# -- settling one file ------------------------------------------------------------------------------------------------


def settle(clash: Clash, taken: Mapping[str, str], config: Config, *, afresh: bool = False) -> Settled:
    """What becomes of a file with these choices: a side by field name, or by "" for all that is left."""
    if not clash.plain and clash.kind == MARKED:
        return Settled(clash, why="its markers do not add up: settle it by hand")
    if not clash.plain:
        return Settled(clash, why="not a regular file on every side: settle it with git")
    if clash.kind == ADDED:  # into a folder that the other side moved, as an archive does: git only asks whether so
        return Settled(clash, clash.sides.ours or clash.sides.theirs, {FILE: OURS if clash.sides.ours else THEIRS})
    if clash.kind in (REMOVED_HERE, REMOVED_THERE) or event_owner(clash.path):
        return _whole(clash, taken)
    if not afresh and clash.kind == CHANGED and clash.now is not None:
        begun = _begun(clash, config)
        if begun is not None:
            return begun
    merged = choose(clash.sides, taken, favoured)
    if merged.left:
        return Settled(clash, left=tuple(shown(clash.sides, merged.left)))
    why = _unreadable(clash.path, merged.data, config)
    before = merge(clash.sides, by_lines).left
    return Settled(clash, merged.data, {name: taken.get(name) or taken.get("", "") for name in before}, why=why)


def _whole(clash: Clash, taken: Mapping[str, str]) -> Settled:
    """One side as it is: there is nothing to merge with what was removed, and events are never merged."""
    side = taken.get(FILE) or taken.get("", "")
    if side in (OURS, THEIRS):
        gone = (clash.kind, side) in ((REMOVED_HERE, OURS), (REMOVED_THERE, THEIRS))
        data = None if gone else clash.sides.ours if side == OURS else clash.sides.theirs
        return Settled(clash, data, {FILE: side})
    base, ours, theirs = (data.decode("utf-8", "replace") for data in clash.sides)
    mine, other = (excerpt(base, text) if text else None for text in (ours, theirs))
    empty = excerpt("", "")
    words = ("" if mine else "removed", "" if other else "removed")
    return Settled(clash, left=(Field(FILE, "", words[0], words[1], mine or empty, other or empty),))


def _begun(clash: Clash, config: Config) -> Settled | None:
    """A file that somebody has settled by hand is taken as it is, one half way through is left to them."""
    assert clash.now is not None
    if not marked_line(clash.now) and clash.now not in clash.sides and not _unreadable(clash.path, clash.now, config):
        return Settled(clash, clash.now, {"": BY_HAND})
    driven = merge(clash.sides, by_lines).data
    if touched_by_hand(clash.now, Sides(clash.sides.base + b"\n" + driven, clash.sides.ours, clash.sides.theirs)):
        why = "somebody has begun to settle it by hand: finish that and `git add` it, or start over with --afresh"
        return Settled(clash, why=why)
    return None


def _unreadable(path: str, data: bytes, config: Config) -> str:
    """The first error of an issue's file; empty when it reads, or is no issue's."""
    folder, _, name = path.rpartition("/")
    if folder not in (ISSUES_FOLDER, ARCHIVE_FOLDER) or not is_issue_name(name):
        return ""
    _, problems = read_issue(path, data, config)
    wrong = [one for one in problems if one.severity is Severity.ERROR]
    return f"{wrong[0].where}: {wrong[0].message}" if wrong else ""


# -- writing ----------------------------------------------------------------------------------------------------------


def write(repository: Repository, files: Files, settled: Sequence[Settled]) -> list[str]:
    """Write and stage what is settled, with the events of issues that were kept or removed whole; the paths."""
    touched = []
    for one in settled:
        changes: dict[str, bytes | None] = {one.clash.path: one.data}
        read = {} if one.clash.now is None else {one.clash.path: one.clash.now}
        if one.data is None and one.clash.now is None:
            changes = {}
        _with_events(repository, files, one, changes, read)
        edit.apply(files, changes, read)
        touched += [one.clash.path, *changes]
    stage(repository, touched)
    return sorted(set(touched))


def _with_events(
    repository: Repository, files: Files, one: Settled, changes: dict[str, bytes | None], read: dict[str, bytes]
) -> None:
    """Events go and stay with their issue: git merged their removal by itself."""
    if FILE not in one.taken or not one.clash.issue or event_owner(one.clash.path):
        return
    folder = (archived_events_path if is_archived(one.clash.path) else events_path)(one.clash.issue)
    if one.data is None:
        read |= {f"{folder}/{name}": files.read(f"{folder}/{name}") for name in files.names(folder)}
        changes |= dict.fromkeys((path for path in read if path.startswith(f"{folder}/")), None)
        return
    commit = repository.resolve("HEAD") if one.taken[FILE] == OURS else _theirs(repository)
    if commit is not None:
        objects = GitObjects(repository)
        entries = [entry for entry in objects.list_tree(commit, folder) if files.stat(entry.path) is None]
        blobs = objects.read_blobs([entry.oid for entry in entries])
        changes |= {entry.path: blobs[entry.oid] for entry in entries if entry.oid in blobs}


def _theirs(repository: Repository) -> str | None:
    return next((found for name in UNDER_WAY if (found := repository.resolve(name))), None)


def under_way(repository: Repository) -> bool:
    """Whether a merge waits to be finished, so that what is written belongs to its commit."""
    return _theirs(repository) is not None


# -- histories and ids ------------------------------------------------------------------------------------------------


def forked(tracker: Tracker, chosen: Iterable[str] = ()) -> list[str]:
    """Issues whose history has ends that differ, or of those in `chosen` contradicts the status just chosen."""
    folded = check.chains(tracker, {})
    also = {one for one in chosen if one in folded and not folded[one].status_explained}
    return sorted({issue_id for issue_id, one in folded.items() if one.forked} | also)


def join(desk: Desk, issue_id: str, writer: Writer) -> tuple[Joined, list[str]]:
    """Join all ends of a history at the status that the file has: it is the front matter that says it."""
    issue = source.load(desk.files).issues[issue_id]
    try:
        moved = plan_move(desk, issue_id, Move(issue.status, join=True), writer)
        assert moved.planned is not None
        paths = edit.apply(desk.world.files, moved.planned.changes, {issue.path: moved.data})
    except (Refused, Conflict) as error:
        return Joined(issue_id, issue.status, str(error)), []
    return Joined(issue_id, issue.status), paths


def part(desk: Desk, tracker: Tracker, issue_id: str, keep: Sequence[str]) -> tuple[list[Parted], list[str]]:
    """Give all files of an id but one another id. That one is named by the id, or by a person."""
    paths = tracker.duplicates[issue_id]
    kept = next((path for path in (*keep, issue_path(issue_id)) if path in paths), None)
    if kept is None:
        return [Parted(issue_id, path, "", "say which file keeps the id: --keep PATH") for path in paths], []
    found, touched = [], []
    taken = {*tracker.issues, *tracker.duplicates, *tracker.unreadable}
    for path in paths:
        if path != kept:
            new = free_id(tracker, taken, desk.world.ids)
            taken.add(new)
            one, written = _parted(desk, tracker, issue_id, path, new)
            found.append(one)
            touched += written
    if kept != issue_path(issue_id) and all(one.new for one in found):
        touched += _named(desk, tracker, kept, issue_path(issue_id))
    return found, touched


def _parted(desk: Desk, tracker: Tracker, old: str, path: str, new: str) -> tuple[Parted, list[str]]:
    data = tracker.files.get(path)
    issue = read_issue(path, data, tracker.config)[0] if data is not None else None
    if data is None or issue is None:
        return Parted(old, path, "", "it cannot be read: fp check"), []
    named = with_fields(data, {"id": new})
    document = frontmatter.parse(named, path)[0]
    assert document is not None, "it was read before"
    body = mentioning(old).sub(new, document.body)
    written = named if body == document.body else frontmatter.edit_body(named, body)
    touched = edit.apply(desk.world.files, {issue_path(new): written, path: None}, {path: data})
    return Parted(old, path, new), touched


def _named(desk: Desk, tracker: Tracker, path: str, target: str) -> list[str]:
    """The kept file under the name of its id, which is free now."""
    data = tracker.files[path]
    return edit.apply(desk.world.files, {target: data, path: None}, {path: data})
