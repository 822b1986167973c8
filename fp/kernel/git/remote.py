"""A remote repository as an authority: its refs are read by `ls-remote` and changed by one atomic push.

A push sends nothing for a ref that already has its value, so an unchanged ref checks nothing [measured: a stale epoch
landed]. Every update of a transaction therefore changes its ref, and a remote without atomic pushes is refused.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from fp.kernel.errors import Config, External, Refused
from fp.kernel.git import stale
from fp.kernel.git.run import git
from fp.kernel.ports import Oid, Refs, RefUpdate, Transacted
from fp.kernel.refnames import checked_updates, is_ref, lost, still_to_do

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.git.repo import Repository

ANSWER_SECONDS_MAX = 60.0
TRANSFER_SECONDS_MAX = 300.0
TRIES_MAX = 5
PAUSE_SECONDS = 0.1
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
PUSH_OPTIONS = (
    "--atomic",
    "--porcelain",
    "--no-verify",
    "--no-follow-tags",
    "--no-signed",
    "--recurse-submodules=no",
)
RACES = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "already exists",
    "atomic",
    "failed to update ref",
    "failed to lock",
    "cannot lock ref",
    "incorrect old value",
    "reference already exists",
)
"""What the refusal of one reference reads like when somebody else moved it, or holds its lock for a moment."""
GONE = "remote ref does not exist"
LOCKED = ("cannot lock ref", "Unable to create")
"""What git says when the lock of a reference here is there already; its last line need not name the file."""
NOT_SENT = (
    "does not appear to be a git repository",
    "Could not resolve host",
    "Connection refused",
    "Permission denied",
    "Authentication failed",
    "could not read Username",
    "Repository not found",
    "not allowed",
    "does not match any",
    "bad object",
    "cannot be combined",
)
"""What git says when nothing has been asked of the remote: a definite failure, not an unknown outcome."""


class GitRemote:
    """`Remote` by its name in git's configuration."""

    def __init__(self, repository: Repository, name: str, *, seconds_max: float = TRANSFER_SECONDS_MAX):
        if not NAME.fullmatch(name) or ".." in name:
            raise Refused(f"not a remote's name: {name!r}", reason="bad-remote")
        if repository.setting(f"remote.{name}.url") is None:  # git would take it for a path or an address
            raise Config(f"no remote is called {name!r}", hint=f"git remote add {name} URL", reason="no-remote")
        self._repository = repository
        self._name = name
        self._seconds_max = seconds_max

    def refs(self) -> Refs:
        """Its refs."""
        return RemoteRefs(self._repository, self._name, seconds_max=self._seconds_max)

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch exactly these. A pruning or mirroring configuration must not delete what only we have.

        A lock that a killed fetch left on our copy of a ref is removed, and the fetch repeated once.
        """
        try:
            self._fetch(refspecs)
        except External as error:
            if not any(words in error.message for words in LOCKED):
                raise
            if not stale.free_own_refs(self._repository, [spec.rpartition(":")[2] for spec in refspecs]):
                raise
            self._fetch(refspecs)

    def _fetch(self, refspecs: Sequence[str]) -> None:
        words = (
            "fetch",
            "--no-prune",
            "--no-prune-tags",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--quiet",
            "--refmap=",
        )
        git(self._repository.where, *words, "--", self._name, *refspecs, timeout_seconds=self._seconds_max)


class RemoteRefs:
    """`Refs` of one remote."""

    def __init__(self, repository: Repository, name: str, *, seconds_max: float = TRANSFER_SECONDS_MAX):
        self._repository = repository
        self._name = name
        self._seconds_max = seconds_max

    def read(self, ref: str) -> Oid | None:
        """The value there now."""
        return self._listed((ref,)).get(ref) if is_ref(ref) else None

    def list(self, prefix: str) -> dict[str, Oid]:
        """All refs below a prefix (which ends in `/`), or the one ref of that name."""
        if not prefix.startswith("refs/"):
            raise Refused(f"not a prefix of references: {prefix!r}", reason="bad-ref")
        pattern = f"{prefix}*" if prefix.endswith("/") else prefix
        return {ref: oid for ref, oid in self._listed((pattern,)).items() if ref.startswith(prefix)}

    def _listed(self, patterns: Sequence[str]) -> dict[str, Oid]:
        words = ("ls-remote", "--refs", "--quiet", "--", self._name, *patterns)
        found = git(self._repository.where, *words, timeout_seconds=ANSWER_SECONDS_MAX)
        return {ref: oid for oid, _, ref in (line.partition("\t") for line in found.lines())}

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """One atomic push. `unknown` when no definite answer came: the caller repeats the very same push."""
        rest: Sequence[RefUpdate] = checked_updates(updates)
        said = ""
        for _ in range(TRIES_MAX):
            answer = self._push(rest)
            if isinstance(answer, Transacted):
                return answer
            said = answer
            values = self._listed([update.ref for update in updates])
            standing = {update.ref: values.get(update.ref) for update in updates}
            left = still_to_do(standing, updates)
            if left is None:
                return lost(standing, updates)
            if not left:
                return Transacted("done", "it had been done before")
            rest = left
            time.sleep(PAUSE_SECONDS)
        raise External(f"the references of remote {self._name} stay locked: {said}", reason="refs-locked")

    def _push(self, updates: Sequence[RefUpdate]) -> Transacted | str:
        """How it ended, or what was said where only the references can tell."""
        leases = [f"--force-with-lease={update.ref}:{update.old or ''}" for update in updates]
        specs = [f"{update.new or ''}:{update.ref}" for update in updates]
        words = ("push", *PUSH_OPTIONS, *leases, "--", self._name, *specs)
        try:
            done = git(self._repository.where, *words, ok=(0, 1, 128), timeout_seconds=self._seconds_max)
        except External as error:
            if error.reason == "git-timeout":
                return Transacted("unknown", error.message)
            raise
        if done.code == 0 and not any(line.startswith("=") for line in done.lines()):
            return Transacted("done")
        if done.code == 0 or GONE in done.stderr:
            return "it had moved already"
        refusals = [line.split("\t")[2] for line in done.lines() if line.startswith("!") and line.count("\t") >= 2]
        return self._refused(refusals) if refusals else self._unanswered(done.stderr)

    def _refused(self, refusals: Sequence[str]) -> str:
        """A definite no: of a race, or by the remote's own rules, which no further try can turn."""
        if any("unpacker error" in text for text in refusals):
            raise External(f"cannot push to remote {self._name}: it could not store the objects", reason="git-failed")
        rule = next((text for text in refusals if not any(words in text for words in RACES)), None)
        if rule is not None:
            raise Refused(f"remote {self._name} refuses the push: {rule}", reason="remote-refused")
        return refusals[0]

    def _unanswered(self, said: str) -> Transacted:
        if "does not support --atomic" in said:
            raise External(
                f"remote {self._name} has no atomic pushes, so it cannot be an authority",
                hint="set `authority: local` in .issues/config.yaml, or use another host",
                reason="remote-not-atomic",
            )
        if any(words in said for words in NOT_SENT):
            raise External(f"cannot push to remote {self._name}: {said}", reason="remote-unreachable")
        return Transacted("unknown", said)


