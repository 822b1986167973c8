"""What a scope of a tree defines: names, the nodes that make up each definition, and what tells overloads apart. Pure.

Invariant: what is found depends on the scope and its table alone, in the order of the text.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from drift.languages.base import Name, meaningful, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.languages.base import Language


CHAIN_LENGTH_MAX = 200


class Definition(NamedTuple):
    """One definition: its dotted name, the nodes it is made of in order, and the node that defines it.

    `signatures` are the spellings of its parameters that tell it apart: types, whole parameters, names; `finer` is a
    longer name that does so too. One that `opens` is the scope of a symbol that is defined elsewhere. `context` is what
    its meaning depends on beside its parts: the words of a group, its place in an enumeration. One that `yields` only
    announces another.
    """

    names: tuple[str, ...]
    parts: tuple[Node, ...]
    node: Node
    body: Node | None
    signatures: tuple[str, ...]
    finer: tuple[str, ...] = ()
    opens: bool = False
    context: tuple[Node | bytes, ...] = ()
    yields: bool = False

    @property
    def content(self) -> tuple[Node | bytes, ...]:
        """What counts of it, in order."""
        return (*self.context, *self.parts)

    @property
    def line(self) -> int:
        """Where it starts, from 1."""
        return int(self.parts[0].start_point[0]) + 1

    @property
    def end_line(self) -> int:
        """Where it ends, from 1; the line end that some grammars count in is none of it."""
        row, column = self.parts[-1].end_point
        return int(row) + (1 if column else 0)


class _Candidate(NamedTuple):
    """A node that defines something: the nodes around it, and its names; None for one that its words mark."""

    node: Node
    above: tuple[Node, ...]
    names: Sequence[Name] | None


class Scope(NamedTuple):
    """What a scope holds, looked through once: its candidates in order, and their places by their first name.

    Below `ANY` are those whose first name does not tell.
    """

    candidates: list[_Candidate]
    places: dict[str, list[int]]


ANY = ""
Scopes = dict[int, Scope]
"""The scopes of one tree that were looked through, by the node's id."""


def definitions(
    scope: Node, source: bytes, language: Language, first: str | None = None, kept: Scopes | None = None
) -> list[Definition]:
    """What a scope defines, in order of the text; with `first`, folded, only what may begin with that name.

    `kept` spares a second look at a scope.
    """
    looked = kept.get(scope.id) if kept is not None else None
    if looked is None:
        looked = _looked(scope, source, language)
        if kept is not None:
            kept[scope.id] = looked
    if first is None:
        return [one for item in looked.candidates for one in _defined(item, item.names, source, language)]
    found: list[Definition] = []
    for at in sorted([*looked.places.get(first, ()), *looked.places.get(ANY, ())]):
        item = looked.candidates[at]
        names = item.names and [name for name in item.names if {first, ANY} & _firsts(name, language)]
        found += _defined(item, names, source, language)
    return found


def _looked(scope: Node, source: bytes, language: Language) -> Scope:
    found: list[_Candidate] = []
    stack: list[tuple[Node, tuple[Node, ...]]] = [(scope, ())]
    while stack:
        node, above = stack.pop()
        kind = node.type
        if above and kind in language.forms:
            names = _named(node, above[-1], source, language)
            if names:
                found.append(_Candidate(node, above, names))
        if above and kind in language.marked:
            found.append(_Candidate(node, above, None))
        if kind in language.scopes:
            inner = (*above, node)
            stack += [(child, inner) for child in reversed(node.named_children)]
    places: dict[str, list[int]] = {}
    for at, one in enumerate(found):
        firsts = {ANY} if one.names is None else {word for name in one.names for word in _firsts(name, language)}
        for word in firsts:
            places.setdefault(word, []).append(at)
    return Scope(found, places)


def _firsts(name: Name, language: Language) -> set[str]:
    """What a path that leads to it may begin with."""
    ways = (name.names, name.finer) if name.finer else (name.names,)
    return {folded(way[0], language) if way else ANY for way in ways}


def folded(name: str, language: Language) -> str:
    """A name as the language compares it."""
    if not language.fold_names or name.isascii():
        return name
    from unicodedata import normalize

    return normalize("NFKC", name)


def _defined(
    candidate: _Candidate, named: Sequence[Name] | None, source: bytes, language: Language
) -> list[Definition]:
    node, above, _ = candidate
    if named is None:
        return _marked(node, source, language)
    if not named:
        return []
    form = language.forms[node.type]
    parameters = place(node, form.parameters)
    before, parts = _parts(node, above, language)
    plain = Definition(
        names=(),
        parts=parts,
        node=node,
        body=place(node, form.body),
        signatures=() if parameters is None else _signatures(parameters, source, language),
        context=(*(() if language.context is None else language.context(node, source)), *before),
        yields=form.yields is not None and form.yields(node, source),
    )
    return [plain._replace(names=name.names, finer=name.finer, opens=name.opens) for name in named]


def _named(node: Node, parent: Node, source: bytes, language: Language) -> Sequence[Name]:
    form = language.forms[node.type]
    if (form.within and parent.type != form.within) or (form.needs and not places(node, form.needs)):
        return ()
    if form.naming is not None:
        return form.naming(node, source)
    holders = [node] if not form.name else places(node, form.name)
    return [Name(names) for holder in holders for names in _names(holder, source, language)]


