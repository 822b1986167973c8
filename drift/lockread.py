"""`drift.lock` line by line: comments and blanks where a hand put them, and every kind of damage named. Pure.

Nothing here is a guess: a line that is no part of the form is a problem, and so is one that stands twice.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from drift.anchors import BadAnchor, parse_anchor
from drift.lockform import KEYS, VERSION, read_stamp
from drift.model import Binding

_MARKER = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)|\|{7}(?: |$)")
_PAIR = re.compile(
    r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*(?:"
    r'"((?:[^"\\\x00-\x1f\x7f]|\\(?:["\\bfnrt]|u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}))*)"'
    r"|([0-9]+))"
)
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ORIGIN = re.compile(r"[a-z0-9]+:[A-Za-z0-9._/-]+")
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Line(NamedTuple):
    """One line by what it is: blank, comment, block, pair, number, or bad.

    `text` is the comment, the value, or what is wrong; `key` and `code` where there is one.
    """

    kind: str
    number: int
    text: str = ""
    key: str = ""
    code: str = ""


class Lines(NamedTuple):
    """The bindings as they stand, the comments that belong to none, and the lines that are wrong."""

    bindings: list[Binding]
    header: tuple[str, ...]
    tail: tuple[str, ...]
    wrong: list[Line]


def read_lines(text: str) -> Lines:
    """All of a lock; with wrong lines the bindings are not all there."""
    lines = [_line(line.removesuffix("\r").strip(), number) for number, line in enumerate(text.split("\n"), 1)]
    top, blocks, tail = _parted(lines)
    header, wrong = _top(top)
    found = [_block(block) for block in blocks]
    wrong += [line for _, lines in found for line in lines]
    bindings = [binding for binding, _ in found if binding is not None]
    return Lines(bindings, tuple(header), tuple(tail), wrong + _doubled(bindings))


# -- lines ----------------------------------------------------------------------------------------------------------


def _line(text: str, number: int) -> Line:
    if not text:
        return Line("blank", number)
    if text.startswith("#"):
        return Line("comment", number, text)
    if text == "[[bindings]]":
        return Line("block", number)
    if _MARKER.match(text):
        why = "a merge conflict was left here: drift resolve settles it by binding"
        return Line("bad", number, why, code="lock-conflict")
    found = _PAIR.fullmatch(text)
    if found is None:
        return Line("bad", number, _syntax(text), code="lock-syntax")
    key, words, digits = found.groups()
    if words is None:
        return Line("number", number, digits, key)
    return Line("pair", number, _ESCAPE.sub(_character, words), key)


def _syntax(text: str) -> str:
    if text.startswith("["):
        return "only `[[bindings]]` blocks stand in a lock"
    if " -> " in text:
        return "this is the earlier form of a lock, a line for each binding: drift migrate"
    comment = "; a comment stands on a line of its own" if "#" in text else ""
    return f'expected `key = "value"` in double quotes{comment}'


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    return chr(int(digits, 16)) if digits else _ESCAPES[found[3]]


def _parted(lines: list[Line]) -> tuple[list[Line], list[list[Line]], list[str]]:
    """The lines above the first block, each block's, and the last comments. Comments above a block go to it."""
    sections: list[list[Line]] = [[]]
    for line in lines:
        if line.kind == "block":
            above = _pop_comments(sections[-1], stop_at_blank=len(sections) == 1)
            sections.append([*above, line])
        else:
            sections[-1].append(line)
    tail = _pop_comments(sections[-1], stop_at_blank=False) if len(sections) > 1 else []
    return sections[0], sections[1:], [line.text for line in tail]


def _pop_comments(lines: list[Line], *, stop_at_blank: bool) -> list[Line]:
    """Take the comments at the end off a section."""
    taken: list[Line] = []
    while lines and (lines[-1].kind == "comment" or (lines[-1].kind == "blank" and not stop_at_blank)):
        taken.append(lines.pop())
    return [line for line in reversed(taken) if line.kind == "comment"]


