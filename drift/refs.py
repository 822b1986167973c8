"""Who speaks of a place in the code: the bindings of an anchor, of what is around it and of what is inside it. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import EVERY, is_many, is_prose, parse_symbol
from drift.patterns import fits, folder_of, overlaps

if TYPE_CHECKING:
    from drift.model import Anchor, Binding, Lock


class Relation(StrEnum):
    """How a binding's target lies to the place that was asked for."""

    EXACT = "exact"
    AROUND = "around"
    INSIDE = "inside"


class Reference(NamedTuple):
    """A binding that speaks of the place."""

    binding: Binding
    relation: Relation


def references(lock: Lock, place: Anchor, *, is_folder: bool = False) -> list[Reference]:
    """Those of this repository, the exact ones first, then by document."""
    found = [
        Reference(item, relation)
        for item in lock.bindings
        if not item.origin and (relation := _relation(item.target, place, is_folder=is_folder)) is not None
    ]
    return sorted(found, key=lambda one: (list(Relation).index(one.relation), one.binding.key))


def _relation(target: Anchor, place: Anchor, *, is_folder: bool) -> Relation | None:
    if is_many(target.path):
        return _of_many(target.path, f"{place.path}/" if is_folder else place.path, is_folder=is_folder)
    if is_folder or is_many(place.path):
        return Relation.INSIDE if fits(target.path, f"{place.path}/" if is_folder else place.path) else None
    if target.path != place.path:
        return None
    if target.fragment == place.fragment:
        return Relation.EXACT
    if not target.fragment:
        return Relation.AROUND
    if not place.fragment:
        return Relation.INSIDE
    return None if is_prose(place.path) else _of_symbols(target.fragment, place.fragment)


def _of_many(target: str, place: str, *, is_folder: bool) -> Relation | None:
    """A folder or a pattern, and a file, a folder (with a `/` behind) or a pattern that was asked for."""
    if target == place:
        return Relation.EXACT
    if not is_folder and not is_many(place):
        return Relation.AROUND if fits(place, target) else None
    if overlaps(place, target) if is_folder else folder_of(target).startswith(folder_of(place)):
        return Relation.INSIDE
    return Relation.AROUND if folder_of(place).startswith(folder_of(target)) else None


def _of_symbols(target: str, place: str) -> Relation | None:
    """A name without a signature stands for each of its definitions, as does one with all of them."""
    bound, asked = parse_symbol(target), parse_symbol(place)
    if bound.names == asked.names:
        same = asked.signature is None or bound.signature in (None, EVERY)
        return Relation.EXACT if same else None
    if asked.names[: len(bound.names)] == bound.names:
        return Relation.AROUND
    return Relation.INSIDE if bound.names[: len(asked.names)] == asked.names else None
