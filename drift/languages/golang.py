"""Go: kinds and forms of tree-sitter-go, and what gofmt and goimports may change without changing meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import (
    CLOSE,
    NAMED,
    OPEN,
    PLAIN,
    STRING,
    Form,
    Language,
    Name,
    branch,
    meaningful,
    no_trailing_comma,
    sorted_runs,
    text,
    transparent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})
MEMBERS_MAX = 10_000
SIMPLE = {
    "a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v",
    "\\": b"\\", "'": b"'", '"': b'"',
}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)


def string_value(body: str) -> bytes:
    """The bytes that an interpreted literal's text stands for."""
    found: list[bytes] = []
    at = 0
    for escape in _ESCAPE.finditer(body):
        found += [body[at : escape.start()].encode("utf-8", "surrogateescape"), _escape(escape.group())]
        at = escape.end()
    return b"".join([*found, body[at:].encode("utf-8", "surrogateescape")])


def _escape(word: str) -> bytes:
    kind = word[1]
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind in "uU":
        point = int(word[2:], 16) if len(word) > 2 else 0x110000
        return chr(point).encode("utf-8", "surrogatepass") if point <= 0x10FFFF else word.encode()
    digits = int(word[2:], 16) if kind == "x" and len(word) > 2 else int(word[1:], 8) if kind in "01234567" else -1
    return bytes([digits]) if 0 <= digits <= 0xFF else word.encode()


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """By value: `"a"` and a raw string of the same text are one."""
    body = text(node, source)[1:-1]
    value = body if node.type == "raw_string_literal" else string_value(body.decode("utf-8", "surrogateescape"))
    return (STRING + value.replace(b"\\", b"\\\\").replace(b"\0", b"\\0"),)


