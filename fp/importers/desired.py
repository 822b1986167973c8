"""Foreign issues as ours: ids, relations, the body with what has no field of ours.

Pure. An id follows from the source's id, so that two people who import the same source on two branches make the same
files. A dependency or parent that the source does not hold, or that would close a circle, is not written as one: it
stands in the body and in the report.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from fp.importers import clean
from fp.importers.base import OTHER_PARENT, SOURCES
from fp.kernel.ids import CROCKFORD
from fp.model import ID_LENGTH, Issue, issue_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fp.importers.base import ForeignIssue, Reading

ID_TRIES_MAX = 64
DEPENDS_ON = "depends on"
PARENT = "parent"


class Unmet(NamedTuple):
    """A relation that is not written as one: whose, which (`depends on` or `parent`), to what, and why."""

    key: str
    relation: str
    target: str
    why: str


DANGLING = "not in the source"
CIRCLE = "would close a circle"
SECOND = "an issue has one parent here"


class Desired(NamedTuple):
    """A foreign issue as it should be here."""

    foreign: ForeignIssue
    external: str
    issue: Issue
    unmet: tuple[Unmet, ...]


def external_name(origin: str, key: str) -> str:
    """How an imported issue names its source: `beads:bd-0088`, or `beads/web:bd-0088` for a project by name."""
    return f"{origin}:{key}"


def ids_for(
    externals: Iterable[str], prefix: str, known: Mapping[str, str], taken: Callable[[str], bool]
) -> dict[str, str]:
    """Our id of each external name: the known one, else one that follows from the name and is not taken."""
    ids: dict[str, str] = {}
    used = set(known.values())
    for external in externals:
        free = (one for one in _candidates(external, prefix) if one not in used and not taken(one))
        issue_id = known.get(external) or next(free)
        ids[external] = issue_id
        used.add(issue_id)
    return ids


def _candidates(external: str, prefix: str) -> Iterator[str]:
    for attempt in range(ID_TRIES_MAX):
        yield f"{prefix}-{letters(ID_LENGTH, external, str(attempt))}"


def letters(length: int, *facts: str) -> str:
    """Characters for a name that follow from facts alone."""
    data = "\0".join(facts).encode("utf-8", "surrogateescape")
    number = int.from_bytes(hashlib.sha256(data).digest()[:8])
    return "".join(CROCKFORD[number >> (5 * place) & 31] for place in range(length))


class _Context(NamedTuple):
    """What one issue needs to know of the others: ids by key, relations without circles, why a record is left out."""

    origin: str
    ids: Mapping[str, str]
    parents: Mapping[str, Sequence[str]]
    depends: Mapping[str, Sequence[str]]
    left_out: Mapping[str, str]


def desired(origin: str, reading: Reading, ids: Mapping[str, str]) -> list[Desired]:
    """All issues as they should be; `ids` maps each external name to our id."""
    foreign = reading.issues
    known = {one.key for one in foreign}
    parents = _without_circles({one.key: [one.parent] for one in foreign if one.parent in known})
    depends = _without_circles({one.key: [key for key in one.depends_on if key in known] for one in foreign})
    by_key = {key: ids[external_name(origin, key)] for key in known}
    left_out = {why.key: why.text for why in reading.explained if why.key not in known}
    context = _Context(origin, by_key, parents, depends, left_out)
    return [_desired(one, context) for one in foreign]


def _desired(foreign: ForeignIssue, context: _Context) -> Desired:
    parent = next(iter(context.parents.get(foreign.key, ())), None)
    depends_on = context.depends.get(foreign.key, ())
    unmet = tuple(_unmet(foreign, parent, depends_on, context))
    external = external_name(context.origin, foreign.key)
    issue_id = context.ids[foreign.key]
    issue = Issue(
        id=issue_id,
        title=foreign.title,
        status=foreign.status,
        type=foreign.type,
        priority=foreign.priority or "",
        created=foreign.created,
        assignees=foreign.assignees,
        labels=foreign.labels,
        parent=None if parent is None else context.ids[parent],
        depends_on=tuple(context.ids[key] for key in depends_on),
        external=(external,),
        milestone=foreign.milestone,
        due=foreign.due,
        estimate=foreign.estimate,
        body=_body(foreign, unmet, context),
        path=issue_path(issue_id),
    )
    return Desired(foreign, external, issue, unmet)


def _unmet(foreign: ForeignIssue, parent: str | None, depends_on: Sequence[str], context: _Context) -> Iterator[Unmet]:
    def why(key: str) -> str:
        return CIRCLE if key in context.ids else context.left_out.get(key, DANGLING)

    if foreign.parent is not None and foreign.parent != parent:
        yield Unmet(foreign.key, PARENT, foreign.parent, why(foreign.parent))
    for key in foreign.depends_on:
        if key not in depends_on:
            yield Unmet(foreign.key, DEPENDS_ON, key, why(key))
    for link in foreign.links:
        if link.kind == OTHER_PARENT:
            yield Unmet(foreign.key, PARENT, link.key, SECOND)


def _without_circles(edges: Mapping[str, Sequence[str | None]]) -> dict[str, tuple[str, ...]]:
    """The edges without those that close a circle, in the order of the source: depth first, each edge seen once."""
    kept: dict[str, list[str]] = {}
    on_way: set[str] = set()
    for start in edges:
        stack = [(start, iter(edges[start]))] if start not in kept else []
        if stack:
            kept[start] = []
            on_way.add(start)
        while stack:
            node, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                on_way.discard(node)
                stack.pop()
            elif target not in on_way:
                kept[node].append(target)
                if target not in kept:
                    kept[target] = []
                    on_way.add(target)
                    stack.append((target, iter(edges.get(target, ()))))
    return {node: tuple(targets) for node, targets in kept.items()}


def _body(foreign: ForeignIssue, unmet: Sequence[Unmet], context: _Context) -> str:
    rows = [_row(one.relation, f"{_target(one.target, context.ids)} ({one.why})") for one in unmet]
    rows += [_row(link.kind, _target(link.key, context.ids)) for link in foreign.links if link.kind != OTHER_PARENT]
    rows += [_row(name, text) for name, text in foreign.facts]
    return clean.join(
        foreign.body, clean.section(f"Imported from {SOURCES[context.origin.partition('/')[0]].name}", "\n".join(rows))
    )


def _target(key: str, ids: Mapping[str, str]) -> str:
    return f"{ids[key]} ({key})" if key in ids else key


def _row(name: str, text: str) -> str:
    """One list item; a text of several lines is indented below its name."""
    if "\n" not in text and not text.startswith("- "):
        return f"- {name}: {text}"
    gap = "\n" if text.startswith("- ") else "\n\n"
    return f"- {name}:{gap}" + "\n".join(f"  {line}".rstrip() for line in text.split("\n"))
