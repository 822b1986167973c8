"""A lock and a way to read files to a report: each file is read once and parsed once, in the order of its path.

Reads through the functions it is given, so that it serves a worktree and a commit alike; writes nothing. Invariant: the
report depends on contents alone, not on the order of the lock or of the file system.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many, is_prose
from drift.compare import ask_for, foreign, judge, report
from drift.content import FILE_BYTES_MAX, Ask, Missing
from drift.globs import matches
from drift.inline import Lookups, asks_for_it, report_references
from drift.links import Places, report_links
from drift.members import member_ask, set_seen
from drift.model import CheckReport, DocumentReport, Links, Reason
from drift.patterns import members_of, without
from drift.recall import Anew, text_of
from drift.scope import concerning, confined
from drift.waivers import Waived, has_waivers, unwaived, waive
from fp.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from drift.content import Seen
    from drift.model import AnchorReport, Binding, Lock, RemarkReport, Settings
    from drift.patterns import Members
    from drift.recall import Recall

Read = Callable[[str], bytes | None]
"""The content of a file by its path; None where there is none; Refused, with the reason, for what is no plain file."""


PROSE_KEPT_BYTES_MAX = 16 * 1024 * 1024


class Sources(NamedTuple):
    """What a check reads: files, what stands at a path (`file`, `folder`, `link`, None), and the known documents.

    `files` lists all there are; it is asked only where a binding is of many files.
    """

    read: Read
    kind: Callable[[str], str | None]
    documents: Callable[[], Sequence[str]]
    recall: Recall = Anew()
    files: Callable[[], Iterable[str]] = tuple


def check(
    lock: Lock, settings: Settings, sources: Sources, repo: str = "", *, only: Collection[str] | None = None
) -> CheckReport:
    """The whole report. `repo` is this repository's origin, for bindings that name one.

    With `only`, of these paths alone: their bindings, and the links of those that are documents.
    """
    if only is not None:
        lock = confined(lock, only)
    sources = sources._replace(read=_prose_once(sources.read))
    verdicts = _verdicts(lock.bindings, settings, sources, repo)
    by_doc = dict(_by_document(verdicts))
    documents = set(by_doc) | _asked_for(settings, sources)
    places = Places(functools.cache(sources.kind), functools.cache(lambda path: _slugs(path, sources)))
    if only is not None:
        documents = {path for path in documents if path in only or path in by_doc}
    linked = documents if only is None else documents & set(only)
    reports = [
        _document(path, by_doc.get(path, []), settings, sources, places if path in linked else None)
        for path in sorted(documents)
    ]
    return CheckReport(tuple(reports), repo)


def _prose_once(read: Read) -> Read:
    """The same, documents read once: their bindings, links, and the links of others into them are looked at apart."""
    kept: dict[str, bytes | None] = {}
    room = PROSE_KEPT_BYTES_MAX

    def reading(path: str) -> bytes | None:
        nonlocal room
        if path in kept:
            return kept[path]
        data = read(path)
        size = len(data or b"")
        if is_prose(path) and size <= room:
            kept[path] = data
            room -= size
        return data

    return reading


def _asked_for(settings: Settings, sources: Sources) -> set[str]:
    """The documents that are looked at whether something is bound to them or not."""
    if settings.links is Links.ALL:
        return set(sources.documents())
    return {path for path in sources.documents() if matches(path, settings.inline)} if settings.inline else set()


def stale_for(
    lock: Lock, settings: Settings, read: Read, changed: Collection[str], *, files: Collection[str] = ()
) -> tuple[AnchorReport, ...]:
    """The bindings whose target is one of the changed paths and that are stale for what `read` gives now.

    `files` are all there are: members of bound folders and patterns are among them.
    """
    affected = [item for item in concerning(lock, changed).bindings if not item.origin]
    sources = Sources(read, lambda _: None, tuple, files=lambda: files)
    stale = [verdict for verdict in _verdicts(affected, settings, sources, "") if verdict.result == "stale"]
    return tuple(verdict for path, ones in _by_document(stale) for verdict in _answered_for(path, ones, read))


def _answered_for(path: str, verdicts: list[AnchorReport], read: Read) -> list[AnchorReport]:
    """Those of one document's verdicts that it does not waive."""
    data = content(path, read)
    plain = isinstance(data, Missing) or not is_prose(path) or not has_waivers(data)
    return verdicts if isinstance(data, Missing) or plain else unwaived(verdicts, text_of(data))


def _by_document(verdicts: Iterable[AnchorReport]) -> list[tuple[str, list[AnchorReport]]]:
    found: defaultdict[str, list[AnchorReport]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.binding.doc.path].append(verdict)
    return sorted(found.items())


def _verdicts(bindings: Iterable[Binding], settings: Settings, sources: Sources, repo: str) -> list[AnchorReport]:
    ordered = sorted(bindings, key=lambda binding: binding.key)
    asked = [None if foreign(binding, repo) else ask_for(binding) for binding in ordered]
    many = gathered(ordered, sources)
    asks: defaultdict[str, set[Ask]] = defaultdict(set)
    for binding, ask in zip(ordered, asked, strict=True):
        if ask is not None and binding.target.path not in many:
            asks[binding.target.path].add(ask)
        elif ask is not None:
            for path in _members(binding, many) or ():
                asks[path].add(member_ask(path, ask, settings.comments))
    answers = {path: observe(path, sorted(asks[path]), settings, sources.read, sources.recall) for path in sorted(asks)}

    @functools.cache
    def of_many(target: str, members: Members, ask: Ask) -> Seen:
        return set_seen(target, members, ask, lambda path, one: answers[path][one], settings.comments)

    def found(binding: Binding, ask: Ask) -> Seen:
        path = binding.target.path
        return of_many(path, _members(binding, many), ask) if path in many else answers[path][ask]

    return [
        report(binding, Reason.ORIGIN_MISMATCH, settings)
        if ask is None
        else judge(binding, found(binding, ask), settings)
        for binding, ask in zip(ordered, asked, strict=True)
    ]


