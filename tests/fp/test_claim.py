"""The life of a claim, by tables; its text form."""

from __future__ import annotations

import pytest

from fp import claim as c

OID = "a" * 40
OTHER = "b" * 40


def bid(nonce: str = "n1", holder: str = "agent/one") -> c.Bid:
    return c.Bid(
        "FP-k3v9q2m", holder, nonce, host="box", text="t", branch="main", base=OTHER, at="2026-11-22T23:15:01Z"
    )


def opened(tip: c.Tip | None = None, *, epoch_floor: int = 0, chain_epoch: int = 0) -> c.Claim:
    claim = c.acquire(tip, bid(), epoch_floor=epoch_floor, chain_epoch=chain_epoch)
    assert isinstance(claim, c.Claim)
    return claim


def tip(state: str = c.HELD, *, epoch: int = 1, token: str = "") -> c.Tip:
    return c.Tip(OID, opened()._replace(state=state, epoch=epoch, token=token))


def reason(result: c.Claim | c.Denied) -> str:
    return result.reason if isinstance(result, c.Denied) else result.state


def test_the_first_claim_opens_epoch_one_and_is_its_own_token() -> None:
    first = c.Tip(OID, opened())
    assert (first.claim.epoch, first.claim.state, first.token) == (1, c.HELD, OID)


@pytest.mark.parametrize(
    ("state", "epoch", "floor", "chain_epoch", "expected"),
    [
        (c.HELD, 1, 0, 1, "held"),
        (c.LANDING, 1, 0, 1, "held"),
        (c.RELEASED, 4, 0, 0, 5),
        (c.RELEASED, 4, 9, 0, 10),
        (c.LANDED, 4, 0, 3, "stale-view"),
        (c.LANDED, 4, 0, 4, 5),
        (c.PARKED, 4, 0, 3, "stale-view"),
        (c.PARKED, 4, 0, 4, 5),
    ],
)
def test_a_new_epoch_follows_a_tombstone_that_the_tracker_knows(
    state: str, epoch: int, floor: int, chain_epoch: int, expected: str | int
) -> None:
    result = c.acquire(tip(state, epoch=epoch), bid(), epoch_floor=floor, chain_epoch=chain_epoch)
    assert (result.reason if isinstance(result, c.Denied) else result.epoch) == expected


def test_without_any_claim_the_epoch_is_above_all_that_is_recorded_elsewhere() -> None:
    assert opened(None, epoch_floor=7).epoch == 8


@pytest.mark.parametrize(
    ("state", "verb", "expected"),
    [
        (c.HELD, c.renew, c.HELD),
        (c.LANDING, c.renew, c.LANDING),
        (c.HELD, c.begin_landing, c.LANDING),
        (c.LANDING, c.begin_landing, c.LANDING),
        (c.HELD, c.land, "not-landing"),
        (c.LANDING, c.land, c.LANDED),
        (c.HELD, c.park, c.PARKED),
        (c.LANDING, c.park, c.PARKED),
        (c.HELD, c.release, c.RELEASED),
        (c.LANDING, c.release, c.RELEASED),
        *((state, verb, "ended") for state in (c.LANDED, c.PARKED, c.RELEASED)
          for verb in (c.renew, c.begin_landing, c.land, c.park, c.release)),
    ],
)  # fmt: skip
def test_the_holder_may(state: str, verb: object, expected: str) -> None:
    assert callable(verb)
    assert reason(verb(tip(state), OID, nonce="n2")) == expected


@pytest.mark.parametrize("verb", [c.renew, c.begin_landing, c.land, c.park, c.release])
@pytest.mark.parametrize(("token", "expected"), [(OTHER, "stale-token"), ("", "stale-token")])
def test_nobody_else_may(verb: object, token: str, expected: str) -> None:
    assert callable(verb)
    assert reason(verb(tip(c.LANDING), token, nonce="n2")) == expected
    assert reason(verb(None, token, nonce="n2")) == "no-claim"


def test_every_later_record_carries_the_token_of_the_first() -> None:
    renewed = c.renew(tip(), OID, nonce="n2", handle="https://example.org/7")
    assert isinstance(renewed, c.Claim)
    assert (renewed.token, renewed.handle, renewed.nonce) == (OID, "https://example.org/7", "n2")
    assert reason(c.land(c.Tip(OTHER, renewed._replace(state=c.LANDING)), OID, nonce="n3")) == c.LANDED
    assert reason(c.land(c.Tip(OTHER, renewed._replace(state=c.LANDING)), OTHER, nonce="n3")) == "stale-token"