def _top(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """The lines above the blocks: their comments, and what is wrong."""
    version: Line | None = None
    wrong = [line for line in lines if line.kind == "bad"]
    for line in lines:
        if line.key == "version" and version is None:
            version = line
        elif line.key == "version":
            wrong.append(_wrong(line, "lock-duplicate", "`version` stands twice"))
        elif line.key:
            wrong.append(_wrong(line, "lock-unknown-key", f"unknown key {line.key!r}; only `version` stands up here"))
    if version is None and not wrong:
        wrong.append(Line("bad", 1, f"`version = {VERSION}` is missing at the top", code="lock-version"))
    if version is not None and (version.kind, version.text) != ("number", str(VERSION)):
        wrong.append(_wrong(version, "lock-version", f"this drift reads `version = {VERSION}` only"))
    return [line.text for line in lines if line.kind == "comment"], wrong


def _wrong(line: Line, code: str, why: str) -> Line:
    return line._replace(kind="bad", code=code, text=why)


# -- blocks ---------------------------------------------------------------------------------------------------------


def _block(lines: list[Line]) -> tuple[Binding | None, list[Line]]:
    """One binding, or what is wrong with its block."""
    start = next(line for line in lines if line.kind == "block")
    wrong = [line for line in lines if line.kind == "bad"]
    pairs: dict[str, Line] = {}
    for line in lines:
        if line.kind == "number":
            wrong.append(_wrong(line, "lock-syntax", f"{line.key!r} is a string: write it in double quotes"))
        elif line.kind == "pair" and line.key not in KEYS:
            wrong.append(_wrong(line, "lock-unknown-key", f"unknown key {line.key!r}; known are {', '.join(KEYS)}"))
        elif line.kind == "pair" and line.key in pairs:
            why = f"{line.key!r} stands twice in one block; a merge may have joined two"
            wrong.append(_wrong(line, "lock-duplicate", why))
        elif line.kind == "pair":
            pairs[line.key] = line
    missing = [key for key in ("doc", "target") if key not in pairs and not wrong]  # a bad line may have been it
    wrong += [_wrong(start, "lock-missing", f"this block has no {key!r}") for key in missing]
    wrong += [found for found in map(_checked, pairs.values()) if found is not None]
    if wrong:
        return None, wrong
    notes = tuple(line.text for line in lines if line.kind == "comment")
    values = {key: line.text for key, line in pairs.items()}
    return _binding(values, notes, start.number), []


def _checked(line: Line) -> Line | None:
    """The line as a problem if its value is none."""
    if line.key in ("doc", "target"):
        try:
            parse_anchor(line.text)
        except BadAnchor as why:
            return _wrong(line, "lock-bad-anchor", f"{line.key} {line.text!r}: {why}")
        if line.key == "doc" and line.text.endswith("/"):
            return _wrong(line, "lock-bad-anchor", f"doc {line.text!r}: a document is one file")
    patterns = {"blob": _BLOB, "origin": _ORIGIN}
    pattern = patterns.get(line.key)
    if (pattern and not pattern.fullmatch(line.text)) or (line.key == "sig" and read_stamp(line.text) is None):
        return _wrong(line, "lock-bad-value", f"{line.key} {line.text!r} is not of the form that `drift link` writes")
    return None


def _binding(values: dict[str, str], notes: tuple[str, ...], line: int) -> Binding:
    return Binding(
        doc=parse_anchor(values["doc"]),
        target=parse_anchor(values["target"]),
        sig=read_stamp(values.get("sig", "")),
        blob=values.get("blob", ""),
        origin=values.get("origin", ""),
        notes=notes,
        line=line,
    )


def _doubled(bindings: list[Binding]) -> list[Line]:
    first: dict[tuple[str, str], Binding] = {}
    wrong = []
    for binding in bindings:
        before = first.setdefault(binding.key, binding)
        if before is not binding:
            why = f"{' -> '.join(binding.key)} is bound twice, first in line {before.line}: keep one of the two"
            wrong.append(Line("bad", binding.line, why, code="lock-duplicate"))
    return wrong
