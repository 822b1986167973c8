"""Remembering objects: asked once, bounded, never an absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.kernel.remembered import RememberedObjects
from fp.kernel.sim.world import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = "1" * 40


class Counting:
    """A store that counts what is asked of it."""

    def __init__(self) -> None:
        self.inner = Simulation(1).world.objects
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            self.asked.append(name)
            return getattr(self.inner, name)(*args)

        return call


def test_an_object_is_read_once() -> None:
    store = Counting()
    objects = RememberedObjects(store)  # type: ignore[arg-type]  # by __getattr__
    tree = objects.with_changes(objects.empty_tree(), {"a": b"1", "b": b"2"})
    store.asked.clear()
    for _ in range(3):
        blobs = objects.read_blobs([entry.oid for entry in objects.list_tree(tree)])
    assert sorted(blobs.values()) == [b"1", b"2"]
    assert store.asked == ["list_tree", "read_blobs"]


def test_what_was_missing_is_asked_for_again() -> None:
    store = Counting()
    objects = RememberedObjects(store)  # type: ignore[arg-type]  # by __getattr__
    assert objects.read_commit(MISSING) is None
    assert objects.read_commit(MISSING) is None
    assert store.asked == ["read_commits", "read_commits"]


def test_a_listing_that_its_reader_changes_is_as_it_was_for_the_next() -> None:
    objects = RememberedObjects(Simulation(1).world.objects)
    tree = objects.with_changes(objects.empty_tree(), {"a": b"1"})
    objects.list_folder(tree).clear()
    assert [entry.path for entry in objects.list_folder(tree)] == ["a"]


def test_the_memory_is_bounded_and_forgets_the_longest_unused() -> None:
    store = Counting()
    objects = RememberedObjects(store, bytes_max=3000)  # type: ignore[arg-type]  # by __getattr__
    one, two, large = (objects.blob(data) for data in (b"1" * 1200, b"2" * 1200, b"3" * 9000))
    for oid in (one, two, large, one):
        objects.read_blobs([oid])
    store.asked.clear()
    third = objects.blob(b"4" * 1200)
    objects.read_blobs([third])
    objects.read_blobs([one])
    assert store.asked == ["blob", "read_blobs"]
    objects.read_blobs([two])
    assert store.asked == ["blob", "read_blobs", "read_blobs"]
