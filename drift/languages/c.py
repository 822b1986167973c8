"""C and C++: kinds and forms of tree-sitter-c and tree-sitter-cpp.

Parentheses stay: around a name they keep a macro from being expanded, and in `decltype` they choose a type.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from drift.languages.base import Form, Language, no_trailing_comma, text
from drift.languages.shared import counted, dotted_by, header, listing, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

TRIVIA = frozenset({"comment"})
ARGUMENTS_MAX = 1000
_ARGUMENTS = re.compile(r"<[^<>]*>")
_FUNCTION = "~function_declarator/parameters"


def _announces(node: Node, source: bytes) -> bool:
    """A prototype, or a variable of another file."""
    declarators = node.children_by_field_name("declarator")
    outside = any(
        child.type == "storage_class_specifier" and text(child, source) == b"extern" for child in node.children
    )
    return outside or any(
        "function_declarator" in (item.type, *(c.type for c in item.children)) for item in declarators
    )


def _qualified(node: Node, source: bytes) -> tuple[str, ...]:
    """`ns::Store<T>::load` as its names, without the arguments of templates."""
    words = " ".join(text(node, source).decode("utf-8", "replace").split())
    head, operator, sign = words.partition("operator")
    for _ in range(ARGUMENTS_MAX):
        shorter = _ARGUMENTS.sub("", head)
        if shorter == head:
            break
        head = shorter
    parts = [part.strip() for part in head.split("::")]
    parts[-1] += operator + sign
    return tuple(part for part in parts if part)


def _place(node: Node, source: bytes) -> Sequence[Node | bytes]:
    return counted(node, "enumerator", "value")


C = Language(
    grammar="c-0.24.2",
    loader="tree_sitter_c:language",
    extra=True,
    rules={
        **listing(("string_literal", "char_literal", "system_lib_string"), verbatim),
        **listing(("initializer_list", "enumerator_list"), no_trailing_comma),
        "for_statement": header,
    },
    forms={
        "function_definition": Form(name="declarator", parameters=_FUNCTION),
        "declaration": Form(name="declarator", body="", parameters=_FUNCTION, yields=_announces),
        "field_declaration": Form(name="declarator", body="type/body", parameters=_FUNCTION),
        "type_definition": Form(name="declarator", body="type/body"),
        "struct_specifier": Form(needs="body"),
        "union_specifier": Form(needs="body"),
        "enum_specifier": Form(needs="body"),
        "enumerator": Form(body=""),
        "preproc_def": Form(body=""),
        "preproc_function_def": Form(body=""),
    },
    trivia=TRIVIA,
    comments=TRIVIA,
    dropped=frozenset(),
    scopes=frozenset(
        (
            "translation_unit", "declaration_list", "linkage_specification", "type_definition", "declaration",
            "field_declaration_list", "field_declaration", "enumerator_list", "compound_statement", "preproc_if",
            "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef",
        )
    ),
    wrappers=frozenset(),
    patterns={
        **dict.fromkeys(
            ("pointer_declarator", "array_declarator", "function_declarator", "init_declarator"), "declarator"
        ),
        **dict.fromkeys(("parenthesized_declarator", "attributed_declarator"), ""),
    },
    names=frozenset({"identifier", "field_identifier", "type_identifier"}),
    parameters={"parameter_declaration": ("declarator", "-"), "variadic_parameter": ("", "")},
    context=_place,
)  # fmt: skip
"""C as tree-sitter-c reads it."""

CPP = replace(
    C,
    grammar="cpp-0.23.4",
    loader="tree_sitter_cpp:language",
    rules={
        **C.rules,
        **listing(("raw_string_literal", "user_defined_literal"), verbatim),
        "for_range_loop": header,
    },
    forms={
        **C.forms,
        "declaration": Form(name="declarator|*operator_cast", body="", parameters=_FUNCTION, yields=_announces),
        "field_declaration": Form(name="declarator", body="type/body", parameters=_FUNCTION, yields=_announces),
        "class_specifier": Form(needs="body"),
        "namespace_definition": Form(naming=dotted_by("::")),
        "alias_declaration": Form(body=""),
        "concept_definition": Form(body=""),
    },
    scopes=C.scopes | {"template_declaration"},
    wrappers=frozenset({"template_declaration"}),
    patterns={**C.patterns, "reference_declarator": ""},
    names=C.names
    | {
        "qualified_identifier",
        "destructor_name",
        "operator_name",
        "operator_cast",
        "template_type",
        "template_function",
    },
    parameters={
        "parameter_declaration": ("declarator", "-"),
        "optional_parameter_declaration": ("declarator", "-"),
        "variadic_parameter_declaration": ("declarator", "-"),
    },
    dotted=_qualified,
)
"""C++ as tree-sitter-cpp reads it: namespaces may be left out, a method defined outside its class is `Class.method`."""
