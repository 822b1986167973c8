"""Issues and events of a source, read once for each content: what the cache knows is neither fetched nor parsed again.

A shell. The cache is keyed by blob id, and by everything else that reading depends on; it is never of record: without
it, or with a broken one, all reads the same. Only what read without any problem is kept, so that a problem is always
told from the file itself. At 10,000 issues with six events a warm cache saves more than half of the time [measured].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from fp.codec import read_issue
from fp.kernel.clock import instant, parse_instant
from fp.kernel.problem import Problem
from fp.model import Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fp.config import Config
    from fp.event import Event
    from fp.kernel.ports import Oid
    from fp.source import Found, IssueSource

CACHE_PATH = "fp/parsed.sqlite"
"""The cache's file in the git folder that all worktrees share."""
VERSION = "2"
"""Changes whenever the same bytes could read as something else, or are kept in another shape."""
_CREATED = Issue._fields.index("created")
_AFTER = 4
"""Where `after` stands in an event: behind name, kind, by and at."""

T = TypeVar("T")


class Cache(Protocol):
    """What `fp.kernel.cache.BlobCache` offers."""

    def get_many(self, kind: str, version: str, keys: Sequence[str]) -> dict[str, bytes]:
        """The values that are there."""
        ...

    def put_many(self, kind: str, version: str, values: Mapping[str, bytes]) -> None:
        """Keep values."""
        ...


class Shape(NamedTuple, Generic[T]):
    """How one kind of file is read, and kept as JSON; `revive` raises ValueError or TypeError for other values."""

    kind: str
    version: str
    read: Callable[[str, bytes], tuple[T | None, list[Problem]]]
    keep: Callable[[T], list[Any]]
    revive: Callable[[list[Any], str], T]


class Read(NamedTuple, Generic[T]):
    """One file; `value` is None when it is not what it should be."""

    path: str
    value: T | None
    problems: list[Problem]


class Contents(Mapping[str, bytes]):
    """Bytes by path; those of files that the cache spared are fetched when they are asked for."""

    def __init__(self, source: IssueSource, known: dict[str, bytes], spared: Mapping[str, Found]):
        self._source = source
        self._known = known
        self._spared = spared

    def __getitem__(self, path: str) -> bytes:
        if path not in self._known and path in self._spared:
            content = self._source.read([self._spared[path]]).get(path)
            assert isinstance(content, bytes), "a blob that was read once can be read again"
            self._known[path] = content
        return self._known[path]

    def __contains__(self, path: object) -> bool:
        return path in self._known or path in self._spared

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._spared})

    def __len__(self) -> int:
        return len({**self._known, **self._spared})


def read_files(
    source: IssueSource, found: Sequence[Found], shape: Shape[T], cache: Cache | None = None
) -> tuple[list[Read[T]], Mapping[str, bytes]]:
    """Each file that is there, in the order of `found`, and the bytes of those that can be opened."""
    kept = _kept(cache, found, shape)
    contents = source.read([one for one in found if one.path not in kept])
    fresh: dict[Oid, T] = {}
    results = []
    for one in found:
        content = contents.get(one.path)
        if one.path in kept:
            results.append(Read(one.path, kept[one.path], []))
        elif isinstance(content, Problem):
            results.append(Read(one.path, None, [content]))
        elif content is not None:
            results.append(Read(one.path, *shape.read(one.path, content)))
            value = results[-1].value
            if one.oid is not None and value is not None and not results[-1].problems:
                fresh[one.oid] = value
    _keep(cache, fresh, shape)
    known = {path: content for path, content in contents.items() if isinstance(content, bytes)}
    return results, Contents(source, known, {one.path: one for one in found if one.path in kept}) if kept else known


def _kept(cache: Cache | None, found: Sequence[Found], shape: Shape[T]) -> dict[str, T]:
    oids = {one.path: one.oid for one in found if one.oid is not None}
    if cache is None or not oids:
        return {}
    import json

    values = cache.get_many(shape.kind, shape.version, sorted(set(oids.values())))
    kept = {}
    for path, oid in oids.items():
        if oid in values:
            try:
                kept[path] = shape.revive(json.loads(values[oid]), path)
            except (ValueError, TypeError):
                continue
    return kept


def _keep(cache: Cache | None, fresh: Mapping[Oid, T], shape: Shape[T]) -> None:
    if cache is None or not fresh:
        return
    import json

    values = {oid: json.dumps(shape.keep(value), separators=(",", ":")).encode() for oid, value in fresh.items()}
    cache.put_many(shape.kind, shape.version, values)


def issue_shape(config: Config) -> Shape[Issue]:
    """Issues, as the settings let them be read."""
    from hashlib import sha256

    digest = sha256(repr(config).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Shape("issue", f"{VERSION}-{digest}", lambda path, data: read_issue(path, data, config), _keep_issue, _issue)


def _keep_issue(issue: Issue) -> list[Any]:
    created = None if issue.created is None else instant(issue.created, milliseconds=True)
    return [*issue._replace(path="")[:_CREATED], created, *issue[_CREATED + 1 :]]


def _issue(values: list[Any], path: str) -> Issue:
    fields: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
    plain = Issue(*fields)
    created = parse_instant(values[_CREATED]) if values[_CREATED] is not None else None
    return plain._replace(created=created, path=path)


def event_shape() -> Shape[Event]:
    """Events."""
    from fp.event import Event, Writer, name_of, read_event

    def keep(event: Event) -> list[Any]:
        at = None if event.at is None else event.at.isoformat()
        return [event.kind, event.by, at, *event[_AFTER:-1]]

    def revive(values: list[Any], path: str) -> Event:
        kind, by, at, after, from_, to, epoch, claim, fields, note = values
        writer = None if by is None else Writer(*by)
        when = None if at is None else parse_instant(at)
        return Event(name_of(path), kind, writer, when, tuple(after), from_, to, epoch, claim, fields, note, path)

    return Shape("event", VERSION, read_event, keep, revive)
