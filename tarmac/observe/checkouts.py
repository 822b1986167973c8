"""The checkouts' part: worktrees of runs, git's locks, drafts of tickets, moves that stopped half way, escapes.

Reads; changes nothing. git is run in a run's worktree only by the git folder that the repository itself has for it: the
`.git` file there is the agent's to change.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.git.filters import without_filters
from fp.kernel.git.run import git
from fp.kernel.git.stale import processes
from tarmac.effects.rescue import left_tree
from tarmac.model import RESCUE_PREFIX, branch_of, run_of_branch
from tarmac.observe.escapes import Watched, escapes
from tarmac.snapshot import CheckoutsFacts, LeftBehind, LockFacts, WorktreeFacts
from tarmac.store import move_journals
from tarmac.workspaces.place import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fp.kernel.git.run import Completed
    from fp.kernel.ports import Oid, Worktree
    from tarmac.model import RunName
    from tarmac.observe.eyes import Eyes
    from tarmac.snapshot import RunFacts
    from tarmac.workspaces.place import Place

WITH_WORKTREE = frozenset({"prepared", "launching", "running"})
OWN_FOLDER = ".tarmac/"
ISSUES = ".issues"
BEHIND_COMMITS_MAX = 20
"""How far back an index may be to be told as one that did not follow its branch."""
PATHS_MAX = 1000
LOCK_SUFFIX = ".lock"
TOP_LOCKS = ("index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "shallow.lock")
REFS_WALKED_MAX = 20_000


class Asked(NamedTuple):
    """What the other parts know already: the records, the target, and how to read the end of an agent's output."""

    runs: Mapping[RunName, RunFacts]
    target: str
    output: Callable[[RunName], str]

    @property
    def going(self) -> frozenset[RunName]:
        """Runs whose worktree should be there."""
        return frozenset(name for name, run in self.runs.items() if run.phase in WITH_WORKTREE)

    def watched(self, eyes: Eyes) -> Iterator[Watched]:
        """The last run of each issue, unless it landed: of older ones nobody expects anything any more."""
        last = {name.issue: run for name, run in sorted(self.runs.items()) if run.phase != "intended"}
        for run in last.values():
            if not run.landed:
                tip = run.tip or eyes.refs.get(branch_of(run.name), "")
                yield Watched(run, tip, functools.partial(self.output, run.name))


def checkouts_facts(eyes: Eyes, asked: Asked) -> CheckoutsFacts:
    """Everything about this machine's checkouts of the repository."""
    listed = eyes.world.worktrees.list()
    journals = _journals(eyes)
    people = [one for one in listed if _is_a_persons(eyes, one, asked)]
    behind = tuple(found for one in people for found in _left_behind(eyes, one, journals))
    dirty = {one.path: _uncommitted(one) for one in people if one.path not in {each.path for each in behind}}
    drafts = {path for paths in dirty.values() for path in paths if path.startswith(f"{ISSUES}/")}
    full = [os.path.join(top, path) for top, paths in dirty.items() for path in paths]
    return CheckoutsFacts(
        worktrees=tuple(_worktrees(eyes, asked, listed)),
        locks=tuple(_locks(eyes, journals)),
        left_behind=behind,
        drafts=tuple(sorted(drafts)),
        escapes=escapes(eyes, asked.watched(eyes), asked.target, full),
    )


def _is_a_persons(eyes: Eyes, one: Worktree, asked: Asked) -> bool:
    ours = str(eyes.repository.common_dir / "tarmac")
    own = _run_of(one, asked) is not None or one.path.startswith(f"{ours}{os.sep}")
    return not (own or one.bare) and os.path.isdir(one.path)


def _run_of(one: Worktree, asked: Asked) -> RunName | None:
    """The run whose worktree it is: by the recorded path, else by its branch."""
    recorded = next((name for name, run in asked.runs.items() if run.workspace == one.path), None)
    return recorded or (run_of_branch(one.branch) if one.branch else None)


# -- worktrees of runs ------------------------------------------------------------------------------------------------


def _worktrees(eyes: Eyes, asked: Asked, listed: Sequence[Worktree]) -> Iterator[WorktreeFacts]:
    seen: set[RunName] = set()
    for one in listed:
        name = _run_of(one, asked)
        if name is not None and name not in seen:
            seen.add(name)
            yield _worktree(eyes, name, one, asked.runs.get(name))
    for name in sorted(asked.going - seen):
        path = asked.runs[name].workspace
        if path and not os.path.isdir(path):
            yield WorktreeFacts(path, name, registered=False, missing=True)


def _worktree(eyes: Eyes, name: RunName, one: Worktree, run: RunFacts | None) -> WorktreeFacts:
    place = find(eyes.repository.common_dir, Path(one.path)) if os.path.isdir(one.path) else None
    if place is None:
        return WorktreeFacts(one.path, name, one.branch or "", missing=not os.path.isdir(one.path))
    dirty = _dirty(place)
    return WorktreeFacts(
        path=one.path,
        run=name,
        branch=one.branch or "",
        dirty=dirty,
        rescued=bool(dirty) and _is_rescued(eyes, name, place, run.copied if run else ()),
        tip_safe=bool(one.head) and _is_safe(eyes, one.head or "", one.branch or ""),
    )


