"""`drift.lock`: its text to bindings and back. Pure.

A small part of TOML, read strictly: whatever a merge or a hand may have broken (conflict markers, a block doubled, a
key lost or unknown) is a problem with its line, never a guess. Invariant: reading what was written gives the same
lock, and writing sorts by document and target, so that the same bindings are always the same bytes.

`sig` stands before `target`: the last line of a block then never changes, and a branch that appends a block merges with
one that re-stamped the block before it [measured with git 2.39: adjacent changes conflict].
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import BadAnchor, parse_anchor
from drift.lockform import read_written
from drift.model import Binding, Lock, Stamp
from fp.kernel.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drift.model import Anchor

VERSION = 1
LOCK_BYTES_MAX = 64 * 1024 * 1024
PROBLEMS_MAX = 50
KEYS = ("doc", "sig", "blob", "origin", "target")
"""In the order in which they are written."""

_MARKER = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)|\|{7}(?: |$)")
_PAIR = re.compile(
    r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*(?:"
    r'"((?:[^"\\\x00-\x1f\x7f]|\\(?:["\\bfnrt]|u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}))*)"'
    r"|([0-9]+))"
)
_SIG = re.compile(r"(?:([a-z0-9][a-z0-9.+/_-]*):)?([0-9a-f]{8,128})")
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ORIGIN = re.compile(r"[a-z0-9]+:[A-Za-z0-9._/-]+")
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class _Line(NamedTuple):
    """One line by what it is: blank, comment, block, pair, number, or bad.

    `text` is the comment, the value, or what is wrong; `key` and `code` where there is one.
    """

    kind: str
    number: int
    text: str = ""
    key: str = ""
    code: str = ""


def read_lock(data: bytes, path: str) -> tuple[Lock, list[Problem]]:
    """The lock and what is wrong with it. With problems the lock is incomplete: do not check by it, nor write it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Lock(), [Problem("lock-encoding", path, data.count(b"\n", 0, error.start) + 1, "not UTF-8")]
    if (written := read_written(text, f"version = {VERSION}")) is not None:
        return written, []
    lines = [_line(line.removesuffix("\r").strip(), number) for number, line in enumerate(text.split("\n"), 1)]
    top, blocks, tail = _parted(lines)
    header, wrong = _top(top)
    found = [_block(block) for block in blocks]
    wrong += [line for _, lines in found for line in lines]
    bindings = [binding for binding, _ in found if binding is not None]
    wrong += _doubled(bindings)
    problems = [Problem(line.code, path, line.number, line.text) for line in sorted(wrong, key=_number)]
    return Lock(_sorted(bindings), tuple(header), tuple(tail)), problems[:PROBLEMS_MAX]


def write_lock(lock: Lock, others: Mapping[tuple[str, str], str] = {}) -> bytes:
    """The lock's one text: comments kept, blocks sorted, one blank line between them, LF.

    `others` are texts that stand where the binding of their document and target would.
    """
    top = [*lock.header, f"version = {VERSION}"]
    texts = {**{binding.key: block_text(binding) for binding in lock.bindings}, **others}
    blocks = ["\n".join(top), *(texts[key] for key in sorted(texts))]
    if lock.tail:
        blocks.append("\n".join(lock.tail))
    return ("\n\n".join(blocks) + "\n").encode()


def bind(lock: Lock, binding: Binding) -> Lock:
    """The lock with this binding in the place of the one with its document and target, whose comments stay."""
    before = next((other for other in lock.bindings if other.key == binding.key), None)
    kept = [other for other in lock.bindings if other.key != binding.key]
    new = replace(binding, notes=before.notes) if before is not None else binding
    return replace(lock, bindings=_sorted([*kept, new]))


def moved(lock: Lock, moves: Mapping[tuple[str, str], tuple[bool, Anchor]]) -> Lock:
    """The lock with bindings that follow their document (True) or their target, stamps and comments as they were.

    A binding that is there already at the new place stays as it is.
    """
    after: dict[tuple[str, str], Binding] = {item.key: item for item in lock.bindings if item.key not in moves}
    for item in lock.bindings:
        if item.key in moves:
            of_document, place = moves[item.key]
            new = replace(item, doc=place) if of_document else replace(item, target=place)
            after.setdefault(new.key, new)
    return replace(lock, bindings=_sorted(list(after.values())))


def unbind(lock: Lock, keys: set[tuple[str, str]]) -> Lock:
    """The lock without these bindings, their comments included."""
    return replace(lock, bindings=tuple(binding for binding in lock.bindings if binding.key not in keys))


def read_stamp(text: str) -> Stamp | None:
    """A signature as the lock holds it; None for what is none."""
    found = _SIG.fullmatch(text)
    return Stamp(found[1] or "", found[2]) if found else None


# -- lines ----------------------------------------------------------------------------------------------------------


