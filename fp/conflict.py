"""What a merge leaves to a person, by field, and what follows from a choice. Pure; the merge by lines is passed in.

Invariant: a choice settles the field that it names and nothing else. It is made on all three sides, and they are merged
again: what else either side changed stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.codec import put
from fp.excerpt import Excerpt, excerpt
from fp.kernel import frontmatter
from fp.kernel.markdown import unticked
from fp.kernel.markdownlines import prose
from fp.kernel.markers import CLOSE, MIDDLE, OPEN, Sides, mark_of
from fp.merge import BODY, Merged, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.yamlguard import Value

    Favoured = Callable[[bytes, bytes, bytes, str], tuple[bytes, bool]]

OURS, THEIRS, BASE, BOTH = "ours", "theirs", "base", "both"
CHOICES = (OURS, THEIRS, BASE, BOTH)
TEXT = "text"
"""Left where the merge was by lines: of a file that does not read as an issue's."""
FILE = "file"
"""Left where one side removed the file that the other changed."""


class Field(NamedTuple):
    """One thing that both sides changed in different ways: the values, or for a text what each side changed in it."""

    name: str
    base: str
    ours: str
    theirs: str
    ours_text: Excerpt = Excerpt()
    theirs_text: Excerpt = Excerpt()


def marked_line(data: bytes, body: str | None = None, body_line: int = 1) -> int:
    """The line of the first conflict between markers; 0 when there is none.

    In the body of a file that reads, markers inside code are somebody's example.
    """
    if OPEN not in data or not _in_order(data):
        return 0
    if body is None:
        return next((number for number, line in enumerate(data.splitlines(), 1) if mark_of(line) == OPEN), 0)
    lines = (line.number for line in prose(body) if mark_of(line.text.encode()) == OPEN)
    first = next(lines, 0)
    return first and body_line + first - 1


def _in_order(data: bytes) -> bool:
    """Whether an opening, a middle and a closing marker follow each other."""
    wanted = [CLOSE, MIDDLE, OPEN]
    for line in data.splitlines():
        if mark_of(line) == wanted[-1]:
            wanted.pop()
            if not wanted:
                return True
    return False


def choose(sides: Sides, taken: Mapping[str, str], favoured: Favoured) -> Merged:
    """Merge with the choices made, by field name or for all by an empty one; what is left has no choice."""

    def by_lines(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
        return favoured(base, ours, theirs, "")

    left = merge(sides, by_lines).left
    values = {name: side for name in left if (side := _side(taken, name)) and name not in (BODY, TEXT)}
    chosen = _with_values(sides, {name: side for name, side in values.items() if side != BOTH})
    favour = next((side for name in (BODY, TEXT) if name in left and (side := _side(taken, name))), "")
    if not favour or favour == BASE:
        return merge(chosen, by_lines)
    return merge(chosen, lambda base, ours, theirs: favoured(base, ours, theirs, favour))


def _side(taken: Mapping[str, str], name: str) -> str:
    return taken.get(name) or taken.get("", "")


def _with_values(sides: Sides, values: Mapping[str, str]) -> Sides:
    """All sides with the chosen side's value of each field."""
    if not values:
        return sides
    fields = dict(zip((BASE, OURS, THEIRS), map(_fields, sides), strict=True))
    edits: list[frontmatter.Edit] = []
    for name, side in values.items():
        value = fields[side].get(name)
        gone = name not in fields[side]
        edits.append(frontmatter.Drop(name) if gone else put(name, _plain(value)))
    return Sides(*(frontmatter.edit(data, edits) if data else data for data in sides))


def _plain(value: Value) -> str | list[str] | None:
    return [str(item) for item in value] if isinstance(value, list) else value if isinstance(value, str) else None


def _fields(data: bytes) -> Mapping[str, Value]:
    document = frontmatter.parse(data, "")[0]
    return document.fields if document is not None else {}


def shown(sides: Sides, left: tuple[str, ...]) -> list[Field]:
    """What is left, as a person compares it."""
    base, ours, theirs = map(_fields, sides)
    found = []
    for name in left:
        if name in (BODY, TEXT):
            (old, _), *others = (_text(side, whole=name == TEXT) for side in sides)
            mine, other = (excerpt(old, text).below(above) for text, above in others)
            found.append(Field(name, "", "", "", mine, other))
        else:
            found.append(Field(name, _word(base.get(name)), _word(ours.get(name)), _word(theirs.get(name))))
    return found


def _text(data: bytes, *, whole: bool) -> tuple[str, int]:
    """The text that is compared, and how many lines of the file precede it."""
    document = None if whole else frontmatter.parse(data, "")[0]
    if document is None:
        return data.decode("utf-8", "replace"), 0
    return unticked(document.body), document.body_line - 1


def _word(value: Value) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else "" if value is None else str(value)
