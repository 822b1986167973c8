"""Ruby: kinds and forms of tree-sitter-ruby. A class that is opened again is found in each of its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import CLOSE, OPEN, STRING, Form, Language, Name, branch, no_trailing_comma, text
from drift.languages.shared import grouping, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})
DEFINING = frozenset({b"attr_accessor", b"attr_reader", b"attr_writer", b"define_method", b"alias_method"})
_PLAIN = re.compile(rb"""(['"])([^\\'"#]*)\1""", re.DOTALL)


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`'a'` is `"a"` where neither has anything to escape or to insert."""
    plain = _PLAIN.fullmatch(text(node, source))
    return verbatim(node, source) if plain is None else (STRING + plain[2],)


def _arguments(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`load a, b` is `load(a, b)`."""
    inner = [child for child in node.children if child.type not in ("(", ")", ",") and not child.is_extra]
    return [OPEN + node.type.encode(), *inner, CLOSE] if inner else branch(node, source)


def _singleton(node: Node, source: bytes) -> Sequence[Name]:
    """`def self.load` is `self.load`."""
    words = [node.child_by_field_name(field) for field in ("object", "name")]
    return (Name(tuple(text(word, source).decode("utf-8", "replace") for word in words if word is not None)),)


def _called(node: Node, source: bytes) -> Sequence[Name]:
    """What `attr_accessor :name` and `define_method(:name)` define."""
    method, arguments = node.child_by_field_name("method"), node.child_by_field_name("arguments")
    if method is None or arguments is None or text(method, source) not in DEFINING:
        return ()
    symbols = [child for child in arguments.named_children if child.type == "simple_symbol"]
    several = text(method, source).startswith(b"attr_")
    return [
        Name((text(symbol, source).decode("utf-8", "replace").removeprefix(":"),))
        for symbol in (symbols if several else symbols[:1])
    ]


def _qualified(node: Node, source: bytes) -> tuple[str, ...]:
    return tuple(part for part in text(node, source).decode("utf-8", "replace").split("::") if part)


RUBY = Language(
    grammar="ruby-0.23.1",
    loader="tree_sitter_ruby:language",
    extra=True,
    rules={
        "parenthesized_statements": grouping,
        "string": _string,
        **listing(("heredoc_body", "regex", "subshell", "string_array", "symbol_array", "delimited_symbol"), verbatim),
        **listing(("argument_list", "method_parameters"), _arguments),
        **listing(("array", "hash"), no_trailing_comma),
    },
    forms={
        "class": Form(body="body|*body_statement"),
        "module": Form(body="body|*body_statement"),
        "method": Form(body="body|*body_statement", parameters="parameters|."),
        "singleton_method": Form(body="body|*body_statement", parameters="parameters|.", naming=_singleton),
        "assignment": Form(name="left", body="right"),
        "call": Form(body="block", naming=_called),
        "alias": Form(body=""),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";"}),
    scopes=frozenset(
        (
            "program", "body_statement", "singleton_class", "call", "argument_list", "do_block", "block", "block_body",
            "if", "unless", "then", "else",
        )
    ),
    wrappers=frozenset({"call", "argument_list"}),
    patterns={"left_assignment_list": "", "rest_assignment": ""},
    names=frozenset(
        (
            "identifier", "constant", "scope_resolution", "setter", "operator", "class_variable", "instance_variable",
            "global_variable",
        )
    ),
    parameters={
        "identifier": ("", ""),
        **dict.fromkeys(
            (
                "optional_parameter", "splat_parameter", "keyword_parameter", "hash_splat_parameter",
                "block_parameter", "destructured_parameter",
            ),
            ("", ""),
        ),
    },
    dotted=_qualified,
)  # fmt: skip
"""Ruby as tree-sitter-ruby reads it."""
