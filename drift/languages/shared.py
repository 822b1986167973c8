"""Rules and namings that several tables are made of. Pure.

Invariant: what a rule here drops means nothing in every language whose table uses it; where that is in doubt, the table
leaves the rule out, and an edit of layout may then count as a change, never the other way round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import PLAIN, VERBATIM, Name, branch, text, transparent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.languages.base import Naming, Rule

CHAINED = ("access", "call", "navigation", "invocation", "subscript", "element", "member", "method")
"""Parts of the kinds inside which parentheses may end a short circuit or choose what is called."""


def verbatim(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Every character counts: strings, as they are written."""
    return (VERBATIM + text(node, source),)


def grouping(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Parentheses say nothing, unless a member is taken of what they hold, or it is called."""
    parent = node.parent
    chained = parent is not None and any(word in parent.type for word in CHAINED)
    several = sum(child.is_named and not child.is_extra for child in node.children) != 1
    return branch(node, source) if chained or several else transparent(node, source)


def header(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Where semicolons part things that may be missing, they count."""
    return [PLAIN + b";" if not isinstance(item, bytes) and item.type == ";" else item for item in branch(node, source)]


def called(word: str) -> Naming:
    """A definition whose name is a keyword."""
    return lambda node, source: (Name((word,)),)


def dotted_by(*joints: str) -> Naming:
    """Names of several parts, `a::b`, from the field `name`; a namespace that may be left out."""
    parting = re.compile("|".join(map(re.escape, joints)))

    def naming(node: Node, source: bytes) -> Sequence[Name]:
        holder = node.child_by_field_name("name")
        if holder is None:
            return (Name((), opens=True),)
        words = text(holder, source).decode("utf-8", "replace")
        return (Name((), tuple(part.strip() for part in parting.split(words)), opens=True),)

    return naming


def counted(node: Node, members: str, value: str) -> Sequence[Node | bytes]:
    """A member of an enumeration without a value counts on from the last that has one."""
    if node.type != members or node.parent is None or node.child_by_field_name(value) is not None:
        return ()
    group = [child for child in node.parent.named_children if child.type == members]
    at = next(number for number, member in enumerate(group) if member.id == node.id)
    giving = next((number for number in range(at, -1, -1) if group[number].child_by_field_name(value)), None)
    if giving is None:
        return (b"number%d" % at,)
    start = group[giving].child_by_field_name(value)
    return [b"after%d" % (at - giving), *([start] if start is not None else [])]


def listing(kinds: Sequence[str], rule: Rule) -> dict[str, Rule]:
    """One rule for several kinds."""
    return dict.fromkeys(kinds, rule)
