"""What a workspace of any kind can do: prepare, collect, fingerprint, release; and how work is kept from loss.

Pure declarations, and one helper over the port `refs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.kernel.errors import Refused
from fp.kernel.ports import RefUpdate
from tarmac.model import rescue_ref

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.ports import Oid, Refs
    from tarmac.model import Run, RunName

RESCUES_MAX = 100


class Collected(NamedTuple):
    """The work of an ended run. `tip` is the tip of its branch; `empty` when it adds nothing to the base's content.

    `left_uncommitted` says that a commit was made of what the agent left. `notes` are sentences for people: what was
    not taken and why, a HEAD that is elsewhere, a branch that was rewound.
    """

    tip: Oid
    empty: bool
    left_uncommitted: bool
    notes: tuple[str, ...] = ()


class Fingerprint(NamedTuple):
    """What a run must not change. `refs` are all but its own branch; `guarded` maps config, hooks, info to digests."""

    refs: Mapping[str, Oid]
    guarded: Mapping[str, str]

    def changes(self, later: Fingerprint) -> tuple[str, ...]:
        """What differs, sorted: full ref names, and names of guarded things."""
        refs = {ref for ref in {*self.refs, *later.refs} if self.refs.get(ref) != later.refs.get(ref)}
        names = {*self.guarded, *later.guarded}
        return tuple(sorted(refs | {name for name in names if self.guarded.get(name) != later.guarded.get(name)}))


class Workspace(Protocol):
    """Workspaces of one kind. All paths are those that the run's record names."""

    def prepare(self, run: Run) -> None:
        """Make it, or finish what a crash left half made. Refused or External when that cannot be."""
        ...

    def collect(self, run: Run) -> Collected:
        """Commit what the agent left, as the run's identity. Its processes are dead. Repeating it changes nothing."""
        ...

    def fingerprint(self, run: Run) -> Fingerprint:
        """What lies around the workspace now, for comparison."""
        ...

    def release(self, run: Run, patterns: Sequence[str] = ()) -> str:
        """Remove it if it holds nothing of its own; empty when it is gone, else why it was kept.

        Ignored files that the policy's `patterns` take are nobody's own, and go with it.
        """
        ...


def rescue(refs: Refs, name: RunName, oid: Oid) -> str:
    """Point a rescue ref at `oid`, from absent; the ref's name, also when an earlier one holds it already."""
    for number in range(RESCUES_MAX):
        ref = rescue_ref(name, number)
        standing = refs.read(ref)
        if standing is None and refs.transact([RefUpdate(ref, None, oid)]).status == "done":
            return ref
        if refs.read(ref) == oid:
            return ref
    raise Refused(f"{name} has {RESCUES_MAX} rescue refs", hint="look at them and delete what is not needed")
