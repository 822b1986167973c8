"""A remote repository as an authority: its refs are read by `ls-remote` and changed by one atomic push.

A push sends nothing for a ref that already has its value, so an unchanged ref checks nothing [measured: a stale epoch
landed]. Every update of a transaction therefore changes its ref, and a remote without atomic pushes is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import External, Refused
from fp.kernel.git.run import Completed, git
from fp.kernel.ports import Oid, Refs, RefUpdate, Transacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.repo import Repository

NETWORK_TIMEOUT_SECONDS = 60.0
REFUSALS = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "already exists",
    "atomic",
    "cannot lock ref",
    "failed to update ref",
)
"""What a definite no reads like; anything else may have been carried out."""


class GitRemote:
    """`Remote` by its name in git's configuration."""

    def __init__(self, repository: Repository, name: str):
        if name.startswith("-") or not name:
            raise Refused(f"not a remote's name: {name!r}", reason="bad-remote")
        self._repository = repository
        self._name = name

    def refs(self) -> Refs:
        """Its refs."""
        return RemoteRefs(self._repository, self._name)

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch exactly these. A pruning or mirroring configuration must not delete what only we have."""
        words = ("fetch", "--no-prune", "--no-tags", "--no-write-fetch-head", "--quiet", "--refmap=")
        git(self._repository.where, *words, "--", self._name, *refspecs, timeout_seconds=NETWORK_TIMEOUT_SECONDS)


class RemoteRefs:
    """`Refs` of one remote."""

    def __init__(self, repository: Repository, name: str):
        self._repository = repository
        self._name = name

    def read(self, ref: str) -> Oid | None:
        """The value there now."""
        return self.list(ref).get(ref)

    def list(self, prefix: str) -> dict[str, Oid]:
        """All refs below a prefix (which ends in `/`), or the one ref of that name."""
        pattern = f"{prefix}*" if prefix.endswith("/") else prefix
        words = ("ls-remote", "--refs", "--quiet", "--", self._name, pattern)
        found = git(self._repository.where, *words, timeout_seconds=NETWORK_TIMEOUT_SECONDS)
        pairs = (line.partition("\t") for line in found.lines())
        return {ref: oid for oid, _, ref in pairs if ref.startswith(prefix)}

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One atomic push. `unknown` when no definite answer came: the caller repeats the very same push."""
        for update in updates:
            assert update.old != update.new, f"{update.ref}: an unchanged ref is no check"
        leases = [f"--force-with-lease={update.ref}:{update.old or ''}" for update in updates]
        specs = [f"{update.new or ''}:{update.ref}" for update in updates]
        words = (
            "push",
            "--atomic",
            "--porcelain",
            "--no-verify",
            "--no-follow-tags",
            "--recurse-submodules=no",
            *leases,
        )
        try:
            done = git(
                self._repository.where,
                *words,
                "--",
                self._name,
                *specs,
                ok=(0, 1, 128),
                timeout_seconds=NETWORK_TIMEOUT_SECONDS,
            )
        except External as error:
            if error.reason == "git-timeout":
                return Transacted("unknown", error.message)
            raise
        return self._outcome(done, updates)

    def _outcome(self, done: Completed, updates: Sequence[RefUpdate]) -> Transacted:
        said = f"{done.text()}\n{done.stderr}"
        if done.code == 0 and not any(line.startswith("=") for line in done.lines()):
            return Transacted("done")
        if "does not support --atomic" in said:
            raise External(
                f"remote {self._name} has no atomic pushes, so it cannot be an authority",
                hint="set `authority: local` in .issues/config.yaml, or use another host",
                reason="remote-not-atomic",
            )
        refused = next((line for line in said.splitlines() if any(word in line for word in REFUSALS)), None)
        if refused is None and done.code != 0:
            return Transacted("unknown", done.stderr)
        if all(self.read(update.ref) == update.new for update in updates):
            return Transacted("done", "it had been done before")
        return Transacted("lost", refused or "the remote has these values already for a part of the push")


def probe(repository: Repository, name: str, commit: Oid, nonce: str) -> None:
    """Prove that a remote takes our refs and atomic pushes, and leave nothing there. External when it does not."""
    refs = RemoteRefs(repository, name)
    names = [f"refs/fp/probe/{nonce}-{part}" for part in ("a", "b")]
    made = refs.transact([RefUpdate(ref, None, commit) for ref in names])
    if made.status != "done":
        raise External(
            f"remote {name} refuses refs under refs/fp: {made.detail}",
            hint="`claim_refs: refs/heads/fp/claims` in .issues/config.yaml keeps claims on branches",
            reason="remote-refuses-refs",
        )
    refs.transact([RefUpdate(ref, commit, None) for ref in names])
