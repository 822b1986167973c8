"""Reader of what `drift check --json` prints (`drift.check.v1`): one issue a cause.

Pure. A cause is what somebody has to look at once: the target that changed, however many documents are bound to it;
the file that is lost, with all its symbols; the document that is lost; the place that broken links lead to. The last
commit is none, for the report names the last commit on the *file*, and that changes while the cause stays. What is
fresh is no record. What was not compared and what weighs as a note is explained. docs/importing.md tells the rules.
"""

from __future__ import annotations

import hashlib
import posixpath
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from fp.importers import base, clean, jsontext
from fp.kernel.problem import Problem
from fp.model import TODO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    _Reader = Callable[[str, "_Part", str], "_Wrong | base.Explained | None"]

SCHEMA = "drift.check.v1"
LABEL = "drift"
NOTE = "note"
SKIPPED = "skipped"
FORGIVEN = "note"
LOST_FILE = ("file_not_found", "file_not_readable")
LOST_DOCUMENT = ("document_not_found",)
LOST_SECTION = ("section_not_found",)
LOST_FRAGMENT = ("link_fragment_not_found",)
CHANGED = "changed_after_baseline"
SEVERITIES = ("error", "warning", NOTE)
RESULTS = ("fresh", "skip", "stale")
LINK_RESULTS = ("ok", "broken")
LINE_MAX = 10**9
AT_MAX_MS = 253_402_300_799_000
"""The end of the year 9999."""
KEY_KEPT_CHARACTERS = 120
COMMIT_CHARACTERS = 10


class _Odd(Exception):
    """A part of the report that has not the shape it should; `place` as a path into the JSON."""

    def __init__(self, place: str, expected: str):
        super().__init__(f"{place} is not {expected}")


