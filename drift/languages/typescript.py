"""TypeScript and TSX: kinds and forms of tree-sitter-typescript beside those that JavaScript has too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drift.languages.base import Form, Language
from drift.languages.ecmascript import (
    CHAINS,
    FORMS,
    FUNCTION,
    MARKED,
    NAMES,
    PATTERNS,
    RULES,
    SCOPES,
    TRIVIA,
    WRAPPERS,
    alternatives,
    chain,
    enum_body,
    keyed,
    members,
    name_text,
    no_trailing_comma,
    template,
    transparent,
    typed_arrow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

GRAMMAR = "typescript-0.23.2"
KEYED = (
    "public_field_definition", "property_signature", "method_signature", "abstract_method_signature", "enum_assignment",
)  # fmt: skip


def _place(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A member of an enumeration without a value counts on from the one above it."""
    if node.parent is None or node.parent.type != "enum_body" or node.type == "enum_assignment":
        return ()
    above: list[Node] = []
    for member in node.parent.named_children:
        if member.is_extra:
            continue
        if member.id == node.id:
            break
        above = [member] if member.type == "enum_assignment" else [*above, member]
    value = above[0].child_by_field_name("value") if above else None
    return [b"after%d" % len(above), *([value] if value is not None else [])]


_EDITION_1 = Language(
    grammar=GRAMMAR,
    loader="tree_sitter_typescript:language_typescript",
    rules={
        **RULES,
        "arrow_function": typed_arrow,
        "template_literal_type": template,
        "parenthesized_type": transparent,
        **dict.fromkeys(CHAINS, chain),
        **dict.fromkeys(("type_parameters", "type_arguments", "tuple_type"), no_trailing_comma),
        **dict.fromkeys(("object_type", "interface_body"), members),
        **dict.fromkeys(KEYED, keyed),
        "enum_body": enum_body,
        **dict.fromkeys(("union_type", "intersection_type"), alternatives),
    },
    forms={
        **FORMS,
        "function_signature": FUNCTION,
        "method_signature": FUNCTION,
        "abstract_method_signature": FUNCTION,
        "abstract_class_declaration": Form(),
        "interface_declaration": Form(),
        "enum_declaration": Form(),
        "internal_module": Form(),
        "module": Form(),
        "type_alias_declaration": Form(body="value"),
        "public_field_definition": Form(body="value"),
        "property_signature": Form(body="type"),
        "enum_assignment": Form(body=""),
        "property_identifier": Form(name="", body="", within="enum_body"),
        "string": Form(name="", body="", within="enum_body"),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=SCOPES
    | frozenset(
        (
            "ambient_declaration",
            "interface_body",
            "object_type",
            "enum_body",
            "type_annotation",
            "intersection_type",
            "union_type",
            "parenthesized_type",
            "as_expression",
            "satisfies_expression",
        )
    ),
    wrappers=WRAPPERS | {"ambient_declaration"},
    patterns=PATTERNS,
    names=NAMES | {"type_identifier", "nested_identifier"},
    parameters={"required_parameter": ("pattern", "type"), "optional_parameter": ("pattern", "type")},
    marked=MARKED,
    leading=frozenset({"decorator"}),
    receivers=frozenset({"this"}),
    name_text=name_text,
)
TYPESCRIPT = replace(
    _EDITION_1,
    earlier=_EDITION_1,
    groups=frozenset({"lexical_declaration", "variable_declaration"}),
    context=_place,
)
"""TypeScript, JavaScript's syntax for JSX excluded."""


def _as_tsx(table: Language) -> Language:
    grammar = f"tsx-{GRAMMAR.partition('-')[2]}"
    return replace(table, grammar=grammar, loader="tree_sitter_typescript:language_tsx")


TSX = replace(_as_tsx(TYPESCRIPT), earlier=_as_tsx(_EDITION_1))
"""TypeScript with JSX: another grammar, the same table."""
