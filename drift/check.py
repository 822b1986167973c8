"""A lock and a way to read files to a report: each file is read once and parsed once, in the order of its path.

Reads through the functions it is given, so that it serves a worktree and a commit alike; writes nothing. Invariant: the
report depends on contents alone, not on the order of the lock or of the file system.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_prose
from drift.compare import ask_for, foreign, judge, report
from drift.content import FILE_BYTES_MAX, Missing, section, seen
from drift.links import Places, report_links, slugs
from drift.model import CheckReport, DocumentReport, Links, Reason
from drift.scope import confined
from fp.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from drift.content import Ask, Seen
    from drift.model import AnchorReport, Binding, Lock, Settings

Read = Callable[[str], bytes | None]
"""The content of a file by its path; None where there is none; Refused, with the reason, for what is no plain file."""


class Sources(NamedTuple):
    """What a check reads: files, what stands at a path (`file`, `folder`, `link`, None), and the known documents."""

    read: Read
    kind: Callable[[str], str | None]
    documents: Callable[[], Sequence[str]]


def check(
    lock: Lock, settings: Settings, sources: Sources, repo: str = "", *, only: Collection[str] | None = None
) -> CheckReport:
    """The whole report. `repo` is this repository's origin, for bindings that name one.

    With `only`, of these paths alone: their bindings, and the links of those that are documents.
    """
    if only is not None:
        lock = confined(lock, only)
    verdicts = _verdicts(lock.bindings, settings, sources.read, repo)
    by_doc: defaultdict[str, list[AnchorReport]] = defaultdict(list)
    for verdict in verdicts:
        by_doc[verdict.binding.doc.path].append(verdict)
    documents = set(by_doc) | (set(sources.documents()) if settings.links is Links.ALL else set())
    places = Places(functools.cache(sources.kind), functools.cache(lambda path: _slugs(path, sources.read)))
    if only is not None:
        documents = {path for path in documents if path in only or path in by_doc}
    linked = documents if only is None else documents & set(only)
    reports = [
        _document(path, by_doc[path], settings, sources.read, places if path in linked else None)
        for path in sorted(documents)
    ]
    return CheckReport(tuple(reports), repo)


def stale_for(lock: Lock, settings: Settings, read: Read, changed: Collection[str]) -> tuple[AnchorReport, ...]:
    """The bindings whose target is one of the changed paths and that are stale for what `read` gives now."""
    affected = [binding for binding in lock.bindings if binding.target.path in changed and not binding.origin]
    return tuple(verdict for verdict in _verdicts(affected, settings, read, "") if verdict.result == "stale")


def _verdicts(bindings: Iterable[Binding], settings: Settings, read: Read, repo: str) -> list[AnchorReport]:
    ordered = sorted(bindings, key=lambda binding: binding.key)
    asks: defaultdict[str, set[Ask]] = defaultdict(set)
    for binding in ordered:
        if not foreign(binding, repo):
            asks[binding.target.path].add(ask_for(binding))
    answers = {path: observe(path, sorted(asks[path]), settings, read) for path in sorted(asks)}
    return [
        report(binding, Reason.ORIGIN_MISMATCH, settings)
        if foreign(binding, repo)
        else judge(binding, answers[binding.target.path][ask_for(binding)], settings)
        for binding in ordered
    ]


def observe(path: str, asks: Sequence[Ask], settings: Settings, read: Read) -> dict[Ask, Seen]:
    """What each anchor into one file is now."""
    data = content(path, read)
    if isinstance(data, Missing):
        return dict.fromkeys(asks, data)
    return seen(path, data, asks, settings.comments)


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
    path: str, verdicts: Sequence[AnchorReport], settings: Settings, read: Read, places: Places | None
) -> DocumentReport:
    """One document; without `places` its links are not followed."""
    data = content(path, read)
    if isinstance(data, Missing):
        reason = Reason.DOCUMENT_NOT_FOUND if data.reason is Reason.FILE_NOT_FOUND else data.reason
        why = "" if reason is Reason.DOCUMENT_NOT_FOUND else f"the document: {data.message}"
        return DocumentReport(path, tuple(report(item.binding, reason, settings, message=why) for item in verdicts))
    text = data.decode("utf-8-sig", "replace")
    placed = tuple(_placed(verdict, text, settings) for verdict in verdicts)
    if places is None or settings.links is Links.OFF or not is_prose(path):
        return DocumentReport(path, placed)
    return DocumentReport(path, placed, report_links(path, text, places, settings))


def _placed(verdict: AnchorReport, text: str, settings: Settings) -> AnchorReport:
    """The verdict with the line of the section that is bound, if one is."""
    from dataclasses import replace

    fragment = verdict.binding.doc.fragment
    if not fragment:
        return verdict
    found = section(text, fragment)
    if isinstance(found, Missing):
        near = tuple(f"{verdict.binding.doc.path}#{slug}" for slug in found.near)
        return report(verdict.binding, Reason.SECTION_NOT_FOUND, settings, near=near)
    return replace(verdict, doc_line=found.line)


def _slugs(path: str, read: Read) -> frozenset[str]:
    data = content(path, read)
    return frozenset() if isinstance(data, Missing) else slugs(data.decode("utf-8-sig", "replace"))
