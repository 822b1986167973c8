"""The contract of `Remote`; what it shares with every `Refs` is in test_refs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Config, External, Refused
from fp.kernel.ports import RefUpdate
from tests.contract.machines import MAIN

if TYPE_CHECKING:
    from fp.kernel.ports import Refs, Remote
    from tests.contract.machines import Machine

CLAIM = "refs/fp/claims/FP-1"
COPIES = "refs/fp/remotes/origin/claims/"


def remote(machine: Machine) -> Remote:
    return machine.world.remote("origin")


def both_refs(machine: Machine) -> tuple[Refs, Refs]:
    """The remote as two clones see it."""
    return remote(machine).refs(), machine.other.remote("origin").refs()


def test_what_one_clone_pushed_the_other_sees_and_can_fetch(machine: Machine) -> None:
    mine, theirs = both_refs(machine)
    claim = machine.claim("held")
    mine.transact([RefUpdate(CLAIM, None, claim)])
    assert theirs.read(CLAIM) == claim
    assert machine.other.objects.read_commit(claim) is None
    machine.other.remote("origin").fetch([f"+refs/fp/claims/*:{COPIES}*"])
    record = machine.other.objects.read_commit(claim)
    assert record is not None
    assert record.message == "held"
    assert machine.other.refs.list("refs/fp/") == {f"{COPIES}FP-1": claim}


def test_only_one_of_two_clones_gets_a_claim(machine: Machine) -> None:
    mine, theirs = both_refs(machine)
    assert mine.transact([RefUpdate(CLAIM, None, machine.claim("mine"))]).status == "done"
    objects = machine.other.objects
    record = machine.world.objects.read_commit(machine.claim("mine"))
    assert record is not None
    other = objects.commit(objects.empty_tree(), (), "theirs", record.author)
    assert theirs.transact([RefUpdate(CLAIM, None, other)]).status == "lost"


def test_a_stale_claim_lands_nothing(machine: Machine) -> None:
    mine, theirs = both_refs(machine)
    held, landed = machine.claim("held"), machine.claim("landed")
    mine.transact([RefUpdate(CLAIM, None, held)])
    objects = machine.other.objects
    record = machine.world.objects.read_commit(held)
    assert record is not None
    taken = objects.commit(objects.empty_tree(), (), "taken over", record.author)
    assert theirs.transact([RefUpdate(CLAIM, held, taken)]).status == "done"
    landing = machine.commit("landing")
    updates = [RefUpdate(MAIN, machine.head, landing), RefUpdate(CLAIM, held, landed)]
    assert mine.transact(updates).status == "lost"
    assert mine.list("refs/") == {MAIN: machine.head, CLAIM: taken}


def test_a_fetch_prunes_nothing(machine: Machine) -> None:
    one, two = machine.claim("one"), machine.claim("two")
    machine.world.refs.transact([RefUpdate(f"{COPIES}FP-9", None, one)])
    remote(machine).refs().transact([RefUpdate(CLAIM, None, two)])
    remote(machine).fetch([f"+refs/fp/claims/*:{COPIES}*"])
    assert machine.world.refs.list(COPIES) == {f"{COPIES}FP-1": two, f"{COPIES}FP-9": one}


def test_a_fetch_replaces_only_where_it_is_forced(machine: Machine) -> None:
    refs = remote(machine).refs()
    one, two = machine.claim("one"), machine.claim("two")
    refs.transact([RefUpdate(CLAIM, None, one)])
    remote(machine).fetch([f"{CLAIM}:{COPIES}FP-1"])
    refs.transact([RefUpdate(CLAIM, one, two)])
    with pytest.raises(External):
        remote(machine).fetch([f"{CLAIM}:{COPIES}FP-1"])
    remote(machine).fetch([f"+{CLAIM}:{COPIES}FP-1"])
    assert machine.world.refs.read(f"{COPIES}FP-1") == two


def test_a_fetch_of_what_is_not_there_is_an_error(machine: Machine) -> None:
    with pytest.raises(External):
        remote(machine).fetch([f"refs/fp/absent:{COPIES}x"])


def test_a_fetch_without_a_target_only_brings_objects(machine: Machine) -> None:
    claim = machine.claim("held")
    remote(machine).refs().transact([RefUpdate(CLAIM, None, claim)])
    machine.other.remote("origin").fetch([CLAIM])
    assert machine.other.objects.read_commit(claim) is not None
    assert machine.other.refs.read(CLAIM) is None


@pytest.mark.parametrize("name", ["absent", "refs"])
def test_a_remote_that_is_not_configured_is_named(machine: Machine, name: str) -> None:
    with pytest.raises(Config, match=f"no remote is called '{name}'"):
        machine.world.remote(name)


@pytest.mark.parametrize(
    "name", ["", "-x", "--upload-pack=touch canary", "ext::sh -c x", "https://example.invalid/x", "/tmp", "../hub.git"]
)
def test_what_is_no_name_of_a_remote_is_refused(machine: Machine, name: str) -> None:
    with pytest.raises((Refused, Config)):
        machine.world.remote(name)


def test_what_was_never_stored_cannot_be_pushed(machine: Machine) -> None:
    with pytest.raises(External):
        remote(machine).refs().transact([RefUpdate(CLAIM, None, "1" * 40)])
