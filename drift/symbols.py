"""A tree's symbols by a language's table: who is meant by `Class.method` or `load(string)`. Pure.

Invariant: a name that several definitions share is never resolved to one of them unless a signature says which.
Scopes are listed only along the path that is asked for, so a look-up costs a walk over a few levels, not the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import EVERY, write_symbol
from drift.languages.base import meaningful, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from drift.anchors import SymbolPath
    from drift.languages.base import Language

NAMES_MAX = 2000
DEPTH_MAX = 12
NEAR_MAX = 3


class Definition(NamedTuple):
    """One definition: its dotted name, the nodes it is made of in order, and the node that defines it.

    `signatures` are the spellings of its parameters that tell it apart: types, whole parameters, names.
    """

    names: tuple[str, ...]
    parts: tuple[Node, ...]
    node: Node
    body: Node | None
    signatures: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where it starts, from 1."""
        return int(self.parts[0].start_point[0]) + 1

    @property
    def end_line(self) -> int:
        """Where it ends, from 1."""
        return int(self.parts[-1].end_point[0]) + 1


class Resolved(NamedTuple):
    """What a symbol path means: `found` holds one definition, or all of them for `name(*)`.

    Else it is empty, and `choices` are the fragments that would tell several apart, or `near` those that look alike.
    """

    found: tuple[Definition, ...] = ()
    choices: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def resolve(root: Node, source: bytes, language: Language, path: SymbolPath) -> Resolved:
    """Find a symbol."""
    wanted = tuple(_folded(name, language) for name in path.names)
    level = [(root, wanted)]
    found: list[Definition] = []
    while level:
        deeper: list[tuple[Node, tuple[str, ...]]] = []
        for scope, rest in level:
            for definition in definitions(scope, source, language):
                count = len(definition.names)
                if rest[:count] != tuple(_folded(name, language) for name in definition.names):
                    continue
                if len(rest) == count:
                    found.append(definition)
                elif definition.body is not None:
                    deeper.append((definition.body, rest[count:]))
        level = deeper
    return _chosen(found, path) if found else Resolved(near=near_names(root, source, language, path))


def _chosen(found: Sequence[Definition], path: SymbolPath) -> Resolved:
    if path.signature == EVERY:
        return Resolved(tuple(found))
    matching = found if path.signature is None else _matching(found, path.signature)
    if len(matching) == 1:
        return Resolved((matching[0],))
    choices = {write_symbol(path.names, item.signatures[0]): None for item in found if item.signatures}
    return Resolved(choices=(*choices, write_symbol(path.names, EVERY)))


def _matching(found: Sequence[Definition], signature: str) -> list[Definition]:
    """Those with this signature as it would be printed; else those with it spelled in another way."""
    printed = [item for item in found if _bare(signature) in map(_bare, item.signatures[:1])]
    return printed or [item for item in found if _bare(signature) in map(_bare, item.signatures)]


def _bare(signature: str) -> str:
    return "".join(signature.split())


def _folded(name: str, language: Language) -> str:
    if not language.fold_names or name.isascii():
        return name
    from unicodedata import normalize

    return normalize("NFKC", name)


def near_names(root: Node, source: bytes, language: Language, path: SymbolPath) -> tuple[str, ...]:
    """Fragments of existing symbols that look like the one that was not found, best first."""
    import difflib

    known: dict[str, None] = {}
    for names in all_names(root, source, language):
        known[write_symbol(names)] = None
    wanted = write_symbol(path.names)
    same_end = [name for name in known if name.rpartition(".")[2] == path.names[-1]]
    alike = difflib.get_close_matches(wanted, list(known), n=NEAR_MAX, cutoff=0.6)
    return tuple(dict.fromkeys([*same_end, *alike]))[:NEAR_MAX]


def all_names(root: Node, source: bytes, language: Language) -> Iterator[tuple[str, ...]]:
    """The dotted names of the file's symbols, outside in, bodies of functions left out, at most `NAMES_MAX`."""
    level: list[tuple[tuple[str, ...], Node]] = [((), root)]
    count = 0
    for _ in range(DEPTH_MAX):
        deeper: list[tuple[tuple[str, ...], Node]] = []
        for prefix, scope in level:
            for definition in definitions(scope, source, language):
                count += 1
                if count > NAMES_MAX:
                    return
                yield (*prefix, *definition.names)
                if definition.body is not None and not definition.signatures:
                    deeper.append(((*prefix, *definition.names), definition.body))
        level = deeper