def _line(text: str, number: int) -> _Line:
    if not text:
        return _Line("blank", number)
    if text.startswith("#"):
        return _Line("comment", number, text)
    if text == "[[bindings]]":
        return _Line("block", number)
    if _MARKER.match(text):
        why = "a merge conflict was left here: drift resolve settles it by binding"
        return _Line("bad", number, why, code="lock-conflict")
    found = _PAIR.fullmatch(text)
    if found is None:
        return _Line("bad", number, _syntax(text), code="lock-syntax")
    key, words, digits = found.groups()
    if words is None:
        return _Line("number", number, digits, key)
    return _Line("pair", number, _ESCAPE.sub(_character, words), key)


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


def _parted(lines: list[_Line]) -> tuple[list[_Line], list[list[_Line]], list[str]]:
    """The lines above the first block, each block's, and the last comments. Comments above a block go to it."""
    sections: list[list[_Line]] = [[]]
    for line in lines:
        if line.kind == "block":
            above = _pop_comments(sections[-1], stop_at_blank=len(sections) == 1)
            sections.append([*above, line])
        else:
            sections[-1].append(line)
    tail = _pop_comments(sections[-1], stop_at_blank=False) if len(sections) > 1 else []
    return sections[0], sections[1:], [line.text for line in tail]


def _pop_comments(lines: list[_Line], *, stop_at_blank: bool) -> list[_Line]:
    """Take the comments at the end off a section."""
    taken: list[_Line] = []
    while lines and (lines[-1].kind == "comment" or (lines[-1].kind == "blank" and not stop_at_blank)):
        taken.append(lines.pop())
    return [line for line in reversed(taken) if line.kind == "comment"]


def _top(lines: list[_Line]) -> tuple[list[str], list[_Line]]:
    """The lines above the blocks: their comments, and what is wrong."""
    version: _Line | None = None
    wrong = [line for line in lines if line.kind == "bad"]
    for line in lines:
        if line.key == "version" and version is None:
            version = line
        elif line.key == "version":
            wrong.append(_wrong(line, "lock-duplicate", "`version` stands twice"))
        elif line.key:
            wrong.append(_wrong(line, "lock-unknown-key", f"unknown key {line.key!r}; only `version` stands up here"))
    if version is None and not wrong:
        wrong.append(_Line("bad", 1, f"`version = {VERSION}` is missing at the top", code="lock-version"))
    if version is not None and (version.kind, version.text) != ("number", str(VERSION)):
        wrong.append(_wrong(version, "lock-version", f"this drift reads `version = {VERSION}` only"))
    return [line.text for line in lines if line.kind == "comment"], wrong


def _wrong(line: _Line, code: str, why: str) -> _Line:
    return line._replace(kind="bad", code=code, text=why)


def _number(line: _Line) -> int:
    return line.number


# -- blocks ---------------------------------------------------------------------------------------------------------


def _block(lines: list[_Line]) -> tuple[Binding | None, list[_Line]]:
    """One binding, or what is wrong with its block."""
    start = next(line for line in lines if line.kind == "block")
    wrong = [line for line in lines if line.kind == "bad"]
    pairs: dict[str, _Line] = {}
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


def _checked(line: _Line) -> _Line | None:
    """The line as a problem if its value is none."""
    if line.key in ("doc", "target"):
        try:
            parse_anchor(line.text)
        except BadAnchor as why:
            return _wrong(line, "lock-bad-anchor", f"{line.key} {line.text!r}: {why}")
        if line.key == "doc" and line.text.endswith("/"):
            return _wrong(line, "lock-bad-anchor", f"doc {line.text!r}: a document is one file")
    patterns = {"sig": _SIG, "blob": _BLOB, "origin": _ORIGIN}
    if line.key in patterns and not patterns[line.key].fullmatch(line.text):
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


def _doubled(bindings: list[Binding]) -> list[_Line]:
    first: dict[tuple[str, str], Binding] = {}
    wrong = []
    for binding in bindings:
        before = first.setdefault(binding.key, binding)
        if before is not binding:
            why = f"{' -> '.join(binding.key)} is bound twice, first in line {before.line}: keep one of the two"
            wrong.append(_Line("bad", binding.line, why, code="lock-duplicate"))
    return wrong


def _sorted(bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    return tuple(sorted(bindings, key=lambda binding: binding.key))


def block_text(binding: Binding) -> str:
    """A binding's lines, its comments first."""
    values = {
        "doc": binding.doc.text,
        "sig": binding.sig.text if binding.sig is not None else "",
        "blob": binding.blob,
        "origin": binding.origin,
        "target": binding.target.text,
    }
    pairs = [f'{key} = "{_escaped(values[key])}"' for key in KEYS if values[key]]
    return "\n".join([*binding.notes, "[[bindings]]", *pairs])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
