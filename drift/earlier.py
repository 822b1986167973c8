"""Bindings as fiberplane/drift wrote them before `drift.lock` had its form of today. Pure.

In turn: a list `drift: files:` in a document's front matter, or in a comment `<!-- drift: -->`; `@./path#Symbol` in its
prose; a lock with a line for each binding. The first three may name the change at which somebody looked last,
`path@change`, a commit of git or a change id of jj. Shapes as in its README, DESIGN and DECISIONS, v0.1.0 and later.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER, COMMENT, INLINE, LINES, TOML = "front matter", "comment", "inline", "line lock", "toml lock"
BINDINGS_MAX = 100_000

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_OPEN = re.compile(r"\s*<!--\s*drift:\s*$")
_ITEM = re.compile(r"\s+-\s+(.+?)\s*$")
_INLINE = re.compile(
    r"(?<![\w/@])@\./(?P<path>[^\s@#()\[\]<>,;`\"']+)(?:#(?P<symbol>[\w.$]+))?(?:@(?P<change>\w{4,64}))?"
)
_CHANGE = re.compile(r"\w{4,64}", re.ASCII)
_LINE = re.compile(r"(?P<doc>\S.*?) -> (?P<target>\S.*?)(?P<facts>(?: +(?:sig|origin|doc):\S+)*)")


class Earlier(NamedTuple):
    """One binding as it stands: where (file and line, from 1), in which form, and the change it names, if any."""

    doc: str
    target: str
    form: str
    path: str
    line: int
    change: str = ""
    origin: str = ""


def is_line_lock(data: bytes) -> bool:
    """Whether a lock has a line for each binding."""
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _LINE.fullmatch(first) is not None


def of_line_lock(data: bytes, path: str) -> tuple[list[Earlier], list[tuple[int, str]]]:
    """The bindings of such a lock, and the lines that are none."""
    found: list[Earlier] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        parts = _LINE.fullmatch(text)
        if parts is None or len(found) >= BINDINGS_MAX:
            bad.append((number, text))
            continue
        facts = dict(fact.split(":", 1) for fact in parts["facts"].split())
        found.append(Earlier(parts["doc"], parts["target"], LINES, path, number, origin=facts.get("origin", "")))
    return found, bad


def of_document(path: str, text: str) -> list[Earlier]:
    """The bindings that a document carries itself; what stands in code is none."""
    lines = text.splitlines()
    header = _header(lines)
    found = [_item(path, HEADER, number, words) for number, words in _listed(lines, header, "drift:")]
    comment: range | None = None
    for number, line in _prose(lines, header.stop):
        if comment is not None and number in comment:
            continue
        if _OPEN.match(line):
            comment = range(number, next((at for at in range(number, len(lines)) if "-->" in lines[at]), len(lines)))
            found += [_item(path, COMMENT, at, words) for at, words in _items(lines, comment)]
            continue
        found += [_inline(path, number, one) for one in _INLINE.finditer(_CODE.sub(" ", line))]
    return [one for one in dict.fromkeys(found) if one.target]


def _header(lines: list[str]) -> range:
    """The lines of the front matter, as indexes; empty without one."""
    if not lines or lines[0].rstrip() != "---":
        return range(0)
    return range(1, next((at for at in range(1, len(lines)) if lines[at].rstrip() in ("---", "...")), 1))


def _listed(lines: list[str], within: range, key: str) -> Iterator[tuple[int, str]]:
    """The items below a key of the front matter."""
    start = next((at for at in within if lines[at].rstrip() == key), None)
    if start is not None:
        end = next((at for at in range(start + 1, within.stop) if lines[at][:1].strip()), within.stop)
        yield from _items(lines, range(start + 1, end))


def _items(lines: list[str], within: range) -> Iterator[tuple[int, str]]:
    for at in within:
        found = _ITEM.match(lines[at])
        if found is not None:
            yield at, found[1].removesuffix("-->").strip().strip("\"'")


def _item(path: str, form: str, at: int, words: str) -> Earlier:
    target, _, change = words.rpartition("@")
    if not target or not _CHANGE.fullmatch(change):
        target, change = words, ""
    return Earlier(path, target.removeprefix("./"), form, path, at + 1, change)


def _inline(path: str, at: int, found: re.Match[str]) -> Earlier:
    symbol, change = (found["symbol"] or "").rstrip("."), found["change"] or ""
    place = found["path"] if symbol or change else found["path"].rstrip(".:!?")
    return Earlier(path, f"{place}#{symbol}" if symbol else place, INLINE, path, at + 1, change)


def _prose(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The lines outside of code blocks."""
    fence = ""
    for number in range(start, len(lines)):
        mark = _FENCE.match(lines[number])
        if mark is None:
            if not fence:
                yield number, lines[number]
        elif not fence:
            fence = mark[1]
        elif mark[1].startswith(fence):
            fence = ""
