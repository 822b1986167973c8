"""The quick lane for headers in the plain layout that `fp` itself writes: PyYAML need not even be imported.

Pure; imports nothing. Invariant: what is read here `yamlguard.read_mapping` reads the same, values and lines; on the
slightest doubt the answer is None, and the caller asks there. It is no second opinion and no fallback: it knows only
lines that mean one thing to every reader. Importing PyYAML costs about as much as starting Python, and `fp list` is
held to seven times that.

The subset: comments, blank lines, `key:`, `key: value`, and `- item` lines of one indentation below a `key:`. Values
are bare, quoted without an inner quote or backslash, or words in brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fp.kernel.yamlguard import Value

ITEMS_MAX = 2000
"""Lines and commas; keeps well below the events that the guarded parser allows."""
KEY_CHARACTERS_MAX = 64
_NOTHING = frozenset(("null", "Null", "NULL"))
_FIRST = "_/."
_USUAL = frozenset({
    "id", "title", "created", "status", "type", "priority", "assignees", "labels", "parent", "depends_on", "touches",
    "milestone", "due", "estimate", "dispatch", "kind", "from", "to", "by", "at", "after",
})  # fmt: skip
"""Keys that need no look at their letters."""


def read_plain(text: str, first: int = 1) -> tuple[dict[str, Value], dict[str, int]] | None:
    """Values and lines as `yamlguard.read_mapping` gives them; None when the text is not all in the plain layout.

    `first` is the number of the text's first line.
    """
    rows = text.split("\n")
    if len(rows) + text.count(",") > ITEMS_MAX or not text.replace("\n", "").isprintable():
        return None
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    items: list[Value] | None = None
    key, dash = "", -1
    for number, row in enumerate(rows, first):
        if not row or row[0] == "#":
            continue
        if row[0] in " -":
            bare = row.lstrip(" ")
            indent = len(row) - len(bare)
            if bare[:1] == "#":
                continue
            item = _scalar(bare[2:].strip(" "))
            if items is None or bare[:2] != "- " or item is None or dash not in (-1, indent):
                return None
            lines[f"{key}.{len(items)}"], dash = number, indent
            items.append(item)
            values[key] = items
            continue
        key, colon, rest = row.partition(":")
        if not colon or key in values or rest[:1] not in ("", " ") or not (key in _USUAL or _is_key(key)):
            return None
        lines[key], items, dash = number, None, -1
        written = rest.strip(" ")
        if not written:
            values[key], items = None, []
        elif written[0] == "[":
            words = _words(written)
            if words is None:
                return None
            values[key] = words
            lines |= {f"{key}.{at}": number for at in range(len(words))}
        else:
            value = _scalar(written)
            if value is None:
                return None
            values[key] = value
    return values, lines


def _is_key(key: str) -> bool:
    word = key.replace("_", "").replace("-", "")
    return len(key) <= KEY_CHARACTERS_MAX and key[:1].isalnum() and word.isalnum()


def _scalar(text: str) -> str | None:
    """The text of one bare or simply quoted value; None in doubt, and for what means nothing."""
    first = text[:1]
    if first in ("'", '"'):
        inner = text[1:-1]
        whole = len(text) > 1 and text[-1] == first and first not in inner and "\\" not in inner
        return inner if whole else None
    if not first.isalnum() and (not first or first not in _FIRST):
        return None
    if ": " in text or " #" in text or text[-1] == ":" or text in _NOTHING:
        return None
    return text


def _words(written: str) -> list[Value] | None:
    if written[-1] != "]":
        return None
    inner = written[1:-1].strip(" ")
    words = [word.strip(" ") for word in inner.split(",")] if inner else []
    return [*words] if all(_is_word(word) for word in words) else None


def _is_word(word: str) -> bool:
    signs = word.replace("-", "").replace("_", "").replace(".", "").replace("/", "")
    return word[:1].isalnum() and signs.isalnum() and word not in _NOTHING
