"""What a scope of a tree defines: names, the nodes that make up each definition, and what tells overloads apart. Pure.

Invariant: what is found depends on the scope and its table alone, in the order of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.languages.base import Name, meaningful, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.languages.base import Form, Language


class Definition(NamedTuple):
    """One definition: its dotted name, the nodes it is made of in order, and the node that defines it.

    `signatures` are the spellings of its parameters that tell it apart: types, whole parameters, names; `finer` is a
    longer name that does so too. One that `opens` is the scope of a symbol that is defined elsewhere. `context` is what
    its meaning depends on beside its parts: the words of a group, its place in an enumeration.
    """

    names: tuple[str, ...]
    parts: tuple[Node, ...]
    node: Node
    body: Node | None
    signatures: tuple[str, ...]
    finer: tuple[str, ...] = ()
    opens: bool = False
    context: tuple[Node | bytes, ...] = ()

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
    named = _named(node, form, source, language)
    if not named:
        return []
    parameters = field(node, form.parameters)
    before, parts = _parts(node, above, language)
    plain = Definition(
        names=(),
        parts=parts,
        node=node,
        body=field(node, form.body),
        signatures=() if parameters is None else _signatures(parameters, source, language),
        opens=form.opens,
        context=(*(() if language.context is None else language.context(node, source)), *before),
    )
    return [plain._replace(names=names, finer=finer) for names, finer in named]


def _named(node: Node, form: Form, source: bytes, language: Language) -> Sequence[Name]:
    if form.naming is not None:
        return form.naming(node, source)
    holders = [node] if not form.name else node.children_by_field_name(form.name)
    return [Name(names) for holder in holders for names in _names(holder, source, language)]


def field(node: Node, path: str) -> Node | None:
    """The child under a field, or under a path of fields `a/b`; None without a path."""
    found: Node | None = node if path else None
    for step in path.split("/") if path else ():
        found = found.child_by_field_name(step) if found is not None else None
    return found


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
            inner = language.patterns[node.type]
            stack += reversed(node.children_by_field_name(inner) if inner else node.named_children)
    return found


def _split(node: Node, source: bytes, language: Language) -> tuple[str, ...]:
    if language.name_text is not None and node.type != "nested_identifier":
        return (language.name_text(node, source),)
    words = text(node, source).decode("utf-8", "replace").replace(language.joint, ".")
    return tuple(part.strip() for part in words.split("."))


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
    kind = node.child_by_field_name(type_field) if type_field else None
    first = [node.named_children[0] if kind is not None else node]
    named = [child for child in node.children_by_field_name(name_field) if child.is_named] if name_field else first
    words = "" if kind is None else text(kind, source).decode("utf-8", "replace").removeprefix(":")
    return [
        (text(name, source).decode("utf-8", "replace").strip(), " ".join(words.split())) for name in named or [node]
    ]
