"""Issues as other branches and sibling worktrees have them, without checking anything out. A shell over git's objects.

Every local and remote-tracking branch is held against another tree, all in one process, and each blob that differs is
read once, on however many branches it is. An issue is the same by its id, whatever its file is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fp.codec import id_of_path, read_issue
from fp.kernel.errors import KitError
from fp.kernel.fs import RealFiles
from fp.kernel.git.filters import without_filters
from fp.kernel.git.run import git
from fp.kernel.git.worktrees import GitWorktrees
from fp.model import ARCHIVE_FOLDER, ISSUES_FOLDER, archive_path, event_owner, issue_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from fp.config import Config
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid, Worktree
    from fp.model import Issue

BRANCHES_MAX = 2_000
WORKTREES_MAX = 64
THERE = "there"
REMOVED = "removed"
ABSENT = "absent"
UNREADABLE = "unreadable"


class Version(NamedTuple):
    """An issue in another place: a branch's short name, or a worktree's folder. `state` says whether there is one."""

    where: str
    state: str
    issue: Issue | None = None

    @property
    def status(self) -> str | None:
        """Its status there; None where it is removed or cannot be read."""
        return None if self.issue is None else self.issue.status


class Branches(NamedTuple):
    """What branches have otherwise, by id. `others` were looked at; `left_out` counts those beyond the limit."""

    differing: Mapping[str, tuple[Version, ...]]
    others: tuple[str, ...]
    left_out: int


class _Branch(NamedTuple):
    """A branch's short name, its tracker's tree, and the one that it is held against."""

    name: str
    tree: Oid
    base: Oid


class _Change(NamedTuple):
    path: str
    old: Oid | None
    new: Oid | None


def changed_on_branches(repository: Repository, objects: GitObjects, config: Config) -> Branches:
    """What other branches have changed since they left HEAD's history; what HEAD has changed is none of theirs."""
    head = repository.resolve("HEAD")
    found = _branches(repository, "--no-merged=HEAD" if head is not None else "")
    shown = found[:BRANCHES_MAX]
    forks = {commit: objects.merge_base(head, commit) if head is not None else None for _, commit in shown}
    bases = _trees(repository, [forks[commit] or repository.no_oid for _, commit in shown])
    return _compared(repository, objects, config, found, bases)


def all_branches(repository: Repository, objects: GitObjects, config: Config) -> Branches:
    """What all other branches have otherwise than HEAD has it, be it newer or older."""
    found = _branches(repository, "")
    own = _trees(repository, [repository.resolve("HEAD") or repository.no_oid])
    told = _compared(repository, objects, config, found, own * len(found[:BRANCHES_MAX]))
    absent = {
        issue_id: tuple(one._replace(state=ABSENT) if one.state == REMOVED else one for one in rows)
        for issue_id, rows in told.differing.items()
    }
    return told._replace(differing=absent)


def _compared(
    repository: Repository,
    objects: GitObjects,
    config: Config,
    found: Sequence[tuple[str, Oid]],
    bases: Sequence[Oid | None],
) -> Branches:
    shown = found[:BRANCHES_MAX]
    trees = _trees(repository, [commit for _, commit in shown])
    empty = objects.empty_tree()
    branches = [
        _Branch(name, tree, base or empty)
        for (name, _), tree, base in zip(shown, trees, bases, strict=True)
        if tree is not None
    ]
    changes = _with_archives(
        repository, _changes(repository, {(one.base, one.tree) for one in branches if one.base != one.tree}), empty
    )
    versions = _read(objects, config, changes)
    told = {pair: list(_by_id(rows, versions)) for pair, rows in changes.items()}
    differing: dict[str, list[Version]] = {}
    for one in branches:
        for issue_id, state, issue in told.get((one.base, one.tree), ()):
            differing.setdefault(issue_id, []).append(Version(one.name, state, issue))
    others = tuple(one.name for one in branches)
    return Branches({issue_id: tuple(rows) for issue_id, rows in differing.items()}, others, len(found) - len(shown))


