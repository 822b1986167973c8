"""References in memory: one compare-and-swap over all references of a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from fp.kernel.ports import Oid, RefUpdate, Transacted
from fp.kernel.refnames import blocking, checked_updates, lost, still_to_do
from fp.kernel.sim.faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fp.kernel.sim.objects import SimObjects


class SimRefs:
    """`Refs` of one simulated repository. `name` is how its steps are called in the faults."""

    def __init__(self, objects: SimObjects, faults: Faults | None = None, *, name: str = "refs"):
        self._objects = objects
        self._faults = faults or Faults()
        self._name = name
        self._values: dict[str, Oid] = {}

    def read(self, ref: str) -> Oid | None:
        """The value now."""
        self._faults.check(f"{self._name}.read")
        return self._values.get(ref)

    def list(self, prefix: str) -> dict[str, Oid]:
        """All below a prefix."""
        self._faults.check(f"{self._name}.list")
        if not prefix.startswith("refs/"):
            raise Refused(f"not a prefix of references: {prefix!r}", reason="bad-ref")
        return {ref: oid for ref, oid in sorted(self._values.items()) if ref.startswith(prefix)}

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """All or none. The answer of a local transaction is never lost: either git says it or the process is dead."""
        checked_updates(updates)
        fault = self._faults.draw(f"{self._name}.transact", (Fault.CRASH_BEFORE, Fault.CRASH_AFTER))
        outcome = self.apply(updates, lambda update, now: now == update.old)
        if fault is Fault.CRASH_AFTER:
            self._faults.crash(f"{self._name}.transact")
        return outcome

    def apply(self, updates: Sequence[RefUpdate], holds: Callable[[RefUpdate, Oid | None], bool]) -> Transacted:
        """Apply the updates if `holds(update, value now)` for each; no fault strikes in between."""
        standing = {update.ref: self._values.get(update.ref) for update in updates}
        if not all(holds(update, standing[update.ref]) for update in updates):
            left = still_to_do(standing, updates)
            if left is None:
                return lost(standing, updates)
            if not left:
                return Transacted("done", "it had been done before")
            updates = left
        self._check_possible(updates)
        for update in updates:
            self.put(update.ref, update.new)
        return Transacted("done")

    def put(self, ref: str, value: Oid | None) -> None:
        """Set or remove without any check: what a person's own git does, and what a fetch does."""
        if value is None:
            self._values.pop(ref, None)
        else:
            self._values[ref] = value

    def value(self, ref: str) -> Oid | None:
        """The value now, for the other simulated ports: no fault strikes."""
        return self._values.get(ref)

    def below(self, prefix: str) -> dict[str, Oid]:
        """Like `list`, for the other simulated ports: no fault strikes."""
        return {ref: oid for ref, oid in sorted(self._values.items()) if ref.startswith(prefix)}

    def _check_possible(self, updates: Sequence[RefUpdate]) -> None:
        gone = {update.ref for update in updates if update.new is None}
        made = [update.ref for update in updates if update.new is not None]
        others = [ref for ref in (*self._values, *made) if ref not in gone]
        for update in updates:
            if update.new is None:
                continue
            in_the_way = blocking(update.ref, [*others, *gone])
            if in_the_way is not None:
                raise Refused(f"a reference of that name cannot be made: {in_the_way} exists", reason="ref-blocked")
            if self._objects.kind(update.new) != "commit":
                raise Refused(f"a reference would name no commit: {update.new}", reason="no-object")
