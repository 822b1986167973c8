"""References of the local repository, changed by one prepared `update-ref --stdin` transaction or not at all.

libgit2's reference create is not a safe compare-and-swap [measured: 20 double winners in 2,200 races]; git's is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fp.kernel.errors import External
from fp.kernel.ports import Oid, Refs, RefUpdate, Transacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.repo import Repository

LOCK_TRIES_MAX = 40
LOCK_PAUSE_SECONDS = 0.05


class GitRefs:
    """`Refs` of one repository."""

    def __init__(self, repository: Repository):
        self._repository = repository

    def read(self, ref: str) -> Oid | None:
        """The value now."""
        return self.list(ref).get(ref)

    def list(self, prefix: str) -> dict[str, Oid]:
        """All refs below a prefix."""
        found = self._repository.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        pairs = (line.rpartition(" ") for line in found.lines())
        return {name: oid for name, _, oid in pairs}

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One transaction. A lock that another git holds for a moment is waited for; it says nothing of who won."""
        script = transaction_script(updates, self._repository.no_oid)
        for _ in range(LOCK_TRIES_MAX):
            # Success is the line, not the exit status: git exits 0 also when it aborts at the end of its input.
            done = self._repository.git("update-ref", "--no-deref", "--stdin", "-z", stdin=script, ok=(0, 1, 128))
            if "commit: ok" in done.lines():
                return Transacted("done")
            standing = standing_outcome(self, updates)
            if standing is not None:
                return standing
            time.sleep(LOCK_PAUSE_SECONDS)
        raise External(
            f"the references stay locked: {done.stderr}",
            hint="if no git runs here, `tarmac reconcile` says which lock is stale (D-84)",
            reason="refs-locked",
        )


def standing_outcome(refs: Refs, updates: Sequence[RefUpdate]) -> Transacted | None:
    """What a refused transaction means by where the refs stand now; None when nothing speaks against trying again."""
    standing = {update.ref: refs.read(update.ref) for update in updates}
    if all(standing[update.ref] == update.new for update in updates):
        return Transacted("done", "it had been done before")
    for update in updates:
        if standing[update.ref] != update.old:
            return Transacted("lost", f"{update.ref} is at {standing[update.ref] or 'nothing'}")
    return None


def transaction_script(updates: Sequence[RefUpdate], no_oid: Oid, *, commit: bool = True) -> bytes:
    """The input of `update-ref --stdin -z`; an update that changes nothing is a mistake, for it checks nothing."""
    words = ["start"]
    for update in updates:
        assert update.old != update.new, f"{update.ref}: an unchanged ref is no check"
        assert update.ref.startswith("refs/"), update.ref
        words += [f"update {update.ref}", update.new or no_oid, update.old or no_oid]
    words += ["prepare", "commit"] if commit else []
    return "".join(f"{word}\0" for word in words).encode("utf-8", "surrogateescape")
