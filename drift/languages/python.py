"""Python: kinds and forms of tree-sitter-python, and what Black, Ruff and isort may change without changing meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import (
    CLOSE,
    DOCUMENTATION,
    NAMED,
    OPEN,
    STRING,
    VERBATIM,
    Form,
    Language,
    branch,
    canonical,
    meaningful,
    sorted_runs,
    spans,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

GRAMMAR = "python-0.25.0"
TRIVIA = frozenset({"comment", "line_continuation"})
STRINGS = frozenset({"string", "concatenated_string"})
IMPORTS = frozenset({"import_statement", "import_from_statement"})
DIGITS_MAX = 4000
"""Longer integers are compared as written: Python refuses to convert them."""

ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "\n": "",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]+\}|.)|\{\{|\}\}", re.DOTALL
)
_UNICODE_ONLY = "uUN"


def string_value(body: str, prefix: str) -> bytes:
    """The value of a literal's text, as token text. Names of characters (`\\N{...}`) stay undecoded."""
    formatted, raw = "f" in prefix or "t" in prefix, "r" in prefix
    kept: list[bytes] = []
    at = 0
    for found in _ESCAPE.finditer(body):
        kept.append(canonical(body[at : found.start()]))
        kept.append(_escape(found.group(), formatted=formatted, raw=raw, binary="b" in prefix))
        at = found.end()
    return b"".join(kept) + canonical(body[at:])


def _escape(word: str, *, formatted: bool, raw: bool, binary: bool) -> bytes:
    if word in ("{{", "}}"):
        return canonical(word[0] if formatted else word)
    kind = word[1]
    if raw or (binary and kind in _UNICODE_ONLY):
        return canonical(word)
    if kind in ESCAPES:
        return canonical(ESCAPES[kind])
    if kind == "N" and len(word) > 2:
        return word.encode()
    octal = kind in "01234567"
    digits = word[1:] if octal else word[2:]
    point = int(digits, 8 if octal else 16) if digits else -1
    return canonical(chr(point)) if 0 <= point <= 0x10FFFF else canonical(word)


def _segments(node: Node, source: bytes) -> tuple[str, list[Node | bytes]]:
    """The flags that matter of a literal (`b`, `t`) and its content: decoded text and interpolations by turns."""
    start, end = node.children[0], node.children[-1]
    prefix = text(start, source).decode().rstrip("'\"").lower()
    ends = (start.end_byte, end.start_byte)
    found = spans(node, source, frozenset({"interpolation"}), ends)
    flags = "".join(flag for flag in "bt" if flag in prefix)
    return flags, [_decoded(item, prefix) if isinstance(item, bytes) else item for item in found]


def _decoded(body: bytes, prefix: str) -> bytes:
    return STRING + string_value(body.decode("utf-8", "surrogateescape"), prefix)


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return _joined([node], source)


