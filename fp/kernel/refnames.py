"""What a reference transaction is, for the real and the simulated references alike: names, ids and outcomes.

Pure. A transaction checks each reference that it names, so every update must change its reference; and what a refused
transaction means is read from where the references stand, never from an error's words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from fp.kernel.ports import Transacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.ports import Oid, RefUpdate

OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
LONE_SURROGATE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")
"""Outside `surrogateescape`: no bytes correspond to it."""
OWN_REFS = ("refs/fp/", "refs/tarmac/")
"""Below them nobody but our own git commands writes."""
REMOTE_COPIES = "refs/fp/remotes/"
"""Below it lie our copies of what a remote holds; nobody but our fetches writes there."""
FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")


def is_oid(text: str) -> bool:
    """Whether it is a full object id, and so neither an option nor a revision expression."""
    return OID.match(text) is not None


def is_ref(name: str) -> bool:
    """Whether it is the full name of a reference, by the rules of `git check-ref-format`."""
    parts = name.split("/")
    return (
        name.startswith("refs/")
        and not FORBIDDEN.search(name)
        and all(part and not part.startswith(".") and not part.endswith(".lock") for part in parts)
        and not name.endswith(".")
        and not LONE_SURROGATE.search(name)
    )


def checked_updates(updates: Sequence[RefUpdate]) -> Sequence[RefUpdate]:
    """The updates; Refused when one names no reference or no object, changes nothing, or names one twice."""
    if not updates:
        raise Refused("a transaction without updates checks nothing", reason="no-updates")
    for update in updates:
        if not is_ref(update.ref):
            raise Refused(f"not the full name of a reference: {update.ref!r}", reason="bad-ref")
        if not all(value is None or is_oid(value) for value in (update.old, update.new)):
            raise Refused(f"not a full object id for {update.ref}", reason="bad-oid")
        if update.old == update.new:
            raise Refused(f"{update.ref} would not change, so it would not be checked", reason="no-change")
    if len({update.ref for update in updates}) < len(updates):
        raise Refused("one reference is updated twice", reason="ref-twice")
    return updates


def still_to_do(standing: Mapping[str, Oid | None], updates: Sequence[RefUpdate]) -> Sequence[RefUpdate] | None:
    """What is left of a refused transaction by where its references stand: nothing (it was done), a rest, or None.

    None means lost: somebody else moved one. git locks all references of a transaction and then renames one after the
    other, so a git killed there leaves a half. A new value that stands is proof that the half is ours, because nobody
    else makes our objects; an absence is no proof, because anybody can remove.
    """
    rest = tuple(update for update in updates if standing[update.ref] != update.new)
    begun = any(standing[update.ref] == update.new is not None for update in updates)
    if any(standing[update.ref] != update.old for update in rest) or (0 < len(rest) < len(updates) and not begun):
        return None
    return rest


def lost(standing: Mapping[str, Oid | None], updates: Sequence[RefUpdate]) -> Transacted:
    """Which reference somebody else moved."""
    moved = next((update.ref for update in updates if standing[update.ref] != update.old), updates[0].ref)
    return Transacted("lost", f"{moved} is at {standing[moved] or 'nothing'}")


def blocking(ref: str, others: Sequence[str]) -> str | None:
    """The reference that cannot exist beside `ref`, because one would be a folder and the other a file."""
    return next((other for other in others if other.startswith(f"{ref}/") or ref.startswith(f"{other}/")), None)
