"""The issues of a worktree by way of the index: only files that changed since they were read are read again.

A shell. A row is trusted while the file's stamp (mtime, ctime, size, inode) is the one it was read under, and that
stamp was settled then: older than any later change could be given. A file changed within `SETTLED_NANOSECONDS` of being
read is kept without a stamp and read again the next time, for a second change of the same size in the same tick of the
clock would go unseen (git calls such entries racily clean). With the index and without it all reads the same.
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from fp import scan
from fp.codec import read_issue
from fp.configfile import read_config
from fp.drafts import blob_id
from fp.index import open_index
from fp.kernel.frontmatter import SIZE_BYTES_MAX
from fp.kernel.problem import Problem, Severity
from fp.model import ARCHIVE_FOLDER, CONFIG_PATH, ISSUES_FOLDER, Issue
from fp.parsed import Read
from fp.source import FILE, Found, assemble, load, load_config, with_referenced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fp.config import Config
    from fp.index import Index
    from fp.scan import Head, Stamp
    from fp.source import CommitSource, WorktreeSource
    from fp.tracker import Tracker

    Row = tuple[str, tuple[Any, ...] | None, tuple[tuple[Any, ...], ...]]
    """Blob id, the issue's fields without body and lines (None where it is none), the problems' fields."""

FILES_LEAST = 150
"""With fewer files to read, opening sqlite costs more than it saves [measured: equal at about 130]."""
TEXT_CHUNKS = 16
"""Bodies are kept in so many parts by name, so that an edit rewrites one of them."""
_CREATED, _BODY, _PATH = (Issue._fields.index(field) for field in ("created", "body", "path"))


class Parts(NamedTuple):
    """What a folder's parts of the index are called; the worktree's path follows."""

    stamps: str = scan.STAMPS
    rows: str = scan.ROWS
    text: str = scan.TEXT


ARCHIVED = Parts("archived-stamps:", "archived-rows:", "archived-text:")


class Place(NamedTuple):
    """A folder of a worktree, its index, and the settings it is read under, read once."""

    root: str
    source: WorktreeSource
    store: Index
    settings: bytes
    config: Config
    problems: list[Problem]
    folder: str = ISSUES_FOLDER
    parts: Parts = Parts()


class Kept(NamedTuple):
    """What the index holds of one worktree: stamps and rows by name, and the word they share."""

    stamps: Mapping[str, Stamp]
    rows: dict[str, Row]
    generation: str


class Looked(NamedTuple):
    """The rows as they are now, the issues that had to be read for them, where asked for, and the index's word."""

    rows: dict[str, Row]
    fresh: dict[str, Issue]
    generation: str


class Here(NamedTuple):
    """A worktree's tracker, and where an answer made of it may be kept: nowhere without a generation."""

    tracker: Tracker
    place: Place | None = None
    generation: str = ""

    def keep_listed(self, heads: Sequence[Head], notes: tuple[str, ...]) -> None:
        """Keep what `fp list` prints, until a file changes."""
        if self.place is not None and self.generation:
            key = scan.LISTED + self.place.root
            kept = self.place.store.get(key).get(key)
            if kept is None or kept[0] != self.generation:
                self.place.store.put({key: (self.generation, heads, notes)})


def load_here(
    root: str,
    source: WorktreeSource,
    bodies: Callable[[Config], bool] = lambda _: True,
    *,
    archive: Callable[[Config], bool] = lambda _: False,
    files_least: int = FILES_LEAST,
) -> Here:
    """The tracker of the worktree at `root`, without events; without bodies where nobody asks for them.

    Of the archive only what the others wait for, or are part of, unless `archive` asks for all of it. What comes from
    the index has no `lines` and no `files`: it is for finding and showing, not for edits.
    """
    place = _place(root, source)
    try:
        if place is not None:
            return _load(place, bodies, files_least, archive=archive(place.config))
    except OSError:  # the folder went away meanwhile
        pass
    return Here(load(source, archive=archive(load_config(source)[0])))


def _load(place: Place, bodies: Callable[[Config], bool], files_least: int, *, archive: bool) -> Here:
    stamps = scan.look(f"{place.root}/{ISSUES_FOLDER}")
    kept = place._replace(folder=ARCHIVE_FOLDER, parts=ARCHIVED)
    old = _look_if_there(f"{place.root}/{ARCHIVE_FOLDER}") if archive else {}
    if len(stamps) + len(old) < files_least:
        return Here(load(place.source, archive=archive))
    with_bodies = bodies(place.config)
    generation, read = _folder(place, stamps, with_bodies=with_bodies)
    if old:
        read += _folder(kept, old, with_bodies=with_bodies)[1]
    tracker = assemble(place.source, place.config, place.problems, read)
    return Here(tracker if archive else with_referenced(place.source, tracker), place, generation)


