"""JavaScript and TypeScript: what Prettier may change of their trees without a new meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.languages.base import (
    CLOSE,
    KEY,
    NAMED,
    OPEN,
    PLAIN,
    STRING,
    VERBATIM,
    Form,
    branch,
    canonical,
    meaningful,
    sorted_runs,
    spans,
    text,
)
from drift.languages.jsx import jsx_attribute, jsx_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from drift.languages.base import Rule

TRIVIA = frozenset({"comment", "html_comment"})
CHAINS = frozenset({"member_expression", "subscript_expression", "call_expression", "non_null_expression"})
REJOINED = frozenset({"||", "&&", "??"})
KEYS = ("key", "name", "property")
CHAIN_LENGTH_MAX = 10_000

ESCAPES = {
    "n": "\n",
    "t": "\t",
    "b": "\b",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "0": "\0",
    "\n": "",
    "\u2028": "",
    "\u2029": "",
}
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|[0-7]{2,3}|.)", re.DOTALL)
_LEGACY_OCTAL = re.compile(r"\\[1-7]|\\0[0-9]|\\[0-7]{2,3}")


def string_value(body: str) -> str:
    """The value of a quoted literal's text; unknown escapes stand for their letter, as in the language."""
    return _ESCAPE.sub(_escape, body)


def _escape(found: re.Match[str]) -> str:
    word = found.group()
    kind = word[1]
    if kind in "xu" and len(word) > 2:
        point = int(word[2:].strip("{}"), 16)
        return chr(point) if point <= 0x10FFFF else word
    if _LEGACY_OCTAL.fullmatch(word):
        return chr(int(word[1:], 8))
    return ESCAPES.get(kind, kind)


def _inside(node: Node, source: bytes) -> str:
    """The text between the quotes."""
    return source[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "surrogateescape")