def _dirty(place: Place) -> tuple[str, ...]:
    """Modified, staged and untracked paths; ignored ones are not work, `.tarmac/` is ours."""
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    found = [field[3:] for field in place.git(*words, ok=(0, 128)).fields()]
    return tuple(path for path in found if not path.startswith(OWN_FOLDER))[:PATHS_MAX]


def _is_rescued(eyes: Eyes, name: RunName, place: Place, copied: Sequence[str]) -> bool:
    """Whether a rescue ref holds exactly what lies there."""
    refs = eyes.below(f"{RESCUE_PREFIX}{name}")
    trees = {commit.tree for commit in eyes.world.objects.read_commits(sorted(set(refs.values()))).values()}
    return bool(trees) and left_tree(eyes.world, eyes.repository.common_dir, place, copied) in trees


def _is_safe(eyes: Eyes, tip: Oid, branch: str) -> bool:
    """Whether another ref than the branch contains the commit."""
    words = ("for-each-ref", "--count=2", "--format=%(refname)", "--contains", tip, "--", "refs/")
    return any(ref != branch for ref in eyes.repository.git(*words, ok=(0, 128, 129)).lines())


# -- checkouts of people ----------------------------------------------------------------------------------------------


def _in(one: Worktree, *words: str, ok: tuple[int, ...] = (0,)) -> Completed:
    """git in a person's checkout, with the filters of the repository's own configuration switched off."""
    return git(one.path, *words, ok=ok, config=without_filters(one.path))


def _uncommitted(one: Worktree) -> list[str]:
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    return [field[3:] for field in _in(one, *words, ok=(0, 128)).fields()]


def _left_behind(eyes: Eyes, one: Worktree, journals: Mapping[str, str]) -> Iterator[LeftBehind]:
    """A checkout whose index is not that of its commit, but exactly that of an earlier one which we moved on from."""
    if one.branch is None or one.head is None or not _differs(one, "HEAD"):
        return
    words = ("log", "--first-parent", f"--max-count={BEHIND_COMMITS_MAX}", "--format=%H %P", one.head)
    ours = ("--extended-regexp", "--grep=^Tarmac-(Landed|Parked): ", "--grep=: to do again$")
    for line in eyes.repository.git(*words[:3], *ours, *words[3:]).lines():
        _, _, parents = line.partition(" ")
        before = parents.partition(" ")[0]
        if before and not _differs(one, before):
            yield LeftBehind(one.path, one.branch, before, one.head, journals.get(one.path, ""))
            return


def _differs(one: Worktree, commit: str) -> bool:
    return _in(one, "diff-index", "--cached", "--quiet", commit, "--", ok=(0, 1, 128)).code == 1


def _journals(eyes: Eyes) -> dict[str, str]:
    """Journals of moves that were not finished, by the worktree that they name."""
    state = eyes.world.state
    found: dict[str, str] = {}
    for path in move_journals(state):
        try:
            found[str(json.loads(state.read(path)).get("worktree", ""))] = path
        except (ValueError, AttributeError):
            found[""] = path
    return found


# -- locks ------------------------------------------------------------------------------------------------------------


def _locks(eyes: Eyes, journals: Mapping[str, str]) -> Iterator[LockFacts]:
    """Lock files of git in this repository. git's own times are the wall clock's, and so is theirs here."""
    common = eyes.repository.common_dir
    found = [path for path in _lock_paths(common) if path.exists()]
    if not found:
        return
    owner = _git_at_work(eyes)
    journalled = {one.path for journal in journals.values() for one in eyes.world.worktrees.stale_locks(journal)}
    now = eyes.world.clock.now().timestamp()
    for path in found:
        try:
            age = now - path.stat().st_mtime
        except FileNotFoundError:
            continue
        yield LockFacts(_shown(path, common), max(0.0, age), owner, str(path) in journalled)


def _lock_paths(common: Path) -> Iterator[Path]:
    homes = [common, *sorted((common / "worktrees").glob("*"))]
    yield from (home / name for home in homes for name in TOP_LOCKS)
    walked = 0
    for folder, _, names in os.walk(common / "refs"):
        walked += len(names)
        if walked > REFS_WALKED_MAX:
            return
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(LOCK_SUFFIX))


def _shown(path: Path, common: Path) -> str:
    """Below the worktree's top as people type it, where there is one."""
    return str(path.relative_to(common.parent)) if common.name == ".git" else str(path)


def _git_at_work(eyes: Eyes) -> int:
    """1 when a git works in a checkout or in the git folder of this repository, else 0."""
    homes = [os.path.realpath(one.path) for one in eyes.world.worktrees.list()]
    homes.append(os.path.realpath(eyes.repository.common_dir))
    starts = tuple(os.path.join(home, "") for home in homes)
    return int(any(name.startswith("git") and f"{folder}/".startswith(starts) for name, folder in processes()))
