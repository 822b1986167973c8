"""Gathers what `fp.life` tells: the versions of an issue's file, its events, who committed what. A shell over git."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import chain, history, life, source
from fp import desk as desks
from fp.codec import read_issue
from fp.life import Row, Signed, Version
from fp.model import both_places

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
    issue, data = desks.read_named(desk, word, archived=True)
    events = source.load_events(desk.files, issue.id)[0].get(issue.id, ())
    head = desk.repository.resolve("HEAD")
    paths = [place for path in (issue.path, *(one.path for one in events)) for place in both_places(path)]
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
    rows = [row for row in reversed(found) if row.path in both_places(path) and row.commit in commits]
    blobs = desk.objects.read_blobs(sorted({oid for row in rows for oid in (row.old, row.new) if oid is not None}))

    def read(place: str, oid: str | None) -> Issue | None:
        return read_issue(place, blobs[oid], desk.config)[0] if oid in blobs else None

    told: dict[str, Version] = {}
    for row in rows:  # into the archive, or out of it: gone from one place and there in the other, in one commit
        author = commits[row.commit].author
        known = told.get(row.commit, Version(row.commit, f"human/{author.name}", author.at, None, None))
        before, after = read(row.path, row.old), read(row.path, row.new)
        told[row.commit] = known._replace(before=before or known.before, after=after or known.after)
    return list(told.values())


def _signed(found: Sequence[Change], commits: dict[str, CommitRecord]) -> dict[str, Signed]:
    """Who added each path first, by both places that it may have."""
    return {
        place: Signed(change.commit, commits[change.commit].author.name, commits[change.commit].author.at)
        for change in found
        if change.old is None and change.commit in commits
        for place in both_places(change.path)
    }
