"""Which bindings a repository's documents already ask for: only what is certain. Pure.

Certain means: a document names, as code, a source file that exists, or a symbol that exactly one place of the
repository defines. Prose words, changelogs, decisions, tickets and lists of many files are left alone: a proposal that
has to be thrown away costs more than one that is missing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import BadAnchor, parse_anchor
from drift.languages.table import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from drift.model import Anchor

TARGETS_PER_DOCUMENT_MAX = 12
"""A document that names more is an index of the repository, not a description of some part of it."""
NAME_CHARACTERS_MAX = 120

CODE_SUFFIXES = frozenset(
    (
        ".py", ".pyi", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs", ".java", ".kt",
        ".swift", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".rb", ".php", ".sh", ".bash", ".sql", ".proto", ".lua",
        ".zig", ".scala", ".ex", ".exs",
    )
)  # fmt: skip
LEFT_ALONE_FOLDERS = frozenset(
    (
        "adr", "adrs", "decisions", "rfc", "rfcs", "proposals", "changelog", "changelogs", "changelog.d", "changes",
        "archive", "archived", "node_modules", "vendor", "third_party", "tasks", "tickets", "issues", "backlog",
        "fixtures", "testdata", "snapshots", "templates",
    )
)  # fmt: skip
LEFT_ALONE_NAMES = ("changelog", "changes", "history", "news", "license", "code_of_conduct", "release", "todo", "plan")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKED = re.compile(r"(?<!`)`([^`\n]{2,200})`(?!`)")
_DOTTED = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+")
_PLAIN = re.compile(r"[A-Za-z_$][\w$]*")
_HUMPS = re.compile(r"[A-Z][a-z0-9]+[A-Z]\w*")
_SNAKE = re.compile(r"_?[a-z0-9]+(?:_[a-z0-9]+)+|_?[A-Z0-9]+(?:_[A-Z0-9]+)+")


class Mention(NamedTuple):
    """A word of a document that may name code: a file's path, a fragment in it, or a bare symbol; `line` from 1."""

    path: str
    symbol: str
    line: int


class Proposal(NamedTuple):
    """A binding to propose, and the line of the document that names it."""

    doc: str
    target: Anchor
    line: int


def is_left_alone(path: str) -> bool:
    """Whether a document speaks of what was or will be, not of what is; or is no document of the project."""
    *folders, name = path.lower().split("/")
    stem = name.partition(".")[0].replace("-", "_")
    dotted = any(folder.startswith(".") for folder in folders)
    return dotted or not LEFT_ALONE_FOLDERS.isdisjoint(folders) or stem.startswith(LEFT_ALONE_NAMES)


def mentions(doc: str, text: str, link_targets: Iterable[tuple[str, int]], files: Collection[str]) -> list[Mention]:
    """What a document names: in single backticks outside of code blocks, and by links to source files."""
    found = [
        mention for number, words in prose_spans(text) if (mention := _ticked(doc, words, number, files)) is not None
    ]
    for target, number in link_targets:
        if target in files and posixpath.splitext(target)[1] in CODE_SUFFIXES:
            found.append(Mention(target, "", number))
    return found


def prose_spans(text: str) -> Iterable[tuple[int, str]]:
    """What stands in single backticks outside of code blocks, with its line."""
    return ((number, words.strip()) for number, line in _prose_lines(text) for words in _TICKED.findall(line))


def _prose_lines(text: str) -> Iterable[tuple[int, str]]:
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = _FENCE.match(line)
        if mark is None:
            if not fence:
                yield number, line
        elif not fence:
            fence = mark[1]
        elif mark[1].startswith(fence):
            fence = ""


def _ticked(doc: str, words: str, line: int, files: Collection[str]) -> Mention | None:
    place, symbol = split_words(words)
    path = _existing(doc, place, files)
    if path:
        return Mention(path, symbol, line)
    bare = words.removesuffix("()")
    if len(bare) > NAME_CHARACTERS_MAX or symbol:
        return None
    telling = _DOTTED.fullmatch(bare) or _HUMPS.fullmatch(bare) or _SNAKE.fullmatch(bare)
    called = bare != words and _PLAIN.fullmatch(bare)
    return Mention("", bare, line) if telling or called else None


