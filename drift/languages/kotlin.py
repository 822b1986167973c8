"""Kotlin: kinds and forms of tree-sitter-kotlin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import Form, Language, Name, no_trailing_comma, text
from drift.languages.shared import called, grouping, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"line_comment", "block_comment"})
_BODY = "*class_body|*enum_class_body"


def _function(node: Node, source: bytes) -> Sequence[Name]:
    """`fun String.shout()` is `String.shout`."""
    name = node.child_by_field_name("name")
    if name is None:
        return ()
    word = text(name, source).decode("utf-8", "replace").strip("`")
    before = [child for child in node.children if child.end_byte <= name.start_byte]
    if not before or before[-1].type != ".":
        return (Name((word,)),)
    receiver = text(before[-2], source).decode("utf-8", "replace").partition("<")[0]
    return (Name((receiver.strip("?"), word)),)


def _companion(node: Node, source: bytes) -> Sequence[Name]:
    """`Companion` unless it has a name; its members may be named without it, as in the language."""
    name = node.child_by_field_name("name")
    word = "Companion" if name is None else text(name, source).decode("utf-8", "replace")
    return (Name((), (word,), opens=True),)


KOTLIN = Language(
    grammar="kotlin-1.1.0",
    loader="tree_sitter_kotlin:language",
    extra=True,
    rules={
        "parenthesized_expression": grouping,
        **listing(("string_literal", "multiline_string_literal", "character_literal"), verbatim),
        **listing(
            ("value_arguments", "function_value_parameters", "class_parameters", "type_arguments", "type_parameters"),
            no_trailing_comma,
        ),
    },
    forms={
        "class_declaration": Form(body=_BODY),
        "object_declaration": Form(body=_BODY),
        "companion_object": Form(body=_BODY, naming=_companion),
        "function_declaration": Form(body="*function_body", parameters="*function_value_parameters", naming=_function),
        "secondary_constructor": Form(
            body="*block", parameters="*function_value_parameters", naming=called("constructor")
        ),
        "property_declaration": Form(name="*variable_declaration|*multi_variable_declaration", body=""),
        "class_parameter": Form(name="*identifier", body=""),
        "enum_entry": Form(name="*identifier", body=_BODY),
        "type_alias": Form(name="type", body=""),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset({"source_file", "class_body", "enum_class_body", "function_body", "block"}),
    wrappers=frozenset(),
    patterns={"variable_declaration": "", "multi_variable_declaration": ""},
    names=frozenset({"identifier"}),
    parameters={"parameter": ("*identifier", "-")},
)  # fmt: skip
"""Kotlin as tree-sitter-kotlin reads it."""