@pytest.mark.parametrize(
    ("state", "proof", "expected"),
    [
        (c.HELD, c.Proof(OID, c.DEAD), c.HELD),
        (c.HELD, c.Proof(OID, c.FENCED), c.HELD),
        (c.LANDING, c.Proof(OID, c.DEAD), c.HELD),
        (c.HELD, c.Proof(OTHER, c.DEAD), "changed"),
        (c.HELD, c.Proof(OID, "lease over"), "no-proof"),
        (c.RELEASED, c.Proof(OID, c.DEAD), "not-held"),
    ],
)
def test_a_takeover_needs_proof_of_what_was_seen(state: str, proof: c.Proof, expected: str) -> None:
    result = c.takeover(tip(state), bid("n2", "agent/two"), proof, epoch_floor=0)
    assert reason(result) == expected
    assert isinstance(result, c.Denied) or (result.epoch, result.token, result.holder) == (2, "", "agent/two")


@pytest.mark.parametrize(
    ("holder", "lease", "unseen", "expected"),
    [
        ("agent/one", 0, c.Unseen(dead=True), c.DEAD),
        ("person/ann", 0, c.Unseen(dead=True), c.DEAD),
        ("agent/one", 0, c.Unseen(seconds=1e9, fenced=True), ""),
        ("run/FP-k3v9q2m.1", 0, c.Unseen(dead=True, seconds=1e9, fenced=True), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(dead=True), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(dead=True, seconds=30), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(dead=True, seconds=40), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(dead=True, seconds=41), c.DEAD),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(seconds=41), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(seconds=39, fenced=True), ""),
        ("run/FP-k3v9q2m.1", 30, c.Unseen(seconds=41, fenced=True), c.FENCED),
    ],
)
def test_what_licenses_a_takeover(holder: str, lease: int, unseen: c.Unseen, expected: str) -> None:
    assert c.licence(holder, lease, unseen) == expected


def test_a_refusal_says_who_holds_it() -> None:
    denied = c.acquire(tip(), bid("n2", "agent/two"), epoch_floor=0, chain_epoch=0)
    assert isinstance(denied, c.Denied)
    assert denied.holder == "agent/one"
    assert "agent/one holds FP-k3v9q2m (epoch 1, held)" in denied.text


@pytest.mark.parametrize("token", ["", OID])
def test_a_record_reads_back_as_itself(token: str) -> None:
    claim = opened()._replace(token=token, handle="https://example.org/?a=b: c")
    assert c.read_claim(c.message(claim)) == claim


@pytest.mark.parametrize(
    "change",
    [
        {"holder": "agent/two\nstate: released"},
        {"holder": "agent/"},
        {"holder": "root"},
        {"state": "free"},
        {"epoch": 0},
        {"handle": "trailing "},
        {"handle": "\x1b[2J"},
        {"handle": "x" * 2000},
        {"token": "main"},
        {"nonce": ""},
    ],
)
def test_a_record_that_would_read_back_otherwise_is_not_written(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a claim"):
        c.message(opened()._replace(**change))  # type: ignore[arg-type]  # the table mixes types on purpose


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("epoch: 1", "epoch: 01"),
        ("epoch: 1", "epoch: -1"),
        ("epoch: 1", "epoch: 1\nepoch: 2"),
        ("lease-seconds: 600", "lease-seconds: ten"),
        ("state: held", "state held"),
        ("nonce: n1", "nonce:"),
    ],
)
def test_a_record_that_is_damaged_is_none(old: str, new: str) -> None:
    text = c.message(opened())
    assert old in text
    assert c.read_claim(text.replace(old, new)) is None


def test_keys_of_a_later_writer_are_no_obstacle() -> None:
    assert c.read_claim(c.message(opened()) + "cost: 3\n") == opened()


def test_a_recorded_sample_of_format_1_still_reads() -> None:
    sample = (
        "fp: FP-k3v9q2m epoch 3 parked, run/FP-k3v9q2m.3\n\nformat: 1\nissue: FP-k3v9q2m\nepoch: 3\nstate: parked\n"
        "holder: run/FP-k3v9q2m.3\nnonce: 0c9x\ntoken: " + OID + "\nhost: box\ntext: 9f\nlease-seconds: 600\nhandle:\n"
        "branch: refs/heads/tarmac/FP-k3v9q2m/3\nbase: " + OTHER + "\nat: 2026-11-22T23:15:01Z\n"
    )
    claim = c.read_claim(sample)
    assert claim is not None
    assert (claim.epoch, claim.state, claim.token, claim.handle) == (3, c.PARKED, OID, "")


def test_tips_can_be_members_of_a_set() -> None:
    assert len({tip(), tip(), tip(c.LANDED)}) == 2