def _look_if_there(folder: str) -> dict[str, Stamp]:
    try:
        return scan.look(folder)
    except OSError:  # none, or a link, which `fp check` tells
        return {}


def _folder(place: Place, stamps: Mapping[str, Stamp], *, with_bodies: bool) -> tuple[str, list[Read[Issue]]]:
    """The issues of one folder, by name, and the index's word for them."""
    looked = _looked(place, stamps, keep_fresh=with_bodies)
    texts = _texts(place, looked) if with_bodies else {}
    return looked.generation, [_read(place, looked, name, texts.get(name, "")) for name in sorted(looked.rows)]


class There(NamedTuple):
    """A commit's tracker without events, and the blob ids of the worktree's own files by name, where they are known."""

    tracker: Tracker
    here: Mapping[str, str] | None = None
    place: Place | None = None
    generation: str = ""


def load_there(
    where: CommitSource, root: str, source: WorktreeSource, settings: bytes, *, files_least: int = FILES_LEAST
) -> There:
    """The tracker of a commit whose settings file is `settings`: only blobs that no file here has are fetched."""
    place = _place(root, source)
    found = where.issue_files()
    if place is None or place.settings != settings or len(found) < files_least:
        return There(load(where, archive=False))
    try:
        looked = _looked(place, scan.look(f"{root}/{ISSUES_FOLDER}"))
    except OSError:
        return There(load(where, archive=False))
    rows = {one.path: looked.rows.get(one.path.rpartition("/")[2], ("", None, ())) for one in found}
    contents = where.read([one for one in found if rows[one.path][0] != one.oid])
    read = []
    for one in found:
        content = contents.get(one.path)
        if isinstance(content, bytes):
            read.append(Read(one.path, *read_issue(one.path, content, place.config)))
        elif content is not None:
            read.append(Read(one.path, None, [content]))
        elif rows[one.path][0] == one.oid:  # else its blob is not in this clone
            read.append(_read(place, looked, one.path.rpartition("/")[2], ""))
    tracker = with_referenced(where, assemble(where, place.config, place.problems, read))
    blobs = {one.path: one.oid for one in found if one.oid is not None}
    return There(
        tracker._replace(blobs=blobs), {name: row[0] for name, row in looked.rows.items()}, place, looked.generation
    )


def _place(root: str, source: WorktreeSource) -> Place | None:
    """None where there is no git folder, or no settings file to hold the index against."""
    index, settings = open_index(root), scan.settings(root)
    if index is None or settings is None:
        return None
    return Place(root, source, index, settings, *read_config(settings, CONFIG_PATH))


def _looked(place: Place, stamps: Mapping[str, Stamp], *, keep_fresh: bool = False) -> Looked:
    kept = _kept(place)
    changed = [name for name, stamp in stamps.items() if kept.stamps.get(name) != stamp or stamp == scan.UNSTAMPED]
    if not changed and len(stamps) == len(kept.stamps):
        return Looked(kept.rows, {}, kept.generation)
    begun = time.time_ns()
    now = {name: kept.stamps[name] for name in stamps.keys() - set(changed)}
    rows = {name: kept.rows[name] for name in now}
    fresh: dict[str, Issue] = {}
    for name, stamp, data in scan.read(f"{place.root}/{place.folder}", changed, SIZE_BYTES_MAX):
        rows[name], issue = _row(f"{place.folder}/{name}", data, kept.rows.get(name), place.config)
        if issue is not None:
            fresh[name] = issue if keep_fresh else issue._replace(body="", lines={})
        now[name] = stamp if max(stamp[:2]) < begun - scan.SETTLED_NANOSECONDS else scan.UNSTAMPED
    for name, row in _odd(place, [name for name in changed if name not in rows]).items():
        rows[name], now[name] = row, scan.UNSTAMPED
    if now == kept.stamps and all(kept.rows[name] is row for name, row in rows.items()):
        return Looked(rows, fresh, kept.generation)
    return Looked(rows, fresh, _keep(place, rows, now))


def _row(path: str, data: bytes, before: Row | None, config: Config) -> tuple[Row, Issue | None]:
    """The row of a file, and the issue where it had to be read anew."""
    oid = blob_id(data, "sha1")
    if before is not None and before[0] == oid:
        return before, None
    issue, problems = read_issue(path, data, config)
    return row_of(oid, issue, problems), issue


def row_of(oid: str, issue: Issue | None, problems: Iterable[Problem]) -> Row:
    """A file as the index keeps it."""
    told = tuple((*problem[:5], str(problem.severity)) for problem in problems)
    if issue is None:
        return oid, None, told
    created = None if issue.created is None else issue.created.isoformat()
    plain = issue._replace(body="", path="", lines={}, extra=dict(issue.extra))
    return oid, (*plain[:_CREATED], created, *plain[_CREATED + 1 :]), told


