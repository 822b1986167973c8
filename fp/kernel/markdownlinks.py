"""The links of a Markdown text and where they point.

Pure. Invariant: linear in the text: every bracket, quote and run of backticks is looked for once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.markdownlines import prose

if TYPE_CHECKING:
    from collections.abc import Iterator

LABEL_CHARACTERS_MAX = 999
"""CommonMark's limit for the label of a reference."""


class Link(NamedTuple):
    """`target` as it is written, without title; `line` counts from 1; `kind` is inline, image or reference.

    A reference is told at its definition (`[label]: target`), where its target stands.
    """

    target: str
    line: int
    kind: str


def outside_code(text: str, mark: str) -> Iterator[tuple[int, str, str]]:
    """The lines that hold `mark` (a comment's opening) outside of code: number, the line, and it with code blanked.

    A comment is no prose, so the lines are read as if it began with another sign.
    """
    if mark not in text:
        return
    plain = f"({mark[1:]}"
    for line in prose(text.replace(mark, plain)):
        shown = without_code(line.text) if plain in line.text else ""
        if plain in shown:
            yield line.number, line.text.replace(plain, mark), shown.replace(plain, mark)


def links(text: str) -> list[Link]:
    """All links outside code. A link whose target is broken over lines is not seen."""
    found: list[Link] = []
    for line in prose(text):
        if "[" not in line.text:
            continue
        target = _definition(line.text)
        if target:
            found.append(Link(target, line.number, "reference"))
        else:
            found += [Link(target, line.number, kind) for target, kind in _inline(without_code(line.text))]
    return found


def _definition(line: str) -> str:
    stripped = line.strip()
    label, colon, rest = stripped[1:].partition("]:")
    if not stripped.startswith("[") or not colon or "[" in label or not 0 < len(label) <= LABEL_CHARACTERS_MAX:
        return ""
    rest = rest.lstrip()
    if rest.startswith("<"):
        return rest[1:].partition(">")[0]
    return rest.partition(" ")[0] if not label.startswith("^") else ""


def without_code(line: str) -> str:
    """The line with code spans and escaped signs blanked, at the same length."""
    if "`" not in line and "\\" not in line:
        return line
    closing = _closing_runs(line)
    out: list[str] = []
    at = 0
    while at < len(line):
        length = 1
        if line[at] == "\\" and at + 1 < len(line):
            length = 2
        elif line[at] == "`":
            length = closing.get(at, 0) - at if at in closing else _run(line, at)
        kept = line[at : at + length] if length == 1 and line[at] != "`" else "." * length
        out.append(kept)
        at += length
    return "".join(out)


def _run(line: str, at: int) -> int:
    end = at
    while end < len(line) and line[end] == "`":
        end += 1
    return end - at


def _closing_runs(line: str) -> dict[int, int]:
    """For each run of backticks that a later run of its length closes, the end of that run."""
    runs: list[tuple[int, int]] = []
    at = line.find("`")
    while at >= 0:
        length = _run(line, at)
        runs.append((at, length))
        at = line.find("`", at + length)
    closing: dict[int, int] = {}
    following: dict[int, int] = {}
    for start, length in reversed(runs):
        if length in following:
            closing[start] = following[length]
        following[length] = start + length
    return closing


def _inline(line: str) -> list[tuple[str, str]]:
    """Targets and kinds of `[text](target)` and `![text](target)`."""
    found: list[tuple[str, str]] = []
    ends = _target_ends(line)
    opened: list[int] = []
    for at, character in enumerate(line):
        if character == "[":
            opened.append(at)
        elif character == "]" and opened:
            start = opened.pop()
            if at + 1 in ends:
                kind = "image" if line[start - 1 : start] == "!" else "inline"
                found.append((line[at + 2 : ends[at + 1]].strip().strip("<>"), kind))
    return found


def _target_ends(line: str) -> dict[int, int]:
    """For each `(` behind a `]`, where the target in it ends: at its own `)`, or before a title."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    last = line.rfind(")")
    pointed = _pointed_ends(line)
    at = 0
    while at < len(line):
        character = line[at]
        if character == "(" and at in pointed:
            ends[at] = at = pointed[at]
            opened.clear()
            continue
        if character == "(":
            opened.append(at)
        elif character == ")" and opened:
            ends[opened.pop()] = at
        elif character in " \t" and opened and line[opened[-1] + 1 : at].strip():
            if at < last and line[at:].lstrip(" \t")[:1] in ('"', "'", "(", ")"):
                ends[opened[-1]] = at
            opened.clear()
        at += 1
    return {start: end for start, end in ends.items() if start and line[start - 1] == "]"}


def _pointed_ends(line: str) -> dict[int, int]:
    """For each `(<`, where the next `>` is."""
    ends: dict[int, int] = {}
    following = -1
    for at in range(len(line) - 1, 0, -1):
        if line[at] == ">":
            following = at
        elif line[at - 1 : at + 1] == "(<" and following > 0:
            ends[at - 1] = following
    return ends
