"""`fp check` as a shell: gather what the rules need from files and git, judge, and write what can be put right.

The rules are `fp.check`, what may be written is `fp.adopt`, who may write what is `fp.writers`. Policy for a change is
read from the revision it is judged against, never from the change itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from fp import adopt, archive, check, edit, history, partial, templates, writers
from fp.codec import split_word
from fp.config import DEFAULT_PREFIX, config_bytes
from fp.kernel.attributes import ATTRIBUTES_PATH
from fp.kernel.cache import BlobCache
from fp.kernel.errors import Refused, Usage
from fp.kernel.git.history import versions
from fp.kernel.git.objects import GitObjects
from fp.kernel.problem import Severity
from fp.layout import with_attributes
from fp.model import CONFIG_PATH, ID_ALPHABET, ID_LENGTH, ISSUES_FOLDER, issue_path
from fp.parsed import CACHE_PATH
from fp.source import FILE, CommitSource, Found, WorktreeSource, add_events, load, load_config
from fp.staged import IndexSource, owners
from fp.writers import FileChange

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from fp.adopt import Fix
    from fp.archive import BulkFiles
    from fp.chain import Chain
    from fp.check import HandMade
    from fp.event import HandEdit, Writer
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Clock, Files, Ids, Oid
    from fp.kernel.problem import Problem
    from fp.partial import Part
    from fp.source import IssueSource
    from fp.tracker import Tracker

ID_TRIES_MAX = 16
FIX_ROUNDS_MAX = 5
"""A fix can make another possible: an adopted file may be what a hand edit is written out for."""


@dataclass(frozen=True, slots=True)
class Git:
    """The repository around the files. `cache` holds what was read from commits before."""

    repository: Repository
    objects: GitObjects
    head: Oid | None
    cache: BlobCache


class Checked(NamedTuple):
    """A tracker with all that is wrong with it, and what the fixes are made from."""

    tracker: Tracker
    problems: list[Problem]
    folded: Mapping[str, Chain]
    unrecorded: Mapping[str, tuple[HandEdit, ...]]


def open_git(repository: Repository | None) -> Git | None:
    """What git knows; None where there is no repository."""
    if repository is None:
        return None
    cache = BlobCache(repository.common_dir / CACHE_PATH)
    return Git(repository, GitObjects(repository), repository.resolve("HEAD"), cache)


def check_source(source: IssueSource, git: Git | None, only: Collection[str] | None = None) -> Checked:
    """Check everything of one source; its history is that of its commit, or of HEAD for a worktree or an index.

    With `only`, events and histories of those issues alone: what an issue says is checked against all others, its
    history stands for itself.
    """
    cache = git.cache if git is not None else None
    tracker = load(source, with_events=only is None, cache=cache)
    tracker = tracker if only is None else add_events(source, tracker, only, cache=cache)
    return check_tracker(tracker, source, git, only)


def check_tracker(
    tracker: Tracker, source: IssueSource, git: Git | None, only: Collection[str] | None = None
) -> Checked:
    """The same for a tracker that was read from the source already."""
    drafts = _drafts(source, git, tracker, only)
    folded = check.chains(tracker, drafts, only)
    revision = source.commit or (git.head if git is not None else None)
    edits = _edits(git, revision, tracker, folded) if git is not None and revision is not None else {}
    plain = {issue_id: [one.edit for one in found] for issue_id, found in edits.items()}
    unrecorded = adopt.unrecorded_edits(folded, plain)
    facts = check.Facts(
        strays=(*source.strays(), *templates.problems(source, tracker)),
        hand_made=_hand_made(unrecorded, edits),
        drafts=drafts,
        complete=git is not None and not git.repository.shallow,
    )
    return Checked(tracker, check.check(tracker, facts, folded), folded, unrecorded)


def _drafts(
    source: IssueSource, git: Git | None, tracker: Tracker, only: Collection[str] | None
) -> dict[str, str | None]:
    """The committed status of each issue (of those in `only`) whose file differs from HEAD's; None where HEAD has
    none."""
    if git is None or source.commit is not None:
        return {}
    if git.head is None:
        return dict.fromkeys(tracker.issues)
    asked = tracker.issues.keys() if only is None else tracker.issues.keys() & set(only)
    by_path = {tracker.issues[issue_id].path: issue_id for issue_id in asked}
    if isinstance(source, IndexSource):
        touched = source.index.changed(git.head)
    else:
        few = only is not None and len(by_path) <= history.PATHS_ASKED_MAX
        touched = _changed(git.repository, git.head, sorted(by_path) if few else [ISSUES_FOLDER])
    changed = [path for path in touched if path in by_path]
    before = CommitSource(git.objects, git.head).read([Found(path, FILE) for path in changed])
    contents = {path: before.get(path) for path in changed if before.get(path) != tracker.files[path]}
    return {
        by_path[path]: history.status_in(content) if isinstance(content, bytes) else None
        for path, content in contents.items()
    }


def _changed(repository: Repository, head: Oid, paths: Sequence[str]) -> list[str]:
    """Which of these paths may differ from the commit's. Looks nowhere else, and runs no filter."""
    if not paths:
        return []
    tracked = repository.git("diff-index", "-z", "--name-only", "--end-of-options", head, "--", *paths)
    others = repository.git("ls-files", "-z", "--others", "--", *paths)
    return [*tracked.fields(), *others.fields()]


