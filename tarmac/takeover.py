"""Claims of other factories that may be taken over now: the lease is over, and there is a licence for it.

A licence is the worker seen dead from here, which takes the same boot and the same space of process ids, or a policy
that fences a holder off unseen. Reads only; the takeover itself is a compare-and-swap from the claim that was watched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.ports import ProcessId
from tarmac.adapters.issues import DEAD, FENCED
from tarmac.lease import Place, worker_at

if TYPE_CHECKING:
    from fp.kernel.world import World
    from tarmac.factory import Factory, Tick

WORDS = {
    DEAD: "whose worker is dead and whose lease is over",
    FENCED: "whose lease is over, as `takeover: fenced` allows",
}


def licensed(factory: Factory, seen: Tick) -> dict[str, str]:
    """The issues whose claim may be taken over, by id, and by what licence; each look goes on timing the leases."""
    now = factory.world.clock.monotonic()
    ours = {str(name) for name in factory.store.names()}
    held = seen.issues.held_elsewhere(ours)
    watch = factory.memory.watch
    watch.look({issue: tip.oid for issue, tip in held.items()}, now)
    found: dict[str, str] = {}
    for issue, tip in held.items():
        if watch.unchanged_seconds(issue, now) > tip.claim.lease_seconds:
            proof = DEAD if _dead(factory.world, tip.claim.handle) else FENCED
            if proof in (DEAD, seen.policy.takeover):
                found[issue] = proof
    return found


def _dead(world: World, handle: str) -> bool:
    """Whether the worker that the claim names is seen dead; what cannot be seen from here is not."""
    here = Place(world.host.boot_id(), world.host.process_space())
    worker = worker_at(handle, here)
    return worker is not None and world.processes.liveness(ProcessId(*worker, here.boot)).state == "dead"
