"""Claims at their refs: read, taken and given back by compare-and-swap. A shell over the ports objects and refs.

One authority holds the claims: this repository's refs, or one remote's. A claim is written as an object first, then
swapped in from exactly the tip that the decision was made on; whoever was late is told who won. The claims are read
before the tracker commit, so that a landing between the two makes the swap fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import claim as rules
from fp.claim import Bid, Claim, Denied, Proof, Tip, message, read_claim
from fp.config import LOCAL_AUTHORITY
from fp.eligibility import Claimed
from fp.kernel.clock import instant
from fp.kernel.errors import External
from fp.kernel.ids import CROCKFORD
from fp.kernel.ports import RefUpdate, Signature
from fp.kernel.refnames import REMOTE_COPIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.config import Config
    from fp.kernel.ports import Clock, CommitRecord, Ids, Objects, Oid, Refs, Remote
    from fp.kernel.world import World

BRANCHES = "refs/heads/tarmac/"
RESCUE_REFS = "refs/fp/rescue/"
NONCE_LENGTH = 26
PUSH_TRIES_MAX = 4
PUSH_PAUSE_SECONDS = 1.0
CLAIM_EMAIL = "claims@fp.invalid"


class Authority(NamedTuple):
    """Where claims live: the refs to swap, the prefix of their names (it ends in `/`), and the remote, if it is one."""

    name: str
    prefix: str
    objects: Objects
    refs: Refs
    own_refs: Refs
    remote: Remote | None = None

    def ref(self, issue_id: str) -> str:
        """The ref of an issue's claim."""
        return f"{self.prefix}{issue_id}"


def open_authority(world: World, config: Config) -> Authority:
    """The authority that the tracker's configuration names."""
    prefix = config.claim_refs if config.claim_refs.endswith("/") else f"{config.claim_refs}/"
    if config.authority == LOCAL_AUTHORITY:
        return Authority(LOCAL_AUTHORITY, prefix, world.objects, world.refs, world.refs)
    remote = world.remote(config.authority)
    return Authority(config.authority, prefix, world.objects, remote.refs(), world.refs, remote)


def read_claims(authority: Authority) -> Claimed:
    """All claims, tombstones included, and the ids whose ref holds no record: nobody may claim those.

    Of a remote, its refs now; the records are fetched beside our own refs.
    """
    found = authority.refs.list(authority.prefix)
    if authority.remote is not None and not _copied(authority, found):
        authority.remote.fetch([f"+{authority.prefix}*:{copy_ref(authority.name)}*"])
    tips: dict[str, Tip] = {}
    unreadable: dict[str, Oid] = {}
    commits = authority.objects.read_commits(list(found.values()))
    for ref, oid in found.items():
        issue_id = ref.removeprefix(authority.prefix)
        tip = _tip(oid, commits.get(oid))
        if tip is None or tip.claim.issue != issue_id:
            unreadable[issue_id] = oid
        else:
            tips[issue_id] = tip
    return Claimed(tips, unreadable)


def _copied(authority: Authority, found: Mapping[str, Oid]) -> bool:
    """Whether the copies beside our own refs are of these very claims."""
    copies = authority.own_refs.list(copy_ref(authority.name))
    return all(
        copies.get(copy_ref(authority.name, ref.removeprefix(authority.prefix))) == oid for ref, oid in found.items()
    )


def read_tip(objects: Objects, oid: Oid) -> Tip | None:
    """The record at a commit; None when it is none."""
    return _tip(oid, objects.read_commit(oid))


def _tip(oid: Oid, commit: CommitRecord | None) -> Tip | None:
    claim = None if commit is None else read_claim(commit.message)
    return None if claim is None else Tip(oid, claim)


def claim_of(authority: Authority, issue_id: str) -> Tip | None:
    """The claim of one issue now; External when the ref holds no record."""
    ref = authority.ref(issue_id)
    oid = authority.refs.read(ref)
    if oid is None:
        return None
    if authority.remote is not None and authority.objects.read_commit(oid) is None:
        authority.remote.fetch([f"+{ref}:{copy_ref(authority.name, issue_id)}"])
    tip = read_tip(authority.objects, oid)
    if tip is None or tip.claim.issue != issue_id:
        raise External(f"{ref} is no claim record", hint=f"git log -1 {oid}", reason="claim-unreadable")
    return tip


def write_record(objects: Objects, claim: Claim, clock: Clock) -> Tip:
    """Store a record as a parentless commit on the empty tree. Nothing points to it yet."""
    who = Signature(claim.holder, CLAIM_EMAIL, clock.now())
    return Tip(objects.commit(objects.empty_tree(), (), message(claim), who), claim)


def swap(
    authority: Authority, old: Tip | None, new: Tip, clock: Clock, *, along: Sequence[RefUpdate] = ()
) -> str | None:
    """Swap the claim, and what must move along, in one transaction: None when done, else why it lost."""
    return send(authority, updates_of(authority, old, new, along), clock)


