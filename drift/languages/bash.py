"""Bash: kinds and forms of tree-sitter-bash. Words are compared as they are written, quotes included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.base import VERBATIM, Form, Language, Name, branch, text
from drift.languages.shared import header, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})


def _program(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The first line says which shell runs the file."""
    first = source.partition(b"\n")[0]
    return [*([VERBATIM + first] if first.startswith(b"#!") else []), *branch(node, source)]


def _alias(node: Node, source: bytes) -> Sequence[Name]:
    """`alias ll='ls -l'`."""
    name = node.child_by_field_name("name")
    if name is None or text(name, source) != b"alias":
        return ()
    words = [text(word, source).decode("utf-8", "replace") for word in node.children_by_field_name("argument")]
    return [Name((word.partition("=")[0],)) for word in words if "=" in word]


BASH = Language(
    grammar="bash-0.25.1",
    loader="tree_sitter_bash:language",
    extra=True,
    rules={
        "program": _program,
        **listing(("string", "raw_string", "ansi_c_string", "translated_string", "heredoc_body"), verbatim),
        "c_style_for_statement": header,
    },
    forms={
        "function_definition": Form(),
        "variable_assignment": Form(body=""),
        "command": Form(body="", naming=_alias),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";", "\n"}),
    scopes=frozenset(
        ("program", "declaration_command", "compound_statement", "subshell", "if_statement", "else_clause")
    ),
    wrappers=frozenset({"declaration_command"}),
    groups=frozenset({"declaration_command"}),
    patterns={},
    names=frozenset({"word", "variable_name"}),
    parameters={},
    dotted=lambda node, source: (text(node, source).decode("utf-8", "replace"),),
)  # fmt: skip
"""Bash as tree-sitter-bash reads it."""