def gathered(bindings: Iterable[Binding], sources: Sources) -> dict[str, Members]:
    """The members of each folder and pattern that is bound; no file is listed where there is none."""
    patterns = {binding.target.path for binding in bindings if is_many(binding.target.path)}
    return members_of(patterns, sources.files()) if patterns else {}


def _members(binding: Binding, many: Mapping[str, Members]) -> Members:
    return without(many[binding.target.path], binding.doc.path)


def observe_many(pattern: str, doc: str, asks: Sequence[Ask], settings: Settings, sources: Sources) -> dict[Ask, Seen]:
    """What a folder or a pattern is now, for a document that may lie in it."""
    members = without(members_of([pattern], sources.files())[pattern], doc)

    def answer(path: str, ask: Ask) -> Seen:
        return observe(path, [ask], settings, sources.read, sources.recall)[ask]

    return {ask: set_seen(pattern, members, ask, answer, settings.comments) for ask in asks}


def observe(
    path: str,
    asks: Sequence[Ask],
    settings: Settings,
    read: Read,
    recall: Recall = Anew(),  # noqa: B008 - a value
) -> dict[Ask, Seen]:
    """What each anchor into one file is now."""
    data = content(path, read)
    if isinstance(data, Missing):
        return dict.fromkeys(asks, data)
    return recall.seen(path, data, asks, settings.comments)


def content(path: str, read: Read) -> bytes | Missing:
    """A file's bytes, or why there are none."""
    try:
        data = read(path)
    except Refused as refusal:
        return Missing(Reason.FILE_NOT_READABLE, f"the file cannot be read: {refusal.message}")
    if data is None:
        return Missing(Reason.FILE_NOT_FOUND, "no such file")
    if len(data) > FILE_BYTES_MAX:
        return Missing(Reason.FILE_NOT_READABLE, f"the file is larger than {FILE_BYTES_MAX // 1024 // 1024} MiB")
    return data


def _document(
    path: str, verdicts: Sequence[AnchorReport], settings: Settings, sources: Sources, places: Places | None
) -> DocumentReport:
    """One document; without `places` its links are not followed."""
    data = content(path, sources.read)
    if isinstance(data, Missing):
        reason = Reason.DOCUMENT_NOT_FOUND if data.reason is Reason.FILE_NOT_FOUND else data.reason
        why = "" if reason is Reason.DOCUMENT_NOT_FOUND else f"the document: {data.message}"
        return DocumentReport(path, tuple(report(item.binding, reason, settings, message=why) for item in verdicts))
    placed = tuple(_placed(verdict, data, settings, sources.recall) for verdict in verdicts)
    if not is_prose(path):
        return DocumentReport(path, placed)
    linked = places is not None and settings.links is not Links.OFF
    links = report_links(path, sources.recall.links(data), places, settings) if places is not None and linked else ()
    found = Waived(placed, links, _references(path, data, placed, settings, sources))
    if has_waivers(data):
        found = waive(text_of(data), found, settings, whole=places is not None)
    return DocumentReport(path, *found)


@functools.lru_cache(maxsize=1)
def _by_name(files: Callable[[], Iterable[str]]) -> dict[str, list[str]]:
    """The files that share a name; one listing serves all documents of a check."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in files():
        found[path.rpartition("/")[2]].append(path)
    return found


def _references(
    path: str, data: bytes, anchors: Sequence[AnchorReport], settings: Settings, sources: Sources
) -> tuple[RemarkReport, ...]:
    """A verdict on what the document's code spans name, if it asks for that."""
    if not (settings.inline and matches(path, settings.inline)) and not asks_for_it(data):
        return ()

    def seen(place: str, asks: Sequence[Ask]) -> dict[Ask, Seen]:
        return observe(place, asks, settings, sources.read, sources.recall)

    def named(name: str) -> Sequence[str]:
        return _by_name(sources.files).get(name, ())

    def read(place: str) -> bytes:
        found = content(place, sources.read)
        return b"" if isinstance(found, Missing) else found

    return report_references(path, text_of(data), anchors, Lookups(sources.kind, named, seen, read), settings)


def _placed(verdict: AnchorReport, data: bytes, settings: Settings, recall: Recall) -> AnchorReport:
    """The verdict with the line of the section that is bound, if one is."""
    from dataclasses import replace

    fragment = verdict.binding.doc.fragment
    if not fragment:
        return verdict
    ask = Ask(fragment)
    found = recall.seen(verdict.binding.doc.path, data, [ask], settings.comments)[ask]
    if isinstance(found, Missing):
        near = tuple(f"{verdict.binding.doc.path}#{slug}" for slug in found.near)
        return report(verdict.binding, Reason.SECTION_NOT_FOUND, settings, near=near)
    return replace(verdict, doc_line=found.line)


def _slugs(path: str, sources: Sources) -> frozenset[str]:
    data = content(path, sources.read)
    return frozenset() if isinstance(data, Missing) else sources.recall.slugs(data)