def _read(place: Place, looked: Looked, name: str, body: str) -> Read[Issue]:
    row, fresh = looked.rows[name], looked.fresh.get(name)
    if fresh is not None and not row[2]:
        return Read(fresh.path, fresh._replace(body=body, lines={}), [])
    path = f"{place.folder}/{name}"
    problems = [_problem(one) for one in row[2]] if row[2] else []
    return Read(path, None if row[1] is None else issue_of(row[1], path, body), problems)


def _problem(fields: tuple[Any, ...]) -> Problem:
    problem = Problem._make(fields)
    return problem._replace(severity=Severity(problem.severity))


def issue_of(fields: tuple[Any, ...], path: str, body: str = "") -> Issue:
    """An issue as a row has it."""
    values = [*fields]
    values[_CREATED] = None if fields[_CREATED] is None else datetime.fromisoformat(fields[_CREATED])
    values[_BODY], values[_PATH] = body, path
    return Issue._make(values)


def _odd(place: Place, names: Sequence[str]) -> dict[str, Row]:
    """What could not be read in one go: links, folders, large files; whatever vanished is left out."""
    found: dict[str, Row] = {}
    if not names:
        return found
    for path, content in place.source.read([Found(f"{place.folder}/{name}", FILE) for name in names]).items():
        name = path.rpartition("/")[2]
        if isinstance(content, Problem):
            found[name] = row_of("", None, [content])
        else:
            found[name] = row_of("", *read_issue(path, content, place.config))
    return found


# -- parts of the index -----------------------------------------------------------------------------------------------


def _kept(place: Place) -> Kept:
    """What the index holds, if it was made under the same settings."""
    stamps_key, rows_key = place.parts.stamps + place.root, place.parts.rows + place.root
    parts = place.store.get(stamps_key, rows_key)
    if stamps_key not in parts or rows_key not in parts:
        return Kept({}, {}, "")
    settings, generation, stamps = parts[stamps_key]
    if settings != place.settings or generation != parts[rows_key][0]:
        return Kept({}, {}, "")
    return Kept(stamps, parts[rows_key][1], generation)


def _keep(place: Place, rows: dict[str, Row], stamps: dict[str, Stamp]) -> str:
    """The word that the parts share; empty when they could not be kept."""
    generation = os.urandom(8).hex()
    parts = {
        place.parts.stamps + place.root: (place.settings, generation, stamps),
        place.parts.rows + place.root: (generation, rows),
    }
    listed = (scan.LISTED + place.root,) if place.folder == ISSUES_FOLDER else ()
    gone = (*listed, *_of_no_worktree(place.store))
    return generation if place.store.put(parts, gone) else ""


def _of_no_worktree(store: Index) -> list[str]:
    """The parts of worktrees that are no more: every run of an agent has one for a while."""
    keys = store.names()
    roots = {key.removeprefix(scan.STAMPS) for key in keys if key.startswith(scan.STAMPS)}
    lost = [root for root in roots if not os.path.isdir(f"{root}/{ISSUES_FOLDER}")]
    return [key for key in keys if any(f"{key.partition(':')[2]}:".startswith(f"{root}:") for root in lost)]


def _texts(place: Place, looked: Looked) -> dict[str, str]:
    """The body of each issue by name."""
    keys = [f"{place.parts.text}{place.root}:{number}" for number in range(TEXT_CHUNKS)]
    known: dict[str, tuple[str, str]] = {}
    for chunk in place.store.get(*keys).values():
        known.update(chunk)
    wanted = {name: row[0] for name, row in looked.rows.items() if row[1] is not None}
    there = {name: known[name] for name, oid in wanted.items() if name in known and known[name][0] == oid}
    missing = [name for name in wanted if name not in there]
    if missing:
        there |= _read_texts(place, looked, missing)
        _keep_texts(place, there, missing)
    return {name: text for name, (_, text) in there.items()}


def _read_texts(place: Place, looked: Looked, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    texts = {name: (looked.rows[name][0], looked.fresh[name].body) for name in names if name in looked.fresh}
    left = [name for name in names if name not in texts]
    for name, _, data in scan.read(f"{place.root}/{place.folder}", left, SIZE_BYTES_MAX):
        issue = read_issue(f"{place.folder}/{name}", data, place.config)[0]
        texts[name] = (blob_id(data, "sha1"), "" if issue is None else issue.body)
    return texts


def _keep_texts(place: Place, texts: Mapping[str, tuple[str, str]], changed: Iterable[str]) -> None:
    dirty = {_chunk(name) for name in changed}
    chunks: dict[int, dict[str, tuple[str, str]]] = {number: {} for number in dirty}
    for name, text in texts.items():
        number = _chunk(name)
        if number in dirty:
            chunks[number][name] = text
    place.store.put({f"{place.parts.text}{place.root}:{number}": chunk for number, chunk in chunks.items()})


def _chunk(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogateescape")) % TEXT_CHUNKS