def _edits(git: Git, revision: Oid, tracker: Tracker, folded: Mapping[str, Chain]) -> dict[str, list[history.Edit]]:
    wanted = {
        issue_id: history.Wanted(tracker.issues[issue_id].path, folded[issue_id].heads)
        for issue_id in check.unexplained(folded)
    }
    return history.hand_edits(history.git_log(git.repository), git.objects, revision, wanted)


def _hand_made(
    unrecorded: Mapping[str, tuple[HandEdit, ...]], edits: Mapping[str, list[history.Edit]]
) -> dict[str, tuple[HandMade, ...]]:
    found = {}
    for issue_id, ones in unrecorded.items():
        commits = {one.edit.blob: one.commit.oid for one in edits[issue_id]}
        found[issue_id] = tuple(check.HandMade(one.from_, one.to, one.name, commits[one.blob]) for one in ones)
    return found


# -- what is staged ---------------------------------------------------------------------------------------------------


class Staged(NamedTuple):
    """What the next commit makes wrong, and how many files of the tracker it changes; 0 when all were judged."""

    checked: Checked
    problems: list[Problem]
    files: int


def check_staged(git: Git, index: Path | None) -> Staged:
    """Judge what is staged: what was wrong at HEAD already fails no commit. Where nothing is staged, judge it all."""
    source = IndexSource(git.repository, index)
    touched = [*source.index.changed(git.head), *source.index.unmerged]
    only = owners(touched) if touched else None
    checked = check_source(source, git, only)
    found = [one for one in checked.problems if one.severity is not Severity.NOTE] if source.has_tracker() else []
    if found and touched and git.head is not None:
        found = check.fresh(found, check_source(CommitSource(git.objects, git.head), git, only).problems)
    return Staged(checked, [_staged_hint(one) for one in found], len(set(touched)))


def _staged_hint(problem: Problem) -> Problem:
    """A history that contradicts its status only in the index: one of the two files is staged, the other is not."""
    if problem.code != check.CONTRADICTION:
        return problem
    return problem._replace(hint=f"stage the issue with its events: git add -- {problem.path}")


# -- putting right ----------------------------------------------------------------------------------------------------


def fix(files: BulkFiles, git: Git | None, clock: Clock, ids: Ids) -> tuple[list[Fix], Checked]:
    """Write what can be put right, in rounds, and check again."""
    source = WorktreeSource(files)
    done: list[Fix] = structure(files, source)
    checked = check_source(source, git)
    for _ in range(FIX_ROUNDS_MAX):
        settled = archive.settle(files, source, checked.tracker)
        if settled:
            done += settled
            checked = check_source(source, git)
            continue
        fixes = _fixes(checked, git, clock, ids)
        if not fixes:
            break
        for one in fixes:
            edit.apply(files, one.changes, checked.tracker.files)
        done += fixes
        checked = check_source(source, git)
    return done, checked


def structure(files: Files, source: WorktreeSource) -> list[Fix]:
    """The settings and the line of `.gitattributes`, where they are missing."""
    kinds = {path: _kind(files, path) for path in (CONFIG_PATH, ATTRIBUTES_PATH)}
    there = {path: files.read(path) for path, kind in kinds.items() if kind == FILE}
    made = {
        CONFIG_PATH: there.get(CONFIG_PATH) or config_bytes(_prefix_in_use(source)),
        ATTRIBUTES_PATH: with_attributes(there.get(ATTRIBUTES_PATH, b"")),
    }
    wanted = {path: data for path, data in made.items() if kinds[path] in (None, FILE)}
    return [adopt.Fix(path, f"{path}  written", {path: wanted[path]}) for path in edit.apply(files, wanted, there)]


