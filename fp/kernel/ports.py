"""The narrow ways out of the pure cores: clock, ids, host, files, objects, refs, merges, worktrees, remote, processes.

Each port is a Protocol with a real implementation in `fp.kernel` and a simulated one in `fp.kernel.sim`; both pass one
contract suite (`tests/contract`). A function takes the ports it uses; a bundle of all of them is built only in a
command's main and in the simulator. Imports the standard library only and performs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.kernel.disk import FileStat as FileStat  # noqa: TC001 - whoever uses the port names it from here

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

Oid = str
"""A full object id in lower-case hex (40 or 64 characters)."""


class Clock(Protocol):
    """Time. Durations come from `monotonic`, never from the difference of two `now`."""

    def now(self) -> datetime:
        """The wall clock, in UTC and with a zone."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed instant of this boot, suspended time included."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Ids(Protocol):
    """Randomness for names, so that a simulation can replay it."""

    def text(self, alphabet: str, length: int) -> str:
        """`length` characters drawn evenly from `alphabet`."""
        ...


class Host(Protocol):
    """Which machine and boot this is."""

    def name(self) -> str:
        """The host's name."""
        ...

    def boot_id(self) -> str:
        """Differs after every boot."""
        ...

    def process_space(self) -> int:
        """Which space of process ids this is: within a boot, a pid means something only in its own."""
        ...


class Files(Protocol):
    """Files under one root, by relative POSIX path. A path that leaves the root, also through a link, is `Refused`."""

    def read(self, path: str, limit_bytes: int | None = None) -> bytes:
        """The content; FileNotFoundError when absent; Refused over the limit or for anything but a regular file."""
        ...

    def stat(self, path: str) -> FileStat | None:
        """What is there, links not followed; None when nothing is."""
        ...

    def names(self, folder: str) -> list[str]:
        """Sorted names in the folder; empty when there is none."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Replace atomically and durably, making parents; after a crash the old or the new content is there."""
        ...

    def create(self, path: str, data: bytes) -> bool:
        """Like `write`, but only where nothing is; False (and no byte changed) when something is."""
        ...

    def replace_if(self, path: str, old: bytes, new: bytes) -> bool:
        """`write` under the path's lock if the content is still `old`; False when it is not."""
        ...

    def append(self, path: str, data: bytes) -> None:
        """Append durably."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or a link; nothing when absent."""
        ...


class TreeEntry(NamedTuple):
    """One entry of a tree; `mode` as git prints it (`100644`, `120000`, `040000`), kind blob, tree or commit."""

    mode: str
    kind: str
    oid: Oid
    path: str


class Signature(NamedTuple):
    """Who and when; `at` is in UTC."""

    name: str
    email: str
    at: datetime


class CommitRecord(NamedTuple):
    """A commit as git stores it."""

    oid: Oid
    tree: Oid
    parents: tuple[Oid, ...]
    author: Signature
    committer: Signature
    message: str


class Objects(Protocol):
    """The object store. Writing is idempotent: equal content has one id."""

    def empty_tree(self) -> Oid:
        """The id of the tree without entries, present in the store."""
        ...

    def blob(self, data: bytes) -> Oid:
        """Store content."""
        ...

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Content of each blob that exists; the others are left out."""
        ...

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Store one folder level (paths are plain names)."""
        ...

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """All blobs below `under` (a folder or a file; empty for all), recursively, with full paths, sorted."""
        ...

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """One folder level with full paths; empty when there is no such folder."""
        ...

    def with_changes(self, treeish: Oid, changes: Mapping[str, bytes | None]) -> Oid:
        """The tree with files written (mode 100644, an existing file keeps its mode) or, for None, removed."""
        ...

    def content_tree(self, commit: Oid) -> Oid:
        """The root tree without `.issues`: what evidence and reviews speak of."""
        ...

    def commit(self, tree: Oid, parents: Sequence[Oid], message: str, who: Signature) -> Oid:
        """Store a commit by `who` as author and committer."""
        ...

    def read_commit(self, oid: Oid) -> CommitRecord | None:
        """The commit; None when there is no such commit."""
        ...

    def read_commits(self, oids: Sequence[Oid]) -> dict[Oid, CommitRecord]:
        """Those of the commits that exist."""
        ...

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """Whether `descendant` contains `ancestor` (a commit contains itself)."""
        ...

    def merge_base(self, one: Oid, other: Oid) -> Oid | None:
        """The best common ancestor."""
        ...


class RefUpdate(NamedTuple):
    """One expected change. `old` or `new` None means absent; equal values are refused: they would check nothing."""

    ref: str
    old: Oid | None
    new: Oid | None


class Transacted(NamedTuple):
    """What became of a transaction: all of it or nothing. `unknown` is a lost answer: do the very same again."""

    status: str
    """done | lost | unknown"""
    detail: str = ""