def _branches(repository: Repository, which: str) -> list[tuple[str, Oid]]:
    """Short names and commits, those last committed to first; the branch that is checked out here is left out."""
    current = repository.head_branch()
    words = ("for-each-ref", "--sort=-committerdate", "--format=%(refname)%00%(objectname)%00%(symref)")
    listed = repository.git(*words, *([which] if which else []), "refs/heads", "refs/remotes")
    rows = (line.split("\0") for line in listed.lines())
    return [(_short(ref), oid) for ref, oid, symbolic in rows if not symbolic and ref != current]


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def _trees(repository: Repository, commits: Sequence[Oid]) -> list[Oid | None]:
    """The tree of `.issues` at each commit; None where there is none, or no commit."""
    asked = "".join(f"{one}:{ISSUES_FOLDER}\n" for one in commits).encode()
    lines = repository.git("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=asked).lines()
    return [line.split(" ")[1] if line.startswith("tree ") else None for line in lines] if commits else []


_Changes = dict[tuple["Oid", "Oid"], list[_Change]]


def _with_archives(repository: Repository, changes: _Changes, empty: Oid) -> _Changes:
    """The changes with those in the archives, where one differs."""
    asked = {
        pair: (one.old or empty, one.new or empty)
        for pair, rows in changes.items()
        for one in rows
        if one.path == ARCHIVE_FOLDER
    }
    inside = _changes(repository, set(asked.values()), ARCHIVE_FOLDER)
    return {pair: [*rows, *inside.get(asked.get(pair, ("", "")), ())] for pair, rows in changes.items()}


def _changes(repository: Repository, pairs: Collection[tuple[Oid, Oid]], folder: str = ISSUES_FOLDER) -> _Changes:
    """What the second tree of each pair has otherwise than the first, at its top level; one process for all."""
    if not pairs:
        return {}
    asked = "".join(f"{base} {tree}\n" for base, tree in sorted(pairs)).encode()
    fields = repository.git("diff-tree", "--stdin", "-z", "--raw", "--no-renames", stdin=asked).fields()
    found: dict[tuple[Oid, Oid], list[_Change]] = {}
    pair, head = ("", ""), ""
    for field in fields:
        if head:
            old, new = (None if set(oid) == {"0"} else oid for oid in head.split(" ")[2:4])
            found[pair].append(_Change(f"{folder}/{field}", old, new))
            head = ""
            continue
        for line in field.split("\n"):
            if line.startswith(":"):
                head = line
            elif line:
                base, tree = line.split(" ")
                pair = base, tree
                found[pair] = []
    return found


_Read = dict[tuple[str, str], "Issue | None"]
"""By path and blob: the issue, or None where it cannot be read as one."""


def _read(objects: GitObjects, config: Config, changes: Mapping[tuple[Oid, Oid], Sequence[_Change]]) -> _Read:
    asked = {
        (one.path, oid)
        for rows in changes.values()
        for one in rows
        if one.path.endswith(".md")
        for oid in (one.old, one.new)
        if oid is not None
    }
    blobs = objects.read_blobs(sorted({oid for _, oid in asked}))
    return {(path, oid): read_issue(path, blobs[oid], config)[0] for path, oid in asked if oid in blobs}


def _by_id(rows: Iterable[_Change], versions: _Read) -> Iterator[tuple[str, str, Issue | None]]:
    """Each id that one tree has otherwise, and how; a file that only moved is there, not removed."""
    found: dict[str, tuple[str, Issue | None]] = {}
    for one in rows:
        if one.new is not None and (one.path, one.new) in versions:
            issue = versions[one.path, one.new]
            issue_id = issue.id if issue is not None else id_of_path(one.path)
            if issue_id is not None:
                found[issue_id] = (THERE if issue is not None else UNREADABLE, issue)
        elif one.old is not None and (one.path, one.old) in versions:
            before = versions[one.path, one.old]
            issue_id = before.id if before is not None else id_of_path(one.path)
            if issue_id is not None:
                found.setdefault(issue_id, (REMOVED, None))
    yield from ((issue_id, *told) for issue_id, told in found.items())


# -- sibling worktrees ------------------------------------------------------------------------------------------------


def in_worktrees(repository: Repository, objects: GitObjects, config: Config) -> dict[str, tuple[Version, ...]]:
    """Issues with uncommitted changes in the other worktrees of this repository, by id; events count as changes."""
    found: dict[str, list[Version]] = {}
    for one in GitWorktrees(repository, objects).list()[:WORKTREES_MAX]:
        top = Path(one.path)
        if not one.bare and not one.prunable and top != repository.top and (top / ISSUES_FOLDER).is_dir():
            for issue_id, version in _uncommitted(one, config):
                found.setdefault(issue_id, []).append(version)
    return {issue_id: tuple(rows) for issue_id, rows in found.items()}


def _uncommitted(worktree: Worktree, config: Config) -> Iterator[tuple[str, Version]]:
    """Each issue that the worktree has changed; one that cannot be looked at has none."""
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ISSUES_FOLDER)
    listed = git(worktree.path, *words, config=without_filters(worktree.path), ok=(0, 128))
    if listed.code:
        return
    told: dict[str, Version] = {}
    for path in sorted(field[3:] for field in listed.fields()):
        owner = event_owner(path)
        if owner is not None:
            told.setdefault(owner, _version_of(worktree, owner, config))
        elif path.rpartition("/")[0] in (ISSUES_FOLDER, ARCHIVE_FOLDER) and path.endswith(".md"):
            version = _version(worktree, path, config)
            named = version.issue.id if version.issue is not None else id_of_path(path)
            if named is not None and not (version.state == REMOVED and named in told):
                told[named] = version
    yield from told.items()


def _version_of(worktree: Worktree, issue_id: str, config: Config) -> Version:
    """By the id, in the archive where it is nowhere else."""
    version = _version(worktree, issue_path(issue_id), config)
    return version if version.state != REMOVED else _version(worktree, archive_path(issue_id), config)


def _version(worktree: Worktree, path: str, config: Config) -> Version:
    try:
        data = RealFiles(Path(worktree.path)).read(path)
    except FileNotFoundError:
        return Version(worktree.path, REMOVED)
    except KitError:
        return Version(worktree.path, UNREADABLE)
    issue = read_issue(path, data, config)[0]
    return Version(worktree.path, UNREADABLE if issue is None else THERE, issue)
