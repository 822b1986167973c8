"""Reads the timelines of issues (`fp.standing`) from git: one walk of the history, one batch of blobs. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import chain, history
from fp.codec import read_issue
from fp.model import issue_path
from fp.standing import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from fp.config import Config
    from fp.event import Event
    from fp.history import Change
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.model import Issue


def timelines(
    repository: Repository,
    objects: GitObjects,
    revision: Oid,
    paths: Mapping[str, str],
    config: Config,
    *,
    events: Mapping[str, Sequence[Event]],
) -> dict[str, Timeline]:
    """The timelines by id, given each issue's path at `revision` and the events that are known of it."""
    found = list(history.git_log(repository)(revision, list(paths.values())))
    wanted = {oid for one in found for oid in (one.new, one.commit) if oid is not None}
    blobs, commits = objects.read_blobs_and_commits(sorted(wanted))
    rows: dict[str, list[Change]] = {}
    for change in reversed(found):
        if change.commit in commits:
            rows.setdefault(change.path, []).append(change)
    return {
        issue_id: _timeline(
            [(commits[one.commit].author.at, _issue(path, one.new, blobs, config)) for one in rows.get(path, ())],
            events.get(issue_id, ()),
            whole=not repository.shallow,
        )
        for issue_id, path in paths.items()
    }


def paths_of(ids: Iterable[str], issues: Mapping[str, Issue]) -> dict[str, str]:
    """Where each issue's file is, or would be by its name."""
    return {one: issues[one].path if one in issues else issue_path(one) for one in ids}


def _issue(path: str, oid: Oid | None, blobs: Mapping[Oid, bytes], config: Config) -> Issue | None:
    return read_issue(path, blobs[oid], config)[0] if oid is not None and oid in blobs else None


def _timeline(versions: list[tuple[datetime, Issue | None]], events: Sequence[Event], *, whole: bool) -> Timeline:
    last = next(reversed(chain.in_order(events)), None)
    if last is None:
        return Timeline(tuple(versions), whole=whole)
    return Timeline(tuple(versions), last.to, last.at, whole=whole)
