"""A remote repository: objects and references of its own, and git's push.

git decides from what the remote advertised whether a reference is sent at all: one that already has its new value is
"up to date", and its lease is not looked at [measured: a stale epoch landed]. The simulated push does the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import Config, External, Refused
from fp.kernel.ports import Oid, Refs, RefUpdate, Transacted
from fp.kernel.refnames import checked_updates, is_ref
from fp.kernel.sim.faults import Fault, Faults
from fp.kernel.sim.objects import SimObjects
from fp.kernel.sim.refs import SimRefs

if TYPE_CHECKING:
    from collections.abc import Sequence


class Hub:
    """The other side: one repository that several simulated clones push to."""

    def __init__(self) -> None:
        self.objects = SimObjects()
        self.refs = SimRefs(self.objects)
        self.reachable = True
        """False while the network is parted."""
        self.protected: set[str] = set()
        """References whose update the hub's own rules decline."""


class SimRemote:
    """`Remote` of one clone."""

    def __init__(self, hub: Hub, objects: SimObjects, refs: SimRefs, faults: Faults | None = None):
        self._hub = hub
        self._objects = objects
        self._refs = refs
        self._faults = faults or Faults()

    def refs(self) -> Refs:
        """Its references, across the network."""
        return SimRemoteRefs(self._hub, self._objects, self._faults)

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch exactly these: `[+]from:to`, each with at most one `*` at the end. Nothing is pruned."""
        self._faults.check("remote.fetch")
        ask(self._hub)
        for spec in refspecs:
            self._fetch(spec)

    def _fetch(self, spec: str) -> None:
        source, _, target = spec.removeprefix("+").partition(":")
        found = self._hub.refs.below(source.removesuffix("*"))
        if not source.endswith("*"):
            found = {ref: oid for ref, oid in found.items() if ref == source}
            if not found:
                raise External(f"couldn't find remote ref {source}", reason="git-failed")
        for ref, oid in found.items():
            self._hub.objects.copy_to(self._objects, oid)
            rest = ref.removeprefix(source.removesuffix("*")) if source.endswith("*") else ""
            if target:
                self._update(target.removesuffix("*") + rest, oid, forced=spec.startswith("+"))

    def _update(self, name: str, oid: Oid, *, forced: bool) -> None:
        """git fast-forwards unless it is forced to replace."""
        old = self._refs.value(name)
        if old is not None and not forced and not self._objects.is_ancestor(old, oid):
            raise External(f"{name} would not be fast-forwarded", reason="git-failed")
        self._refs.put(name, oid)


class SimRemoteRefs:
    """`Refs` of the hub as one clone sees and changes them."""

    def __init__(self, hub: Hub, objects: SimObjects, faults: Faults):
        self._hub = hub
        self._objects = objects
        self._faults = faults

    def read(self, ref: str) -> Oid | None:
        """The value there now."""
        return self.list(ref).get(ref) if is_ref(ref) else None

    def list(self, prefix: str) -> dict[str, Oid]:
        """All below a prefix."""
        self._faults.check("remote.list")
        if not prefix.startswith("refs/"):
            raise Refused(f"not a prefix of references: {prefix!r}", reason="bad-ref")
        ask(self._hub)
        return self._hub.refs.below(prefix)

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One atomic push whose request or answer may be lost."""
        checked_updates(updates)
        possible = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST_BEFORE, Fault.LOST_AFTER)
        fault = self._faults.draw("remote.transact", possible)
        if fault is Fault.LOST_BEFORE or not self._hub.reachable:
            return Transacted("unknown", "no answer (simulated)")
        outcome = self.push(updates)
        if fault is Fault.CRASH_AFTER:
            self._faults.crash("remote.transact")
        return Transacted("unknown", "no answer (simulated)") if fault is Fault.LOST_AFTER else outcome

    def push(self, updates: Sequence[RefUpdate]) -> Transacted:
        """git's atomic push with a lease for each reference, and its blindness to what is up to date."""
        for update in updates:
            if update.new is not None and self._objects.kind(update.new) is None:
                raise External(f"cannot push: bad object {update.new}", reason="remote-unreachable")
        self._check_rules(updates)
        for update in updates:
            if update.new is not None:
                self._objects.copy_to(self._hub.objects, update.new)
        return self._hub.refs.apply(updates, _goes_through)

    def _check_rules(self, updates: Sequence[RefUpdate]) -> None:
        declined = [
            update.ref
            for update in updates
            if update.ref in self._hub.protected and self._hub.refs.value(update.ref) != update.new
        ]
        if declined:
            raise Refused(f"the remote refuses the push: {declined[0]} is protected", reason="remote-refused")


def _goes_through(update: RefUpdate, now: Oid | None) -> bool:
    """What has its new value is not sent, so its lease is not looked at; what is not there cannot be removed."""
    return now == update.old or (now == update.new is not None)


def ask(hub: Hub) -> None:
    """External while the network is parted."""
    if not hub.reachable:
        raise External("the remote cannot be reached (simulated)", reason="git-failed")


def no_remote(name: str) -> Config:
    """What a repository says that has no remote of the name."""
    return Config(f"no remote is called {name!r}", hint=f"git remote add {name} URL", reason="no-remote")
