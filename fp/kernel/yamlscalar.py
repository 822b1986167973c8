"""How a text is written as a YAML scalar so that every reader gets the same text back.

Pure; imports `fp.kernel.errors` only. Invariant: a written scalar is one line without raw control, bidirectional or
other invisible characters, and both a YAML 1.1 and a YAML 1.2 reader give back the very text. One exception is wanted:
an instant (`2026-11-22T23:15:01Z`) stays bare, although a YAML 1.1 reader makes a time of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import Refused

if TYPE_CHECKING:
    from fp.kernel.yamlguard import Value

# Words that some reader takes for null, a boolean, a float, or a merge; compared in lower case.
_WORDS = frozenset(
    ("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", ".inf", "+.inf", ".nan")
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_SPECIAL = frozenset(",[]{}:#?")
_NUMBER_CHARACTERS = "0123456789_,.:+-eE"
_HEX_CHARACTERS = "0123456789abcdefABCDEF_"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\x00": "\\0", "\x1b": "\\e"}
INSTANT_CHARACTERS_MAX = 27
"""`2026-11-22T23:15:01.123456Z`: what `datetime` can hold."""
_INSTANTS = ("0000-00-00T00:00:00Z", "0000-00-00T00:00:00.")
_DIGITS = str.maketrans("123456789", "000000000")

# Line breaks of YAML 1.1, bidirectional controls, zero-width and tag characters, and what YAML calls unprintable. The
# joiners U+200C and U+200D stay: words and emoji are spelled with them.
_UNSEEN = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E),
    (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF), (0xE0000, 0xE0FFF),
)  # fmt: skip


Written = str | int | None | list[str] | tuple[str, ...]
"""A value to write: a list one item a line, a tuple in brackets, an int (or bool) bare, None empty."""


def entry(key: str, value: Written, newline: str = "\n") -> str:
    """`key: value` as whole lines of a block mapping."""
    if isinstance(value, list):
        return newline.join([f"{scalar(key)}:", *[f"  - {scalar(item)}" for item in value], ""])
    written = inline(value)
    return f"{scalar(key)}: {written}{newline}" if written else f"{scalar(key)}:{newline}"


def inline(value: str | int | tuple[str, ...] | None, *, style: str = "plain") -> str:
    """The value as it stands behind `key: `; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "[" + ", ".join([scalar(item, flow=True) for item in value]) + "]"
    return scalar(value, style=style) if isinstance(value, str) else _number(value)


def as_read(value: Written) -> Value:
    """The raw value that a reader of the written one gets: an empty block list is nothing."""
    if isinstance(value, list | tuple):
        items: list[Value] = [*value]
        return items if items or isinstance(value, tuple) else None
    return value if value is None or isinstance(value, str) else _number(value)


def _number(value: int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def scalar(text: str, *, style: str = "plain", flow: bool = False) -> str:
    """`text` as YAML, in `style` (plain, single, double) where that style can hold it, else in the next that can.

    `flow` is for an item of a list in brackets. Raises Refused for half a surrogate pair.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("half of a surrogate pair cannot be written to a file", reason="not-text")
    seen = _all_seen(text)
    if style == "plain" and seen and _is_plain(text, flow=flow):
        return text
    if style != "double" and seen:
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join([_escaped(character) for character in text]) + '"'


def is_instant(text: str) -> bool:
    """Whether `text` is a UTC instant that exists, `2026-11-22T23:15:01Z` with or without a fraction of a second."""
    if len(text) > INSTANT_CHARACTERS_MAX or text[:20].translate(_DIGITS) not in _INSTANTS or not text.endswith("Z"):
        return False
    fraction = text[20:-1].translate(_DIGITS)
    if text[19] == "." and (not fraction or fraction.strip("0")):
        return False
    from datetime import datetime

    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _all_seen(text: str) -> bool:
    if text.isascii():
        return text.isprintable()
    return not any(_unseen(ord(character)) for character in text)


def _unseen(point: int) -> bool:
    return any(low <= point <= high for low, high in _UNSEEN)


def _is_plain(text: str, *, flow: bool) -> bool:
    if text.strip() != text or text.lower() in _WORDS or text[0] in _INDICATORS:
        return False
    if ": " in text or text.endswith(":") or " #" in text or text.startswith("..."):
        return False
    if flow and not _FLOW_SPECIAL.isdisjoint(text):
        return False
    return is_instant(text) or not _is_typed(text)


def _is_typed(text: str) -> bool:
    """Whether some reader could take it for a number, a date or a time; says yes rather than no."""
    if not text.strip(_NUMBER_CHARACTERS) and not text.isalpha():
        return True
    unsigned = text.lstrip("+-")
    if unsigned[:2].lower() in ("0x", "0o", "0b") and not unsigned[2:].strip(_HEX_CHARACTERS):
        return True
    return text[:5].translate(_DIGITS) == "0000-"


def _escaped(character: str) -> str:
    point = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _unseen(point):
        return character
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
