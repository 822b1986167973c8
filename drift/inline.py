"""References in the prose of a document that asks for it: code spans that name a file or a symbol must lead somewhere.

Pure but for what it is given to ask. A document asks by `drift: inline` in its front matter, or `inline` of drift.toml
names it. A path is checked as it stands: `src/a.py`, `src/a.py#f`, `src/a.py::A::f`. A bare name (`Session.open`,
`load()`) is held against the files that the document is bound to or names. Invariant: a bare name is called gone only
where the rest of it is there and its last word is nowhere in that file; what may be meant otherwise is left alone.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import BadAnchor, is_many, is_prose, parse_anchor
from drift.content import Ask, Found, Missing
from drift.languages.table import name_of
from drift.model import Reason, RemarkKind, RemarkReport
from drift.suggest import CODE_SUFFIXES, NAME_CHARACTERS_MAX, prose_spans, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from drift.content import Seen
    from drift.model import AnchorReport, Settings

REFERENCES_MAX = 2000
CONTEXT_FILES_MAX = 40
OTHER_SUFFIXES = frozenset(
    (
        ".json", ".yaml", ".yml", ".toml", ".txt", ".lock", ".cfg", ".ini", ".rst", ".html", ".css", ".svg", ".png",
        ".csv", ".xml", ".env", ".log", ".mod", ".sum", ".conf", ".vue", ".jsonl", ".ipynb",
    )
)  # fmt: skip
"""`auth.json` is a file, not a part of `auth`."""
HEADER_BYTES_MAX = 8192
SEVERAL = "*"
"""In the place of a path: there are several, so what is said of one cannot be wrong."""
_MARK = re.compile(rb"^drift:[ \t]*[\"']?inline[\"']?[ \t]*\r?$", re.MULTILINE)
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"[\w@.][\w@./+\[\]-]*")
_NAME = re.compile(r"([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+)(?:\(\))?")
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")


class Lookups(NamedTuple):
    """What stands at a path; the files of a name; what fragments of one are; its content, empty where there is none."""

    kind: Callable[[str], str | None]
    named: Callable[[str], Iterable[str]]
    seen: Callable[[str, Sequence[Ask]], Mapping[Ask, Seen]]
    data: Callable[[str], bytes]


class _Reference(NamedTuple):
    """`text` as it is written; a bare name has no path."""

    text: str
    path: str
    symbol: str
    line: int


def asks_for_it(data: bytes) -> bool:
    """Whether a document's front matter says `drift: inline`."""
    header = _HEADER.match(data[:HEADER_BYTES_MAX])
    return header is not None and _MARK.search(header[1]) is not None


def report_references(
    doc: str, text: str, anchors: Iterable[AnchorReport], lookups: Lookups, settings: Settings
) -> tuple[RemarkReport, ...]:
    """A verdict on each reference of a document that can be judged, in order."""
    found = _references(text)
    places = {one: _placed(doc, one.path, lookups) for one in found if one.path}
    bound = [one.binding.target.path for one in anchors if not one.binding.origin]
    near = [path for path in dict.fromkeys([*bound, *places.values()]) if path and not is_many(path) and name_of(path)]
    bare = _Bare([one for one in found if not one.path], near[:CONTEXT_FILES_MAX], lookups)
    remarks = []
    for one in found:
        why = bare.wrong(one) if not one.path else _wrong(one, places[one], lookups)
        if why is None:
            continue
        remark = RemarkReport(RemarkKind.REFERENCE, one.text, one.line)
        reason = Reason.REFERENCE_NOT_FOUND
        remarks.append(replace(remark, reason=reason, severity=settings.weight(reason), message=why) if why else remark)
    return tuple(remarks)


def _references(text: str) -> list[_Reference]:
    found = []
    for line, words in prose_spans(text):
        path, symbol = split_words(words)
        telling = "/" in path or "#" in words or "::" in words
        if _PATH.fullmatch(path) and _is_source(path) and telling:
            found.append(_Reference(words, path, symbol, line))
        elif len(words) <= NAME_CHARACTERS_MAX and (name := _NAME.fullmatch(words)) and not _is_file(words):
            found.append(_Reference(words, "", name[1], line))
        if len(found) >= REFERENCES_MAX:
            break
    return found


def _is_source(path: str) -> bool:
    return posixpath.splitext(path)[1] in CODE_SUFFIXES or is_prose(path)


def _is_file(name: str) -> bool:
    return _is_source(name) or posixpath.splitext(name)[1] in OTHER_SUFFIXES


def _placed(doc: str, path: str, lookups: Lookups) -> str:
    """The file that a path means, from the root or from the document's folder; empty if there is none."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(doc), path))
    ways = [posixpath.normpath(path), beside] if "/" in path and not path.startswith(".") else [beside]
    found = next((way for way in ways if not way.startswith("..") and lookups.kind(way) is not None), "")
    return found or _shortened(path, lookups)


def _shortened(path: str, lookups: Lookups) -> str:
    """The file whose path ends like this: documents leave out the folder that all of their subject is in.

    Of several it is nobody's guess which is meant: `SEVERAL`.
    """
    tail = "/" + path.removeprefix("./")
    found = [known for known in lookups.named(posixpath.basename(path)) if known.endswith(tail)]
    return SEVERAL if len(found) > 1 else "".join(found)


def _wrong(one: _Reference, place: str, lookups: Lookups) -> str | None:
    """What is wrong with a path; empty if nothing is, None where it cannot be told."""
    if not place:
        return None if one.path.startswith(".") and not one.path.startswith(("./", "../")) else "no such file"
    if place == SEVERAL or not one.symbol or not (name_of(place) or is_prose(place)):
        return ""
    try:
        ask = Ask(parse_anchor(f"{place}#{one.symbol}").fragment)
    except BadAnchor:
        return None
    found = lookups.seen(place, [ask])[ask]
    if isinstance(found, Found) or found.reason is not Reason.SYMBOL_NOT_FOUND:
        return ""  # several of that name are some, and what cannot be parsed is not gone
    return found.message + (f"; did you mean {' or '.join(found.near)}?" if found.near else "")


class _Bare:
    """The bare names of a document beside the files around it; each file is asked once."""

    def __init__(self, names: Sequence[_Reference], files: Sequence[str], lookups: Lookups):
        wanted = sorted({ask for one in names for ask in _ways(one.symbol)})
        self._lookups = lookups
        self._answers = {path: lookups.seen(path, wanted) for path in files} if wanted else {}

    def wrong(self, one: _Reference) -> str | None:
        """What is wrong with a name; empty if nothing is, None where nobody here knows it."""
        whole, rest, head = _ways(one.symbol)
        last = one.symbol.rpartition(".")[2].encode()
        gone = []
        for path, answers in self._answers.items():
            module = posixpath.splitext(posixpath.basename(path))[0] == one.symbol.partition(".")[0]
            if _there(answers[whole]) or (module and _there(answers[rest])):
                return ""
            if module or _there(answers[head]):
                if last in _WORD.findall(self._lookups.data(path)):
                    return None  # an attribute that is set somewhere, or another thing of that name
                gone.append(path)
        return f"no such symbol in {' or '.join(gone)}" if gone else None


def _ways(name: str) -> tuple[Ask, Ask, Ask]:
    """The whole name, it without its first part, it without its last."""
    return Ask(name), Ask(name.partition(".")[2]), Ask(name.rpartition(".")[0])


def _there(found: Seen) -> bool:
    return not isinstance(found, Missing) or found.reason is Reason.SYMBOL_AMBIGUOUS
