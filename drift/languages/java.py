"""Java: kinds and forms of tree-sitter-java."""

from __future__ import annotations

from drift.languages.base import Form, Language, no_trailing_comma
from drift.languages.shared import grouping, header, listing, verbatim

TRIVIA = frozenset({"line_comment", "block_comment"})
_CALLABLE = Form(parameters="parameters")

JAVA = Language(
    grammar="java-0.23.5",
    loader="tree_sitter_java:language",
    extra=True,
    rules={
        "parenthesized_expression": grouping,
        **listing(("string_literal", "character_literal"), verbatim),
        **listing(("array_initializer", "element_value_array_initializer", "enum_body"), no_trailing_comma),
        **listing(("for_statement", "resource_specification"), header),
    },
    forms={
        "class_declaration": Form(),
        "interface_declaration": Form(),
        "enum_declaration": Form(),
        "record_declaration": Form(),
        "annotation_type_declaration": Form(),
        "enum_constant": Form(),
        "method_declaration": _CALLABLE,
        "constructor_declaration": _CALLABLE,
        "compact_constructor_declaration": Form(),
        "annotation_type_element_declaration": Form(body=""),
        "variable_declarator": Form(body="value"),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset(
        (
            "program", "class_body", "interface_body", "enum_body", "enum_body_declarations", "annotation_type_body",
            "block", "constructor_body", "field_declaration", "constant_declaration", "local_variable_declaration",
        )
    ),
    wrappers=frozenset({"field_declaration", "constant_declaration", "local_variable_declaration"}),
    groups=frozenset({"field_declaration", "constant_declaration", "local_variable_declaration"}),
    patterns={},
    names=frozenset({"identifier"}),
    parameters={"formal_parameter": ("name", "type"), "spread_parameter": ("", "-")},
)  # fmt: skip
"""Java as tree-sitter-java reads it."""