def updates_of(
    authority: Authority, old: Tip | None, new: Tip, along: Sequence[RefUpdate] = ()
) -> tuple[RefUpdate, ...]:
    """The transaction that swaps a claim and moves what goes along."""
    return (RefUpdate(authority.ref(new.claim.issue), None if old is None else old.oid, new.oid), *along)


def send(authority: Authority, updates: Sequence[RefUpdate], clock: Clock) -> str | None:
    """Carry out a transaction: None when done, else why it lost. A lost answer is settled by the very same one.

    External when no answer comes.
    """
    detail = ""
    for attempt in range(PUSH_TRIES_MAX):
        if attempt:
            clock.sleep(PUSH_PAUSE_SECONDS)
        done = authority.refs.transact(updates)
        if done.status != "unknown":
            return None if done.status == "done" else done.detail or "a ref moved"
        detail = done.detail
    raise External(
        f"no answer from {authority.name}, so it is unknown whether {updates[0].ref} moved: {detail}",
        hint="run the same command again: it settles this first",
        reason="no-answer",
    )


def copy_ref(authority_name: str, issue_id: str = "") -> str:
    """Where a remote's claim is kept beside our own refs, as last seen; without an id the prefix of all."""
    return f"{REMOTE_COPIES}{authority_name}/claims/{issue_id}"


def remember(authority: Authority, tip: Tip) -> None:
    """Keep a copy of what was just written to a remote, for commands that do not ask it. Losing that is no loss."""
    if authority.remote is None:
        return
    ref = copy_ref(authority.name, tip.claim.issue)
    old = authority.own_refs.read(ref)
    if old != tip.oid:
        authority.own_refs.transact([RefUpdate(ref, old, tip.oid)])


def epoch_floor(authority: Authority, issue_id: str, chain_epoch: int) -> int:
    """The highest epoch that anything but the claim records: events, run branches, rescue refs."""
    epochs = [chain_epoch]
    for refs in {id(one): one for one in (authority.refs, authority.own_refs)}.values():
        branches = f"{BRANCHES}{issue_id}/"
        epochs += [_number(ref.removeprefix(branches)) for ref in refs.list(branches)]
    rescued = f"{RESCUE_REFS}{issue_id}."
    epochs += [
        _number(ref.removeprefix(rescued)) for ref in authority.own_refs.list(RESCUE_REFS) if ref.startswith(rescued)
    ]
    return max(epochs)


def _number(text: str) -> int:
    """The epoch at the start of `3`, `3/2`; 0 for anything else."""
    digits = text.partition("/")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(rules.EPOCH_MAX)) else 0


def new_nonce(ids: Ids) -> str:
    """A fresh nonce: no two records are ever equal."""
    return ids.text(CROCKFORD, NONCE_LENGTH)


def prepare(
    authority: Authority, tip: Tip | None, bid: Bid, clock: Clock, *, chain_epoch: int, proof: Proof | None = None
) -> Tip | Denied:
    """Decide on a claim and store its record, without moving a ref: what the caller journals before the swap.

    With a `proof` the claim that another holds is taken over.
    """
    floor = epoch_floor(authority, bid.issue, chain_epoch)
    if proof is None:
        claim = rules.acquire(tip, bid, epoch_floor=floor, chain_epoch=chain_epoch)
    else:
        claim = rules.takeover(tip, bid, proof, epoch_floor=floor)
    return claim if isinstance(claim, Denied) else write_record(authority.objects, claim, clock)


def claim_issue(
    authority: Authority, tip: Tip | None, bid: Bid, clock: Clock, *, chain_epoch: int, along: Sequence[RefUpdate] = ()
) -> Tip | Denied:
    """Take an issue, the decision resting on `tip`; the loser of a race is told who won."""
    new = prepare(authority, tip, bid, clock, chain_epoch=chain_epoch)
    if isinstance(new, Denied):
        return new
    why = swap(authority, tip, new, clock, along=along)
    return new if why is None else lost(authority, bid.issue, why)


def lost(authority: Authority, issue_id: str, why: str) -> Denied:
    """What to tell the loser of a race: who has it now."""
    tip = claim_of(authority, issue_id)
    if tip is None or not tip.live:
        return Denied("moved", f"{issue_id} was claimed and given up, or the tracker moved, meanwhile: {why}")
    return Denied("lost-race", f"{tip.claim.holder} was first: epoch {tip.claim.epoch} of {issue_id}", tip.claim.holder)


def release_claim(authority: Authority, tip: Tip, clock: Clock, ids: Ids) -> Tip | Denied:
    """End the epoch of this tip with a tombstone."""
    record = rules.release(tip, tip.token, nonce=new_nonce(ids), at=instant(clock.now()))
    if isinstance(record, Denied):
        return record
    new = write_record(authority.objects, record, clock)
    why = swap(authority, tip, new, clock)
    return new if why is None else lost(authority, tip.claim.issue, why)
