"""A remote authority as the loop looks at it: asked once a moment, its branches and claims copied beside our own refs.

While it cannot be reached the copies answer, `away` says why, and nothing new may be started on what they say. Every
write goes to the remote itself and is a compare-and-swap there, so a decision made on an old copy changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import External

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Clock, Oid, Refs, RefUpdate, Remote, Transacted
    from tarmac.adapters.issues import Place

LOOK_SECONDS = 1.0
"""How long an answer of the remote stands when nothing was written there."""
AWAY_SECONDS = 10.0
"""How long it is left alone after it could not be reached."""


class Reach:
    """`Refs` of one remote for one orchestrator, and the fetching of what they name."""

    def __init__(self, place: Place, remote: Remote, own: Refs, clock: Clock):
        self.away = ""
        self._place = place
        self._remote = remote
        self._refs = remote.refs()
        self._own = own
        self._clock = clock
        self._until = 0.0
        self._lists: dict[str, dict[str, Oid]] = {}

    def list(self, prefix: str) -> dict[str, Oid]:
        """Its refs below a prefix, or our copies of them while it is away."""
        now = self._clock.monotonic()
        if now >= self._until:
            self._lists.clear()
            self._until = now + LOOK_SECONDS
            self.away = ""
        if prefix not in self._lists:
            self._lists[prefix] = self._asked(prefix)
        return self._lists[prefix]

    def read(self, ref: str) -> Oid | None:
        """The value of one ref, or of our copy of it while the remote is away."""
        return self.list(ref).get(ref)

    def branch(self, ref: str) -> Oid | None:
        """The commit of a branch there, fetched, so that its objects are here."""
        oid, copy = self.read(ref), self._place.copy_of(ref)
        if oid is not None and not self.away and self._own.read(copy) != oid:
            self.fetch([f"+{ref}:{copy}"])
            oid = self._own.read(copy)  # what came may be newer than what was listed
        return oid

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch these, unless the remote is away; External is remembered as that."""
        if self.away:
            return
        try:
            self._remote.fetch(refspecs)
        except External as error:
            self._is_away(error)

    def refs(self) -> Refs:
        """Itself, which makes it a `Remote`."""
        return self

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One atomic push; the next reading asks anew."""
        self._until = 0.0
        return self._refs.transact(updates)

    def _asked(self, prefix: str) -> dict[str, Oid]:
        if not self.away:
            try:
                return self._refs.list(prefix)
            except External as error:
                self._is_away(error)
        copy = self._place.copy_of(prefix)
        return {f"{prefix}{ref.removeprefix(copy)}": oid for ref, oid in self._own.list(copy).items()}

    def _is_away(self, error: External) -> None:
        self.away = f"{self._place.authority} cannot be reached: {error.message}"
        self._until = self._clock.monotonic() + AWAY_SECONDS