def definitions(scope: Node, source: bytes, language: Language) -> list[Definition]:
    """What a scope defines, in order of the text."""
    found: list[Definition] = []
    stack: list[tuple[Node, tuple[Node, ...]]] = [(scope, ())]
    while stack:
        node, above = stack.pop()
        if above and node.type in language.forms:
            found += _defined(node, above, source, language)
        if above and node.type in language.marked:
            found += _marked(node, source, language)
        if node.type in language.scopes:
            stack += reversed([(child, (*above, node)) for child in node.named_children])
    return found


def _defined(node: Node, above: tuple[Node, ...], source: bytes, language: Language) -> list[Definition]:
    form = language.forms[node.type]
    if form.within and above[-1].type != form.within:
        return []
    holders = [node] if not form.name else node.children_by_field_name(form.name)
    parameters = node.child_by_field_name(form.parameters) if form.parameters else None
    signatures = () if parameters is None else _signatures(parameters, source, language)
    body = node.child_by_field_name(form.body) if form.body else None
    return [
        Definition(names, _parts(node, above, language), node, body, signatures)
        for holder in holders
        for names in _names(holder, source, language)
    ]


def _marked(node: Node, source: bytes, language: Language) -> list[Definition]:
    token, name = language.marked[node.type]
    if not any(child.type == token and not child.is_named for child in node.children):
        return []
    inner = [child for child in node.named_children if child.type not in language.trivia]
    body = inner[-1].child_by_field_name("body") if inner else None
    return [Definition((name,), (node,), node, body or (inner[-1] if inner else None), ())]


def _names(holder: Node, source: bytes, language: Language) -> list[tuple[str, ...]]:
    """The names that a name node or a pattern holds."""
    found: list[tuple[str, ...]] = []
    stack = [holder]
    while stack:
        node = stack.pop()
        if node.type in language.names:
            found.append(_split(node, source, language))
        elif node.type in language.patterns:
            field = language.patterns[node.type]
            stack += reversed(node.children_by_field_name(field) if field else node.named_children)
    return found


def _split(node: Node, source: bytes, language: Language) -> tuple[str, ...]:
    if language.name_text is not None and node.type != "nested_identifier":
        return (language.name_text(node, source),)
    return tuple(part.strip() for part in text(node, source).decode("utf-8", "replace").split("."))


def _parts(node: Node, above: tuple[Node, ...], language: Language) -> tuple[Node, ...]:
    """The definition with what wraps it; of a wrapper that defines several things only its opening words."""
    parts: tuple[Node, ...] = (*_before(node, above, language), node)
    inner = node
    for parent in reversed(above):
        if parent.type not in language.wrappers:
            break
        others = [child for child in meaningful(parent, language.trivia) if child.id != inner.id]
        if any(child.type == node.type for child in others):
            parts = (*_opening(parent, inner), *parts)
        elif len(parts) == 1:
            parts = (parent,)
        else:
            parts = (*_opening(parent, inner), *parts)
        inner = parent
    return parts


def _before(node: Node, above: tuple[Node, ...], language: Language) -> tuple[Node, ...]:
    """Siblings directly before a definition that belong to it."""
    if not language.leading or not above:
        return ()
    found: list[Node] = []
    for child in meaningful(above[-1], language.trivia):
        if child.id == node.id:
            return tuple(found)
        found = [*found, child] if child.type in language.leading else []
    return ()


def _opening(parent: Node, inner: Node) -> tuple[Node, ...]:
    """The words before the first definition of a wrapper: `export`, `const`."""
    opening: list[Node] = []
    for child in parent.children:
        if child.id == inner.id or child.is_named:
            break
        opening.append(child)
    return tuple(opening)


def _signatures(parameters: Node, source: bytes, language: Language) -> tuple[str, ...]:
    typed, whole, named = [], [], []
    for at, node in enumerate(child for child in parameters.named_children if child.type in language.parameters):
        name, kind = _parameter(node, source, language)
        if at == 0 and name in language.receivers:
            continue
        typed.append(kind or name)
        whole.append(f"{name}: {kind}" if kind else name)
        named.append(name)
    return tuple(dict.fromkeys(", ".join(words) for words in (typed, whole, named)))


def _parameter(node: Node, source: bytes, language: Language) -> tuple[str, str]:
    name_field, type_field = language.parameters[node.type]
    kind = node.child_by_field_name(type_field) if type_field else None
    first = node.named_children[0] if kind is not None else node
    named = node.child_by_field_name(name_field) if name_field else first
    name = text(named or node, source).decode("utf-8", "replace")
    words = "" if kind is None else text(kind, source).decode("utf-8", "replace").removeprefix(":")
    return name.strip(), " ".join(words.split())
