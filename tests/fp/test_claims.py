"""Claims at real refs: one winner, losers told, tombstones, the epoch rule; local and on a remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp import claims as shell
from fp.claim import HELD, RELEASED, Bid, Denied, Tip
from fp.claims import Authority, claim_issue, claim_of, open_authority, read_claims, release_claim
from fp.config import default_config
from fp.kernel.errors import External
from fp.kernel.world import World, real_world
from tests.support.refs import DeafRefs, QuickClock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

ID = "FP-k3v9q2m"


@pytest.fixture(params=["local", "origin"])
def two(request: pytest.FixtureRequest, repo: Repo, tmp_path: Path) -> tuple[World, Authority, Authority]:
    """One authority as two orchestrators see it: two openings of one repository, or two clones of one remote."""
    config = default_config("FP")._replace(authority=request.param)
    if request.param == "local":
        world = real_world(repo.path)
        return world, open_authority(world, config), open_authority(real_world(repo.path), config)
    repo.git("config", "receive.denyCurrentBranch", "ignore")
    worlds = [real_world(repo.clone(tmp_path / name).path) for name in ("one", "other")]
    return worlds[0], open_authority(worlds[0], config), open_authority(worlds[1], config)


def bid(world: World, holder: str = "agent/one") -> Bid:
    return Bid(ID, holder, shell.new_nonce(world.ids), host="box")


def won(result: Tip | Denied) -> Tip:
    assert isinstance(result, Tip), result
    return result


def test_the_first_of_two_claims_wins_and_the_second_is_told_who(two: tuple[World, Authority, Authority]) -> None:
    world, one, other = two
    stale = claim_of(other, ID)
    tip = won(claim_issue(one, claim_of(one, ID), bid(world), world.clock, chain_epoch=0))
    lost = claim_issue(other, stale, bid(world, "agent/two"), world.clock, chain_epoch=0)
    assert isinstance(lost, Denied)
    assert (lost.reason, lost.holder) == ("lost-race", "agent/one")
    assert claim_of(other, ID) == tip


def test_whoever_reads_the_claim_first_is_refused_without_a_race(two: tuple[World, Authority, Authority]) -> None:
    world, one, other = two
    won(claim_issue(one, None, bid(world), world.clock, chain_epoch=0))
    denied = claim_issue(other, claim_of(other, ID), bid(world, "agent/two"), world.clock, chain_epoch=0)
    assert isinstance(denied, Denied)
    assert denied.reason == "held"


def test_a_release_leaves_a_tombstone_from_which_the_next_epoch_counts(two: tuple[World, Authority, Authority]) -> None:
    world, one, other = two
    tip = won(claim_issue(one, None, bid(world), world.clock, chain_epoch=0))
    ended = won(release_claim(one, tip, world.clock, world.ids))
    assert (ended.claim.state, ended.token) == (RELEASED, tip.oid)
    assert read_claims(other).tips == {ID: ended}
    again = won(claim_issue(other, claim_of(other, ID), bid(world, "agent/two"), world.clock, chain_epoch=0))
    assert (again.claim.epoch, again.claim.state, again.token) == (2, HELD, again.oid)


def test_a_stale_claimer_does_not_get_past_a_tombstone(two: tuple[World, Authority, Authority]) -> None:
    world, one, other = two
    tip = won(claim_issue(one, None, bid(world), world.clock, chain_epoch=0))
    won(release_claim(one, tip, world.clock, world.ids))
    late = claim_issue(other, None, bid(world, "agent/two"), world.clock, chain_epoch=0)
    assert isinstance(late, Denied)
    assert late.reason == "moved"


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("refs/heads/tarmac/FP-k3v9q2m/4", 5),
        ("refs/fp/rescue/FP-k3v9q2m.6", 7),
        ("refs/fp/rescue/FP-k3v9q2m.6/2", 7),
        ("refs/heads/tarmac/FP-0000000/9", 1),
        ("refs/heads/tarmac/FP-k3v9q2m/fix", 1),
    ],
)
def test_the_epoch_is_above_what_branches_and_rescues_record(repo: Repo, ref: str, expected: int) -> None:
    repo.git("update-ref", ref, "HEAD")
    world = real_world(repo.path)
    tip = won(claim_issue(open_authority(world, default_config("FP")), None, bid(world), world.clock, chain_epoch=0))
    assert tip.claim.epoch == expected


def test_a_ref_that_is_no_record_is_said_and_never_claimed(repo: Repo) -> None:
    repo.git("update-ref", f"refs/fp/claims/{ID}", "HEAD")
    authority = open_authority(real_world(repo.path), default_config("FP"))
    assert list(read_claims(authority).unreadable) == [ID]
    with pytest.raises(External, match="no claim record"):
        claim_of(authority, ID)


def test_a_record_of_another_issue_is_no_claim_on_this_one(repo: Repo) -> None:
    world = real_world(repo.path)
    authority = open_authority(world, default_config("FP"))
    tip = won(claim_issue(authority, None, bid(world), world.clock, chain_epoch=0))
    repo.git("update-ref", "refs/fp/claims/FP-0000000", tip.oid)
    assert list(read_claims(authority).unreadable) == ["FP-0000000"]


def test_a_claim_is_one_parentless_commit_on_the_empty_tree(repo: Repo) -> None:
    world = real_world(repo.path)
    tip = won(claim_issue(open_authority(world, default_config("FP")), None, bid(world), world.clock, chain_epoch=0))
    commit = world.objects.read_commit(tip.oid)
    assert commit is not None
    assert (commit.parents, commit.tree) == ((), world.objects.empty_tree())


def deaf(repo: Repo, answers_lost: int) -> tuple[World, Authority, DeafRefs, QuickClock]:
    world = real_world(repo.path)
    refs = DeafRefs(world.refs, answers_lost)
    return world, open_authority(world, default_config("FP"))._replace(refs=refs), refs, QuickClock(world.clock)


def test_a_lost_answer_is_settled_by_the_very_same_transaction(repo: Repo) -> None:
    world, authority, refs, clock = deaf(repo, 2)
    tip = won(claim_issue(authority, None, bid(world), clock, chain_epoch=0))
    assert refs.asked == [refs.asked[0]] * 3
    assert claim_of(authority, ID) == tip


def test_when_no_answer_ever_comes_it_is_unknown_and_said(repo: Repo) -> None:
    world, authority, _, clock = deaf(repo, 99)
    with pytest.raises(External, match="unknown whether"):
        claim_issue(authority, None, bid(world), clock, chain_epoch=0)
