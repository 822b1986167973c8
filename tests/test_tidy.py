"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for package in ("fp", "drift", "tarmac") for path in (ROOT / package).rglob("*.py"))
MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_P95 = 35
POSITIONAL_MAX = 5
BROAD_EXCEPTS_MAX = 3


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) <= MODULE_LINES_MAX
    assert not lines or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short_and_take_few_positional_arguments(path: Path) -> None:
    long = [f"{node.name} ({length(node)})" for node in functions(path) if length(node) > FUNCTION_LINES_MAX]
    wide = [
        node.name
        for node in functions(path)
        if len([arg for arg in node.args.posonlyargs + node.args.args if arg.arg not in ("self", "cls")])
        > POSITIONAL_MAX
        and not any("click" in ast.unparse(item) or "option" in ast.unparse(item) for item in node.decorator_list)
    ]
    assert (long, wide) == ([], [])


def test_most_functions_fit_on_a_screen() -> None:
    sizes = sorted(length(node) for path in SOURCES for node in functions(path))
    assert sizes[int(len(sizes) * 0.95)] <= FUNCTION_LINES_P95


def test_nothing_is_left_unfinished() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(f"# {word}" in line or f"raise {word}" in line for word in words)
    ]
    assert found == []


def test_broad_excepts_are_counted() -> None:
    broad = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert len(broad) <= BROAD_EXCEPTS_MAX, broad


def test_every_module_of_the_product_is_used() -> None:
    """A module that nobody names is dead: neither imported, nor in a literal table `kind -> "module:name"`, nor run."""
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    dead = []
    for path in SOURCES:
        if path.name in ("__init__.py", "__main__.py", "api.py") or "sim" in path.parts:  # shipped for tests to use
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        parent, _, leaf = name.rpartition(".")
        others = [text for other, text in texts.items() if other != path]
        table = ROOT / name.split(".")[0] / "cli" / "main.py"
        if ".cli.commands." in name and f".{leaf}:" in texts[table]:
            continue
        used = any(name in text or (f"from {parent} import" in text and leaf in text) for text in others)
        if not used:
            dead.append(name)
    assert dead == []
