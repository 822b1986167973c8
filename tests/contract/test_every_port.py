"""A port method without a contract test fails here."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Protocol

import pytest

from fp.kernel import ports

FOLDER = Path(__file__).parent
PORTS = sorted(
    name
    for name, value in vars(ports).items()
    if inspect.isclass(value) and value is not Protocol and getattr(value, "_is_protocol", False)
)


def methods(port: str) -> set[str]:
    return {name for name, value in vars(getattr(ports, port)).items() if inspect.isfunction(value) and name[0] != "_"}


def calls(path: Path) -> set[str]:
    """Names of the methods that a test file calls, as `something.name(...)`."""
    tree = ast.parse(path.read_text())
    found = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {function.attr for function in found if isinstance(function, ast.Attribute)}


def test_the_ports_are_those_of_the_architecture() -> None:
    expected = "Clock Files Host Ids Merges Objects Processes Refs Remote Worktrees"
    assert sorted(expected.split()) == PORTS


@pytest.mark.parametrize("port", PORTS)
def test_each_method_of_a_port_has_a_contract_test(port: str) -> None:
    assert methods(port) - calls(FOLDER / f"test_{port.lower()}.py") == set()
