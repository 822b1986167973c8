"""A claim: who works on an issue, as one record; its text form; and the pure rules of its life.

Pure, and all values hashable, so that a model check explores these very functions. A claim is the parentless commit
at `refs/fp/claims/<ID>`, its message the record. Its token is the id of the epoch's first commit; every later commit
carries it. Nothing ends in absence: release and landing leave a tombstone that keeps the epoch. Each function takes
the tip and gives the record to write next, or a `Denied`; whoever writes it swaps the ref from exactly that tip.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HELD = "held"
LANDING = "landing"
LANDED = "landed"
PARKED = "parked"
RELEASED = "released"
STATES = (HELD, LANDING, LANDED, PARKED, RELEASED)
LIVE = frozenset({HELD, LANDING})
RECORDED = frozenset({LANDED, PARKED})
"""Tombstones that are written together with an event of their epoch on the tracker ref."""

FORMAT = 1
LEASE_SECONDS_DEFAULT = 600
EPOCH_MAX = 10**9
LINE_CHARACTERS_MAX = 1000
MESSAGE_CHARACTERS_MAX = 16_384
HOLDER_KINDS = ("agent", "run", "person")

DEAD = "dead"
FENCED = "fenced"
RUN_HOLDER = "run/"
GRACE = 4 / 3
"""How much longer than its holder an observer counts a lease."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


class Claim(NamedTuple):
    """One record. `token` is empty in the first commit of an epoch, whose own id it is.

    `holder` is `agent/<name>`, `run/<id>` or `person/<name>`. `text` is the digest of the issue's text that the holder
    was given. `nonce` differs in every record, so that no two writers ever make the same commit. `lease_seconds` is 0
    where liveness is seen otherwise. `handle` is the url or id of the work in flight. `base` is a commit.
    """

    issue: str
    epoch: int
    state: str
    holder: str
    nonce: str
    token: str = ""
    host: str = ""
    text: str = ""
    lease_seconds: int = LEASE_SECONDS_DEFAULT
    handle: str = ""
    branch: str = ""
    base: str = ""
    at: str = ""


class Tip(NamedTuple):
    """A claim as it stands at its ref."""

    oid: str
    claim: Claim

    @property
    def token(self) -> str:
        """The fencing token of its epoch."""
        return self.claim.token or self.oid

    @property
    def live(self) -> bool:
        """Whether somebody holds it."""
        return self.claim.state in LIVE


class Denied(NamedTuple):
    """Why a claim may not change so: `reason` is a stable word, `text` a sentence, `holder` who has it, if anybody."""

    reason: str
    text: str
    holder: str = ""


class Bid(NamedTuple):
    """What somebody who wants an issue brings along; the fields are those of `Claim`."""

    issue: str
    holder: str
    nonce: str
    host: str = ""
    text: str = ""
    lease_seconds: int = LEASE_SECONDS_DEFAULT
    handle: str = ""
    branch: str = ""
    base: str = ""
    at: str = ""


class Proof(NamedTuple):
    """What licenses a takeover: the tip that was seen all the while, and `dead` or, by policy, `fenced`."""

    seen: str
    kind: str


class Unseen(NamedTuple):
    """What an observer knows of the holder of a claim.

    `dead` says that the process which the claim's handle names is seen to be gone; a process that cannot be looked for
    is not. `seconds` is for how long the claim has stood unchanged by the observer's own clock. `fenced` says that the
    policy lets a holder be fenced off whom nobody can see.
    """

    dead: bool = False
    seconds: float = 0.0
    fenced: bool = False


def licence(holder: str, lease_seconds: int, unseen: Unseen) -> str:
    """What licenses taking a live claim from its holder: `dead`, `fenced`, or nothing, which is empty.

    An agent or a person is as dead as the process it tied its claim to. A run has two: when its worker is gone, its
    factory still lands or parks what was made, so its lease must be over too. That is a third longer for an observer
    than for the holder, who has that time to notice that it cannot renew, and to stop what works.
    """
    if unseen.dead and not holder.startswith(RUN_HOLDER):
        return DEAD
    if not lease_seconds or unseen.seconds <= lease_seconds * GRACE:
        return ""
    if unseen.dead:
        return DEAD
    return FENCED if unseen.fenced else ""


def acquire(tip: Tip | None, bid: Bid, *, epoch_floor: int, chain_epoch: int) -> Claim | Denied:
    """A new epoch for an issue that nobody holds.

    `epoch_floor` is the highest epoch in chain, branches and rescue refs; `chain_epoch` the highest that the issue's
    events record at the tracker commit on which the decision rests. A landing or parking that this commit does not
    know of yet means that the decision is stale: it would run finished work again.
    """
    if tip is not None and tip.live:
        return _held(tip)
    if tip is not None and tip.claim.state in RECORDED and chain_epoch < tip.claim.epoch:
        text = f"epoch {tip.claim.epoch} is {tip.claim.state}, and the tracker commit that was read does not show it"
        return Denied("stale-view", text, tip.claim.holder)
    return _opened(tip, bid, epoch_floor)


def takeover(tip: Tip | None, bid: Bid, proof: Proof, *, epoch_floor: int) -> Claim | Denied:
    """A new epoch in place of one whose holder is proved dead, or fenced off by policy."""
    if tip is None or not tip.live:
        return Denied("not-held", "nobody holds it: claim it")
    if proof.seen != tip.oid:
        return Denied("changed", "the claim has changed since it was seen", tip.claim.holder)
    if proof.kind not in (DEAD, FENCED):
        return Denied("no-proof", f"nothing proves that {tip.claim.holder} is dead", tip.claim.holder)
    return _opened(tip, bid, epoch_floor)


