"""PHP: kinds and forms of tree-sitter-php."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import STRING, Form, Language, no_trailing_comma, text
from drift.languages.shared import dotted_by, grouping, header, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})
_CALLABLE = Form(parameters="parameters")
_PLAIN = re.compile(rb"""(['"])([^\\'"$\n{]*)\1""", re.DOTALL)


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`'a'` is `"a"` where neither has anything to escape or to insert."""
    plain = _PLAIN.fullmatch(text(node, source))
    return verbatim(node, source) if plain is None else (STRING + plain[2],)


def _name(node: Node, source: bytes) -> tuple[str, ...]:
    """A variable without its sign."""
    return (text(node, source).decode("utf-8", "replace").removeprefix("$"),)


PHP = Language(
    grammar="php-0.25.1",
    loader="tree_sitter_php:language_php",
    extra=True,
    rules={
        "parenthesized_expression": grouping,
        **listing(("string", "encapsed_string"), _string),
        **listing(("heredoc", "nowdoc", "shell_command_expression"), verbatim),
        **listing(("arguments", "formal_parameters", "array_creation_expression", "match_block"), no_trailing_comma),
        "for_statement": header,
    },
    forms={
        "namespace_definition": Form(naming=dotted_by("\\")),
        **dict.fromkeys(
            ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration"), Form()
        ),
        "method_declaration": _CALLABLE,
        "function_definition": _CALLABLE,
        "property_promotion_parameter": Form(body=""),
        "property_element": Form(body=""),
        "const_element": Form(name="*name", body=""),
        "enum_case": Form(body=""),
        "assignment_expression": Form(name="left", body="right/body"),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset(
        (
            "program", "declaration_list", "enum_declaration_list", "compound_statement", "const_declaration",
            "property_declaration", "expression_statement", "if_statement",
        )
    ),
    wrappers=frozenset({"const_declaration", "property_declaration", "expression_statement"}),
    groups=frozenset({"const_declaration", "property_declaration"}),
    patterns={},
    names=frozenset({"name", "variable_name"}),
    parameters=dict.fromkeys(
        ("simple_parameter", "variadic_parameter", "property_promotion_parameter"), ("name", "type")
    ),
    dotted=_name,
)  # fmt: skip
"""PHP as tree-sitter-php reads it; namespaces may be left out."""