def probe(repository: Repository, name: str, place: str, commits: tuple[Oid, Oid]) -> None:
    """Prove that a remote takes our refs, moves them anywhere and pushes atomically, and leave nothing there.

    `place` is the prefix to try (it ends in `/`), `commits` are two that are related to nothing, so that the push sends
    nothing else. External when it does not, Refused (`probe-left`) when what the trial made could not be removed.
    """
    refs = RemoteRefs(repository, name)
    first, second = commits
    names = [f"{place}{first}-{part}" for part in ("a", "b")]
    try:
        _tried(refs, name, [RefUpdate(ref, None, first) for ref in names])
        _tried(refs, name, [RefUpdate(ref, first, second) for ref in names])
    finally:
        _removed(refs, name, names)


def _tried(refs: RemoteRefs, name: str, updates: Sequence[RefUpdate]) -> None:
    try:
        made = refs.transact(updates)
    except Refused as error:
        hint = "try `claim_refs: refs/heads/fp/claims`, which keeps claims on branches, or allow these refs there"
        raise External(error.message, hint=hint, reason="remote-refuses-refs") from error
    if made.status != "done":
        raise External(f"remote {name} gave no answer: {made.detail}", reason="remote-unreachable")


def _removed(refs: RemoteRefs, name: str, names: Sequence[str]) -> None:
    """Take away what is there of these; Refused, naming what stays, when the remote keeps it."""
    made = {ref: oid for ref in names if (oid := refs.read(ref)) is not None}
    if not made:
        return
    try:
        refs.transact([RefUpdate(ref, oid, None) for ref, oid in made.items()])
    except Refused as error:
        hint = f"remove {' '.join(made)} there"
        raise Refused(f"{error.message}, and so refs of the trial stay", hint=hint, reason="probe-left") from error
