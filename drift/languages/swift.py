"""Swift: kinds and forms of tree-sitter-swift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import Form, Language, Name, text
from drift.languages.shared import called, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment", "multiline_comment"})


def _type(node: Node, source: bytes) -> Sequence[Name]:
    """A type; an extension opens the one it extends."""
    name, kind = node.child_by_field_name("name"), node.child_by_field_name("declaration_kind")
    if name is None or kind is None:
        return ()
    words = text(name, source).decode("utf-8", "replace").partition("<")[0]
    return (Name(tuple(part.strip() for part in words.split(".")), opens=kind.type == "extension"),)


SWIFT = Language(
    grammar="swift-0.7.4",
    loader="tree_sitter_swift:language",
    extra=True,
    rules=listing(("line_string_literal", "multi_line_string_literal", "raw_string_literal"), verbatim),
    forms={
        "class_declaration": Form(naming=_type),
        "protocol_declaration": Form(),
        "function_declaration": Form(parameters="."),
        "protocol_function_declaration": Form(body="", parameters="."),
        "init_declaration": Form(parameters="."),
        "deinit_declaration": Form(naming=called("deinit")),
        "subscript_declaration": Form(body="", parameters=".", naming=called("subscript")),
        "property_declaration": Form(body="computed_value"),
        "protocol_property_declaration": Form(body=""),
        "associatedtype_declaration": Form(body=""),
        "typealias_declaration": Form(body=""),
        "enum_entry": Form(body=""),
        "operator_declaration": Form(name="*custom_operator", body=""),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset(
        ("source_file", "class_body", "enum_class_body", "protocol_body", "function_body", "statements")
    ),
    wrappers=frozenset(),
    patterns={"pattern": ""},
    names=frozenset({"simple_identifier", "type_identifier", "custom_operator"}),
    parameters={"parameter": ("name", "-")},
)  # fmt: skip
"""Swift as tree-sitter-swift reads it."""
