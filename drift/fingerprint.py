"""A syntax tree as a digest of its meaning: layout, quotes, comments, redundant parentheses and commas do not count.

What a digest covers, and by which rules, is its scheme (`drift.scheme`). The tokens are a pre-order walk with markers
around every inner node, each node first shaped by the rule of its kind (`drift.languages`), hashed with BLAKE2b. A flat
token stream would miss lost precedence parentheses [measured: 3 of 12 mutants]. Pure. Invariant: two ranges with equal
digests differ in layout at most; what does not parse is compared byte for byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import VERBATIM, branch, leaf

try:
    from _blake2 import blake2b  # what hashlib has, which loads OpenSSL first: 5 ms of a check of 60 [measured]
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.languages.base import Language

DIGEST_BYTES = 16


def tree_digest(parts: Sequence[Node | bytes], source: bytes, language: Language, *, comments: bool) -> str:
    """The digest of some nodes in order; hex. With `comments`, their words count too."""
    words = comment_texts(parts, source, language) if comments else []
    return tokens_digest(tokens(parts, source, language), words)


def bytes_digest(data: bytes) -> str:
    """The digest of content as it stands, line ends as LF."""
    return digest(to_lf(data))


def prose_digest(prose: str) -> str:
    """The digest of already normalised prose."""
    return digest(prose.encode("utf-8", "surrogatepass"))


def to_lf(data: bytes) -> bytes:
    """CRLF and CR as LF."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def tokens(parts: Sequence[Node | bytes], source: bytes, language: Language) -> list[bytes]:
    """The normalised tokens of some nodes, without recursion: a hostile file may be nested as deep as it is long.

    A grammar may lag behind its language [`out T` of TypeScript 4.7], so an error must not make a whole class stand as
    it is: what holds one is taken by its structure, without the rule of its kind, and the error itself byte for byte.
    """
    found: list[bytes] = []
    stack: list[Node | bytes] = list(reversed(parts))
    while stack:
        item = stack.pop()
        if isinstance(item, bytes):
            found.append(item)
        else:
            stack.extend(reversed(shaped(item, source, language)))
    return found


def tokens_digest(found: Sequence[bytes], comments: Sequence[bytes] = ()) -> str:
    """The digest of tokens, and of comments where they count, white space aside."""
    return digest(b"\0".join([*found, *(b"#" + b" ".join(word.split()) for word in comments)]))


def shaped(node: Node, source: bytes, language: Language) -> Sequence[Node | bytes]:
    """One node as items, by the rule of its kind."""
    kind = node.type
    if node.has_error:
        if node.is_error or node.is_missing:
            return (VERBATIM + kind.encode() + b" " + source[node.start_byte : node.end_byte],)
        return branch(node, source)
    if kind in language.trivia:
        return ()
    if not node.is_named:
        return () if kind in language.dropped else (leaf(node, source),)
    rule = language.rules.get(kind)
    if rule is not None:
        return rule(node, source)
    return branch(node, source) if node.child_count else (leaf(node, source),)


def comment_texts(parts: Sequence[Node | bytes], source: bytes, language: Language) -> list[bytes]:
    """The comments inside some nodes, in order."""
    found = []
    stack = [part for part in reversed(parts) if not isinstance(part, bytes)]
    while stack:
        node = stack.pop()
        if node.type in language.comments:
            found.append(source[node.start_byte : node.end_byte])
        stack.extend(reversed(node.children))
    return found


def digest(data: bytes) -> str:
    """Of bytes, as hex."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()
