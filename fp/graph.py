"""Dependencies and parents among issues: who waits for whom, circles, children. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fp.model import Issue

Edges = dict[str, tuple[str, ...]]


def dependencies(issues: Mapping[str, Issue]) -> Edges:
    """Each issue's dependencies, those that no file has included."""
    return {issue.id: issue.depends_on for issue in issues.values()}


def parents(issues: Mapping[str, Issue]) -> Edges:
    """Each issue's parent as a tuple of one or none."""
    return {issue.id: (issue.parent,) if issue.parent else () for issue in issues.values()}


def reverse(edges: Edges) -> Edges:
    """The same edges the other way round: dependents, children. Sorted; only for nodes that something points to."""
    found: dict[str, list[str]] = {}
    for node, targets in sorted(edges.items()):
        for target in targets:
            found.setdefault(target, []).append(node)
    return {node: tuple(sources) for node, sources in found.items()}


def children(issues: Mapping[str, Issue]) -> Edges:
    """The issues that name each issue as their parent."""
    return reverse({issue.id: (issue.parent,) for issue in issues.values() if issue.parent})


def cycles(edges: Edges) -> list[tuple[str, ...]]:
    """One circle for each knot of the graph, as the ids along it starting with the smallest; sorted."""
    return sorted(_circle(edges, knot) for knot in _knots(edges)) if _has_circle(edges) else []


def _has_circle(edges: Edges) -> bool:
    """Whether taking away what nothing points to, again and again, leaves something: less work than to find it."""
    pointed: dict[str, int] = {}
    for targets in edges.values():
        for target in targets:
            pointed[target] = pointed.get(target, 0) + 1
    free = [node for node in edges if node not in pointed]
    left = len(edges) - len(free)
    while free:
        for target in edges[free.pop()]:
            pointed[target] -= 1
            if not pointed[target] and target in edges:
                free.append(target)
                left -= 1
    return left > 0


def path(edges: Edges, start: str, goal: str) -> tuple[str, ...]:
    """A shortest way along the edges, both ends included; empty when there is none. From a node to itself: one step."""
    came_from: dict[str, str] = {}
    layer: Sequence[str] = (start,)
    while layer:
        following: list[str] = []
        for node in layer:
            for target in edges.get(node, ()):
                if target == goal:
                    return (*_way(came_from, start, node), goal)
                if target not in came_from and target != start:
                    came_from[target] = node
                    following.append(target)
        layer = following
    return ()


def _way(came_from: Mapping[str, str], start: str, node: str) -> tuple[str, ...]:
    steps = [node]
    while steps[-1] != start:
        steps.append(came_from[steps[-1]])
    return tuple(reversed(steps))


def _circle(edges: Edges, knot: Iterable[str]) -> tuple[str, ...]:
    members = set(knot)
    first = min(members)
    inside = {node: tuple(target for target in edges.get(node, ()) if target in members) for node in members}
    return path(inside, first, first)[:-1]


def _knots(edges: Edges) -> list[set[str]]:
    """Sets of nodes that all reach each other, of two nodes or of one that points to itself."""
    forward = _finish_order(edges)
    backward = reverse(edges)
    seen: set[str] = set()
    knots: list[set[str]] = []
    for root in reversed(forward):
        knot = _reach(backward, root, seen)
        if len(knot) > 1 or (knot and root in edges.get(root, ())):
            knots.append(knot)
    return knots


def _finish_order(edges: Edges) -> list[str]:
    """Nodes in the order in which a depth-first walk leaves them. No recursion: a chain may be very long."""
    seen: set[str] = set()
    order: list[str] = []
    for root in edges:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(edges[root]))]
        while stack:
            node, targets = stack[-1]
            target = next((one for one in targets if one not in seen), None)
            if target is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(edges.get(target, ()))))
    return order


def _reach(edges: Edges, root: str, seen: set[str]) -> set[str]:
    """What can be reached from the root over nodes not seen before; marks them seen."""
    found: set[str] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            found.add(node)
            stack.extend(edges.get(node, ()))
    return found
