"""JavaScript with JSX: kinds and forms of tree-sitter-javascript, under the rules of `drift.languages.ecmascript`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import Form, Language, Name, text
from drift.languages.ecmascript import (
    FORMS,
    MARKED,
    NAMES,
    PATTERNS,
    RULES,
    SCOPES,
    TRIVIA,
    WRAPPERS,
    keyed,
    name_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

EXPORTS = ("exports", "module")
DEFINING = frozenset(
    {"function_expression", "generator_function", "arrow_function", "class", "object", "call_expression"}
)
"""What is assigned to a member when that member is a definition: `Store.prototype.load = function () {}`."""


def _assigned(node: Node, source: bytes) -> Sequence[Name]:
    """`exports.name = ...`, `Store.limit = function ...`: the dotted name; `prototype` may be left out."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "member_expression" or b"[" in text(left, source):
        return ()
    words = tuple(part.strip() for part in text(left, source).decode("utf-8", "replace").split("."))
    if words[0] not in EXPORTS and (right.type not in DEFINING or not words[0].isidentifier() or words[0] == "this"):
        return ()
    if words[0] in EXPORTS and len(words) > (words[0] == "module") + 1:
        return (Name(words[1 + (words[0] == "module") :], words),)
    short = tuple(word for word in words if word != "prototype")
    return (Name(short, words) if short != words else Name(words),)


JAVASCRIPT = Language(
    grammar="javascript-0.25.0",
    loader="tree_sitter_javascript:language",
    rules={**RULES, "field_definition": keyed},
    forms={
        **FORMS,
        "field_definition": Form(name="property", body="value"),
        "assignment_expression": Form(body="right", parameters="right/parameters", naming=_assigned),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=SCOPES,
    wrappers=WRAPPERS,
    groups=frozenset({"lexical_declaration", "variable_declaration"}),
    patterns=PATTERNS,
    names=NAMES,
    parameters=dict.fromkeys(
        ("identifier", "assignment_pattern", "rest_pattern", "object_pattern", "array_pattern"), ("", "")
    ),
    marked=MARKED,
    leading=frozenset({"decorator"}),
    name_text=name_text,
)
"""JavaScript as tree-sitter-javascript reads it, JSX included."""