def _concatenated(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return _joined([part for part in meaningful(node, TRIVIA) if part.type == "string"], source)


def _joined(parts: Sequence[Node], source: bytes) -> list[Node | bytes]:
    """Adjacent literals as the one string they are."""
    pieces = [_segments(part, source) for part in parts]
    flags = "".join(sorted({flag for found, _ in pieces for flag in found}))
    items: list[Node | bytes] = []
    for _, found in pieces:
        for item in found:
            last = items[-1] if items else None
            if isinstance(item, bytes) and isinstance(last, bytes):
                items[-1] = last + item[1:]
            else:
                items.append(item)
    return [OPEN + b"str" + flags.encode(), *items, CLOSE]


def _interpolation(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`{x = }` prints its own text, spaces included; every other one is what it computes."""
    if any(child.type == "=" for child in node.children):
        return (VERBATIM + text(node, source),)
    return branch(node, source)


def _format_specifier(node: Node, source: bytes) -> Sequence[Node | bytes]:
    found = spans(node, source, frozenset({"format_expression", "interpolation"}), (node.start_byte, node.end_byte))
    return [VERBATIM + item if isinstance(item, bytes) else item for item in found]


def _expression_statement(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A string that stands alone is documentation: its words count, their wrapping does not."""
    words = _documentation(node, source)
    return branch(node, source) if words is None else (DOCUMENTATION + words,)


def _documentation(node: Node, source: bytes) -> bytes | None:
    inner = meaningful(node, TRIVIA)
    while len(inner) == 1 and inner[0].type == "parenthesized_expression":
        inner = [child for child in meaningful(inner[0], TRIVIA) if child.is_named]
    if len(inner) != 1 or inner[0].type not in STRINGS:
        return None
    items = _string(inner[0], source) if inner[0].type == "string" else _concatenated(inner[0], source)
    if items[0] != OPEN + b"str" or not all(isinstance(item, bytes) for item in items):
        return None
    value = b"".join(item[1:] for item in items[1:-1] if isinstance(item, bytes))
    return b" ".join(value.split())


def _number(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """By value, as far as it is plain: `0XFF`, `0xff`, `1_000`, `1E5` have one each."""
    word = text(node, source).decode().lower().replace("_", "")
    if node.type == "integer" and len(word) < DIGITS_MAX:
        try:
            return (NAMED + str(int(word, 0)).encode(),)
        except ValueError:
            return (NAMED + word.encode(),)
    return (NAMED + word.encode(),)


def _float(node: Node, source: bytes) -> Sequence[Node | bytes]:
    word = text(node, source).decode().lower().replace("_", "")
    imaginary = word.endswith("j")
    try:
        value = repr(float(word.rstrip("j")))
    except ValueError:
        value = word
    return (NAMED + value.encode() + (b"j" if imaginary else b""),)


def _transparent(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Parentheses around an expression: the tree already says what binds to what."""
    return [child for child in meaningful(node, TRIVIA) if child.type not in ("(", ")")]


def _lone(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A wrapper that says nothing where it holds one thing."""
    inner = meaningful(node, TRIVIA)
    return inner if len(inner) == 1 and inner[0].is_named else branch(node, source)


def _tuple(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a, b)`, `a, b`, `a, b,` are one tuple; `(a)` as a target is no tuple at all."""
    inner = meaningful(node, TRIVIA)
    elements = [child for child in inner if child.type not in ("(", ")", ",")]
    if node.type == "tuple_pattern" and len(elements) == 1 and not any(child.type == "," for child in inner):
        return elements
    return branch(node, source, elements, "tuple")


def _no_trailing_comma(node: Node, source: bytes) -> Sequence[Node | bytes]:
    inner = meaningful(node, TRIVIA)
    if len(inner) > 2 and inner[-2].type == ",":
        del inner[-2]
    return branch(node, source, inner)


def _index(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`x[a, b,]` is `x[a, b]`, but `x[a,]` is no `x[a]`."""
    several = sum(child.type == "," for child in node.children) > 1
    return _no_trailing_comma(node, source) if several else branch(node, source)


def _assignment(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(x): int` declares no attribute where `x: int` does: there the parentheses stay."""
    left = node.child_by_field_name("left")
    if node.child_by_field_name("type") is None or left is None or left.type == "identifier":
        return branch(node, source)
    return [b"(target", *branch(node, source), CLOSE]


def _class(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`class A():` is `class A:`."""
    empty = node.child_by_field_name("superclasses")
    if empty is None or len(meaningful(empty, TRIVIA)) > 2:
        return branch(node, source)
    return branch(node, source, [child for child in node.children if child.id != empty.id])


def _with_clause(node: Node, source: bytes) -> Sequence[Node | bytes]:
    items = [child for child in meaningful(node, TRIVIA) if child.type not in ("(", ")", ",")]
    return branch(node, source, items)


def _import_from(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Parentheses around the imported names say nothing."""
    return _imported(node, node.children_by_field_name("name"))


def _imported(node: Node, names: Sequence[Node]) -> list[Node | bytes]:
    named = {name.id for name in names}
    plain = [child for child in meaningful(node, TRIVIA) if child.type not in ("(", ")", ",")]
    return [OPEN + node.type.encode(), *(child for child in plain if child.id not in named), *names, CLOSE]


def _bound(name: Node, source: bytes) -> bytes:
    alias = name.child_by_field_name("alias")
    return text(alias, source) if alias is not None else text(name, source)


def _module(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Neighbouring imports at the top of a file, and their names, in one order, if no two of them bind one name.

    Only there, where import sorters work and whole files are compared: inside a symbol every change of order counts.
    """
    imports = [child for child in node.named_children if child.type in IMPORTS]
    items = branch(node, source)
    if not _distinct(imports, source):
        return items
    shaped = [item for item in items if isinstance(item, bytes) or item.type not in TRIVIA]
    placed: list[Node | bytes] = []
    for item in sorted_runs(shaped, lambda found: _import_key(found, source)):
        if isinstance(item, bytes) or item.type != "import_from_statement":
            placed.append(item)
        else:
            placed += _imported(item, sorted(item.children_by_field_name("name"), key=lambda name: text(name, source)))
    return placed


def _import_key(node: Node, source: bytes) -> bytes | None:
    """What an import is sorted by; None for anything else."""
    if node.type not in IMPORTS:
        return None
    module = node.child_by_field_name("module_name")
    names = sorted(b" ".join(text(name, source).split()) for name in node.children_by_field_name("name"))
    return b"\0".join([b"" if module is None else text(module, source), *names])


def _distinct(imports: Sequence[Node], source: bytes) -> bool:
    bound: list[bytes] = []
    for statement in imports:
        if any(child.type == "wildcard_import" for child in statement.named_children):
            return False
        bound += [_bound(name, source) for name in statement.children_by_field_name("name")]
    return len(set(bound)) == len(bound)


_TUPLES = ("tuple", "tuple_pattern", "expression_list", "pattern_list")
_LISTED = (
    "argument_list", "parameters", "list", "list_pattern", "set", "dictionary", "dict_pattern", "class_pattern",
)  # fmt: skip

_SCOPES = frozenset(
    (
        "module", "block", "decorated_definition", "expression_statement", "assignment", "if_statement", "elif_clause",
        "else_clause", "try_statement", "except_clause", "finally_clause", "with_statement", "for_statement",
        "while_statement", "match_statement", "case_clause",
    )
)  # fmt: skip

LANGUAGE = Language(
    grammar=GRAMMAR,
    loader="tree_sitter_python:language",
    rules={
        "string": _string,
        "concatenated_string": _concatenated,
        "interpolation": _interpolation,
        "format_specifier": _format_specifier,
        "expression_statement": _expression_statement,
        "integer": _number,
        "float": _float,
        "parenthesized_expression": _transparent,
        "case_pattern": _lone,
        "subscript": _index,
        "type_parameter": _index,
        "assignment": _assignment,
        "class_definition": _class,
        "with_clause": _with_clause,
        "import_from_statement": _import_from,
        "module": _module,
        **dict.fromkeys(_TUPLES, _tuple),
        **dict.fromkeys(_LISTED, _no_trailing_comma),
    },
    forms={
        "function_definition": Form(parameters="parameters"),
        "class_definition": Form(),
        "type_alias_statement": Form(name="left", body=""),
        "assignment": Form(name="left", body=""),
        "augmented_assignment": Form(name="left", body=""),
    },
    trivia=TRIVIA,
    comments=frozenset({"comment"}),
    dropped=frozenset({";"}),
    scopes=_SCOPES,
    wrappers=frozenset({"decorated_definition", "expression_statement", "assignment"}),
    patterns=dict.fromkeys(
        ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "type", "generic_type"), ""
    ),
    names=frozenset({"identifier"}),
    parameters={
        "identifier": ("", ""),
        "typed_parameter": ("", "type"),
        "default_parameter": ("name", ""),
        "typed_default_parameter": ("name", "type"),
        "list_splat_pattern": ("", ""),
        "dictionary_splat_pattern": ("", ""),
    },
    receivers=frozenset({"self", "cls"}),
    fold_names=True,
)
"""Python 3 as tree-sitter-python reads it."""
