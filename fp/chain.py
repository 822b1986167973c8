"""The chain of an issue's transitions: its heads, its forks and gaps, and whether it explains the status.

Pure. The front matter is the status; the chain only explains it, and this module never decides a status. Heads that
agree in `to` heal by themselves; heads that differ are joined by a person alone. What else does not add up makes the
issue neither dispatchable nor landable, until a person writes a join (`join: true`) after it: that settles all before.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from fp.event import HUMAN, TRANSITION, Event
from fp.model import IN_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fp.event import HandEdit

JOIN = "join"
JOIN_YES = "true"
"""The field by which a person's transition settles what does not add up before it."""


class Gap(NamedTuple):
    """An event that cites one which is not there; `missing` is the cited name, or its own name for a circle."""

    event: str
    missing: str


class PickUp(NamedTuple):
    """The last transition into work that a claim made."""

    event: str
    epoch: int
    claim: str


class Chain(NamedTuple):
    """What the transitions of one issue amount to.

    `heads` are the transitions that no other follows, sorted; `to` is where they all lead, None when they differ or
    when there is no transition. `broken` names the transitions that do not start where those they follow ended.
    `implicit` is (from, to) when exactly a change of status after the head is unexplained. `length` counts transitions.
    """

    heads: tuple[str, ...]
    to: str | None
    status: str
    status_explained: bool
    forked: bool
    gaps: tuple[Gap, ...]
    broken: tuple[str, ...]
    epoch_max: int
    last_pick_up: PickUp | None
    implicit: tuple[str, str] | None
    length: int

    @property
    def sound(self) -> bool:
        """Whether the history is whole, so that a machine may build on it; an implicit transition does not spoil it."""
        return not (self.forked or self.gaps or self.broken)


def fold(events: Iterable[Event], status: str) -> Chain:
    """The chain of one issue, given all its events in any order and the status its front matter has."""
    known = list(events)
    transitions = {event.name: event for event in known if event.kind == TRANSITION}
    order, circle = _ordered(transitions)
    joined = {name for event in transitions.values() if _may_join(event, transitions) for name in event.after}
    heads = tuple(sorted(name for name in transitions if name not in joined))
    settled = _settled(transitions)
    ends = {transitions[name].to for name in heads}
    to = ends.pop() if len(ends) == 1 else None
    return Chain(
        heads=heads,
        to=to,
        status=status,
        status_explained=not transitions or to == status,
        forked=len({transitions[name].to for name in heads}) > 1,
        gaps=(*(gap for gap in _gaps(transitions) if gap.event not in settled), *(Gap(name, name) for name in circle)),
        broken=tuple(name for name in order if name not in settled and _is_broken(transitions[name], transitions)),
        epoch_max=max((event.epoch for event in known if event.epoch is not None), default=0),
        last_pick_up=_last_pick_up([transitions[name] for name in order]),
        implicit=(to, status) if to is not None and to != status else None,
        length=len(transitions),
    )


def in_order(events: Iterable[Event]) -> list[Event]:
    """The transitions, each after those it follows; those in a circle are left out."""
    transitions = {event.name: event for event in events if event.kind == TRANSITION}
    return [transitions[name] for name in _ordered(transitions)[0]]


def _ordered(transitions: Mapping[str, Event]) -> tuple[list[str], list[str]]:
    """Names with every event after those it follows, equals by name; and the names that follow themselves."""
    waiting = {name: {cited for cited in event.after if cited in transitions} for name, event in transitions.items()}
    followers: dict[str, list[str]] = {}
    for name, cited in waiting.items():
        for one in cited:
            followers.setdefault(one, []).append(name)
    ready = [name for name, cited in waiting.items() if not cited]
    heapify(ready)
    order: list[str] = []
    while ready:
        name = heappop(ready)
        order.append(name)
        for follower in followers.get(name, ()):
            waiting[follower].discard(name)
            if not waiting[follower]:
                heappush(ready, follower)
    return order, sorted(transitions.keys() - set(order))


def _may_join(event: Event, transitions: Mapping[str, Event]) -> bool:
    """Whether what the event follows is thereby no head: a join of heads that differ takes a person."""
    ends = {transitions[name].to for name in event.after if name in transitions}
    return len(ends) < 2 or _is_person(event)


def _gaps(transitions: Mapping[str, Event]) -> list[Gap]:
    return [
        Gap(name, cited)
        for name, event in sorted(transitions.items())
        for cited in event.after
        if cited not in transitions
    ]


def _is_broken(event: Event, transitions: Mapping[str, Event]) -> bool:
    ends = {transitions[name].to for name in event.after if name in transitions}
    return bool(ends) and event.from_ not in ends


def _settled(transitions: Mapping[str, Event]) -> set[str]:
    """The joins that people wrote, and all that they follow."""
    waiting = [name for name, event in transitions.items() if _is_person(event) and event.fields.get(JOIN) == JOIN_YES]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name in transitions:
            found.add(name)
            waiting.extend(transitions[name].after)
    return found


def _is_person(event: Event) -> bool:
    return event.by is not None and event.by.kind == HUMAN


def _last_pick_up(order: Sequence[Event]) -> PickUp | None:
    for event in reversed(order):
        if event.to == IN_PROGRESS and event.epoch is not None and event.claim is not None:
            return PickUp(event.name, event.epoch, event.claim)
    return None


def unrecorded(chain: Chain, edits: Sequence[HandEdit]) -> tuple[HandEdit, ...]:
    """The hand edits, oldest first, that lead from where the chain ends to the status; empty when nothing does.

    `edits` are the changes of status that git tells since the head was written (all of them when there is no event),
    oldest first. When they do not link up, the last one that ends in the status stands for all of them.
    """
    start = chain.to if chain.length else (edits[0].from_ if edits else None)
    if start is None or (chain.length and chain.status_explained):
        return ()
    linked = _linked(edits, start, chain.status)
    if linked:
        return linked
    last = next((edit for edit in reversed(edits) if edit.to == chain.status), None)
    return () if last is None or start == chain.status else (last._replace(from_=start),)


def _linked(edits: Sequence[HandEdit], start: str, end: str) -> tuple[HandEdit, ...]:
    """The edits, if each starts where the one before ended, the first at `start` and the last at `end`."""
    starts = [start, *(edit.to for edit in edits)]
    fits = all(edit.from_ == expected for edit, expected in zip(edits, starts, strict=False))
    return tuple(edits) if edits and fits and starts[-1] == end else ()


def why_not_sound(chain: Chain) -> str | None:
    """One sentence on what is wrong with the history, for a refusal; None when nothing is."""
    if chain.gaps:
        gap = chain.gaps[0]
        if gap.event == gap.missing:
            return f"event {gap.event} follows itself in a circle"
        return f"event {gap.event} follows {gap.missing}, which is missing"
    if chain.broken:
        return f"event {chain.broken[0]} does not start where the one before it ended"
    if chain.forked:
        return f"the history has {len(chain.heads)} ends that differ: {', '.join(chain.heads)}"
    return None