class _Wrong(NamedTuple):
    """One place of a document that is not right.

    `cause` is what its issue is keyed by; `place` is the document, its section or its line; `mark` names this fault as
    long as nobody settles it.
    """

    cause: str
    title: str
    target: str
    place: str
    line: int
    mark: str
    message: str
    where_now: tuple[str, ...] = ()
    change: str = ""
    next_step: str = ""


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read reports; each file holds one."""
    wrong: list[_Wrong] = []
    explained: list[base.Explained] = []
    problems: list[Problem] = []
    where, at = min(files, default=""), None
    for name in sorted(files):
        report = _report(name, files[name])
        if isinstance(report, Problem):
            problems.append(report)
            continue
        at = _checked_at(report) or at
        for found in _findings(report, name):
            kind: list[Any] = (
                wrong if isinstance(found, _Wrong) else problems if isinstance(found, Problem) else explained
            )
            kind.append(found)
    causes: dict[str, list[_Wrong]] = {}
    for one in wrong:
        causes.setdefault(one.cause, []).append(one)
    issues = (_issue(key, sorted(ones, key=_order), where, at) for key, ones in sorted(causes.items()))
    return base.Reading(tuple(issues), tuple(explained), tuple(problems))


def _order(one: _Wrong) -> tuple[str, int]:
    return one.place, one.line


def _report(name: str, data: bytes) -> dict[str, Any] | Problem:
    """The one document of the file, or what is wrong with it."""
    found = list(jsontext.values(name, data))
    odd = next((one for one in found if isinstance(one, Problem)), None)
    if odd is not None:
        return odd
    first = found[0] if found else None
    report = first.value if isinstance(first, jsontext.Found) else None
    if not isinstance(report, dict) or len(found) > 1:
        return jsontext.problem(name, 1, "not one JSON object", f"it should be one report, {SCHEMA}")
    schema = report.get("schema", report.get("schema_version"))
    if schema != SCHEMA:
        said = clean.one_line(jsontext.text(report, "message"))
        told = f": {said}" if said else ""
        message = f"not a report of drift: its schema is {jsontext.shown(schema)[:40]}{told}"
        return jsontext.problem(name, 1, clean.one_line(message), f"{SCHEMA} is what `drift check --json` prints")
    return report


def _checked_at(report: dict[str, Any]) -> datetime | None:
    """When it was checked, to the second, for an issue's `created` has no more."""
    at = jsontext.number(report, "checked_at_ms")
    return datetime.fromtimestamp(at // 1000, UTC) if at is not None and 0 <= at <= AT_MAX_MS else None


def _findings(report: dict[str, Any], name: str) -> Iterator[_Wrong | base.Explained | Problem]:
    """What is not fresh. A part with an odd shape is a problem, and stops nothing else."""
    for doc in _parts(report, "docs", "", name):
        if isinstance(doc, Problem):
            yield doc
            continue
        for field, reader in (("anchors", _anchor), ("links", _link)):
            for part in _parts(doc.record, field, f"{doc.place}.", name):
                found = part if isinstance(part, Problem) else _found(doc, part, reader, name)
                if found is not None:
                    yield found


class _Part(NamedTuple):
    """An object of the report, and its place as a path into the JSON."""

    record: dict[str, Any]
    place: str


def _parts(record: dict[str, Any], field: str, place: str, name: str) -> Iterator[_Part | Problem]:
    items = record.get(field)
    if not isinstance(items, list):
        yield jsontext.problem(name, 0, f"{place}{field} is not a list")
        return
    for index, item in enumerate(items):
        here = f"{place}{field}[{index}]"
        yield _Part(item, here) if isinstance(item, dict) else jsontext.problem(name, 0, f"{here} is not an object")


def _found(doc: _Part, part: _Part, reader: _Reader, name: str) -> _Wrong | base.Explained | Problem | None:
    try:
        return reader(_path(doc, "path"), part, name)
    except _Odd as error:
        return jsontext.problem(name, 0, str(error))


def _anchor(doc: str, part: _Part, name: str) -> _Wrong | base.Explained | None:
    anchor, result = part.record, _word(part, "result", RESULTS)
    if result == "fresh":
        return None
    target = _path(part, "identity")
    reason = jsontext.mapping(anchor, "reason")
    code, message = clean.one_line(jsontext.text(reason, "code")), clean.one_line(jsontext.text(reason, "message"))
    section = clean.one_line(jsontext.text(anchor, "section"))
    bound = f"{doc}#{section}" if section else doc
    key = f"{bound} <- {target}"
    if result == "skip":
        return base.Explained(key, name, SKIPPED, f"not compared: {message or code}")
    if _word(part, "severity", SEVERITIES) == NOTE:
        return base.Explained(key, name, FORGIVEN, "weighs as a note")
    cause, title = _cause(code, target, _path(part, "path"), doc, bound)
    stamp = clean.one_line(jsontext.text(jsontext.mapping(anchor, "provenance"), "value"))
    return _Wrong(
        cause,
        title,
        target,
        bound,
        _line(part, "section_line"),
        f"{bound}@{target}@{stamp}@{code}",
        message or code,
        tuple(_where_now(anchor)),
        _change(anchor),
        _next_step(code, target),
    )


def _cause(code: str, target: str, path: str, doc: str, bound: str) -> tuple[str, str]:
    """What the issue is about and its title."""
    if code in LOST_DOCUMENT:
        return f"document:{doc}", f"Mend the bindings of {doc}: the document is lost"
    if code in LOST_SECTION:
        return f"document:{bound}", f"Mend the bindings of {bound}: the section is lost"
    if code in LOST_FILE:
        return path, f"Mend what is bound to {path}: the file cannot be found or read"
    if code == CHANGED:
        return target, f"Check what documents say of {target}: it has changed"
    return target, f"Mend what is bound to {target}: it cannot be compared"


def _next_step(code: str, target: str) -> str:
    if code != CHANGED:
        return ""
    word = shlex.quote(target)
    diff, link = clean.code("drift diff DOC"), clean.code(f"drift link DOC {word} --still-accurate")
    return f"{diff} shows what was stamped beside what is there. When a document is right: {link}."


def _link(doc: str, part: _Part, name: str) -> _Wrong | base.Explained | None:
    if _word(part, "result", LINK_RESULTS) == "ok":
        return None
    written = _path(part, "target")
    if _word(part, "severity", SEVERITIES) == NOTE:
        return base.Explained(f"{doc} -> {written}", name, FORGIVEN, "weighs as a note")
    reason = jsontext.mapping(part.record, "reason")
    target = _led_to(doc, written, whole=jsontext.text(reason, "code") in LOST_FRAGMENT)
    message = clean.one_line(jsontext.text(reason, "message"))
    line = _line(part, "line")
    title = f"Mend the links to {target}: nothing is there"
    return _Wrong(f"link:{target}", title, target, doc, line, f"{doc}@{written}", message or "leads nowhere")


def _led_to(doc: str, written: str, *, whole: bool) -> str:
    """The place from the repository's root that a link leads to, with its fragment only if that is what is missing."""
    path, _, fragment = written.strip("<>").partition("#")
    path = clean.one_line(unquote(path))
    start = "" if path.startswith("/") else posixpath.dirname(doc)
    place = posixpath.normpath(posixpath.join(start, path.lstrip("/"))) if path else doc
    return f"{place}#{fragment}" if whole and fragment else place


# -- fields -----------------------------------------------------------------------------------------------------------


def _word(part: _Part, name: str, words: Sequence[str]) -> str:
    value = part.record.get(name)
    if value not in words:
        raise _Odd(f"{part.place}.{name}", f"one of {', '.join(words)}")
    return str(value)


def _path(part: _Part, name: str) -> str:
    value = part.record.get(name)
    if not isinstance(value, str) or not clean.one_line(value):
        raise _Odd(f"{part.place}.{name}", "a text")
    return clean.one_line(value)


def _line(part: _Part, name: str) -> int:
    value = part.record.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LINE_MAX:
        raise _Odd(f"{part.place}.{name}", "the number of a line")
    return value


def _where_now(anchor: dict[str, Any]) -> Iterator[str]:
    moved = jsontext.mapping(anchor, "moved")
    yield from (name for one in jsontext.mappings(moved, "candidates") if (name := _said(one, "target")))
    near = anchor.get("near")
    yield from (clean.one_line(name) for name in near if isinstance(name, str)) if isinstance(near, list) else ()


def _change(anchor: dict[str, Any]) -> str:
    blame = jsontext.mapping(anchor, "blame")
    commit = _said(blame, "commit")[:COMMIT_CHARACTERS]
    if not commit:
        return ""
    return f"{commit}, {_said(blame, 'date')[:10]}, {_said(blame, 'author')}: {_said(blame, 'subject')}"


def _said(record: dict[str, Any], name: str) -> str:
    return clean.one_line(jsontext.text(record, name))


# -- the issue --------------------------------------------------------------------------------------------------------


def _issue(cause: str, wrong: Sequence[_Wrong], where: str, at: datetime | None) -> base.ForeignIssue:
    marks = tuple(dict.fromkeys(_short(one.mark) for one in wrong))
    return base.ForeignIssue(
        key=_key(cause),
        where=where,
        title=wrong[0].title,
        status=TODO,
        type="task",
        created=at,
        labels=(LABEL,),
        body=_body(wrong),
        standing=base.Standing(marks, at),
    )


def _key(cause: str) -> str:
    """The cause, or of a long one its start and a digest."""
    if len(cause) <= base.KEY_CHARACTERS_MAX:
        return cause
    return f"{cause[:KEY_KEPT_CHARACTERS]}~{_short(cause)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _body(wrong: Sequence[_Wrong]) -> str:
    targets = dict.fromkeys(one.target for one in wrong)
    several = len(targets) > 1
    rows = dict.fromkeys(
        f"- {clean.code(_at(one))}{f' bound to {clean.code(one.target)}' if several else ''}: {one.message}"
        for one in wrong
    )
    where_now = dict.fromkeys(name for one in wrong for name in one.where_now)
    changes = dict.fromkeys(one.change for one in wrong if one.change)
    steps = dict.fromkeys(one.next_step for one in wrong if one.next_step)
    return clean.block(
        clean.join(
            f"`drift check` found this about {' and '.join(clean.code(target) for target in targets)}:",
            "\n".join(rows),
            f"It may be meant: {', '.join(clean.code(name) for name in where_now)}." if where_now else "",
            "\n".join(f"Last change of the file: {change}" for change in changes),
            "\n".join(steps),
        )
    )


def _at(one: _Wrong) -> str:
    """The place in a document, as an editor opens it: path, then line."""
    path, mark, section = one.place.partition("#")
    return f"{path}:{one.line}{f' ({section})' if mark else ''}" if one.line else one.place
