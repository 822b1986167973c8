"""How many edits that change a meaning a fingerprint misses, and how many of layout it takes for a change.

Two sorts: those written by hand, one of each kind (`tests/support/edits`), and generated ones: in the same sources
every leaf replaced, every two neighbours swapped, every statement, argument or member taken out, as long as the result
still parses. A generated edit changes the meaning unless it moves imports, whose order counts for nothing. Grammars
take a few texts that no compiler takes (`a | | b`, an import before the package): those are left out.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from bench.measure import table
from drift.fingerprint import tree_digest
from drift.languages.table import language, parser
from tests.support.edits import DEFAULT, Edits, edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

IMPORTING = re.compile(r"import|use_|export_clause|dotted_name|alias")
OPERATORS = (
    b"+ - * / % & | ^ << >> && || == != < <= > >= += -= *= = and or not is in true false None null continue break "
    b"public private static const let var mut"
).split()
SHOWN_MAX = 5


class Tally(NamedTuple):
    """How many edits were tried, and those whose outcome was wrong."""

    tried: int
    wrong: tuple[str, ...]


def main() -> None:
    """Print the table, then what was missed or flagged."""
    rows: list[tuple[str, ...]] = [("language", "changes", "missed", "generated", "missed", "layout", "flagged")]
    wrong: list[str] = []
    for name in (*DEFAULT[:2], "tsx", *DEFAULT[2:]):
        changes, same, made = by_hand(name, changing=True), by_hand(name, changing=False), generated(name)
        counts = (changes.tried, len(changes.wrong), made.tried, len(made.wrong), same.tried, len(same.wrong))
        rows.append((name, *(f"{count:,}" for count in counts)))
        wrong += [f"{name}: {edit}" for tally in (changes, same, made) for edit in tally.wrong[:SHOWN_MAX]]
    table("Mutations", rows)
    for edit in wrong:
        print(f"  wrong: {edit}")


def by_hand(name: str, *, changing: bool) -> Tally:
    """The written edits of a language: those that change a meaning, or those that do not."""
    known = _edits(name)
    whole = [(known.base, known.base.replace(old, new, 1)) for old, new in known.changes if changing]
    whole += [(known.base, known.base.replace(old, new)) for old, new in known.same if not changing]
    pairs = [(one, other) for one, other, same in known.pairs if same is not changing]
    tried = [pair for pair in (*whole, *pairs) if all(_parses(name, side.encode()) for side in pair)]
    wrong = [f"{one[:60]!r} / {other[:60]!r}" for one, other in tried if _differ(name, one, other) is not changing]
    return Tally(len(tried), tuple(wrong))


def generated(name: str) -> Tally:
    """The generated edits of a language's source."""
    source = _edits(name).base.encode()
    root = parser(name).parse(source).root_node
    base = tree_digest([root], source, language(name), comments=False)
    tried, wrong = 0, []
    for what, mutant in sorted(set(_mutants(root, source))):
        tree = parser(name).parse(mutant).root_node
        if tree.has_error:
            continue
        tried += 1
        if tree_digest([tree], mutant, language(name), comments=False) == base:
            wrong.append(what)
    return Tally(tried, tuple(wrong))


def _edits(name: str) -> Edits:
    """TSX shares the table of TypeScript, but for the one form that reads as an element there."""
    known = edits("typescript" if name == "tsx" else name)
    return known._replace(base=known.base.replace("<any>fourth", "fourth as any")) if name == "tsx" else known


def _parses(name: str, source: bytes) -> bool:
    return not parser(name).parse(source).root_node.has_error


def _differ(name: str, one: str, other: str) -> bool:
    sides = [side.encode() for side in (one, other)]
    digests = [
        tree_digest([parser(name).parse(side).root_node], side, language(name), comments=False) for side in sides
    ]
    return digests[0] != digests[1]


def _mutants(root: Node, source: bytes) -> Iterator[tuple[str, bytes]]:
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, importing = stack.pop()
        inside = importing or bool(IMPORTING.search(node.type))
        stack += [(child, inside) for child in node.children]
        if not node.child_count and not node.is_extra:
            yield from _replaced(node, source)
        if not inside:
            yield from _moved([child for child in node.named_children if not child.is_extra], source)


def _replaced(leaf: Node, source: bytes) -> Iterator[tuple[str, bytes]]:
    """A leaf with another word in its place."""
    word = source[leaf.start_byte : leaf.end_byte]
    if leaf.is_named:
        words = [word[:-1] + b"7" if word[-1:].isdigit() and word[-1:] != b"7" else word + b"x", word + b"1"]
    else:
        plain = len(word) < 6 and word not in b"(),;"
        words = [other for other in OPERATORS if other not in (word, word * 2)] if plain else []
    for other in words:
        yield f"{word!r} -> {other!r} on line {leaf.start_point[0] + 1}", _spliced(source, leaf, other)


def _moved(inner: Sequence[Node], source: bytes) -> Iterator[tuple[str, bytes]]:
    """Two neighbours swapped, and one of several taken out with what parts it from the next."""
    for one, other in itertools.pairwise(inner):
        first, second = (source[node.start_byte : node.end_byte] for node in (one, other))
        if re.search(rb"\bimport\b|\buse\b|\bpackage\b", first + second):
            continue
        place = f"line {one.start_point[0] + 1}"
        if first != second:
            between = source[one.end_byte : other.start_byte]
            swapped = source[: one.start_byte] + second + between + first + source[other.end_byte :]
            yield f"{first[:40]!r} and {second[:40]!r} swapped on {place}", swapped
        yield f"{first[:40]!r} taken out on {place}", source[: one.start_byte] + source[other.start_byte :]


def _spliced(source: bytes, node: Node, word: bytes) -> bytes:
    return source[: node.start_byte] + word + source[node.end_byte :]
