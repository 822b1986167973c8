"""What a change between two commits can have made wrong, found without reading the whole tracker. A shell over git.

A problem that a change brings is about an issue that it touches, or about a circle through an edge that it adds. So
both sides are read in part: the touched issues with their events, the issues that these wait for, the files whose names
tell no id, and where an edge was added all that can be reached from it. Where that is not enough (an issue is gone or
broken, the settings change, too much is touched) the answer is None, and everything is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.codec import read_issue
from fp.model import (
    ARCHIVE_FOLDER,
    CONFIG_PATH,
    EVENTS_FOLDER,
    ISSUES_FOLDER,
    archive_path,
    archived_events_path,
    event_owner,
    events_path,
    is_issue_id,
    issue_path,
    live_path,
    odd_names,
)
from fp.properties import references
from fp.scan import is_issue_name
from fp.source import FILE, LINK, LINK_MODE, OTHER, CommitSource, Found, load_config

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from fp.config import Config
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Objects, Oid
    from fp.kernel.problem import Problem
    from fp.model import Issue

TOUCHED_MAX = 300
REACHED_MAX = 600
"""With more issues than these the whole is read: it costs less than so many small questions."""
COMMIT_MODE = "160000"


class Change(NamedTuple):
    """One path that differs; None where it is absent."""

    path: str
    old: Oid | None
    new: Oid | None
    plain: bool


class Part(NamedTuple):
    """The touched issues, both sides' sources restricted to what matters, and the names of all of the head's files."""

    touched: frozenset[str]
    before: PartSource
    after: PartSource
    names: tuple[str, ...]


class PartSource:
    """`IssueSource` of some files of one commit."""

    def __init__(self, whole: CommitSource, files: Sequence[Found], events: Sequence[Found]):
        self._whole = whole
        self._files = list(files)
        self._events = list(events)
        self.commit: Oid | None = whole.commit
        self.label = whole.label

    def has_tracker(self) -> bool:
        """Whoever asks for a part knows."""
        return True

    def issue_names(self) -> list[str]:
        """Those of the part."""
        return [found.path.rpartition("/")[2] for found in self._files]

    def issue_files(self) -> list[Found]:
        """Those of the part."""
        return self._files

    def archived_files(self) -> list[Found]:
        """None of their own: those of the part are among its files."""
        return []

    def strays(self) -> list[Problem]:
        """None: a change that moves files to where nobody reads them is looked at as a whole."""
        return []

    def event_files(self, issue_id: str | None = None) -> list[Found]:
        """Those of the touched issues."""
        return [found for found in self._events if issue_id is None or event_owner(found.path) == issue_id]

    def template_files(self) -> list[Found]:
        """None: a change of templates is looked at as a whole."""
        return []

    def read(self, found: Sequence[Found]) -> dict[str, bytes | Problem]:
        """As the commit has them."""
        return self._whole.read(found)


def changes_between(repository: Repository, old: Oid, new: Oid) -> list[Change]:
    """Every path that differs between two commits, by one process."""
    words = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--end-of-options", old, new)
    fields = repository.git(*words).fields()
    found = []
    for head, path in zip(fields[::2], fields[1::2], strict=True):
        modes, oids = head[1:].split(" ")[:2], head.split(" ")[2:4]
        one, other = (None if set(oid) == {"0"} else oid for oid in oids)
        found.append(Change(path, one, other, not {LINK_MODE, COMMIT_MODE} & set(modes)))
    return found


def touched_by(changes: Iterable[Change]) -> frozenset[str] | None:
    """The issues whose file or events a change touches; None where it does what a part cannot tell the effects of."""
    found: set[str] = set()
    for change in changes:
        if not change.path.startswith(f"{ISSUES_FOLDER}/"):
            continue
        owner = _owner(change)
        if owner is None:
            return None
        found.update(owner)
    return frozenset(found) if len(found) <= TOUCHED_MAX else None


def _owner(change: Change) -> tuple[str, ...] | None:
    """The issue that a path belongs to, none for what is no issue's; None for what must be looked at as a whole."""
    name = change.path.removeprefix(f"{ISSUES_FOLDER}/")
    if change.path == CONFIG_PATH or not change.plain:
        return None
    if "/" not in name and is_issue_name(name):
        return (name[:-3],) if is_issue_id(name[:-3]) and change.new is not None else None
    if _is_event(change.path):
        return (change.path.split("/")[2],)
    return None if name.endswith(".md") else ()


def _is_event(path: str) -> bool:
    parts = path.split("/")
    return path.startswith(f"{EVENTS_FOLDER}/") and len(parts) == 4 and is_issue_id(parts[2]) and path.endswith(".md")


