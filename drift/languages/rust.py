"""Rust: kinds and forms of tree-sitter-rust, and what rustfmt may change without changing meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import (
    CLOSE,
    NAMED,
    OPEN,
    STRING,
    Form,
    Language,
    Name,
    branch,
    canonical,
    no_trailing_comma,
    sorted_runs,
    text,
    transparent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"line_comment", "block_comment"})
LEAVING = frozenset({"return_expression", "break_expression", "continue_expression"})
NESTING_MAX = 1000
LISTING_MACROS = frozenset(
    (
        b"vec", b"println", b"print", b"eprintln", b"eprint", b"format", b"write", b"writeln", b"panic", b"assert",
        b"assert_eq", b"assert_ne", b"debug_assert", b"debug_assert_eq", b"debug_assert_ne", b"matches", b"todo",
        b"unreachable", b"unimplemented", b"concat", b"format_args", b"dbg",
    )
)  # fmt: skip
"""Macros of the standard library that read a comma at the end as nothing; to another one it may mean something."""

SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "0": "\0", "'": "'", '"': '"'}
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]{1,8}\}|\n\s*|.)", re.DOTALL)
_RAW = re.compile(r'([bc]?)r(#*)"(.*)"\2\Z', re.DOTALL)
_QUOTED = re.compile(r'([bc]?)"(.*)"\Z', re.DOTALL)


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """By value: `"a"`, `r"a"` and `r#"a"#` are one; byte strings and C strings are sorts of their own."""
    words = text(node, source).decode("utf-8", "surrogateescape")
    raw, quoted = _RAW.match(words), _QUOTED.match(words)
    if raw is not None:
        return (STRING + raw[1].encode() + b'"' + canonical(raw[3]),)
    if quoted is not None:
        return (STRING + quoted[1].encode() + b'"' + canonical(_ESCAPE.sub(_escape, quoted[2])),)
    return (STRING + canonical(words),)


def _escape(found: re.Match[str]) -> str:
    word = found.group()
    if word[1] == "\n":
        return ""
    if word[1] in "xu" and len(word) > 2:
        point = int(word[2:].strip("{}").replace("_", ""), 16)
        return chr(point) if point <= 0x10FFFF else word
    return SIMPLE.get(word[1], word)


def _number(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return (NAMED + text(node, source).lower().replace(b"_", b""),)


def _tuple(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a, b,)` is `(a, b)`, and `(a)` is `a`, but `(a,)` is a tuple of one."""
    inner = [child for child in node.children if not child.is_extra]
    commas = sum(child.type == "," for child in inner)
    elements = [child for child in inner if child.is_named]
    if commas == 0 and len(elements) == 1:
        return elements
    return no_trailing_comma(node, source) if commas > 1 or len(elements) > 1 else branch(node, source)


