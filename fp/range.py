"""Two trackers to compare by the words of a range, and who wrote what between them. A shell over git."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import check
from fp.arrival import judge_commits
from fp.checking import check_source
from fp.event import HUMAN, Writer
from fp.kernel.errors import Usage
from fp.model import ISSUES_FOLDER
from fp.source import CommitSource
from fp.trackerref import tracker_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.checking import Git
    from fp.kernel.ports import Oid
    from fp.kernel.problem import Problem
    from fp.source import IssueSource
    from fp.tracker import Tracker

COMMITS_MAX = 10_000


class Span(NamedTuple):
    """What is compared: a commit with a later one, or with the worktree (None)."""

    base: Oid
    head: Oid | None
    label: str


class Compared(NamedTuple):
    """Both trackers, what the change makes wrong, and authors by path, oldest first."""

    before: Tracker
    after: Tracker
    problems: list[Problem]
    authors: dict[str, list[str]]


def span(git: Git, words: str | None) -> Span:
    """`A...B` from where B left A; `A..B` as they are; `A` or nothing (the tracker ref) to the worktree."""
    if words is not None and ".." in words:
        dots = "..." if "..." in words else ".."
        left, _, right = words.partition(dots)
        one, other = _commit(git, left or "HEAD"), _commit(git, right or "HEAD")
        return Span(_fork(git, one, other) if dots == "..." else one, other, words)
    ref = tracker_ref(git.repository, git.objects)
    base = _commit(git, words) if words is not None else ref.commit
    if base is None or git.head is None:
        raise Usage("there is no commit to compare with yet", reason="no-commit")
    return Span(_fork(git, base, git.head), None, f"{words or ref.short}...worktree")


def _commit(git: Git, word: str) -> Oid:
    found = git.repository.resolve(word)
    if found is None:
        raise Usage(f"no commit {word!r}", hint="fetch it, or name another: fp diff BASE...HEAD", reason="no-commit")
    return found


def _fork(git: Git, one: Oid, other: Oid) -> Oid:
    found = git.objects.merge_base(one, other)
    if found is None:
        hint = "git fetch --unshallow" if git.repository.shallow else "name a commit that this branch started from"
        raise Usage("the two have no commit in common", hint=hint, reason="no-merge-base")
    return found


def compare(git: Git, where: Span, worktree: IssueSource) -> Compared:
    """Load and check both sides."""
    before = check_source(CommitSource(git.objects, where.base), git)
    after = check_source(worktree if where.head is None else CommitSource(git.objects, where.head), git)
    quiet = (check.IMPLICIT, check.DRAFT)
    problems = [one for one in check.fresh(after.problems, before.problems) if one.code not in quiet]
    if where.head is not None:
        person = Writer(HUMAN, HUMAN)
        problems += judge_commits(git.objects, where.base, where.head, person, cache=git.cache)
    tip = where.head or git.head
    return Compared(before.tracker, after.tracker, problems, _authors(git, where.base, tip) if tip else {})


def _authors(git: Git, base: Oid, tip: Oid) -> dict[str, list[str]]:
    words = ("log", "--reverse", "--no-renames", "--name-only", "-z", f"--max-count={COMMITS_MAX}")
    found = git.repository.git(
        *words, "--format=%x01%an", "--end-of-options", tip, f"^{base}", "--", ISSUES_FOLDER
    ).fields()
    return _by_path(found)


def _by_path(fields: Sequence[str]) -> dict[str, list[str]]:
    """Authors start with a byte that no path starts with."""
    names: dict[str, list[str]] = {}
    author = ""
    for field in fields:
        line = field.lstrip("\n")
        if line.startswith("\x01"):
            author = line[1:]
        elif author not in names.setdefault(line, []):
            names[line].append(author)
    return names