def _number(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """An integer by value: `0XFF`, `0xff`, `255`, `2_55` are one; others as written, letters small."""
    word = text(node, source).decode().lower().replace("_", "")
    if node.type != "int_literal":
        return (NAMED + word.encode(),)
    old_octal = re.fullmatch(r"0[0-7]+", word)
    try:
        return (NAMED + str(int(word, 8 if old_octal else 0)).encode(),)
    except ValueError:
        return (NAMED + word.encode(),)


def _header(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Where semicolons part things that may be missing, they count."""
    return [PLAIN + b";" if not isinstance(item, bytes) and item.type == ";" else item for item in branch(node, source)]


def _imports(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """One declaration of several packages is several of one."""
    listed = node.named_children[0] if node.named_child_count else None
    if listed is None or listed.type != "import_spec_list":
        return [child for child in meaningful(node, TRIVIA) if child.is_named]
    return [child for child in meaningful(listed, TRIVIA) if child.is_named]


def _file(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A whole file: the order of imports says nothing."""
    imports = [child for child in node.named_children if child.type == "import_declaration"]
    specs = [spec for child in imports for spec in _imports(child, source) if not isinstance(spec, bytes)]
    chosen = sorted_runs(specs, lambda spec: b"".join(text(spec, source).split()))
    others = [item for item in branch(node, source) if isinstance(item, bytes) or item.type != "import_declaration"]
    return [OPEN + b"imports", *chosen, CLOSE, *others]


def _parameters(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`a, b int` is `a int, b int`; a lone unnamed result needs no parentheses."""
    inner = [child for child in meaningful(node, TRIVIA) if child.is_named]
    lone = inner[0] if len(inner) == 1 else None
    if lone is not None and _is_result(node) and lone.type == "parameter_declaration" and lone.named_child_count == 1:
        return list(lone.named_children)
    items: list[Node | bytes] = [OPEN + node.type.encode()]
    for child in inner:
        names = child.children_by_field_name("name")
        kind = child.child_by_field_name("type")
        if child.type != "parameter_declaration" or kind is None or not names:
            items.append(child)
            continue
        for name in (name for name in names if name.is_named):
            items += [OPEN + b"parameter", name, kind, CLOSE]
    return [*items, CLOSE]


def _is_result(node: Node) -> bool:
    parent = node.parent
    result = None if parent is None else parent.child_by_field_name("result")
    return result is not None and result.id == node.id


def _receiver(node: Node, source: bytes) -> Sequence[Name]:
    """`func (s *Store[T]) Load()` is `Store.Load`."""
    receiver, name = node.child_by_field_name("receiver"), node.child_by_field_name("name")
    holder = _type_name(receiver, source) if receiver is not None else ""
    return (Name((holder, text(name, source).decode("utf-8", "replace"))),) if holder and name is not None else ()


def _type_name(receiver: Node, source: bytes) -> str:
    """The name of a receiver's type; empty where there is none."""
    level = [child for child in receiver.named_children if child.type == "parameter_declaration"][:1]
    kind = level[0].child_by_field_name("type") if level else None
    for _ in range(MEMBERS_MAX):
        if kind is None or kind.type == "type_identifier":
            break
        kind = kind.child_by_field_name("type") or (kind.named_children[0] if kind.named_child_count else None)
    return "" if kind is None else text(kind, source).decode("utf-8", "replace")


def _embedded(node: Node, source: bytes) -> Sequence[Name]:
    """The names of a field; an embedded one is called by its type."""
    names = [child for child in node.children_by_field_name("name") if child.is_named]
    kind = node.child_by_field_name("type")
    if not names and kind is not None:
        bare = kind.child_by_field_name("type") if kind.type == "generic_type" else kind
        names = [(bare or kind).child_by_field_name("name") or bare or kind]
    return [Name((text(name, source).decode("utf-8", "replace"),)) for name in names]


def _constant(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A constant without a value repeats the one above it, and `iota` counts from the head of the group."""
    if node.type != "const_spec" or node.parent is None:
        return ()
    group = [child for child in node.parent.named_children if child.type == "const_spec"]
    at = next(number for number, child in enumerate(group) if child.id == node.id)
    giving = next((spec for spec in reversed(group[: at + 1]) if spec.child_by_field_name("value") is not None), None)
    value = None if giving is None else giving.child_by_field_name("value")
    if giving is None or value is None:
        return ()
    place = [b"iota%d" % at] if b"iota" in text(value, source) else []
    inherited = (
        [] if giving.id == node.id else [child for child in (giving.child_by_field_name("type"), value) if child]
    )
    return [*place, *inherited]


_LISTED = ("argument_list", "literal_value", "type_parameter_list", "type_arguments")

GO = Language(
    grammar="go-0.25.0",
    loader="tree_sitter_go:language",
    rules={
        **dict.fromkeys(("interpreted_string_literal", "raw_string_literal"), _string),
        **dict.fromkeys(("int_literal", "float_literal", "imaginary_literal"), _number),
        **dict.fromkeys(("parenthesized_expression", "parenthesized_type"), transparent),
        **dict.fromkeys(("for_clause", "if_statement", "expression_switch_statement"), _header),
        "type_switch_statement": _header,
        "source_file": _file,
        "parameter_list": _parameters,
        **dict.fromkeys(_LISTED, no_trailing_comma),
    },
    forms={
        "function_declaration": Form(parameters="parameters"),
        "method_declaration": Form(parameters="parameters", naming=_receiver),
        "type_spec": Form(body="type"),
        "type_alias": Form(body="type"),
        "const_spec": Form(body=""),
        "var_spec": Form(body="value"),
        "field_declaration": Form(body="type", naming=_embedded),
        "method_elem": Form(body="", parameters="parameters"),
        "short_var_declaration": Form(name="left", body="right"),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset({";", "\n", "\0"}),
    scopes=frozenset(
        (
            "source_file", "const_declaration", "var_declaration", "type_declaration", "var_spec_list", "struct_type",
            "field_declaration_list", "interface_type", "block", "statement_list", "expression_list", "func_literal",
            "pointer_type", "if_statement", "for_statement",
        )
    ),
    wrappers=frozenset({"const_declaration", "var_declaration", "type_declaration", "var_spec_list"}),
    groups=frozenset({"const_declaration", "var_declaration", "type_declaration", "var_spec_list"}),
    patterns={"expression_list": ""},
    names=frozenset({"identifier", "type_identifier", "field_identifier"}),
    parameters={"parameter_declaration": ("name", "type"), "variadic_parameter_declaration": ("name", "type")},
    context=_constant,
)  # fmt: skip
"""Go as tree-sitter-go reads it."""
