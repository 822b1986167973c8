"""Which language a file is in, by its suffix; the language's module and its grammar are imported on first use.

The one impure corner of the tables: it loads a native library. Nothing here costs anything until a file needs it.
"""

from __future__ import annotations

import functools
import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Parser

    from drift.languages.base import Language

SUFFIXES = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    ".tsx": "tsx",
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "javascript"),
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx"), "cpp"),
    ".cs": "csharp",
    ".rb": "ruby",
    ".php": "php",
    **dict.fromkeys((".kt", ".kts"), "kotlin"),
    ".swift": "swift",
    **dict.fromkeys((".sh", ".bash"), "bash"),
}
MODULES = {
    "python": "drift.languages.python:LANGUAGE",
    "typescript": "drift.languages.typescript:TYPESCRIPT",
    "tsx": "drift.languages.typescript:TSX",
    "javascript": "drift.languages.javascript:JAVASCRIPT",
    "go": "drift.languages.golang:GO",
    "rust": "drift.languages.rust:RUST",
    "java": "drift.languages.java:JAVA",
    "c": "drift.languages.c:C",
    "cpp": "drift.languages.c:CPP",
    "csharp": "drift.languages.csharp:CSHARP",
    "ruby": "drift.languages.ruby:RUBY",
    "php": "drift.languages.php:PHP",
    "kotlin": "drift.languages.kotlin:KOTLIN",
    "swift": "drift.languages.swift:SWIFT",
    "bash": "drift.languages.bash:BASH",
}


def name_of(path: str) -> str:
    """The name of the file's language; empty for one without symbols."""
    _, dot, suffix = path.rpartition(".")
    return SUFFIXES.get(dot + suffix.lower(), "") if "/" not in suffix else ""


@functools.cache
def language(name: str) -> Language:
    """The table of a language."""
    found: Language = _load(MODULES[name])
    return found


@functools.cache
def available(name: str) -> bool:
    """Whether the grammar of a language is installed."""
    try:
        parser(name)
    except ImportError:
        return False
    return True


@functools.cache
def parser(name: str) -> Parser:
    """A parser of a language. ImportError where its grammar is not installed: those of the extra may be missing."""
    import tree_sitter

    return tree_sitter.Parser(tree_sitter.Language(_grammar(language(name).loader)()))


def _grammar(place: str) -> Any:
    """What gives a grammar, from its native module alone.

    The package around it imports `importlib.resources` for files that nothing here reads: 6 ms of a check of 60
    [measured].
    """
    from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
    from importlib.util import find_spec, module_from_spec, spec_from_loader

    package, _, attribute = place.partition(":")
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for suffix in EXTENSION_SUFFIXES:
            file = os.path.join(folder, f"_binding{suffix}")
            if not os.path.isfile(file):
                continue
            loader = ExtensionFileLoader(f"{package}._binding", file)
            native = spec_from_loader(loader.name, loader)
            assert native is not None
            module = module_from_spec(native)
            loader.exec_module(module)
            if hasattr(module, attribute):
                return getattr(module, attribute)
    return _load(place)


def _load(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(importlib.import_module(module), attribute)