def place(node: Node, path: str) -> Node | None:
    """The first node at a place of a form; None without one."""
    if path.isidentifier():
        return node.child_by_field_name(path)
    return next(iter(places(node, path)), None)


def places(node: Node, path: str) -> list[Node]:
    """The nodes at a place of a form."""
    if path.isidentifier():
        return node.children_by_field_name(path)
    for way in _ways(path):
        found = [node]
        for step in way:
            found = [child for parent in found for child in _step(parent, step)]
        if found:
            return found
    return []


@functools.cache
def _ways(path: str) -> tuple[tuple[str, ...], ...]:
    """The steps of each way to a place."""
    return tuple(tuple(way.split("/")) for way in path.split("|") if way)


def _step(node: Node, step: str) -> Sequence[Node]:
    if step == ".":
        return [node]
    if step[0] == "*":
        return [child for child in node.named_children if child.type == step[1:]]
    if step[0] != "~":
        return node.children_by_field_name(step)
    for _ in range(CHAIN_LENGTH_MAX):
        if node.type == step[1:]:
            return [node]
        deeper = node.child_by_field_name("declarator") or next(
            (child for child in node.named_children if child.type.endswith("declarator")), None
        )
        if deeper is None:
            return []
        node = deeper
    return []


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
        if node.type in language.names or (node.id == holder.id and not node.is_named and node.type != ","):
            found.append(_split(node, source, language))
        elif node.type in language.patterns:
            inner = language.patterns[node.type]
            stack += reversed(node.children_by_field_name(inner) if inner else node.named_children)
    return found


def _split(node: Node, source: bytes, language: Language) -> tuple[str, ...]:
    if language.dotted is not None:
        return language.dotted(node, source)
    if language.name_text is not None and node.type != "nested_identifier":
        return (language.name_text(node, source),)
    return tuple(part.strip() for part in text(node, source).decode("utf-8", "replace").split("."))


def _parts(node: Node, above: tuple[Node, ...], language: Language) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The definition with what wraps it; of a wrapper that holds several things only its opening words, before it."""
    before: tuple[Node, ...] = ()
    parts: tuple[Node, ...] = (*_before(node, above, language), node)
    inner = node
    for parent in reversed(above):
        if parent.type not in language.wrappers:
            break
        if parent.type in language.groups:
            before = (*_heading(parent, inner), *before)
        elif before:
            before = (*_opening(parent, inner), *before)
        else:
            parts = _wrapped(parent, inner, parts, language)
        inner = parent
    return before, parts


def _wrapped(parent: Node, inner: Node, parts: tuple[Node, ...], language: Language) -> tuple[Node, ...]:
    others = [child for child in meaningful(parent, language.trivia) if child.id != inner.id]
    if len(parts) > 1 or any(child.type == inner.type for child in others):
        return (*_opening(parent, inner), *parts)
    return (parent,)


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


def _heading(group: Node, inner: Node) -> tuple[Node, ...]:
    """What all members of a group share: modifiers, type, keyword, before the first member."""
    shared: list[Node] = []
    for child in group.children:
        if child.type == inner.type:
            break
        shared.append(child)
    return tuple(child for child in shared if child.type != "(" and not child.is_extra)


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
        if at == 0 and node.type in language.receivers:
            continue
        for name, kind in _parameter(node, source, language):
            if at == 0 and name in language.receivers:
                continue
            typed.append(kind or name)
            whole.append(f"{name}: {kind}" if kind else name)
            named.append(name)
    return tuple(dict.fromkeys(", ".join(words) for words in (typed, whole, named)))


def _parameter(node: Node, source: bytes, language: Language) -> list[tuple[str, str]]:
    """Names and types; several where names share one type."""
    name_field, type_field = language.parameters[node.type]
    if type_field == "-":
        return [_around_name(node, name_field, source, language)]
    kind = node.child_by_field_name(type_field) if type_field else None
    first = [node.named_children[0] if kind is not None else node]
    named = [child for child in node.children_by_field_name(name_field) if child.is_named] if name_field else first
    words = "" if kind is None else _said(text(kind, source)).removeprefix(":")
    return [(_said(text(name, source)), " ".join(words.split())) for name in named or [node]]


def _around_name(node: Node, name_field: str, source: bytes, language: Language) -> tuple[str, str]:
    """The name deep in a declarator, and what stands around it up to the default."""
    ends = [child.start_byte for child in node.children if child.type == "="]
    end = ends[0] if ends else node.end_byte
    name = place(node, name_field)
    for _ in range(CHAIN_LENGTH_MAX):
        if name is None or name.type in language.names:
            break
        name = name.child_by_field_name(language.patterns.get(name.type) or "name") or next(
            iter(reversed(name.named_children)), None
        )
    if name is None:
        return "", _said(source[node.start_byte : end])
    around = source[node.start_byte : name.start_byte] + b" " + source[min(name.end_byte, end) : end]
    return _said(text(name, source)), _said(around).replace(" :", ":").removeprefix(":").strip()


def _said(words: bytes) -> str:
    return " ".join(words.decode("utf-8", "replace").split())