class _Reader:
    """Issues of one commit by id, read as they are asked for, many at once."""

    def __init__(self, repository: Repository, objects: Objects, commit: Oid, config: Config):
        self._repository = repository
        self._objects = objects
        self._config = config
        self.commit = commit
        self.files: dict[str, Found] = {}
        self.issues: dict[str, Issue | None] = {}
        self.doubled: set[str] = set()  # in the archive and out of it: whoever names them is concerned

    def files_at(self, paths: Iterable[str]) -> list[Found]:
        """The plain files at or below some paths."""
        asked = sorted(paths)
        if not asked:
            return []
        fields = self._repository.git("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", *asked).fields()
        return [_found(*field.split("\t", 1)) for field in fields]

    def read(self, ids: Iterable[str]) -> None:
        """Read these issues too; one without a file is left out, one that cannot be read is None."""
        asked = [one for one in ids if one not in self.issues]
        found = self.files_at(path for one in asked for path in (archive_path(one), issue_path(one)))
        blobs = self._objects.read_blobs([one.oid for one in found if one.kind == FILE and one.oid is not None])
        for one in found:
            issue_id = one.path.rpartition("/")[2].removesuffix(".md")
            if issue_id in self.issues:
                self.doubled.add(issue_id)
            issue = read_issue(one.path, blobs[one.oid], self._config)[0] if one.oid in blobs else None
            self.files[issue_id] = one
            self.issues[issue_id] = issue if issue is not None and issue.id == issue_id else None

    def names(self, issue_id: str) -> frozenset[str]:
        """All issues that it names, in properties too."""
        issue = self.issues.get(issue_id)
        own = () if issue is None else references(issue, self._config)
        return self.edges(issue_id) | {one.id for one in own if is_issue_id(one.id)}

    def edges(self, issue_id: str) -> frozenset[str]:
        """What an issue waits for, and its parent."""
        issue = self.issues.get(issue_id)
        return frozenset() if issue is None else frozenset((*issue.depends_on, *filter(None, (issue.parent,))))


def _found(head: str, path: str) -> Found:
    mode, kind, oid = head.split(" ")
    return Found(path, LINK if mode == LINK_MODE else FILE if kind == "blob" else OTHER, oid)


def part_of(repository: Repository, objects: Objects, sides: tuple[Oid, Oid], changes: Sequence[Change]) -> Part | None:
    """The part that a change concerns; None where the whole has to be read."""
    touched = touched_by(changes)
    if touched is None:
        return None
    config = load_config(CommitSource(objects, sides[0]))[0]
    before, after = (_Reader(repository, objects, commit, config) for commit in sides)
    before.read(touched)
    after.read(touched)
    if any(issue is not None and after.issues.get(one) is None for one, issue in before.issues.items()):
        return None
    if any(issue is None for issue in (*before.issues.values(), *after.issues.values())):
        return None
    if before.doubled or after.doubled:
        return None
    wanted = {one for reader in (before, after) for issue_id in touched for one in reader.names(issue_id)} - touched
    if _cuts_circle(before, after, touched) or not _reach(after, _starts(before, after, touched), wanted):
        return None
    return _part(repository, objects, (before, after), touched, wanted)


def _starts(before: _Reader, after: _Reader, touched: Collection[str]) -> set[str]:
    """The ends of added edges that may close a circle: into a new issue only another added edge can lead."""
    added = {(one, target) for one in touched for target in after.edges(one) - before.edges(one)}
    targets = {target for _, target in added}
    return {target for one, target in added if one in before.issues or one in targets}


def _cuts_circle(before: _Reader, after: _Reader, touched: Collection[str]) -> bool:
    """Whether an edge is taken from what may be a circle: of a knot of circles another one is told then."""
    for one in touched:
        left: set[str] = set()
        ends = before.edges(one) - after.edges(one)
        if ends and (not _reach(before, ends, left) or one in left):
            return True
    return False


def _reach(reader: _Reader, starts: Collection[str], wanted: set[str]) -> bool:
    """Add to `wanted` all that can be reached; False when that is too much."""
    seen: set[str] = set()
    following = set(starts)
    while following:
        seen |= following
        if len(seen) > REACHED_MAX:
            return False
        reader.read(following)
        following = {target for one in following for target in reader.edges(one)} - seen
    wanted |= seen
    return True


def _part(
    repository: Repository,
    objects: Objects,
    sides: tuple[_Reader, _Reader],
    touched: frozenset[str],
    wanted: Collection[str],
) -> Part:
    folders = (f"{ISSUES_FOLDER}/", f"{ARCHIVE_FOLDER}/")
    listed = repository.git("ls-tree", "-z", "--full-tree", "--name-only", sides[1].commit, "--", *folders)
    paths = [path for path in listed.fields() if is_issue_name(path.rpartition("/")[2])]
    files = [path.rpartition("/")[2] for path in paths]
    names = odd_names(files)
    odd = {path for path in paths if path.rpartition("/")[2] in names} if names else set()
    others = {*odd, *map(issue_path, wanted), *map(archive_path, wanted)}
    before, after = (_source(objects, side, touched, others) for side in sides)
    return Part(touched, before, after, tuple(files))


def _source(objects: Objects, side: _Reader, touched: Collection[str], others: Collection[str]) -> PartSource:
    places = (issue_path, archive_path, events_path, archived_events_path)
    found = side.files_at({*others, *(place(one) for place in places for one in touched)})
    events = [one for one in found if _is_event(live_path(one.path))]
    files = [one for one in found if event_owner(one.path) is None]
    return PartSource(CommitSource(objects, side.commit), files, events)


def blobs_of(objects: Objects, changes: Iterable[Change]) -> Mapping[Oid, bytes]:
    """The content of every changed file of the tracker."""
    ours = [change for change in changes if change.path.startswith(f"{ISSUES_FOLDER}/")]
    return objects.read_blobs([oid for change in ours for oid in (change.old, change.new) if oid is not None])
