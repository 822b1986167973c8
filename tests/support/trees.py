"""Digests and look-ups of small sources, for the tests of drift's languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.anchors import parse_symbol
from drift.fingerprint import tokens, tree_digest
from drift.languages.table import language, parser
from drift.symbols import resolve

if TYPE_CHECKING:
    from drift.symbols import Resolved


def digest(name: str, source: str, fragment: str = "", *, comments: bool = False) -> str:
    """The digest of a whole source, or of one symbol in it, which must parse."""
    data = source.encode()
    root = parser(name).parse(data).root_node
    assert not root.has_error, f"does not parse: {source}"
    parts = [part for found in look_up(name, source, fragment).found for part in found.content] if fragment else [root]
    assert parts, f"no {fragment} in {source}"
    return tree_digest(parts, data, language(name), comments=comments)


def words(name: str, source: str) -> list[bytes]:
    """The tokens of a whole source."""
    data = source.encode()
    return tokens([parser(name).parse(data).root_node], data, language(name))


def look_up(name: str, source: str, fragment: str) -> Resolved:
    """What a fragment means in a source."""
    data = source.encode()
    return resolve(parser(name).parse(data).root_node, data, language(name), parse_symbol(fragment))
