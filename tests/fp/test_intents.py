"""Claims whose answer was lost: written down before, settled by the same transaction, adopted by their holder alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp import claims, intents
from fp.claim import Bid, Tip
from fp.claims import Authority, claim_of, open_authority
from fp.config import default_config
from fp.kernel.errors import External
from fp.kernel.ports import RefUpdate
from fp.kernel.world import World, real_world
from tests.support.issues import A, B
from tests.support.refs import DeafRefs, QuickClock

if TYPE_CHECKING:
    from tests.support.repo import Repo


class Place:
    """An authority whose answers get lost so many times, and what is written down beside it."""

    def __init__(self, repo: Repo, deaf: int, *, dead: bool = False):
        self.world: World = real_world(repo.path)
        self.clock = QuickClock(self.world.clock)
        self.refs = DeafRefs(self.world.refs, deaf, dead=dead)
        self.authority: Authority = open_authority(self.world, default_config("FP"))._replace(refs=self.refs)

    def send(self, holder: str = "agent/one") -> str | None:
        bid = Bid(A, holder, claims.new_nonce(self.world.ids))
        new = claims.prepare(self.authority, None, bid, self.clock, chain_epoch=0)
        assert isinstance(new, Tip)
        updates = claims.updates_of(self.authority, None, new)
        return intents.sent(self.authority, self.world.state, A, updates, self.clock)

    def settle(self) -> Tip | None:
        return intents.settle(self.authority, self.world.state, A, self.clock)

    def left(self, issue_id: str = A) -> int:
        return len(intents.left(self.world.state, issue_id))


def test_an_answered_claim_leaves_nothing_behind(repo: Repo) -> None:
    place = Place(repo, 0)
    assert place.send() is None
    assert place.left() == 0


@pytest.mark.parametrize("dead", [False, True])
def test_what_was_never_answered_is_settled_by_the_very_same_transaction(repo: Repo, *, dead: bool) -> None:
    place = Place(repo, claims.PUSH_TRIES_MAX, dead=dead)
    with pytest.raises(External, match="unknown whether"):
        place.send()
    assert (place.left(), place.left(B)) == (1, 0)
    settled = place.settle()
    assert settled is not None
    assert settled == claim_of(place.authority, A)
    assert len(set(place.refs.asked)) == 1
    assert place.left() == 0


def test_what_lost_meanwhile_is_settled_as_lost(repo: Repo) -> None:
    place = Place(repo, claims.PUSH_TRIES_MAX, dead=True)
    with pytest.raises(External):
        place.send()
    assert Place(repo, 0).send("agent/two") is None
    assert place.settle() is None
    assert place.left() == 0


def test_another_authority_s_intent_is_not_settled_here(repo: Repo) -> None:
    place = Place(repo, 0)
    update = RefUpdate(place.authority.ref(A), None, repo.head())
    intents.record(place.world.state, intents.Intent("origin", A, (update,)))
    with pytest.raises(External, match="the authority is local now"):
        place.settle()


def test_a_damaged_intent_is_said_with_its_path(repo: Repo) -> None:
    place = Place(repo, 0)
    place.world.state.write(f"{intents.FOLDER}/{A}.x.json", b"{}")
    with pytest.raises(External) as caught:
        place.left()
    assert caught.value.where == f"{intents.FOLDER}/{A}.x.json"
