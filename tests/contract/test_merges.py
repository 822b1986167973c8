"""The contract of `Merges`: where the simulated merge decides at all it decides as git does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fp.kernel.ports import Merged, Oid
    from tests.contract.machines import Machine

LINES = b"".join(b"line %d\n" % number for number in range(1, 10))
Files = dict[str, bytes | None]
BASE: Files = {"same": b"same\n", "text": LINES, "folder/inner": b"inner\n"}


def edited(**lines: str) -> bytes:
    """The nine lines with some replaced: l3="three" replaces the third."""
    texts = LINES.decode().splitlines()
    for name, text in lines.items():
        texts[int(name[1:]) - 1] = text
    return "".join(f"{text}\n" for text in texts).encode()


def merged(machine: Machine, ours: Files, theirs: Files) -> tuple[Merged, Oid]:
    objects = machine.world.objects
    base = objects.with_changes(objects.empty_tree(), BASE)
    return machine.world.merges.merge(base, objects.with_changes(base, ours), objects.with_changes(base, theirs)), base


@pytest.mark.parametrize(
    ("ours", "theirs", "result"),
    [
        ({}, {}, {}),
        ({"a": b"1"}, {"b": b"2"}, {"a": b"1", "b": b"2"}),
        ({"same": b"ours\n"}, {}, {"same": b"ours\n"}),
        ({}, {"same": None}, {"same": None}),
        ({"same": b"both\n"}, {"same": b"both\n"}, {"same": b"both\n"}),
        ({"same": None}, {"same": None}, {"same": None}),
        ({"a": b"both\n"}, {"a": b"both\n"}, {"a": b"both\n"}),
        ({"text": edited(l1="one")}, {"text": edited(l9="nine")}, {"text": edited(l1="one", l9="nine")}),
        ({"text": edited(l2="two")}, {"text": edited(l5="five")}, {"text": edited(l2="two", l5="five")}),
        ({"text": LINES + b"ours\n"}, {"text": b"theirs\n" + LINES}, {"text": b"theirs\n" + LINES + b"ours\n"}),
        ({"folder/a": b"1"}, {"folder/b": b"2"}, {"folder/a": b"1", "folder/b": b"2"}),
    ],
)
def test_changes_that_do_not_touch_are_both_taken(machine: Machine, ours: Files, theirs: Files, result: Files) -> None:
    found, base = merged(machine, ours, theirs)
    assert found == (machine.world.objects.with_changes(base, result), ())


@pytest.mark.parametrize(
    ("ours", "theirs", "paths"),
    [
        ({"same": b"ours\n"}, {"same": b"theirs\n"}, ("same",)),
        ({"same": b"ours\n"}, {"same": None}, ("same",)),
        ({"same": None}, {"same": b"theirs\n"}, ("same",)),
        ({"a": b"ours\n"}, {"a": b"theirs\n"}, ("a",)),
        ({"text": edited(l4="four")}, {"text": edited(l4="FOUR")}, ("text",)),
        ({"text": edited(l4="four")}, {"text": edited(l5="five")}, ("text",)),
        ({"text": LINES + b"ours\n"}, {"text": LINES + b"theirs\n"}, ("text",)),
        ({"same": b"\0ours\n"}, {"same": b"\0theirs\n"}, ("same",)),
        ({"folder/inner": b"1", "same": b"1"}, {"folder/inner": b"2", "same": b"2"}, ("folder/inner", "same")),
    ],
)
def test_changes_that_touch_conflict_by_path(
    machine: Machine, ours: Files, theirs: Files, paths: tuple[str, ...]
) -> None:
    found, _ = merged(machine, ours, theirs)
    assert found == (None, paths)


def test_a_file_against_a_folder_conflicts(machine: Machine) -> None:
    found, _ = merged(machine, {"new": b"file"}, {"new/inner": b"folder"})
    assert found.tree is None
    assert found.conflicts


def test_odd_names_come_through(machine: Machine) -> None:
    name = "odd\nname\twith ünï"
    found, _ = merged(machine, {name: b"ours\n"}, {name: b"theirs\n"})
    assert found.conflicts == (name,)


def test_a_merge_is_the_same_both_ways(machine: Machine) -> None:
    one, other = {"text": edited(l1="one"), "a": b"1"}, {"text": edited(l9="nine"), "b": b"2"}
    assert merged(machine, one, other) == merged(machine, other, one)
