"""References of the local repository, changed by one prepared `update-ref --stdin` transaction or not at all.

libgit2's reference create is not a safe compare-and-swap [measured: 20 double winners in 2,200 races]; git's is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fp.kernel.errors import External, Refused
from fp.kernel.git import stale
from fp.kernel.ports import Oid, RefUpdate, Transacted
from fp.kernel.refnames import checked_updates, is_ref, lost, still_to_do

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.repo import Repository

LOCK_TRIES_MAX = 15
LOCK_PAUSE_SECONDS = 0.05
"""On top of the tenth of a second that git itself waits for a lock."""
TRANSIENT = ("File exists", "but expected", "reference already exists", "reference is missing", "unable to resolve")
"""git's words for a lock that is held, or for a value that was another a moment ago: then the references decide."""
BLOCKED = ("; cannot create", "at the same time")
NO_OBJECT = ("nonexistent object", "non-commit object", "invalid <newvalue>", "missing object")


class GitRefs:
    """`Refs` of one repository."""

    def __init__(self, repository: Repository):
        self._repository = repository

    def read(self, ref: str) -> Oid | None:
        """The value now."""
        return self._values((ref,)).get(ref)

    def list(self, prefix: str) -> dict[str, Oid]:
        """All refs below a prefix."""
        if not prefix.startswith("refs/"):
            raise Refused(f"not a prefix of references: {prefix!r}", reason="bad-ref")
        return {name: oid for name, oid in self._listed((prefix,)).items() if name.startswith(prefix)}

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One transaction. A lock that another git holds for a moment is waited for; it says nothing of who won. One
        that a killed git left on a reference of ours is removed, and the transaction tried once more.
        """
        checked_updates(updates)
        done = self._tried(updates)
        if isinstance(done, str) and stale.free_own_refs(self._repository, [update.ref for update in updates]):
            done = self._tried(updates)
        if isinstance(done, Transacted):
            return done
        raise External(
            f"the references stay locked: {done}",
            hint="if no git runs here, `tarmac reconcile` says which lock is stale (D-84)",
            reason="refs-locked",
        )

    def _tried(self, updates: Sequence[RefUpdate]) -> Transacted | str:
        """Its outcome, or what git said when the references were locked all the time."""
        said, rest = "", updates
        for _ in range(LOCK_TRIES_MAX):
            script = transaction_script(rest, self._repository.no_oid)
            # Success is the line, not the exit status: git exits 0 also when it aborts at the end of its input.
            done = self._repository.git("update-ref", "--no-deref", "--stdin", "-z", stdin=script, ok=(0, 1, 128))
            if "commit: ok" in done.lines():
                return Transacted("done")
            standing = self.standing(updates)
            left = still_to_do(standing, updates)
            if left is None:
                return lost(standing, updates)
            if not left:
                return Transacted("done", "it had been done before")
            raise_if_hopeless(done.stderr)
            said, rest = done.stderr, left
            time.sleep(LOCK_PAUSE_SECONDS)
        return said

    def standing(self, updates: Sequence[RefUpdate]) -> dict[str, Oid | None]:
        """Where the references of a transaction are now, in one look."""
        values = self._values([update.ref for update in updates])
        return {update.ref: values.get(update.ref) for update in updates}

    def _values(self, refs: Sequence[str]) -> dict[str, Oid]:
        asked = [ref for ref in refs if is_ref(ref)]
        return self._listed(asked) if asked else {}

    def _listed(self, patterns: Sequence[str]) -> dict[str, Oid]:
        found = self._repository.git("for-each-ref", "--format=%(refname) %(objectname)", "--", *patterns)
        return {name: oid for name, _, oid in (line.rpartition(" ") for line in found.lines())}


def raise_if_hopeless(said: str) -> None:
    """Refused or External for a refusal of git that no further try can turn."""
    if any(words in said for words in BLOCKED):
        raise Refused(f"a reference of that name cannot be made: {said}", reason="ref-blocked")
    if any(words in said for words in NO_OBJECT):
        raise Refused(f"a reference would name no commit: {said}", reason="no-object")
    if not any(words in said for words in TRANSIENT):
        raise External(f"git update-ref failed: {said}", reason="git-failed")


def transaction_script(updates: Sequence[RefUpdate], no_oid: Oid, *, commit: bool = True) -> bytes:
    """The input of `update-ref --stdin -z`."""
    words = ["start"]
    for update in updates:
        words += [f"update {update.ref}", update.new or no_oid, update.old or no_oid]
    words += ["prepare", "commit"] if commit else []
    return "".join(f"{word}\0" for word in words).encode("utf-8", "surrogateescape")