def _kind(files: Files, path: str) -> str | None:
    found = files.stat(path)
    return None if found is None else found.kind


def _prefix_in_use(source: WorktreeSource) -> str:
    """The prefix that most files have."""
    prefixes = [split_word(name.removesuffix(".md"))[0] for name in source.issue_names()]
    known = [prefix for prefix in prefixes if prefix]
    return max(sorted(set(known)), key=known.count) if known else DEFAULT_PREFIX


def _fixes(checked: Checked, git: Git | None, clock: Clock, ids: Ids) -> list[Fix]:
    tracker = checked.tracker
    adopted = []
    taken = {*tracker.issues, *tracker.unreadable, *tracker.duplicates}
    for path in adopt.candidates(tracker):
        new_id = free_id(tracker, taken, ids)
        found = adopt.adopt(path, tracker.files[path], new_id, _created(git, path, clock))
        if found is not None:
            taken.add(new_id)
            adopted.append(found)
    return [
        *adopted,
        *adopt.rename(tracker),
        *adopt.write_out(tracker, checked.folded, checked.unrecorded),
    ]


def free_id(tracker: Tracker, taken: set[str], ids: Ids) -> str:
    """An id that no file of the tracker has."""
    for _ in range(ID_TRIES_MAX):
        found = f"{tracker.config.prefix}-{ids.text(ID_ALPHABET, ID_LENGTH)}"
        if found not in taken and issue_path(found) not in tracker.files:
            return found
    raise Refused("no free id was drawn", hint="try again", reason="no-id")


def _created(git: Git | None, path: str, clock: Clock) -> datetime:
    """When the file first was committed under this name, else now."""
    if git is not None and git.head is not None:
        found = versions(git.repository, git.objects, git.head, path)
        if found:
            return found[-1].commit.author.at
    return clock.now()


# -- a change, judged by how it arrives -------------------------------------------------------------------------------


def check_change(git: Git, base: str, writer: Writer) -> tuple[Checked, list[Problem]]:
    """HEAD checked as far as the commits since `base` concern it, and what is wrong with these.

    That is what this writer may not change, and what was not wrong at their start already. Drafts do not count.
    """
    policy, fork, head = _span(git, base)
    changes = partial.changes_between(git.repository, fork, head)
    part = partial.part_of(git.repository, git.objects, (fork, head), changes)
    return compare_sides(git, (policy, fork, head), changes, part, writer)


def compare_sides(
    git: Git, span: tuple[Oid, Oid, Oid], changes: Sequence[partial.Change], part: Part | None, writer: Writer
) -> tuple[Checked, list[Problem]]:
    """The same for what differs between two commits, by a part of both sides, or by the whole where there is none."""
    policy, fork, head = span
    if part is not None:
        before, after = (check_source(side, git, part.touched) for side in (part.before, part.after))
        after = after._replace(tracker=after.tracker._replace(file_count=len(part.names)))
    else:
        before, after = (check_source(CommitSource(git.objects, side), git) for side in (fork, head))
    blobs = partial.blobs_of(git.objects, changes)
    told = [FileChange(one.path, _bytes(one.old, blobs), _bytes(one.new, blobs)) for one in changes]
    start = before.tracker
    if policy != fork:
        start = start._replace(config=load_config(CommitSource(git.objects, policy))[0])
    found = writers.judge(start, after.tracker, told, writer) if told else []
    fresh = check.fresh(after.problems, before.problems)
    if part is not None:
        fresh = check.hinted(fresh, [name[:-3] for name in part.names])
    return after, [*found, *fresh]


def _bytes(oid: Oid | None, blobs: Mapping[Oid, bytes]) -> bytes | None:
    """Of a file outside the tracker only whether there is one counts."""
    return None if oid is None else blobs.get(oid, b"")


def _span(git: Git, base: str) -> tuple[Oid, Oid, Oid]:
    """The commit whose settings judge, the one that the change started from, and the one it ends at."""
    policy = git.repository.resolve(base)
    if policy is None or git.head is None:
        raise Usage(f"no commit {base!r}", hint="fetch it, or name another with --base", reason="no-commit")
    fork = git.objects.merge_base(policy, git.head)
    if fork is None:
        hint = "git fetch --unshallow" if git.repository.shallow else "name a commit that this branch started from"
        raise Usage(f"{base!r} and HEAD have no commit in common", hint=hint, reason="no-merge-base")
    return policy, fork, git.head
