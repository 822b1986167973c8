"""A tree's symbols by a language's table: who is meant by `Class.method` or `load(string)`. Pure.

Invariant: a name that several definitions share is never resolved to one of them unless a signature says which.
Scopes are listed only along the path that is asked for, so a look-up costs a walk over a few levels, not the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import EVERY, write_symbol
from drift.definitions import definitions, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from drift.anchors import SymbolPath
    from drift.definitions import Definition, Scopes
    from drift.languages.base import Language

NAMES_MAX = 2000
DEPTH_MAX = 12
NEAR_MAX = 3


_Level = tuple["Node", tuple[str, ...], tuple[str, ...]]
"""A scope, the names still to find in it, and the finer names that led to it."""


class _Match(NamedTuple):
    definition: Definition
    finer: tuple[str, ...]


class Resolved(NamedTuple):
    """What a symbol path means: `found` holds one definition, or all of them for `name(*)`.

    Else it is empty, and `choices` are the fragments that would tell several apart (`lines` is where they start), or
    `near` those that look alike.
    """

    found: tuple[Definition, ...] = ()
    choices: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


def resolve(root: Node, source: bytes, language: Language, path: SymbolPath, kept: Scopes | None = None) -> Resolved:
    """Find a symbol. `kept` is passed again for the next symbol of the same tree and table."""
    wanted = tuple(folded(name, language) for name in path.names)
    level: list[_Level] = [(root, wanted, ())]
    found: dict[tuple[int, tuple[str, ...]], _Match] = {}
    while level:
        deeper: list[_Level] = []
        for scope, rest, above in level:
            for definition in definitions(scope, source, language, rest[0], kept):
                finer = (*above, *(definition.finer or definition.names))
                for count in _taken(definition, rest, language):
                    if count == len(rest):
                        found[definition.node.id, definition.names] = _Match(definition, finer)
                    elif definition.body is not None:
                        deeper.append((definition.body, rest[count:], finer))
        level = deeper
    return _chosen(list(found.values()), path) if found else Resolved(near=near_names(root, source, language, path))


def _taken(definition: Definition, rest: tuple[str, ...], language: Language) -> list[int]:
    """How many of the wanted names a definition stands for: by its name, by its finer one.

    One that only opens a scope is not what its plain name means.
    """
    ways = (definition.names, definition.finer) if definition.finer else (definition.names,)
    counts = [len(way) for way in ways if rest[: len(way)] == tuple(folded(name, language) for name in way)]
    only_opens = definition.opens and definition.names == rest
    return [] if only_opens else counts


def _chosen(found: Sequence[_Match], path: SymbolPath) -> Resolved:
    found = _foremost(found)
    if path.signature == EVERY:
        return Resolved(tuple(match.definition for match in found))
    matching = found if path.signature is None else _matching(found, path.signature)
    if len(matching) == 1:
        return Resolved((matching[0].definition,))
    if not matching:
        return Resolved(near=tuple(_choices(found, path)))
    left = matching
    choices = (*_choices(left, path), write_symbol(path.names, EVERY))
    return Resolved(choices=choices, lines=tuple(match.definition.line for match in left))


def foremost(found: Sequence[Definition]) -> list[Definition]:
    """Without those that announce another of their signature, or stand inside another: `typedef struct a {} a`."""
    telling = {one.signatures[:1] for one in found if not one.yields}
    kept = [one for one in found if not (one.yields and one.signatures[:1] in telling)]
    spans = [(one.node.start_byte, one.node.end_byte) for one in kept]
    return [
        one
        for one, (start, end) in zip(kept, spans, strict=True)
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans)
    ]


def _foremost(found: Sequence[_Match]) -> list[_Match]:
    kept = {id(one) for one in foremost([match.definition for match in found])}
    return [match for match in found if id(match.definition) in kept]


def _choices(found: Sequence[_Match], path: SymbolPath) -> list[str]:
    """What to write to mean one of them: its signature, its finer name, or both; the first way that parts them all."""
    signed = [_signed(path.names, match.definition) for match in found]
    finer = [write_symbol(match.finer) for match in found]
    both = [_signed(match.finer, match.definition) for match in found]
    for way in (signed, finer, both):
        if "" not in way and len(set(way)) == len(found):
            return way
    several = len(set(finer)) > 1
    return [word for word in dict.fromkeys(both if several else signed) if word]


def _signed(names: tuple[str, ...], definition: Definition) -> str:
    return write_symbol(names, definition.signatures[0]) if definition.signatures else ""


def _matching(found: Sequence[_Match], signature: str) -> list[_Match]:
    """Those with this signature as it would be printed; else those with it spelled in another way."""
    printed = [match for match in found if _bare(signature) in map(_bare, match.definition.signatures[:1])]
    return printed or [match for match in found if _bare(signature) in map(_bare, match.definition.signatures)]


def _bare(signature: str) -> str:
    return "".join(signature.split())


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
    for names, definition in all_definitions(root, source, language):
        if not definition.opens:
            yield names


def all_definitions(root: Node, source: bytes, language: Language) -> Iterator[tuple[tuple[str, ...], Definition]]:
    """The file's definitions with their dotted names, outside in, as `all_names` has them; those that only open too."""
    level: list[tuple[tuple[str, ...], Node]] = [((), root)]
    count = 0
    for _ in range(DEPTH_MAX):
        deeper: list[tuple[tuple[str, ...], Node]] = []
        for prefix, scope in level:
            for definition in definitions(scope, source, language):
                count += 1
                if count > NAMES_MAX:
                    return
                yield (*prefix, *definition.names), definition
                if definition.body is not None and not definition.signatures:
                    deeper.append(((*prefix, *definition.names), definition.body))
        level = deeper