class Refs(Protocol):
    """References of one repository or one remote, changed only by compare-and-swap."""

    def read(self, ref: str) -> Oid | None:
        """The value now; None when absent."""
        ...

    def list(self, prefix: str) -> dict[str, Oid]:
        """All refs below the prefix (which ends in `/`), by full name."""
        ...

    def transact(self, updates: Sequence[RefUpdate]) -> Transacted:
        """All updates or none. Repeating a transaction that was done says done again only if every new value stands."""
        ...


class Merged(NamedTuple):
    """A merge made without any worktree: the tree, or the paths that conflict."""

    tree: Oid | None
    conflicts: tuple[str, ...]


class Merges(Protocol):
    """Three-way merges by plumbing: no configured driver, filter, hook or worktree attribute takes part."""

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Merged:
        """Merge three trees; a path conflicts when git's own text merge cannot decide."""
        ...


class Worktree(NamedTuple):
    """A registered worktree. `branch` is the full ref it has checked out, also during a rebase; None when detached."""

    path: str
    head: Oid | None
    branch: str | None
    locked: bool
    prunable: bool
    bare: bool


class Moved(NamedTuple):
    """What became of moving a checked-out branch."""

    status: str
    """done | lost | refused"""
    reason: str = ""


class StaleLock(NamedTuple):
    """A lock of git whose process is dead, as it was observed; two equal observations license its removal."""

    path: str
    inode: int
    mtime_ns: int
    size: int


class Recovered(NamedTuple):
    """What became of an interrupted move of a branch."""

    status: str
    """finished | undone | blocked: something stands in the way, and the journal stays"""
    detail: str
    locks: tuple[StaleLock, ...] = ()
    """what a killed git left and `remove_stale_locks` may remove"""


class Worktrees(Protocol):
    """Worktrees of one repository."""

    def list(self) -> list[Worktree]:
        """All registered worktrees, the main one first."""
        ...

    def add(self, path: Path, branch: str, start: Oid) -> None:
        """Make the branch (`refs/heads/...`) at `start` and check it out at `path`; Refused when either exists."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a clean worktree; Refused when it holds anything that is not committed, ignored files included."""
        ...

    def check_out(self, path: Path, commit: Oid) -> None:
        """Check a commit out, detached, at a path below the kit's own state: a throw-away for gates."""
        ...

    def discard(self, path: Path) -> None:
        """Remove what `check_out` made, with all that was left in it; Refused for any other path."""
        ...

    def move_branch(self, updates: Sequence[RefUpdate], *, journal: str) -> Moved:
        """Transact `updates`; a checkout that has one of the branches follows (CONTRACT section 6), or nothing moves.

        `journal` is the path of a file that names the intent before any effect, for recovery after a crash.
        """
        ...

    def recover(self, journal: str) -> Recovered | None:
        """Finish or undo what a crash left of a move; None when there is no such journal. A new move does it first."""
        ...

    def stale_locks(self, journal: str) -> tuple[StaleLock, ...]:
        """The locks of git that the journalled move left behind; none while one of its processes, or any git, runs."""
        ...

    def remove_stale_locks(self, journal: str, seen: Sequence[StaleLock]) -> tuple[StaleLock, ...]:
        """Remove those that still are as they were `seen` by an earlier `stale_locks`; what was removed."""
        ...


class Remote(Protocol):
    """One remote repository as an authority; also a `Refs` for what it holds."""

    def refs(self) -> Refs:
        """Its refs; `transact` is one atomic push."""
        ...

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch exactly these, with `--no-prune` and no tags. External when it cannot be reached."""
        ...


class ProcessId(NamedTuple):
    """A process that a recycled pid cannot impersonate."""

    pid: int
    started: int
    """clock ticks since boot"""
    boot: str


class Liveness(NamedTuple):
    """alive | dead | unknown, and why."""

    state: str
    reason: str = ""


class ProcessRequest(NamedTuple):
    """What to start. `env` is the whole environment; output goes to files, so that nothing blocks on a pipe."""

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    stdout: str
    stderr: str
    stdin: bytes | None = None


class Processes(Protocol):
    """Processes, each the leader of a session and process group of its own."""

    def spawn(self, request: ProcessRequest) -> ProcessId:
        """Start and do not wait. External when the program cannot be started."""
        ...

    def liveness(self, process: ProcessId) -> Liveness:
        """Whether exactly this process still runs; a recycled pid is dead; another boot is dead."""
        ...

    def exit_status(self, process: ProcessId) -> int | None:
        """The exit status if it is our child and has ended; else None."""
        ...

    def signal_group(self, process: ProcessId, signal_number: int) -> bool:
        """Signal its whole group; False when the process is not alive (nothing is signalled then)."""
        ...

    def end_group(self, process: ProcessId) -> None:
        """Kill what a dead process left running in its group; nothing while it lives or its pid is another's."""
        ...
