"""What runs changed outside of their worktrees, and what ties each change to its run.

The workspace took a fingerprint of git's other refs, configuration and hooks before the run and after its end. People
and other runs move refs all the time, so a ref counts only when it holds a commit that this run made; a guarded file or
a file of a checkout counts as the run's when its output names the path, and is only said otherwise. Reads only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from tarmac.model import BRANCH_PREFIX, run_folder
from tarmac.snapshot import Escape
from tarmac.workspaces import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fp.kernel.ports import Oid
    from tarmac.observe.eyes import Eyes
    from tarmac.snapshot import RunFacts
    from tarmac.workspaces.base import Fingerprint

BEFORE_FILE = "fingerprint.before.json"
AFTER_FILE = "fingerprint.after.json"
RECORD_BYTES_MAX = 16 * 1024 * 1024
NOT_LOCAL = ("refs/remotes/", "refs/tags/", "refs/stash", BRANCH_PREFIX)
COMMITS_MAX = 1000
ESCAPES_MAX = 100
IGNORED = frozenset({"info/exclude"})
"""tarmac itself adds `.tarmac/` there."""


class Watched(NamedTuple):
    """A run to look at: its record, where its branch stands, and the end of its agent's output."""

    facts: RunFacts
    tip: Oid
    output: Callable[[], str]


def escapes(eyes: Eyes, watched: Iterable[Watched], target: str, dirty: Sequence[str]) -> tuple[Escape, ...]:
    """All of them, by run. `dirty` are absolute paths with uncommitted changes in checkouts of people."""
    found = [escape for one in watched for escape in (*_by_fingerprint(eyes, one, target), *_files(one, dirty))]
    return tuple(found[:ESCAPES_MAX])


def _by_fingerprint(eyes: Eyes, one: Watched, target: str) -> Iterator[Escape]:
    before = _load(eyes, one, BEFORE_FILE)
    if before is None:
        return
    after = _load(eyes, one, AFTER_FILE) or fingerprint.take(eyes.world.refs, eyes.world.state, _branch(one))
    own = _own_commits(eyes, one)
    for name in before.changes(after):
        if name.startswith("refs/"):
            new = after.refs.get(name)
            if new is not None and name != target and not name.startswith(NOT_LOCAL) and _holds(eyes, new, own):
                yield Escape(one.facts.name, name, "it holds a commit that the run made")
        elif name not in IGNORED:
            named = f".git/{name}" in one.output()
            yield Escape(one.facts.name, f".git/{name}", "its output names the file" if named else "")


def _branch(one: Watched) -> str:
    return f"{BRANCH_PREFIX}{one.facts.name.issue}/{one.facts.name.epoch}"


def _load(eyes: Eyes, one: Watched, name: str) -> Fingerprint | None:
    try:
        return fingerprint.load(eyes.world.state.read(f"{run_folder(one.facts.name)}/{name}", RECORD_BYTES_MAX))
    except (FileNotFoundError, KitError):
        return None


def _own_commits(eyes: Eyes, one: Watched) -> frozenset[Oid]:
    """The commits between the base and the branch's tip."""
    if not one.tip or not one.facts.base or one.tip == one.facts.base:
        return frozenset()
    words = ("rev-list", f"--max-count={COMMITS_MAX}", one.tip, f"^{one.facts.base}")
    return frozenset(eyes.repository.git(*words, ok=(0, 128)).lines())


def _holds(eyes: Eyes, new: Oid, own: frozenset[Oid]) -> bool:
    if not own:
        return False
    found = eyes.repository.git("rev-list", f"--max-count={COMMITS_MAX}", new, ok=(0, 128)).lines()
    return not own.isdisjoint(found)


def _files(one: Watched, dirty: Sequence[str]) -> Iterator[Escape]:
    """Files of people's checkouts that changed while the run worked, and that its output names by their full path."""
    young = [path for path in dirty if _changed_within(path, one.facts)]
    if young:
        output = one.output()
        for path in young:
            if path in output:
                yield Escape(one.facts.name, path, "its output names the path")


def _changed_within(path: str, run: RunFacts) -> bool:
    try:
        changed = os.lstat(path).st_mtime
    except OSError:
        return False
    return run.created_at <= changed <= (run.ended_at or changed)
