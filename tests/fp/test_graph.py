"""Dependencies: circles, ways, children."""

from __future__ import annotations

import pytest

from fp import graph
from fp.model import Issue


def edges(text: str) -> graph.Edges:
    """`a>b a>c b>` as edges."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in text.split():
        node, _, target = pair.partition(">")
        found[node] = (*found.get(node, ()), *((target,) if target else ()))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a>b b>c c>", []),
        ("a>a", [("a",)]),
        ("a>b b>a", [("a", "b")]),
        ("b>c c>b a>b", [("b", "c")]),
        ("a>b b>c c>a x>y y>x", [("a", "b", "c"), ("x", "y")]),
        ("a>b b>a a>c c>a", [("a", "b")]),
        ("a>missing", []),
        ("a>b a>c b>d c>d d>", []),
    ],
)
def test_cycles_are_named_by_one_circle_each(text: str, expected: list[tuple[str, ...]]) -> None:
    assert graph.cycles(edges(text)) == expected


@pytest.mark.parametrize(
    ("start", "goal", "expected"),
    [("a", "d", ("a", "b", "d")), ("d", "a", ()), ("a", "a", ()), ("a", "missing", ())],
)
def test_a_path_is_a_shortest_one(start: str, goal: str, expected: tuple[str, ...]) -> None:
    assert graph.path(edges("a>b b>c c>d b>d"), start, goal) == expected


def test_a_long_chain_of_dependencies_needs_no_recursion() -> None:
    chain = {str(number): (str(number + 1),) for number in range(20_000)}
    assert graph.cycles(chain) == []
    assert graph.cycles({**chain, "20000": ("0",)})[0][:2] == ("0", "1")


def test_children_are_those_who_name_the_parent() -> None:
    issues = {name: Issue(name, name, parent=parent) for name, parent in (("a", None), ("c", "a"), ("b", "a"))}
    assert graph.children(issues) == {"a": ("b", "c")}


def test_a_node_that_points_to_itself_in_a_circle_of_others_is_in_one_circle() -> None:
    edges = {"a": ("b",), "b": ("a", "b")}
    assert [set(circle) for circle in graph.cycles(edges)] == [{"a", "b"}]
    assert graph.cycles({"a": ("a",), "b": ("a",)}) == [("a",)]