def split_words(words: str) -> tuple[str, str]:
    """A path and the symbol behind it: `a.py#f`, `a.py::A::f`, `a.py:f`; a line number is no symbol."""
    for mark in ("#", "::", ":"):
        place, found, symbol = words.partition(mark)
        if found:
            plain = symbol.replace("::", ".").removesuffix("()")
            return place, "" if plain[:1].isdigit() or re.fullmatch(r"L\d.*", plain) else plain
    return words, ""


def _existing(doc: str, place: str, files: Collection[str]) -> str:
    """The source file that a path names, from the root or from the document's folder; empty if it is none."""
    if posixpath.splitext(place)[1] not in CODE_SUFFIXES or " " in place:
        return ""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(doc), place))
    from_root = posixpath.normpath(place)
    candidates = [beside] if place.startswith("..") else [from_root, beside]
    if "/" not in place:
        candidates = [beside]  # a bare `main.py` means the one beside the document, if any
    return next((path for path in candidates if path in files), "")


def bare_names(found: Iterable[Mention]) -> frozenset[str]:
    """The symbols named without a file: those to look for in the code, by their dotted name."""
    return frozenset(mention.symbol for mention in found if not mention.path)


class Why(StrEnum):
    """How sure a candidate is, best first."""

    PATH = "path"
    NAME = "name"
    SEVERAL = "several"


class Candidate(NamedTuple):
    """What a document may be bound to: an anchor, or for `several` a bare name and the places that define it.

    `line` is where it is first named, `times` how often.
    """

    target: str
    why: Why
    line: int
    times: int
    places: tuple[str, ...] = ()


PLACES_MAX = 5
Index = Mapping[str, Sequence[str]]
"""Where names are defined: dotted name to the files that define it, a file once for each definition."""


def proposals(doc: str, found: Sequence[Mention], index: Index) -> list[Proposal]:
    """The certain bindings of one document; none if it names too much."""
    chosen: dict[Anchor, int] = {}
    for mention in found:
        anchor = _anchor(mention, index)
        if anchor is not None and anchor.path != doc:
            chosen.setdefault(anchor, mention.line)
    finer = {anchor.path for anchor in chosen if anchor.fragment}
    kept = [(anchor, line) for anchor, line in chosen.items() if anchor.fragment or anchor.path not in finer]
    if len(kept) > TARGETS_PER_DOCUMENT_MAX:
        return []
    return [Proposal(doc, anchor, line) for anchor, line in kept]


def candidates(doc: str, found: Sequence[Mention], index: Index) -> list[Candidate]:
    """Everything a document names that code has, best first."""
    named: dict[tuple[str, Why], Candidate] = {}
    for mention in found:
        one = _candidate(mention, index)
        if one is not None and one.target.partition("#")[0] != doc:
            before = named.get((one.target, one.why))
            named[one.target, one.why] = one if before is None else before._replace(times=before.times + 1)
    return sorted(named.values(), key=lambda one: (list(Why).index(one.why), -one.times, one.line, one.target))


def _candidate(mention: Mention, index: Index) -> Candidate | None:
    anchor = _anchor(mention, index)
    if anchor is not None:
        return Candidate(anchor.text, Why.PATH if mention.path else Why.NAME, mention.line, 1)
    places = tuple(sorted(set(index.get(mention.symbol, ()))))
    if mention.path or len(places) < 2:
        return None
    return Candidate(mention.symbol, Why.SEVERAL, mention.line, 1, places[:PLACES_MAX])


def _anchor(mention: Mention, index: Index) -> Anchor | None:
    if mention.path:
        fragment = mention.symbol if mention.symbol and name_of(mention.path) else ""
        return _parsed(f"{mention.path}#{fragment}" if fragment else mention.path)
    places = index.get(mention.symbol, ())
    return _parsed(f"{places[0]}#{mention.symbol}") if len(places) == 1 else None


def _parsed(text: str) -> Anchor | None:
    try:
        return parse_anchor(text)
    except BadAnchor:
        return None
