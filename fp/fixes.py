"""Commits that say `Fixes: ID` of an issue that is still open: each proposes done, and nothing is changed by it.

A shell over git. What was closed after the commit and opened again is not proposed: a person has seen the fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.problem import Problem, Severity
from fp.linked import Linked, fixing
from fp.timelines import paths_of, timelines
from fp.trackerref import tracker_ref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.config import Config
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.model import Issue
    from fp.standing import Timeline


CODE = "fixed-but-open"


class Fixed(NamedTuple):
    """An open issue and the newest commit that says it fixes it."""

    issue: Issue
    commit: Linked


def fixed(repository: Repository, objects: GitObjects, issues: Mapping[str, Issue], config: Config) -> list[Fixed]:
    """The open ones of these issues that the tracker ref's history says are fixed, by id."""
    commit = tracker_ref(repository, objects).commit
    return [] if commit is None else _fixed_at(repository, objects, commit, issues, config)


def notes(repository: Repository, objects: GitObjects, issues: Mapping[str, Issue], config: Config) -> list[Problem]:
    """The same as notes of a check; none where nothing says which branch counts."""
    try:
        found = fixed(repository, objects, issues, config)
    except KitError:
        return []
    return [
        Problem(
            CODE,
            one.issue.path,
            one.issue.lines.get("status", 0),
            f"{one.issue.id} is {one.issue.status}, and commit {one.commit.oid[:9]} says that it fixes it",
            f"fp done {one.issue.id}, or fp done --fixed for all such",
            Severity.NOTE,
        )
        for one in found
    ]


def _fixed_at(
    repository: Repository, objects: GitObjects, commit: Oid, issues: Mapping[str, Issue], config: Config
) -> list[Fixed]:
    terminal = config.workflow.terminal
    by_id: dict[str, Linked] = {}
    for one in fixing(repository.where, commit):
        for issue_id in one.fixes:
            if issue_id in issues and issues[issue_id].status not in terminal:
                by_id.setdefault(issue_id, one)
    if not by_id:
        return []
    known = timelines(repository, objects, commit, paths_of(by_id, issues), config, events={})
    return [
        Fixed(issues[issue_id], one)
        for issue_id, one in sorted(by_id.items())
        if not _closed_since(known[issue_id], one, terminal)
    ]


def _closed_since(timeline: Timeline, commit: Linked, terminal: tuple[str, ...]) -> bool:
    return any(at >= commit.committed and one is not None and one.status in terminal for at, one in timeline.versions)
