"""Since when issues are blocked: gathers what `fp.standing` judges, at the judged commit or here. A shell over git."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import graph, standing
from fp.kernel.errors import External
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.standing import Known
from fp.timelines import paths_of, timelines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.eligibility import Eligibility
    from fp.model import Issue
    from fp.standing import Since
    from fp.view import View


class Wait(NamedTuple):
    """What an issue waits for, and since when, where history says."""

    id: str
    since: Since | None


def known_of(view: View, judged: Sequence[Eligibility]) -> Known:
    """The timelines of the issues, of what they wait for and of their children, up to the judged commit."""
    tracker = view.tracker
    children = graph.children(tracker.issues)
    ids: dict[str, None] = {}
    for one in judged:
        ids |= dict.fromkeys((one.issue.id, *one.issue.depends_on, *children.get(one.issue.id, ())))
    paths = paths_of(ids, tracker.issues)
    found = timelines(view.repository, view.objects, view.commit, paths, tracker.config, events=tracker.events)
    return Known(found, tracker.config.workflow, children)


def waits_here(root: Path, issue: Issue, targets: Collection[str], config: Config) -> list[Wait]:
    """Since when an issue of this worktree waits for others, by the history of HEAD; drafts are not in it."""
    repository = Repository.discover(root)
    paths = paths_of((issue.id, *targets), {issue.id: issue})
    try:
        found = timelines(repository, GitObjects(repository), "HEAD", paths, config, events={})
    except External:  # before the first commit
        return [Wait(one, None) for one in targets]
    known = Known(found, config.workflow)
    return [Wait(one, standing.waits_since(known, issue, one)) for one in targets]
