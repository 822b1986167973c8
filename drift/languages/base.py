"""What a language's table says, and the parts its rules are made of.

A rule turns one node into a sequence of items: bytes are final tokens, nodes are walked on. So a rule never recurses,
and depth is bounded by memory, not by the interpreter's stack. Pure; no grammar is imported here.

Invariant: every byte of a node that is not white space reaches the tokens or is dropped by a rule on purpose. Grammars
leave text between children (the `.2f` of a format, for one); `branch` keeps those gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

Rule = Callable[["Node", bytes], Sequence["Node | bytes"]]


class Name(NamedTuple):
    """A dotted name of a definition, and the finer one that tells it from others of that name, if there is one.

    One that `opens` only opens the scope of a symbol that is defined elsewhere: an `impl` block, an extension. Without
    names it is looked through: a namespace that may be left out.
    """

    names: tuple[str, ...]
    finer: tuple[str, ...] = ()
    opens: bool = False


Naming = Callable[["Node", bytes], Sequence[Name]]

OPEN, CLOSE = b"(", b")"
"""First byte of the tokens around an inner node, so that structure, hence precedence, is part of what is compared."""
NAMED, PLAIN, STRING, VERBATIM, KEY, DOCUMENTATION = b"n", b"p", b"s", b"v", b"k", b"d"
"""First byte of a token by what it is, so that no text of one sort equals text of another."""


class Form(NamedTuple):
    """How a node kind defines a symbol: where its names are, its parameters, and what holds its members.

    Places are paths of fields, `a/b`, where `*kind` is a child of that kind, `~kind` one down a chain of declarators,
    and `.` the node itself; `x|y` is the first that is there. An empty `name` means that the node is its own name,
    directly inside a node of kind `within`. `naming` computes names that no field holds. Without `needs` it is no
    definition; where `yields` says so it only announces one, and any with the same signature goes before it.
    """

    name: str = "name"
    body: str = "body"
    parameters: str = ""
    within: str = ""
    naming: Naming | None = None
    needs: str = ""
    yields: Callable[[Node, bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how to find its symbols and how to normalise its trees.

    `grammar` is the tag that stamps carry (name and exact version); `loader` is `module:function` of the grammar.
    """

    grammar: str
    loader: str
    rules: Mapping[str, Rule]
    """by the kind of named nodes: a grammar may call a keyword `string` as well"""
    forms: Mapping[str, Form]
    trivia: frozenset[str]
    """kinds that carry no meaning: comments, line continuations"""
    comments: frozenset[str]
    dropped: frozenset[str]
    """punctuation that the tree already says: `;`"""
    scopes: frozenset[str]
    """kinds looked through when the members of a scope are listed"""
    wrappers: frozenset[str]
    """parents that belong to the definition inside them: decorators, `export`, `const`"""
    patterns: Mapping[str, str]
    """kinds that hold several names, and the field to follow in them (all children when empty)"""
    names: frozenset[str]
    """kinds that are a name"""
    parameters: Mapping[str, tuple[str, str]]
    """parameter kinds: the fields of name and type; `-` for a type that is all but the name and the default"""
    groups: frozenset[str] = frozenset()
    """those of the wrappers that may hold several definitions: of them the opening words alone belong to each"""
    context: Callable[[Node, bytes], Sequence[Node | bytes]] | None = None
    """what the value of a definition depends on beside its own text: its place in an enumeration"""
    marked: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """kinds that define a fixed name when they have a certain token as child: `export default`"""
    leading: frozenset[str] = frozenset()
    """kinds that belong to the definition after them, as siblings: the decorators of a method"""
    receivers: frozenset[str] = frozenset()
    """first parameters that no caller passes"""
    name_text: Callable[[Node, bytes], str] | None = None
    """how a name that is no plain identifier reads (a quoted key)"""
    dotted: Callable[[Node, bytes], tuple[str, ...]] | None = None
    """how a name of several parts reads, where `.` does not part them: `a::b`"""
    earlier: Language | None = None
    """the table of edition 1, where it is another"""
    extra: bool = False
    """whether its grammar comes with the extra `[languages]`"""
    fold_names: bool = False
    """whether names are the same when NFKC makes them so"""


def text(node: Node, source: bytes) -> bytes:
    """The source of a node."""
    return source[node.start_byte : node.end_byte]


def leaf(node: Node, source: bytes) -> bytes:
    """The token of a leaf."""
    return (NAMED if node.is_named else PLAIN) + text(node, source)


def meaningful(node: Node, trivia: frozenset[str]) -> list[Node]:
    """The children that are no trivia."""
    return [child for child in node.children if child.type not in trivia]


def branch(node: Node, source: bytes, keep: Sequence[Node] | None = None, kind: str = "") -> list[Node | bytes]:
    """An inner node as itself: its kind around the children that are kept, gaps between children included."""
    kept = None if keep is None else {child.id for child in keep}
    items: list[Node | bytes] = [OPEN + (kind or node.type).encode()]
    end = node.start_byte
    for child in node.children:
        items += _gap(source, end, child.start_byte)
        end = child.end_byte
        if kept is None or child.id in kept:
            items.append(child)
    items += _gap(source, end, node.end_byte)
    items.append(CLOSE)
    return items


def spans(node: Node, source: bytes, inner: frozenset[str], ends: tuple[int, int]) -> list[Node | bytes]:
    """The children of the `inner` kinds and, as plain bytes, every stretch of text between them, spaces included.

    `ends` are the offsets at which the content starts and stops.
    """
    items: list[Node | bytes] = []
    at, stop = ends
    for child in node.children:
        if child.type in inner:
            items += [source[at : child.start_byte], child]
            at = child.end_byte
    items.append(source[at:stop])
    return [item for item in items if item != b""]


def sorted_runs(items: Sequence[Node | bytes], key: Callable[[Node], bytes | None]) -> list[Node | bytes]:
    """Neighbours that have a key in the order of their keys: import sorters move them without a change of meaning."""
    result: list[Node | bytes] = []
    run: list[tuple[bytes, int, Node]] = []
    for at, item in enumerate(items):
        place = None if isinstance(item, bytes) else key(item)
        if place is not None and not isinstance(item, bytes):
            run.append((place, at, item))
            continue
        result += [node for _, _, node in sorted(run, key=lambda entry: entry[:2])]
        result.append(item)
        run = []
    return result + [node for _, _, node in sorted(run, key=lambda entry: entry[:2])]


def canonical(value: str) -> bytes:
    """A decoded string as token text: NUL is the joiner of tokens, a lone backslash marks what stayed undecoded."""
    return value.replace("\\", "\\\\").replace("\0", "\\0").encode("utf-8", "surrogatepass")


def _gap(source: bytes, start: int, stop: int) -> list[bytes]:
    """The text between two children as a token, where there is any; a line that goes on in the next is none."""
    if start >= stop:
        return []
    words = source[start:stop].replace(b"\\\n", b" ").strip()
    return [VERBATIM + words] if words else []


def transparent(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Parentheses: the tree already says what binds to what."""
    return [child for child in node.children if child.type not in ("(", ")")]


def no_trailing_comma(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a, b,)` is `(a, b)`."""
    inner = [child for child in node.children if not child.is_extra]
    if len(inner) > 2 and inner[-2].type == ",":
        del inner[-2]
    return branch(node, source, inner)
