"""How much of a definition counts under a policy: bodies left out, values left out, comments above it. Pure.

Invariant: what is left out leaves its mark in the tokens, so that a function without a body is never one with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.definitions import place
from drift.fingerprint import comment_texts, shaped
from drift.model import Body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.definitions import Definition
    from drift.languages.base import Language

COMMENTS_MAX = 200
OMITTED = b"v..."
VALUED = frozenset(
    (
        "assignment", "augmented_assignment", "variable_declarator", "public_field_definition", "field_definition",
        "pair", "enum_assignment", "const_spec", "var_spec", "const_item", "static_item", "enum_variant",
        "init_declarator", "property_declaration", "const_element", "enumerator", "enum_member_declaration",
        "variable_assignment", "short_var_declaration", "property_element", "assignment_expression",
    )
)  # fmt: skip
"""Kinds that give a name a value, in the fields below."""
VALUES = ("value", "right", "default_value")
PARAMETERS = ("parameters", "parameter")


def partial_tokens(parts: Sequence[Node | bytes], source: bytes, language: Language, body: Body) -> list[bytes]:
    """The tokens of some nodes without the bodies of functions; for `signature` without the values of names too."""
    found: list[bytes] = []
    stack: list[Node | bytes] = list(reversed(parts))
    while stack:
        item = stack.pop()
        if isinstance(item, bytes):
            found.append(item)
            continue
        left_out = _left_out(item, language, body)
        stack.extend(
            OMITTED if not isinstance(child, bytes) and child.id in left_out else child
            for child in reversed(shaped(item, source, language))
        )
    return found


def _left_out(node: Node, language: Language, body: Body) -> frozenset[int]:
    """The children of a node that do not count."""
    held = _function_body(node, language)
    if held is not None:
        return frozenset({held.id})
    if body is not Body.SIGNATURE or node.type not in VALUED:
        return frozenset()
    values = [value for field in VALUES for value in node.children_by_field_name(field)]
    return frozenset(value.id for value in values if _function_body(value, language) is None)


def _function_body(node: Node, language: Language) -> Node | None:
    """The body of a function; None for anything else."""
    form = language.forms.get(node.type)
    if form is not None and form.parameters and place(node, form.parameters) is not None:
        held = place(node, form.body)
        return held if held is not None and held.parent is not None and held.parent.id == node.id else None
    if any(node.child_by_field_name(field) is not None for field in PARAMETERS):
        return node.child_by_field_name("body")
    return None


def comments_of(definition: Definition, source: bytes, language: Language) -> list[bytes]:
    """The comments directly above a definition and those inside it, in order."""
    first = definition.parts[0]
    for _ in range(COMMENTS_MAX):
        if first.prev_sibling is not None or first.parent is None or first.parent.type not in language.wrappers:
            break
        first = first.parent
    above: list[Node] = []
    row, before = first.start_point[0], first.prev_sibling
    while before is not None and before.type in language.comments and len(above) < COMMENTS_MAX:
        if _last_row(before) < row - 1 or _behind_code(before):
            break
        above.insert(0, before)
        row, before = before.start_point[0], before.prev_sibling
    return comment_texts([*above, *definition.parts], source, language)


def _last_row(node: Node) -> int:
    row, column = node.end_point
    return int(row) - (0 if column else 1)


def _behind_code(comment: Node) -> bool:
    """Whether a comment ends a line of code: then it speaks of that."""
    before = comment.prev_sibling
    return before is not None and before.end_point[0] == comment.start_point[0] and before.end_point[1] > 0