def renew(tip: Tip | None, token: str, *, nonce: str, at: str = "", handle: str | None = None) -> Claim | Denied:
    """The same epoch, seen to be alive; `handle` None keeps the one it has."""
    mine = _mine(tip, token)
    if isinstance(mine, Denied):
        return mine
    kept = mine.claim.handle if handle is None else handle
    return _next(mine, mine.claim.state, nonce, at)._replace(handle=kept)


def begin_landing(tip: Tip | None, token: str, *, nonce: str, at: str = "") -> Claim | Denied:
    """The holder starts to land: from here only landing, parking, release or a takeover follow."""
    mine = _mine(tip, token)
    return mine if isinstance(mine, Denied) else _next(mine, LANDING, nonce, at)


def land(tip: Tip | None, token: str, *, nonce: str, at: str = "") -> Claim | Denied:
    """The tombstone of a landing, swapped in with the target in one transaction."""
    mine = _mine(tip, token)
    if isinstance(mine, Denied):
        return mine
    if mine.claim.state != LANDING:
        return Denied("not-landing", "the claim is not landing: begin the landing first", mine.claim.holder)
    return _next(mine, LANDED, nonce, at)


def park(tip: Tip | None, token: str, *, nonce: str, at: str = "") -> Claim | Denied:
    """The tombstone of an epoch that ended without landing and needs a person."""
    mine = _mine(tip, token)
    return mine if isinstance(mine, Denied) else _next(mine, PARKED, nonce, at)


def release(tip: Tip | None, token: str, *, nonce: str, at: str = "") -> Claim | Denied:
    """The tombstone of an epoch that was given back."""
    mine = _mine(tip, token)
    return mine if isinstance(mine, Denied) else _next(mine, RELEASED, nonce, at)


def is_current(tip: Tip | None, token: str) -> bool:
    """Whether the token is that of the epoch at the ref, held or ended."""
    return tip is not None and token != "" and tip.token == token


def _held(tip: Tip) -> Denied:
    claim = tip.claim
    since = f" since {claim.at}" if claim.at else ""
    return Denied(
        "held", f"{claim.holder} holds {claim.issue} (epoch {claim.epoch}, {claim.state}){since}", claim.holder
    )


def _mine(tip: Tip | None, token: str) -> Tip | Denied:
    """The tip, if it is live and of the epoch that the token names."""
    if tip is None:
        return Denied("no-claim", "there is no claim")
    if not is_current(tip, token):
        return Denied("stale-token", f"the token is not of epoch {tip.claim.epoch}", tip.claim.holder)
    if not tip.live:
        return Denied("ended", f"epoch {tip.claim.epoch} is {tip.claim.state}", tip.claim.holder)
    return tip


def _opened(tip: Tip | None, bid: Bid, epoch_floor: int) -> Claim:
    highest = max(epoch_floor, 0 if tip is None else tip.claim.epoch)
    return Claim(epoch=highest + 1, state=HELD, token="", **bid._asdict())


def _next(tip: Tip, state: str, nonce: str, at: str) -> Claim:
    return tip.claim._replace(state=state, nonce=nonce, token=tip.token, at=at or tip.claim.at)


def message(claim: Claim) -> str:
    """The commit message of a record. ValueError for a value that would not read back as itself."""
    lines = [f"{key.replace('_', '-')}: {value}".rstrip() for key, value in claim._asdict().items()]
    text = f"fp: {claim.issue} epoch {claim.epoch} {claim.state}, {claim.holder}\n\nformat: {FORMAT}\n"
    text += "\n".join(lines) + "\n"
    if read_claim(text) != claim:
        raise ValueError(f"not a claim that can be written: {claim!r}")
    return text


def read_claim(text: str) -> Claim | None:
    """Read a commit message; None when it is not a record of this format."""
    if len(text) > MESSAGE_CHARACTERS_MAX:
        return None
    values = _values(text)
    numbers = [values.get(key, "") for key in ("format", "epoch", "lease-seconds")]
    if not all(_NUMBER.fullmatch(number) for number in numbers) or int(numbers[0]) != FORMAT:
        return None
    fields = {key: values.get(key.replace("_", "-"), "") for key in Claim._fields}
    claim = Claim(**{**fields, "epoch": int(numbers[1]), "lease_seconds": int(numbers[2])})  # type: ignore[arg-type]
    return claim if _well_formed(claim) else None


def _values(text: str) -> dict[str, str]:
    """The `key: value` lines after the subject; empty when one of them is no such line or comes twice."""
    _, _, body = text.partition("\n\n")
    values: dict[str, str] = {}
    for line in body.rstrip("\n").split("\n"):
        key, colon, value = line.partition(":")
        if not colon or key in values or _CONTROL.search(line) or len(line) > LINE_CHARACTERS_MAX:
            return {}
        values[key] = value.removeprefix(" ")
    return values


def _well_formed(claim: Claim) -> bool:
    kind, _, name = claim.holder.partition("/")
    oids = (claim.token, claim.base)
    return bool(
        claim.issue
        and claim.nonce
        and claim.state in STATES
        and 1 <= claim.epoch <= EPOCH_MAX
        and kind in HOLDER_KINDS
        and name.strip()
        and all(not oid or _OID.fullmatch(oid) for oid in oids)
    )
