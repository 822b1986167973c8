"""TypeScript and TSX: kinds and forms of tree-sitter-typescript beside those that JavaScript has too."""

from __future__ import annotations

from dataclasses import replace

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

GRAMMAR = "typescript-0.23.2"
KEYED = (
    "public_field_definition", "property_signature", "method_signature", "abstract_method_signature", "enum_assignment",
)  # fmt: skip

TYPESCRIPT = Language(
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
"""TypeScript, JavaScript's syntax for JSX excluded."""

TSX = replace(TYPESCRIPT, grammar=f"tsx-{GRAMMAR.partition('-')[2]}", loader="tree_sitter_typescript:language_tsx")
"""TypeScript with JSX: another grammar, the same table."""
