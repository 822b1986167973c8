"""`drift.lock`: its text to bindings and back. Pure.

A small part of TOML, read strictly: whatever a merge or a hand may have broken (conflict markers, a block doubled, a
key lost or unknown) is a problem with its line, never a guess. Invariant: reading what was written gives the same
lock, and writing sorts by document and target, so that the same bindings are always the same bytes.

`sig` stands before `target`: the last line of a block then never changes, and a branch that appends a block merges with
one that re-stamped the block before it [measured with git 2.39: adjacent changes conflict].
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drift.lockform import KEYS, VERSION, read_written
from drift.model import Binding, Lock
from fp.kernel.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drift.model import Anchor

LOCK_BYTES_MAX = 64 * 1024 * 1024
PROBLEMS_MAX = 50


def read_lock(data: bytes, path: str) -> tuple[Lock, list[Problem]]:
    """The lock and what is wrong with it. With problems the lock is incomplete: do not check by it, nor write it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Lock(), [Problem("lock-encoding", path, data.count(b"\n", 0, error.start) + 1, "not UTF-8")]
    if (written := read_written(text)) is not None:
        return written, []
    from drift.lockread import read_lines

    bindings, header, tail, wrong = read_lines(text)
    problems = [Problem(line.code, path, line.number, line.text) for line in sorted(wrong, key=lambda one: one.number)]
    return Lock(_sorted(bindings), header, tail), problems[:PROBLEMS_MAX]


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
