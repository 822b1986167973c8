"""Worktrees over a simulated disk: the same rules, the same journal and the same failpoints as the real ones.

One difference: a simulated git is never killed without its parent, so it leaves no stale locks.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from fp.kernel.ports import Moved, Oid, Recovered, RefUpdate, Signature, StaleLock, Worktree
from fp.kernel.refnames import blocking, checked_updates, is_ref, lost, still_to_do
from fp.kernel.sim import checkouts, plain
from fp.kernel.sim.checkouts import Checkout, entries_of
from fp.kernel.sim.faults import Faults
from fp.kernel.sim.files import SimFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fp.kernel.sim.disk import SimDisk
    from fp.kernel.sim.objects import SimObjects
    from fp.kernel.sim.refs import SimRefs

BRANCHES = "refs/heads/"


class SimWorktrees:
    """`Worktrees` of one simulated repository whose main worktree is at `main`."""

    def __init__(self, objects: SimObjects, refs: SimRefs, disk: SimDisk, *, main: str, faults: Faults | None = None):
        self._objects = objects
        self._refs = refs
        self._disk = disk
        self._faults = faults or Faults()
        self._home = f"{main}/.git"
        plain.make_folders(disk, self._home)
        self._state = SimFiles(disk, self._home)
        self._checkouts = {main: Checkout(main, f"{BRANCHES}main")}

    def list(self) -> list[Worktree]:
        """All registered ones, the main one first."""
        self._faults.check("worktrees.list")
        return [
            Worktree(
                path=each.path,
                head=self._head(each),
                branch=each.branch,
                locked=each.locked,
                prunable=plain.status(self._disk, each.path) is None,
                bare=False,
            )
            for each in self._checkouts.values()
        ]

    def add(self, path: Path, branch: str, start: Oid) -> None:
        """Make the branch and check it out."""
        self._faults.check("worktrees.add")
        self._check_new_branch(branch, start)
        if plain.status(self._disk, str(path)) is not None:
            raise Refused("something is there already", where=str(path), reason="path-exists")
        self._refs.put(branch, start)
        self._register(Checkout(str(path), branch), start)

    def remove(self, path: Path) -> None:
        """Remove a clean linked worktree."""
        self._faults.check("worktrees.remove")
        checkout = self._checkouts.get(str(path))
        if checkout is None or self._is_main(checkout):
            raise Refused("is no linked worktree of this repository", where=str(path), reason="not-a-worktree")
        if checkout.locked:
            raise Refused("somebody locked this worktree", where=str(path), reason="worktree-locked")
        there = plain.status(self._disk, checkout.path) is not None
        left = self.dirt(path) if there else []
        if left:
            raise Refused(f"holds {left[0]!r}, which is not committed", where=str(path), reason="dirty")
        self._drop(checkout)

    def check_out(self, path: Path, commit: Oid) -> None:
        """A detached throw-away."""
        self.discard(path)
        if self._objects.kind(commit) != "commit":
            raise Refused(f"not a full object id: {commit!r}", reason="bad-oid")
        self._register(Checkout(str(path), None, commit), commit)

    def discard(self, path: Path) -> None:
        """Remove what `check_out` made."""
        if not str(path).startswith(f"{self._home}/tarmac/") or ".." in path.parts:
            raise Refused("is not a throw-away checkout of ours", where=str(path), reason="not-ours")
        self._faults.check("worktrees.discard")
        self._drop(self._checkouts.get(str(path)) or Checkout(str(path), None))

    def move_branch(self, updates: Sequence[RefUpdate], *, journal: str) -> Moved:
        """Transact; the checkout of a moved branch follows, or nothing moves."""
        checked_updates(updates)
        self.recover(journal)
        standing = {update.ref: self._refs.read(update.ref) for update in updates}
        left = still_to_do(standing, updates)
        if left is None:
            return Moved("lost", lost(standing, updates).detail)
        if not left:
            return Moved("done", "it had been done before")
        followers = [
            (each, update) for update in left for each in self._checkouts.values() if each.branch == update.ref
        ]
        if not followers:
            return Moved(*self._refs.transact(left))
        reason = self._why_not(followers)
        return Moved("refused", reason) if reason else self._follow(*followers[0], left, journal)

    def recover(self, journal: str) -> Recovered | None:
        """Finish or undo what a crash left."""
        if self._state.stat(journal) is None:
            return None
        record = json.loads(self._state.read(journal))
        checkout = self._checkouts.get(record["worktree"])
        if self._refs.value(record["ref"]) == record["new"] or checkout is None:
            self._state.remove(journal)
            return Recovered("finished", f"{record['ref']} has moved with its checkout")
        head = entries_of(self._objects, self._head(checkout))
        old, new = (entries_of(self._objects, record[key]) for key in ("old", "new"))
        ours = {path for path in {*old, *new} if head.get(path) == old.get(path)}
        old, new = ({path: entry for path, entry in side.items() if path in ours} for side in (old, new))
        checkouts.put_back(self._disk, self._objects, checkout, old, new)
        self._state.remove(journal)
        return Recovered("undone", f"{record['ref']} had not moved: the checkout is as it was")

    def stale_locks(self, journal: str) -> tuple[StaleLock, ...]:
        """None: see above."""
        self._state.stat(journal)
        return ()

    def remove_stale_locks(self, journal: str, seen: Sequence[StaleLock]) -> tuple[StaleLock, ...]:
        """None: see above."""
        self._state.stat(journal)
        return ()

    # -- what people do -------------------------------------------------------------------------------------------

    def checkout_at(self, path: Path | str) -> Checkout:
        """The checkout, to set something under way in it, lock it or look at its index."""
        return self._checkouts[str(path)]

    def dirt(self, path: Path | str) -> Sequence[str]:
        """Paths with what no commit has."""
        checkout = self._checkouts[str(path)]
        return checkouts.dirt(self._disk, checkout, entries_of(self._objects, self._head(checkout)))

    def reset(self, path: Path | str) -> None:
        """`git reset --hard`: index and files as the branch has them."""
        checkout = self._checkouts[str(path)]
        new = entries_of(self._objects, self._head(checkout))
        there = {name: checkouts.found(self._disk, checkout, name) for name in checkout.index}
        old = {name: entry for name, entry in there.items() if entry is not None}
        checkouts.follow(self._disk, self._objects, checkout, old, new)
        checkout.index = new

    def commit_all(self, path: Path | str, message: str, who: Signature) -> Oid:
        """`git add --all; git commit`: index and files become the branch's new commit."""
        checkout = self._checkouts[str(path)]
        names = [*plain.walk(self._disk, checkout.path)]
        data = {name: plain.get(self._disk, f"{checkout.path}/{name}") for name in names}
        for content in data.values():
            self._objects.blob(content or b"")
        now = {name: checkouts.found(self._disk, checkout, name) for name in names}
        checkout.index = {name: entry for name, entry in now.items() if entry is not None}
        head = self._head(checkout)
        gone = dict.fromkeys(name for name in entries_of(self._objects, head) if name not in checkout.index)
        base = head or self._objects.empty_tree()
        tree = self._objects.with_changes(base, {**gone, **data})
        commit = self._objects.commit(tree, (head,) if head else (), message, who)
        if checkout.branch is None:
            checkout.head = commit
        else:
            self._refs.put(checkout.branch, commit)
        return commit

    # -- inside ---------------------------------------------------------------------------------------------------

    def _follow(self, checkout: Checkout, update: RefUpdate, updates: Sequence[RefUpdate], journal: str) -> Moved:
        old, new = (entries_of(self._objects, oid) for oid in (update.old, update.new))
        reason = checkouts.obstacle(self._disk, checkout, old, new)
        if reason:
            return Moved("refused", reason)
        record = {"worktree": checkout.path, "ref": update.ref, "old": update.old, "new": update.new}
        self._state.write(journal, json.dumps(record).encode())
        self._faults.point("move-journalled")
        self._faults.point("move-prepared")
        checkouts.follow(self._disk, self._objects, checkout, old, new)
        self._faults.point("move-checked-out")
        self._refs.apply(updates, lambda each, now: now == each.old)
        self._faults.point("move-committed")
        self._state.remove(journal)
        return Moved("done")

    def _why_not(self, followers: Sequence[tuple[Checkout, RefUpdate]]) -> str | None:
        checkout, update = followers[0]
        if len(followers) > 1:
            return f"more than one checkout would have to follow: {' and '.join(each.path for each, _ in followers)}"
        if update.old is None or update.new is None:
            return f"{update.ref} is checked out at {checkout.path}, so it can be neither made nor removed"
        if plain.status(self._disk, checkout.path) is None:
            return f"the checkout at {checkout.path} is gone; if that is meant: git worktree prune"
        return None

    def _check_new_branch(self, branch: str, start: Oid) -> None:
        name = branch.removeprefix(BRANCHES)
        if not is_ref(branch) or name == branch or name.startswith("-"):
            raise Refused(f"not the full name of a branch: {branch!r}", reason="bad-ref")
        branches = self._refs.below(BRANCHES)
        if branch in branches:
            raise Refused(f"branch {name} exists already", reason="branch-exists")
        if blocking(branch, [*branches]):
            raise Refused(f"branch {name} cannot be made: {blocking(branch, [*branches])} exists", reason="ref-blocked")
        if self._objects.kind(start) != "commit":
            raise Refused(f"not a commit of this repository: {start!r}", reason="bad-oid")

    def _register(self, checkout: Checkout, commit: Oid) -> None:
        plain.make_folders(self._disk, checkout.path)
        self._checkouts[checkout.path] = checkout
        checkouts.follow(self._disk, self._objects, checkout, {}, entries_of(self._objects, commit))

    def _drop(self, checkout: Checkout) -> None:
        if plain.status(self._disk, checkout.path) is not None:
            plain.remove_tree(self._disk, checkout.path)
        self._checkouts.pop(checkout.path, None)

    def _head(self, checkout: Checkout) -> Oid | None:
        return checkout.head if checkout.branch is None else self._refs.value(checkout.branch)

    def _is_main(self, checkout: Checkout) -> bool:
        return checkout is next(iter(self._checkouts.values()))
