"""Issues drawn as a tree: which row stands under which, with circles and missing ends told instead of followed. Pure.

Invariant: every issue is expanded at most once, so that the rows end whatever the files say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import graph

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fp.graph import Edges
    from fp.model import Issue

ISSUE = "issue"
MISSING = "missing"
CIRCLE = "circle"
ABOVE = "above"
DEEPER = "deeper"
DEPTH_MAX = 40
"""Rows that lie deeper are not drawn; the row above them says so."""


class Row(NamedTuple):
    """One line of the tree. `open_` says for each level above whether more rows of it follow; the last is its own.

    `state`: issue; missing (no readable file); circle (it stands above itself); above (expanded earlier); deeper.
    `under` is the id of the row it hangs from, None for a root.
    """

    id: str
    under: str | None
    open_: tuple[bool, ...]
    state: str

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.open_)


class Forest(NamedTuple):
    """What hangs under what: `down` by id, in the order of drawing, and where to begin, the likeliest first."""

    down: Edges
    roots: tuple[str, ...]


def by_parent(issues: Mapping[str, Issue], chosen: Collection[str]) -> Forest:
    """The chosen issues, in their order, under their parents, which come along for context."""
    kept = dict.fromkeys(chosen)
    for one in chosen:
        kept |= dict.fromkeys(_ancestors(issues, one))
    down: dict[str, list[str]] = {}
    roots = []
    for one in kept:
        parent = issues[one].parent
        if parent in kept:
            down.setdefault(parent, []).append(one)
        else:
            roots.append(one)
    return _with_circles(Forest({one: tuple(under) for one, under in down.items()}, tuple(roots)), kept)


def below(issues: Mapping[str, Issue], root: str) -> Forest:
    """One issue and all that names it as its parent, at whatever depth, the urgent first as `issues` has them."""
    children: dict[str, list[str]] = {}
    for one in issues.values():
        if one.parent:
            children.setdefault(one.parent, []).append(one.id)
    return Forest({one: tuple(under) for one, under in children.items()}, (root,))


def by_dependency(issues: Mapping[str, Issue], chosen: Collection[str], left_out: Collection[str]) -> Forest:
    """The chosen issues with what each waits for below it; ids in `left_out` are not drawn, such as finished ones."""
    dropped = frozenset(left_out)
    down = {one.id: tuple(target for target in one.depends_on if target not in dropped) for one in issues.values()}
    waited_for = {target for one in chosen for target in down[one] if target != one}
    return _with_circles(Forest(down, tuple(one for one in chosen if one not in waited_for)), chosen)


def alone(forest: Forest) -> tuple[str, ...]:
    """Roots that nothing hangs from."""
    return tuple(one for one in forest.roots if not forest.down.get(one))


def rows(issues: Mapping[str, Issue], forest: Forest) -> list[Row]:
    """The lines from top to bottom. No recursion: a chain may be as long as the tracker is large."""
    found: list[Row] = []
    expanded: set[str] = set()
    for root in forest.roots:
        if root not in expanded:
            _draw(issues, forest.down, root, (found, expanded))
    return found


def _draw(issues: Mapping[str, Issue], down: Edges, root: str, into: tuple[list[Row], set[str]]) -> None:
    found, expanded = into
    way: dict[str, None] = {}  # from the root to the row's parent, in order
    waiting: list[Row] = [Row(root, None, (), ISSUE)]
    while waiting:
        row = waiting.pop()
        while len(way) > row.depth:
            way.popitem()
        row = row._replace(state=_state(issues, down, row, way, expanded))
        found.append(row)
        if row.state != ISSUE:
            continue
        expanded.add(row.id)
        way[row.id] = None
        under = down.get(row.id, ())
        last = len(under) - 1
        waiting += reversed([Row(one, row.id, (*row.open_, at != last), ISSUE) for at, one in enumerate(under)])


def _state(issues: Mapping[str, Issue], down: Edges, row: Row, way: Collection[str], expanded: Collection[str]) -> str:
    if row.id not in issues:
        return MISSING
    if row.id in way:
        return CIRCLE
    if not down.get(row.id):
        return ISSUE
    if row.id in expanded:
        return ABOVE
    return DEEPER if row.depth >= DEPTH_MAX else ISSUE


def _ancestors(issues: Mapping[str, Issue], start: str) -> list[str]:
    seen: dict[str, None] = {}
    parent = issues[start].parent
    while parent is not None and parent in issues and parent not in seen and parent != start:
        seen[parent] = None
        parent = issues[parent].parent
    return list(seen)


def _with_circles(forest: Forest, kept: Collection[str]) -> Forest:
    """Circles have no root that leads to them: each gets one, and what still is not reached comes last."""
    down = {one: forest.down.get(one, ()) for one in kept}
    circles = tuple(min(circle) for circle in graph.cycles(down))
    reached = _reached(forest.down, forest.roots)
    extra = [one for one in circles if one not in reached]
    reached |= _reached(forest.down, extra)
    return forest._replace(roots=(*forest.roots, *extra, *(one for one in kept if one not in reached)))


def _reached(down: Edges, roots: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += down.get(one, ())
    return seen
