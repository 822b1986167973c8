"""Claims of others that may be taken over now, by the one rule there is: `fp.claim.licence`.

An agent's or a person's claim, when the process it is tied to is seen dead; a run's of another factory, when its lease
is over, and its worker is seen dead or the policy fences off whom nobody sees. A run of this repository is never among
them: any factory here goes on with it. Reads only; the takeover is a compare-and-swap from the claim that was watched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.adapters.issues import DEAD, FENCED, Unseen, licence, seen_dead

if TYPE_CHECKING:
    from tarmac.factory import Factory, Tick

WORDS = {
    DEAD: "which is seen dead",
    FENCED: "whose lease is over, as `takeover: fenced` allows",
}


def licensed(factory: Factory, seen: Tick) -> dict[str, str]:
    """The issues whose claim may be taken over, by id, and by what licence; each look goes on timing the leases."""
    now = factory.world.clock.monotonic()
    ours = {str(name) for name in factory.store.names()}
    held = seen.issues.held_elsewhere(ours)
    watch = factory.memory.watch
    watch.look({issue: tip.oid for issue, tip in held.items()}, now)
    fenced = seen.policy.takeover == FENCED
    found: dict[str, str] = {}
    for issue, tip in held.items():
        dead = seen_dead(factory.world, tip.claim.handle)
        unseen = Unseen(dead=dead, seconds=watch.unchanged_seconds(issue, now), fenced=fenced)
        if kind := licence(tip.claim.holder, tip.claim.lease_seconds, unseen):
            found[issue] = kind
    return found
