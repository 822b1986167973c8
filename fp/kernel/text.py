"""Text for a terminal: nothing that came from a file, a ref or an agent may steer it or hide in it.

Imports the standard library only (`unicodedata` on first use, it costs a millisecond). Pure. Invariant: what `safe` and
`safe_block` return holds no control character, no bidirectional control, no invisible character and no surrogate.
"""

from __future__ import annotations

ELLIPSIS = "…"

# Spaces of other scripts (no-break, ideographic ...) move the cursor only; emoji ask for their colour with FE0E, FE0F.
_ALLOWED = frozenset(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufe0e\ufe0f"
)

# Printable by Unicode although nothing is drawn (Default_Ignorable_Code_Point and the blank braille cell).
_INVISIBLE = (
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164),
    (0xFE00, 0xFE0D), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
)  # fmt: skip

_STYLES = {
    "strong": "1",
    "dim": "2",
    "good": "32",
    "warn": "33",
    "bad": "31",
    "accent": "36",
}


def safe(value: str) -> str:
    """One line: every character that could steer a terminal or hide is spelled out, as `\\x1b`, `\\n` or `\\u202e`."""
    if value.isascii() and value.isprintable():
        return value
    return "".join([character if _shown(character) else _spelled(character) for character in value])


def safe_block(value: str) -> str:
    """Like `safe` for text of several lines: line breaks (CRLF as one) and tabs stay."""
    lines = value.replace("\r\n", "\n").split("\n")
    return "\n".join(["\t".join([safe(part) for part in line.split("\t")]) for line in lines])


def _shown(character: str) -> bool:
    if character in _ALLOWED:
        return True
    return character.isprintable() and not _invisible(ord(character))


def _invisible(point: int) -> bool:
    return point >= _INVISIBLE[0][0] and any(low <= point <= high for low, high in _INVISIBLE)


def _spelled(character: str) -> str:
    point = ord(character)
    if character in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[character]
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def width(value: str) -> int:
    """Columns a terminal uses: 2 for wide characters, 0 for marks that combine with the one before."""
    if value.isascii():
        return len(value)
    from unicodedata import category, east_asian_width

    total = 0
    for character in value:
        if category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
            continue
        total += 2 if east_asian_width(character) in "WF" else 1
    return total


def clip(value: str, columns: int) -> str:
    """At most `columns` wide; what is cut off is marked by an ellipsis. Combining marks stay with their letter."""
    if width(value) <= columns:
        return value
    if columns <= 0:
        return ""
    used = 0
    for index, character in enumerate(value):
        used += width(character)
        if used > columns - 1:
            return value[:index] + ELLIPSIS
    return value


def pad(value: str, columns: int) -> str:
    """Fill with spaces up to `columns`; longer text is left as it is."""
    return value + " " * (columns - width(value))


def style(value: str, name: str, *, on: bool) -> str:
    """Colour already safe text by what it means: strong, dim, good, warn, bad or accent; unchanged unless `on`."""
    return f"\x1b[{_STYLES[name]}m{value}\x1b[0m" if on and value else value
