"""Which closed issues may go into the archive, and what holds the others back. A shell over git and the checks.

Only what is committed, whole and at rest is archived: a move of files must not mix with somebody's unfinished edit, and
an archived history is explained by its events alone, so hand edits are written out with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import adopt, archive, chain
from fp.checking import check_source, open_git
from fp.codec import id_of_path
from fp.heldhere import held_here
from fp.kernel.errors import Refused
from fp.kernel.git.filters import without_filters
from fp.kernel.git.history import last_changes
from fp.kernel.git.run import git
from fp.model import ISSUES_FOLDER, event_owner, issue_path
from fp.query import Asked, parse, select
from fp.source import load

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta
    from pathlib import Path

    from fp.archive import Move
    from fp.checking import Checked
    from fp.kernel.git.repo import Repository
    from fp.model import Issue
    from fp.source import WorktreeSource


class Candidate(NamedTuple):
    """A closed issue that is old enough: its move, or why it stays. `last` is its last commit."""

    issue: Issue
    last: datetime
    move: Move | None
    why: str = ""


def candidates(
    repository: Repository, source: WorktreeSource, query: str, older: timedelta, now: datetime
) -> list[Candidate]:
    """The closed issues that a query finds and that no commit has touched for so long, the oldest first."""
    tracker = load(source, archive=False)
    times = _times(repository)
    asked = Asked(tracker.config, now, times)
    closed = [one for one in tracker.issues.values() if one.status in tracker.config.workflow.terminal]
    here = [one for one in closed if one.path in tracker.files]
    old = [one for one in here if one.id in times and now - times[one.id] >= older]
    chosen = sorted(select(parse(query, tracker.config), old, asked), key=lambda one: (times[one.id], one.id))
    if not chosen:
        return []
    ids = [one.id for one in chosen]
    checked = check_source(source, open_git(repository), ids)
    known = _Known(checked, _drafts(repository.where), held_here(repository.where, tracker.config), _parents(checked))
    return [_candidate(source, one, times[one.id], known) for one in chosen]


class _Known(NamedTuple):
    """What may hold an issue back. `parents` have open issues below them."""

    checked: Checked
    drafts: Collection[str]
    held: Collection[str]
    parents: Collection[str]


def _times(repository: Repository) -> dict[str, datetime]:
    """When the last commit of each issue was made, its events included."""
    times: dict[str, datetime] = {}
    for path, at in last_changes(repository, ISSUES_FOLDER).items():
        owner = event_owner(path) or id_of_path(path)
        if owner is not None:
            times[owner] = max(at, times.get(owner, at))
    return times


def _drafts(where: Path) -> frozenset[str]:
    """Issues with changes that are not committed."""
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", f":(top){ISSUES_FOLDER}")
    listed = git(where, "--no-literal-pathspecs", *words, config=without_filters(where))
    paths = [field[3:] for field in listed.fields()]
    return frozenset(owner for path in paths if (owner := event_owner(path) or id_of_path(path)) is not None)


def _parents(checked: Checked) -> frozenset[str]:
    tracker = checked.tracker
    open_ = (one for one in tracker.issues.values() if one.status not in tracker.config.workflow.terminal)
    return frozenset(one.parent for one in open_ if one.parent is not None)


def _candidate(source: WorktreeSource, issue: Issue, last: datetime, known: _Known) -> Candidate:
    tracker = known.checked.tracker
    why = _why_not(issue, known)
    if why:
        return Candidate(issue, last, None, why)
    edits = known.checked.unrecorded.get(issue.id, ())
    found = adopt.write_out(tracker, known.checked.folded, {issue.id: edits})
    more = {path: data for fix in found for path, data in fix.changes.items() if data is not None}
    try:
        move = archive.plan_move(source, issue, tracker.files[issue.path], to_archive=True, more=more)
    except Refused as error:
        return Candidate(issue, last, None, f"{error.where}: {error.message}")
    return Candidate(issue, last, move)


def _why_not(issue: Issue, known: _Known) -> str:
    folded = known.checked.folded.get(issue.id)
    if folded is None or issue.id not in known.checked.tracker.issues:
        return "its file has a problem: fp check"
    if issue.path != issue_path(issue.id):
        return "its file has another name: fp check --fix"
    if issue.id in known.drafts:
        return "it has changes that are not committed"
    if issue.id in known.held:
        return "somebody holds it"
    if issue.id in known.parents:
        return "open issues are part of it"
    if chain.why_not_sound(folded) is not None:
        return f"its history does not add up: fp log {issue.id}"
    if folded.implicit is not None and issue.id not in known.checked.unrecorded:
        return f"its events lead to {folded.to}: fp log {issue.id}"
    return ""
