"""The contract of `Refs`, for the references of this repository and for those of its remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Refused
from fp.kernel.ports import RefUpdate
from tests.contract.machines import MAIN

if TYPE_CHECKING:
    from fp.kernel.ports import Refs
    from tests.contract.machines import Machine

CLAIM = "refs/fp/claims/FP-1"
OTHER = "refs/fp/claims/FP-2"


@pytest.fixture(params=["own", "remote's"])
def refs(request: pytest.FixtureRequest, machine: Machine) -> Refs:
    return machine.world.refs if request.param == "own" else machine.world.remote("origin").refs()


def test_a_ref_is_made_changed_and_removed(machine: Machine, refs: Refs) -> None:
    one, two = machine.claim("one"), machine.claim("two")
    for old, new in ((None, one), (one, two), (two, None)):
        assert refs.transact([RefUpdate(CLAIM, old, new)]).status == "done"
        assert refs.read(CLAIM) == new


def test_only_the_expected_value_is_replaced(machine: Machine, refs: Refs) -> None:
    one, two, three = (machine.claim(text) for text in ("one", "two", "three"))
    refs.transact([RefUpdate(CLAIM, None, one)])
    for update in (RefUpdate(CLAIM, None, two), RefUpdate(CLAIM, three, two), RefUpdate(CLAIM, three, None)):
        outcome = refs.transact([update])
        assert (outcome.status, outcome.detail) == ("lost", f"{CLAIM} is at {one}")
    assert refs.read(CLAIM) == one


def test_a_ref_that_is_gone_is_lost(machine: Machine, refs: Refs) -> None:
    one, two = machine.claim("one"), machine.claim("two")
    outcome = refs.transact([RefUpdate(CLAIM, one, two)])
    assert (outcome.status, outcome.detail) == ("lost", f"{CLAIM} is at nothing")
    assert refs.list("refs/fp/") == {}


def test_all_updates_are_made_or_none(machine: Machine, refs: Refs) -> None:
    one, two, three = (machine.claim(text) for text in ("one", "two", "three"))
    landing = machine.commit("landing")
    refs.transact([RefUpdate(CLAIM, None, one)])
    assert refs.transact([RefUpdate(MAIN, machine.head, landing), RefUpdate(CLAIM, three, two)]).status == "lost"
    assert (refs.read(MAIN), refs.read(CLAIM)) == (machine.head, one)
    both = [RefUpdate(MAIN, machine.head, landing), RefUpdate(CLAIM, one, two)]
    assert refs.transact(both).status == "done"
    assert (refs.read(MAIN), refs.read(CLAIM)) == (landing, two)


def test_the_same_transaction_again_says_done(machine: Machine, refs: Refs) -> None:
    one, two = machine.claim("one"), machine.claim("two")
    refs.transact([RefUpdate(CLAIM, None, one)])
    updates = [RefUpdate(CLAIM, one, two), RefUpdate(OTHER, None, one)]
    assert [refs.transact(updates).status for _ in range(3)] == ["done"] * 3


def test_it_says_done_again_only_while_every_new_value_stands(machine: Machine, refs: Refs) -> None:
    one, two, three = (machine.claim(text) for text in ("one", "two", "three"))
    updates = [RefUpdate(CLAIM, None, one), RefUpdate(OTHER, None, one)]
    refs.transact(updates)
    refs.transact([RefUpdate(OTHER, one, three)])
    assert refs.transact(updates).status == "lost"
    assert (refs.read(CLAIM), refs.read(OTHER)) == (one, three)
    assert two not in refs.list("refs/fp/").values()


def test_a_half_that_stands_is_finished(machine: Machine, refs: Refs) -> None:
    one, two = machine.claim("one"), machine.claim("two")
    landing = machine.commit("landing")
    refs.transact([RefUpdate(CLAIM, None, one)])
    refs.transact([RefUpdate(CLAIM, one, two)])  # git was killed after this half of the next
    both = [RefUpdate(CLAIM, one, two), RefUpdate(MAIN, machine.head, landing)]
    assert refs.transact(both).status == "done"
    assert refs.read(MAIN) == landing


def test_an_absence_proves_no_half(machine: Machine, refs: Refs) -> None:
    one, landing = machine.claim("one"), machine.commit("landing")
    both = [RefUpdate(CLAIM, one, None), RefUpdate(MAIN, machine.head, landing)]
    assert refs.transact(both).status == "lost"
    assert refs.read(MAIN) == machine.head


def test_an_update_that_changes_nothing_is_refused(machine: Machine, refs: Refs) -> None:
    one, landing = machine.claim("one"), machine.commit("landing")
    refs.transact([RefUpdate(CLAIM, None, one)])
    with pytest.raises(Refused) as caught:
        refs.transact([RefUpdate(MAIN, machine.head, landing), RefUpdate(CLAIM, one, one)])
    assert caught.value.reason == "no-change"
    assert refs.read(MAIN) == machine.head


@pytest.mark.parametrize(
    ("updates", "reason"),
    [
        ([], "no-updates"),
        ([RefUpdate("main", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("HEAD", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("-x", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("--upload-pack=touch canary", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("refs/heads/a b", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("refs/heads/a\0update refs/heads/main", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("refs/heads/../../config", None, "1" * 40)], "bad-ref"),
        ([RefUpdate("refs/heads/x.lock", None, "1" * 40)], "bad-ref"),
        ([RefUpdate(CLAIM, None, "HEAD")], "bad-oid"),
        ([RefUpdate(CLAIM, None, "+" + "1" * 40)], "bad-oid"),
        ([RefUpdate(CLAIM, "main", "1" * 40)], "bad-oid"),
        ([RefUpdate(CLAIM, None, "1" * 40), RefUpdate(CLAIM, "1" * 40, "2" * 40)], "ref-twice"),
    ],
)
def test_what_is_no_transaction_is_refused(refs: Refs, updates: list[RefUpdate], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        refs.transact(updates)
    assert caught.value.reason == reason


def test_a_prefix_lists_what_is_below_it(machine: Machine, refs: Refs) -> None:
    one = machine.claim("one")
    names = [CLAIM, OTHER, "refs/fp/claimsX", "refs/fp/other/FP-1", "refs/fp/claims/odd\u2028line"]
    for name in names:
        assert refs.transact([RefUpdate(name, None, one)]).status == "done"
    assert refs.list("refs/fp/claims/") == dict.fromkeys([CLAIM, OTHER, names[-1]], one)
    assert refs.list("refs/fp/absent/") == {}


@pytest.mark.parametrize("prefix", ["--all", "", "heads/", "*"])
def test_what_is_no_prefix_is_refused(refs: Refs, prefix: str) -> None:
    with pytest.raises(Refused):
        refs.list(prefix)


@pytest.mark.parametrize("name", ["refs/fp/absent", "main", "HEAD", "--all", "refs/heads/*", "refs/heads"])
def test_what_is_no_ref_reads_as_none(refs: Refs, name: str) -> None:
    assert refs.read(name) is None


def test_a_name_that_another_ref_blocks_is_refused_at_once(machine: Machine) -> None:
    refs, one = machine.world.refs, machine.claim("one")
    refs.transact([RefUpdate("refs/heads/tarmac", None, one)])
    for name in ("refs/heads/tarmac/FP-1/1", "refs/heads"):
        with pytest.raises(Refused):
            refs.transact([RefUpdate(name, None, one)])
    with pytest.raises(Refused) as caught:
        refs.transact([RefUpdate("refs/a", None, one), RefUpdate("refs/a/b", None, one)])
    assert caught.value.reason == "ref-blocked"


def test_a_ref_names_a_commit_that_exists(machine: Machine) -> None:
    objects, refs = machine.world.objects, machine.world.refs
    for oid in ("1" * 40, objects.blob(b"text")):
        with pytest.raises(Refused) as caught:
            refs.transact([RefUpdate("refs/heads/x", None, oid)])
        assert caught.value.reason == "no-object"