def _string(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return (STRING + canonical(string_value(_inside(node, source))),)


def template(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Every character between the substitutions counts."""
    inner = spans(node, source, frozenset({"template_substitution"}), (node.start_byte, node.end_byte))
    return [VERBATIM + item if isinstance(item, bytes) else item for item in inner]


def number_value(word: str) -> str:
    """A number as the double it is; a big integer or an old octal as it is written."""
    plain = word.lower().replace("_", "")
    if plain.endswith("n") or re.match(r"0[0-9]", plain):
        return plain
    try:
        value = float(int(plain, 0)) if plain[:2] in ("0x", "0o", "0b") else float(plain)
    except (ValueError, OverflowError):
        return plain
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def _number(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return (NAMED + number_value(text(node, source).decode()).encode(),)


def _regex(node: Node, source: bytes) -> Sequence[Node | bytes]:
    pattern, flags = (node.child_by_field_name(name) for name in ("pattern", "flags"))
    body = b"" if pattern is None else text(pattern, source)
    return (b"r" + body + b"/" + bytes(sorted(text(flags, source) if flags is not None else b"")),)


def transparent(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Parentheses: the tree already says what binds to what."""
    return [child for child in meaningful(node, TRIVIA) if child.type not in ("(", ")")]


def _binary(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`a || (b || c)` is `a || b || c`: these operators alone may be joined in any order."""
    operator = node.child_by_field_name("operator")
    if operator is None or operator.type not in REJOINED:
        return branch(node, source)
    operands: list[Node | bytes] = []
    stack = [node]
    while stack:
        item = _bare(stack.pop())
        joint = item.child_by_field_name("operator") if item.type == "binary_expression" else None
        if joint is not None and joint.type == operator.type:
            stack += [child for child in reversed(item.named_children) if child.type not in TRIVIA]
        else:
            operands.append(item)
    return [OPEN + b"joined" + operator.type.encode(), *operands, CLOSE]


def _bare(node: Node) -> Node:
    """What stands inside parentheses."""
    for _ in range(CHAIN_LENGTH_MAX):
        inner = [child for child in node.named_children if child.type not in TRIVIA]
        if node.type != "parenthesized_expression" or len(inner) != 1:
            return node
        node = inner[0]
    return node


def chain(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a?.b).c` fails where `a?.b.c` is undefined: around the head of a chain parentheses end the short circuit."""
    head = node.named_children[0]
    items = branch(node, source)
    if head.type == "parenthesized_expression" and _short_circuits(head):
        items.insert(1, b"(ends")
        items.append(CLOSE)
    return items


def _short_circuits(node: Node) -> bool:
    for _ in range(CHAIN_LENGTH_MAX):
        if any(child.type == "optional_chain" for child in node.children):
            return True
        inner = [child for child in node.named_children if child.type not in TRIVIA]
        if not inner or (node.type != "parenthesized_expression" and node.type not in CHAINS):
            return False
        node = inner[0]
    return True


def _statement(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`("use strict")` is no directive: there the parentheses count."""
    inner = [child for child in meaningful(node, TRIVIA) if child.is_named]
    if len(inner) == 1 and inner[0].type == "string":
        return [b"(directive", *branch(node, source), CLOSE]
    return branch(node, source)


def _for(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The one place where semicolons part things: some of the three may be missing."""
    return [PLAIN + b";" if not isinstance(item, bytes) and item.type == ";" else item for item in branch(node, source)]


def _suite(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Statements, without empty ones."""
    return branch(node, source, [child for child in meaningful(node, TRIVIA) if child.type != "empty_statement"])


def _program(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A whole file: neighbouring imports in one order."""
    return sorted_runs(_suite(node, source), lambda item: _import_key(item, source))


def _import_key(node: Node, source: bytes) -> bytes | None:
    """What an import is sorted by. One for its effects alone runs in its place."""
    module = node.child_by_field_name("source")
    if node.type != "import_statement" or module is None or node.named_child_count < 2:
        return None
    clause = b"".join(text(node.named_children[0], source).split())
    return canonical(string_value(_inside(module, source))) + b"\0" + clause


def _sorted_names(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The names between the braces of an import or export stand in any order."""
    names = [child for child in meaningful(node, TRIVIA) if child.is_named]
    return [OPEN + node.type.encode(), *sorted(names, key=lambda name: text(name, source)), CLOSE]


def no_trailing_comma(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`(a, b,)` is `(a, b)`."""
    inner = meaningful(node, TRIVIA)
    if len(inner) > 2 and inner[-2].type == ",":
        del inner[-2]
    return branch(node, source, inner)


def _array(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`[1,]` is `[1]`, but `[1,,]` has a hole."""
    inner = meaningful(node, TRIVIA)
    if len(inner) > 3 and inner[-2].type == "," and inner[-3].type != ",":
        del inner[-2]
    return branch(node, source, inner)


def members(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Members are parted by `;`, `,` or a line end alike."""
    return branch(node, source, [child for child in meaningful(node, TRIVIA) if child.type not in (",", ";")])


def keyed(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A key reads the same with and without quotes."""
    named = {child.id for field in KEYS for child in node.children_by_field_name(field)}
    return [
        _key(item, source) if not isinstance(item, bytes) and item.id in named else item
        for item in branch(node, source)
    ]


def _key(node: Node, source: bytes) -> Node | bytes:
    if node.type not in ("property_identifier", "string", "number"):
        return node
    return KEY + canonical(name_text(node, source))


def enum_body(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """Members, their names with and without quotes alike."""
    kept = [child for child in meaningful(node, TRIVIA) if child.type != ","]
    return [item if isinstance(item, bytes) else _key(item, source) for item in branch(node, source, kept)]


def name_text(node: Node, source: bytes) -> str:
    """How a name reads: a quoted key without its quotes, a number by value."""
    if node.type == "string":
        return string_value(_inside(node, source))
    word = text(node, source).decode("utf-8", "replace")
    return number_value(word) if node.type == "number" else word


def arrow(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`x => x` is `(x) => x`."""
    return _in_parentheses(node, source, (), ())


def typed_arrow(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """The same, where a parameter is a node of its own."""
    return _in_parentheses(node, source, (b"(required_parameter",), (CLOSE,))


def _in_parentheses(
    node: Node, source: bytes, before: Sequence[bytes], behind: Sequence[bytes]
) -> Sequence[Node | bytes]:
    lone = node.child_by_field_name("parameter")
    if lone is None:
        return branch(node, source)
    wrapped: list[Node | bytes] = []
    for item in branch(node, source):
        if not isinstance(item, bytes) and item.id == lone.id:
            wrapped += [b"(formal_parameters", b"p(", *before, item, *behind, b"p)", CLOSE]
        else:
            wrapped.append(item)
    return wrapped


def _new(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """`new A` is `new A()`."""
    items = branch(node, source)
    if node.child_by_field_name("arguments") is None:
        items[-1:] = [b"(arguments", b"p(", b"p)", CLOSE, CLOSE]
    return items


def alternatives(node: Node, source: bytes) -> Sequence[Node | bytes]:
    """A leading `|` or `&` is layout."""
    inner = meaningful(node, TRIVIA)
    if inner and not inner[0].is_named:
        inner = inner[1:]
    return inner if len(inner) == 1 else branch(node, source, inner)


LISTED = ("arguments", "formal_parameters", "object", "object_pattern")
KEYED = ("pair", "pair_pattern", "method_definition")

RULES: dict[str, Rule] = {
    "string": _string,
    "template_string": template,
    "number": _number,
    "regex": _regex,
    "parenthesized_expression": transparent,
    "binary_expression": _binary,
    **dict.fromkeys(("member_expression", "subscript_expression", "call_expression"), chain),
    "expression_statement": _statement,
    "for_statement": _for,
    "program": _program,
    **dict.fromkeys(("statement_block", "class_body", "switch_case", "switch_default"), _suite),
    **dict.fromkeys(("named_imports", "export_clause"), _sorted_names),
    **dict.fromkeys(LISTED, no_trailing_comma),
    **dict.fromkeys(("array", "array_pattern"), _array),
    **dict.fromkeys(KEYED, keyed),
    "arrow_function": arrow,
    "new_expression": _new,
    "jsx_attribute": jsx_attribute,
    "jsx_element": jsx_element,
}
"""What both languages share."""

WRAPPERS = frozenset({"export_statement", "lexical_declaration", "variable_declaration", "expression_statement"})
SCOPES = WRAPPERS | frozenset(
    (
        "program", "statement_block", "class_body", "object", "parenthesized_expression", "if_statement", "else_clause",
        "try_statement", "catch_clause", "finally_clause", "arrow_function", "function_expression",
        "generator_function", "class", "labeled_statement",
    )
)  # fmt: skip
NAMES = frozenset(
    (
        "identifier", "property_identifier", "private_property_identifier", "shorthand_property_identifier",
        "shorthand_property_identifier_pattern", "computed_property_name", "string", "number",
    )
)  # fmt: skip
PATTERNS = {
    "object_pattern": "",
    "array_pattern": "",
    "rest_pattern": "",
    "pair_pattern": "value",
    "object_assignment_pattern": "left",
    "assignment_pattern": "left",
}
FUNCTION = Form(parameters="parameters")
FORMS = {
    "function_declaration": FUNCTION,
    "generator_function_declaration": FUNCTION,
    "method_definition": FUNCTION,
    "class_declaration": Form(),
    "variable_declarator": Form(body="value"),
    "pair": Form(name="key", body="value"),
    "shorthand_property_identifier": Form(name="", body="", within="object"),
}
MARKED = {"export_statement": ("default", "default")}
