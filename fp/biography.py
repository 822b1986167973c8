"""Gathers what `fp.life` tells: the versions of an issue's file, its events, who committed what. A shell over git."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import chain, history, life, source
from fp import desk as desks
from fp.codec import read_issue
from fp.life import Row, Signed, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.desk import Desk
    from fp.event import Event, HandEdit, Writer
    from fp.history import Change
    from fp.kernel.ports import CommitRecord
    from fp.model import Issue


class Told(NamedTuple):
    """An issue, its rows oldest first, and what is wrong with its history, if anything."""

    issue: Issue
    rows: list[Row]
    wrong: str | None


def tell(desk: Desk, word: str, writer: Writer) -> Told:
    """The life of the issue that a word names, up to the drafts in this worktree."""
    issue, data = desks.read_named(desk, word)
    events = source.load_events(desk.files, issue.id)[0].get(issue.id, ())
    head = desk.repository.resolve("HEAD")
    paths = [issue.path, *(one.path for one in events)]
    found = [] if head is None else list(history.git_log(desk.repository)(head, paths))
    commits = desk.objects.read_commits(sorted({change.commit for change in found}))
    versions = _versions(desk, issue.path, found, commits)
    edits = desks.unrecorded(desk, issue, data, events, writer)
    rows = life.life(versions, events, [(_commit_of(edit, found), edit) for edit in edits], _signed(found, commits))
    folded = chain.fold((*events, *_as_events(issue.id, events, edits)), issue.status)
    wrong = chain.why_not_sound(folded)
    if wrong is None and folded.implicit is not None:
        wrong = f"the events lead to {folded.to}, the file says {issue.status}, and no commit explains it"
    return Told(issue, rows, wrong)


def _as_events(issue_id: str, events: tuple[Event, ...], edits: Sequence[HandEdit]) -> tuple[Event, ...]:
    from fp.event import synthesised

    heads = chain.fold(events, "").heads
    found: list[Event] = []
    for edit in edits:
        found.append(synthesised(issue_id, heads, edit))
        heads = (found[-1].name,)
    return tuple(found)


def _commit_of(edit: HandEdit, found: Sequence[Change]) -> str:
    """The commit that left the edit's blob; empty for a draft."""
    return next((change.commit for change in found if change.new == edit.blob), "")


def _versions(desk: Desk, path: str, found: Sequence[Change], commits: dict[str, CommitRecord]) -> list[Version]:
    rows = [change for change in reversed(found) if change.path == path and change.commit in commits]
    blobs = desk.objects.read_blobs(sorted({oid for row in rows for oid in (row.old, row.new) if oid is not None}))
    issues = {oid: read_issue(path, data, desk.config)[0] for oid, data in blobs.items()}
    return [
        Version(
            row.commit,
            f"human/{commits[row.commit].author.name}",
            commits[row.commit].author.at,
            None if row.old is None else issues.get(row.old),
            None if row.new is None else issues.get(row.new),
        )
        for row in rows
    ]


def _signed(found: Sequence[Change], commits: dict[str, CommitRecord]) -> dict[str, Signed]:
    """Who added each path."""
    return {
        change.path: Signed(change.commit, commits[change.commit].author.name, commits[change.commit].author.at)
        for change in found
        if change.old is None and change.commit in commits
    }
