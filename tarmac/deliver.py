"""`land.via: push`: what landed on a branch here is brought to the remote that the branch follows. A shell.

Only where this repository is the authority: the landing stands by its claim already, and this push is no fence. It goes
forward only, up to the newest landing and no further: what a person committed after it is theirs to push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.ports import RefUpdate

if TYPE_CHECKING:
    from collections.abc import Collection

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.kernel.world import World

REMOTE_DEFAULT = "origin"
COMMITS_WALKED_MAX = 1000
AGAIN_SECONDS = 60.0
"""How long a remote that would not take it is left alone."""


class Told(NamedTuple):
    """What there is to tell: `what` is `pushed` or `cannot`."""

    what: str
    detail: str


class Delivery:
    """Brings landings of one repository to a remote, and remembers what it tried."""

    def __init__(self, repository: Repository, world: World):
        self._repository = repository
        self._world = world
        self._tried: tuple[Oid, Oid | None] | None = None
        self._not_before = 0.0

    def bring(self, ref: str, target: Oid, landed: Collection[Oid]) -> Told | None:
        """Push the newest landing that `target`, the commit of `ref`, has and the remote lacks; None when none is."""
        short = ref.removeprefix("refs/heads/")
        name = self._repository.setting(f"branch.{short}.remote") or REMOTE_DEFAULT
        branch = self._repository.setting(f"branch.{short}.merge") or ref
        copy = f"refs/remotes/{name}/{branch.removeprefix('refs/heads/')}"
        there, now = self._world.refs.read(copy), self._world.clock.monotonic()
        if self._tried == (target, there) and now < self._not_before:
            return None
        self._tried, self._not_before = (target, there), now + AGAIN_SECONDS
        landing = self._newest(target, there, landed)
        if landing is None:
            return None
        try:
            return self._push(name, branch, copy, landing)
        except KitError as error:
            return Told("cannot", f"push {short} to {name}: {error.message}")

    def _newest(self, target: Oid, there: Oid | None, landed: Collection[Oid]) -> Oid | None:
        """The first landing on the way from the target to what the remote has."""
        at: Oid | None = target
        for _ in range(COMMITS_WALKED_MAX):
            if at is None or at == there:
                return None
            if at in landed:
                return at
            commit = self._world.objects.read_commit(at)
            at = commit.parents[0] if commit is not None and commit.parents else None
        return None

    def _push(self, name: str, branch: str, copy: str, landing: Oid) -> Told | None:
        remote = self._world.remote(name)
        there = remote.refs().read(branch)
        if there is not None and self._world.refs.read(copy) != there:
            remote.fetch([f"+{branch}:{copy}"])
        objects = self._world.objects
        if there is not None and objects.is_ancestor(landing, there):
            return None
        if there is not None and not objects.is_ancestor(there, landing):
            detail = f"{name} has commits that are not here: git pull {name} {branch.removeprefix('refs/heads/')}"
            return Told("cannot", f"push the landings: {detail}")
        done = remote.refs().transact([RefUpdate(branch, there, landing)])
        if done.status != "done":
            return Told("cannot", f"push to {name}: {done.detail}")
        seen = self._world.refs.read(copy)  # git may have noted the push there itself
        if seen != landing:
            self._world.refs.transact([RefUpdate(copy, seen, landing)])
        return Told("pushed", f"{landing[:7]} to {name} {branch.removeprefix('refs/heads/')}")