def _call(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a.b)(c)` calls what a field holds, `a.b(c)` a method."""
    called = node.child_by_field_name("function")
    held = called
    for _ in range(NESTING_MAX):
        if held is None or held.type != "parenthesized_expression" or not held.named_children:
            break
        held = next((child for child in held.named_children if not child.is_extra), None)
    if called is None or held is None or held.id == called.id or held.type != "field_expression":
        return branch(node, source)
    return [b"(held", *branch(node, source), CLOSE]


def _statement(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A `;` decides whether a block has a value, except behind what leaves it."""
    inner = [child for child in node.named_children if not child.is_extra]
    return inner if len(inner) == 1 and inner[0].type in LEAVING else branch(node, source)


def _arm(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`=> { x }` is `=> x`; the comma behind an arm is layout."""
    kept = [child for child in node.children if child.type != "," and not child.is_extra]
    return _without_block(node, source, kept, "value")


def _closure(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`|x| { x }` is `|x| x`, unless the type of the result is written: then the braces must stand."""
    kept = [child for child in node.children if not child.is_extra]
    if node.child_by_field_name("return_type") is not None:
        return branch(node, source, kept)
    return _without_block(node, source, kept, "body")


def _without_block(node: Node, source: bytes, kept: Sequence[Node], held: str) -> Sequence[Node | bytes]:
    block = node.child_by_field_name(held)
    lone = None if block is None else _lone_value(block)
    return [
        lone if lone is not None and block is not None and not isinstance(item, bytes) and item.id == block.id else item
        for item in branch(node, source, kept)
    ]


def _lone_value(block: Node) -> Node | None:
    """The expression that is all a block holds: no statement, label, attribute or `unsafe`."""
    lone: Node | None = None
    for _ in range(NESTING_MAX):
        inner = [child for child in block.children if not child.is_extra]
        if block.type != "block" or len(inner) != 3 or not inner[1].is_named:
            return lone
        lone = inner[1]
        if lone.type == "expression_statement" and not any(child.type == ";" for child in lone.children):
            lone = lone.named_children[0]
        if not lone.type.endswith(("_expression", "_literal", "identifier", "_invocation", "self", "block")):
            return None
        block = lone
    return lone


def _where(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A comma behind the last bound is layout."""
    inner = [child for child in node.children if not child.is_extra]
    return branch(node, source, inner[:-1] if inner[-1].type == "," else inner)


def _or_pattern(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A leading `|` is layout."""
    inner = [child for child in node.children if not child.is_extra]
    return inner[1:] if len(inner) == 2 and inner[0].type == "|" else branch(node, source)


def _function(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`-> ()` is what a function returns anyway."""
    result = node.child_by_field_name("return_type")
    if result is None or result.type != "unit_type":
        return branch(node, source)
    kept = [child for child in node.children if child.type != "->" and child.id != result.id]
    return branch(node, source, kept)


def _macro(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The brackets of a listing macro say nothing, nor does a comma at its end."""
    name = node.child_by_field_name("macro")
    trees = [child for child in node.named_children if child.type == "token_tree"]
    if name is None or text(name, source) not in LISTING_MACROS or len(trees) != 1:
        return branch(node, source)
    words = [child for child in trees[0].children if not child.is_extra][1:-1]
    if words and words[-1].type == ",":
        words = words[:-1]
    inner = branch(trees[0], source, words)
    return [OPEN + node.type.encode(), name, *inner, CLOSE]


def _use(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The paths that a `use` brings in, one by one, in one order."""
    argument = node.child_by_field_name("argument")
    before = [child for child in node.children if child.type in ("visibility_modifier", "use")]
    paths = [] if argument is None else sorted(_paths(argument, source))
    return [OPEN + node.type.encode(), *before, *(STRING + path for path in paths), CLOSE]


def _paths(argument: Node, source: bytes) -> list[bytes]:
    """`a::{b, c as d, self}` as `a::b`, `a::c as d`, `a`."""
    found: list[bytes] = []
    stack = [(argument, b"")]
    while stack:
        node, prefix = stack.pop()
        path = node.child_by_field_name("path")
        if node.type == "use_list":
            stack += [(child, prefix) for child in node.named_children if not child.is_extra]
        elif node.type == "scoped_use_list":
            listed = node.child_by_field_name("list")
            head = b"" if path is None else _words(path, source)
            stack += [] if listed is None else [(listed, prefix + head + b"::")]
        else:
            words = _words(node, source)
            alone = re.fullmatch(rb"self( as .*)?", words) if prefix else None
            found.append(prefix.removesuffix(b"::") + (alone[1] or b"") if alone else prefix + words)
    return found


def _words(node: Node, source: bytes) -> bytes:
    return re.sub(rb"\s*::\s*", b"::", b" ".join(text(node, source).split()))


def _items(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Neighbouring `use` in one order: rustfmt sorts them."""
    kept = [child for child in node.children if not child.is_extra]
    return sorted_runs(branch(node, source, kept), lambda item: _use_key(item, source))


def _use_key(node: Node, source: bytes) -> bytes | None:
    return (
        b"\0".join(item for item in _use(node, source) if isinstance(item, bytes))
        if node.type == "use_declaration"
        else None
    )


def _impl(node: Node, source: bytes) -> Sequence[Name]:
    """`impl Trait for Type<T>` opens `Type`; `Type.Trait` is the block itself."""
    holder, trait = (_bare_type(node.child_by_field_name(field)) for field in ("type", "trait"))
    if holder is None:
        return ()
    name = text(holder, source).decode("utf-8", "replace")
    whole = node.child_by_field_name("trait")
    if trait is None or whole is None:
        return (Name((name,), opens=True),)
    written = b"".join(text(whole, source).split()).decode("utf-8", "replace")
    words = text(trait, source).decode("utf-8", "replace")
    finer = words + written[written.index("<") :] if "<" in written else words
    return (Name((name,), (name, finer), opens=True),)


def _bare_type(node: Node | None) -> Node | None:
    """The identifier that names a type, without path, reference and arguments."""
    for _ in range(NESTING_MAX):
        inner = None if node is None else node.child_by_field_name("type") or node.child_by_field_name("name")
        if inner is None:
            return node
        node = inner
    return node


def _variant(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The place of a variant, where its enumeration gives numbers."""
    if node.type != "enum_variant" or node.parent is None or node.child_by_field_name("value") is not None:
        return ()
    variants = [child for child in node.parent.named_children if child.type == "enum_variant"]
    if all(variant.child_by_field_name("value") is None for variant in variants):
        return ()
    at = next(number for number, variant in enumerate(variants) if variant.id == node.id)
    giving = next((place for place in range(at, -1, -1) if variants[place].child_by_field_name("value")), 0)
    value = variants[giving].child_by_field_name("value")
    return [b"after%d" % (at - giving), *([value] if value is not None else [])]


_LISTED = (
    "arguments", "parameters", "field_declaration_list", "ordered_field_declaration_list", "field_initializer_list",
    "enum_variant_list", "array_expression", "type_arguments", "type_parameters", "closure_parameters",
    "struct_pattern", "tuple_struct_pattern", "slice_pattern", "bracketed_type",
)  # fmt: skip
_FUNCTION = Form(parameters="parameters")

RUST = Language(
    grammar="rust-0.24.2",
    loader="tree_sitter_rust:language",
    rules={
        **dict.fromkeys(("string_literal", "raw_string_literal"), _string),
        **dict.fromkeys(("integer_literal", "float_literal"), _number),
        "parenthesized_expression": transparent,
        **dict.fromkeys(("tuple_expression", "tuple_type", "tuple_pattern"), _tuple),
        "call_expression": _call,
        "expression_statement": _statement,
        "match_arm": _arm,
        "closure_expression": _closure,
        "or_pattern": _or_pattern,
        "where_clause": _where,
        **dict.fromkeys(("function_item", "function_signature_item"), _function),
        "macro_invocation": _macro,
        "use_declaration": _use,
        **dict.fromkeys(("source_file", "declaration_list", "block"), _items),
        **dict.fromkeys(_LISTED, no_trailing_comma),
    },
    forms={
        "function_item": _FUNCTION,
        "function_signature_item": Form(body="", parameters="parameters"),
        "struct_item": Form(),
        "union_item": Form(),
        "enum_item": Form(),
        "enum_variant": Form(),
        "trait_item": Form(),
        "mod_item": Form(),
        "type_item": Form(body=""),
        "associated_type": Form(body=""),
        "const_item": Form(body=""),
        "static_item": Form(body=""),
        "field_declaration": Form(body=""),
        "macro_definition": Form(body=""),
        "impl_item": Form(naming=_impl),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset(),
    scopes=frozenset(
        ("source_file", "declaration_list", "foreign_mod_item", "enum_variant_list", "field_declaration_list", "block")
    ),
    wrappers=frozenset(),
    patterns={},
    names=frozenset({"identifier", "type_identifier", "field_identifier"}),
    parameters={"parameter": ("pattern", "type"), "self_parameter": ("", ""), "variadic_parameter": ("", "")},
    leading=frozenset({"attribute_item"}),
    receivers=frozenset({"self_parameter", "self"}),
    context=_variant,
)
"""Rust as tree-sitter-rust reads it."""
