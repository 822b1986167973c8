"""C#: kinds and forms of tree-sitter-c-sharp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import Form, Language, Name, no_trailing_comma, text
from drift.languages.shared import called, counted, dotted_by, grouping, header, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})
_CALLABLE = Form(parameters="parameters")
_TYPE = Form(parameters="*parameter_list")


def _operator(node: Node, source: bytes) -> Sequence[Name]:
    """`operator +`, `operator int`."""
    sign = node.child_by_field_name("operator") or node.child_by_field_name("type")
    return () if sign is None else (Name(("operator " + text(sign, source).decode("utf-8", "replace"),)),)


def _destructor(node: Node, source: bytes) -> Sequence[Name]:
    name = node.child_by_field_name("name")
    return () if name is None else (Name(("~" + text(name, source).decode("utf-8", "replace"),)),)


def _place(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return counted(node, "enum_member_declaration", "value")


CSHARP = Language(
    grammar="c-sharp-0.23.5",
    loader="tree_sitter_c_sharp:language",
    extra=True,
    rules={
        "parenthesized_expression": grouping,
        **listing(
            (
                "string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal",
                "interpolated_string_expression",
            ),
            verbatim,
        ),
        **listing(("initializer_expression", "enum_member_declaration_list", "switch_expression"), no_trailing_comma),
        "for_statement": header,
    },
    forms={
        **dict.fromkeys(("namespace_declaration", "file_scoped_namespace_declaration"), Form(naming=dotted_by("."))),
        **dict.fromkeys(("class_declaration", "struct_declaration", "record_declaration"), _TYPE),
        **dict.fromkeys(("interface_declaration", "enum_declaration"), Form()),
        **dict.fromkeys(
            ("method_declaration", "constructor_declaration", "delegate_declaration", "local_function_statement"),
            _CALLABLE,
        ),
        "destructor_declaration": Form(naming=_destructor),
        "operator_declaration": Form(naming=_operator, parameters="parameters"),
        "conversion_operator_declaration": Form(naming=_operator, parameters="parameters"),
        "indexer_declaration": Form(naming=called("this"), parameters="parameters"),
        "property_declaration": Form(body="accessors"),
        "event_declaration": Form(body="accessors"),
        "accessor_declaration": Form(),
        "enum_member_declaration": Form(body=""),
        "variable_declarator": Form(body=""),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset(
        (
            "compilation_unit", "declaration_list", "enum_member_declaration_list", "block", "field_declaration",
            "event_field_declaration", "local_declaration_statement", "variable_declaration", "accessor_list",
            "global_statement",
        )
    ),
    wrappers=frozenset(
        ("field_declaration", "event_field_declaration", "local_declaration_statement", "variable_declaration")
    ),
    groups=frozenset(
        ("field_declaration", "event_field_declaration", "local_declaration_statement", "variable_declaration")
    ),
    patterns={},
    names=frozenset({"identifier"}),
    parameters={"parameter": ("name", "type")},
    context=_place,
)  # fmt: skip
"""C# as tree-sitter-c-sharp reads it; namespaces may be left out."""
