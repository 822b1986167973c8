"""One consistent look at what is eligible: the claims, then the tracker at one commit, then git's word on hand edits.

A shell. The order of reading matters: a landing moves its claim and the tracker in one transaction, so whoever reads
the claims first and the tracker after cannot see the claim gone and the work not done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fp import claims, eligibility, history, source
from fp.claim import RECORDED
from fp.codec import Unknown, resolve
from fp.config import LOCAL_AUTHORITY
from fp.indexed import There, load_there
from fp.kernel.errors import Conflict, External, Refused
from fp.kernel.fs import RealFiles
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.world import World, real_world
from fp.model import CONFIG_PATH, is_archived
from fp.source import FILE, CommitSource, Found, WorktreeSource
from fp.trackerref import TrackerRef, tracker_ref

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from fp.claims import Authority
    from fp.config import Config
    from fp.eligibility import Claimed, Eligibility
    from fp.model import Issue
    from fp.tracker import Tracker

READS_MAX = 4
"""How often the settings may change under the reader before it gives up."""


@dataclass(frozen=True, slots=True)
class View:
    """What one decision rests on. `stale` says why the claims may be old; empty when they were read just now.

    `local` is what the index knows of this worktree, where it was asked.
    """

    world: World
    repository: Repository
    objects: GitObjects
    ref: TrackerRef
    commit: str
    tracker: Tracker
    claims: Claimed
    authority: Authority
    explained: frozenset[str]
    stale: str = ""
    local: There | None = None

    def judged(self) -> list[Eligibility]:
        """Every open issue, in the order of dispatch."""
        return eligibility.eligible(self.tracker, self.claims, explained=self.explained)

    @property
    def where(self) -> str:
        """The ref and commit that were judged."""
        return f"{self.ref.short} {self.commit[:9]}"


def open_view(start: Path, *, offline_ok: bool = False, ask: bool = True, folded: bool = True) -> View:
    """Look once. Refused before the first commit; External when the authority cannot be reached and must be.

    Without `ask` no remote is asked: the claims are those of the last fetch, and nothing is written. Without `folded`
    the front matter is trusted: events are read only where a claim ended, whose epoch they must record.
    """
    repository = Repository.discover(start)
    world, objects = real_world(start, repository), GitObjects(repository)
    for _ in range(READS_MAX):
        first = tracker_ref(repository, objects)
        settings, config = _settings(first, objects)
        authority = claims.open_authority(world, config)
        held, stale = _claims(authority, offline_ok=offline_ok) if ask else _known_claims(authority)
        if not stale:
            _fetch_tracker(authority, first)
        ref = first._replace(commit=repository.resolve(first.ref))
        if ref.commit != first.commit and _settings(ref, objects)[0] != settings:
            continue
        where = CommitSource(objects, commit_of(ref))
        there = (
            There(source.load(where, with_events=True, archive=False))
            if folded
            else _listed(where, repository, settings)
        )
        tracker, commit = there.tracker, commit_of(ref)
        seen = View(world, repository, objects, ref, commit, tracker, held, authority, frozenset(), stale, there)
        return _explained(seen) if folded else with_events(seen, _ended(held, tracker))
    raise Conflict("the tracker's settings keep changing while they are read", hint="try again")


def _listed(where: CommitSource, repository: Repository, settings: bytes) -> There:
    """The tracker for a listing: its front matter, by way of the index where there is a worktree."""
    if repository.top is None:
        return There(source.load(where, archive=False))
    return load_there(where, str(repository.top), WorktreeSource(RealFiles(repository.top)), settings)


def with_events(view: View, ids: Collection[str]) -> View:
    """The view with the events of these issues read, and no others."""
    where = CommitSource(view.objects, view.commit)
    return _explained(replace(view, tracker=source.add_events(where, view.tracker, ids)))


def _explained(view: View) -> View:
    log = history.git_log(view.repository)
    return replace(view, explained=history.explained(log, view.objects, view.tracker))


def _ended(held: Claimed, tracker: Tracker) -> list[str]:
    return [one for one, tip in held.tips.items() if tip.claim.state in RECORDED and one in tracker.issues]


def refreshed(view: View) -> View:
    """Look again, reading the tracker only where it moved."""
    held = claims.read_claims(view.authority)
    _fetch_tracker(view.authority, view.ref)
    ref = tracker_ref(view.repository, view.objects)
    if ref == view.ref:
        return replace(view, claims=held)
    return open_view(view.repository.where)


def commit_of(ref: TrackerRef) -> str:
    """The commit; Refused when there is none yet."""
    if ref.commit is None:
        hint = "git add .issues && git commit"
        raise Refused(
            f"{ref.short} has no commit yet, and only what is committed counts", hint=hint, reason="no-commit"
        )
    return ref.commit


def _settings(ref: TrackerRef, objects: GitObjects) -> tuple[bytes, Config]:
    """The settings file and what it says; Refused where there is no tracker, or the file has a problem."""
    where = CommitSource(objects, commit_of(ref))
    content = where.read([Found(CONFIG_PATH, FILE)]).get(CONFIG_PATH)
    if content is None and not where.has_tracker():
        hint = "commit .issues there; `git config fp.trackerRef REF` names another ref"
        raise Refused(f"there is no tracker at {ref.short} ({ref.how})", hint=hint, reason="no-tracker")
    config, problems = source.read_settings(content)
    if problems:
        raise Refused(problems[0].message, where=problems[0].where, hint=problems[0].hint, reason=problems[0].code)
    assert isinstance(content, bytes), "settings without a problem were read from a file"
    return content, config


def _claims(authority: Authority, *, offline_ok: bool) -> tuple[Claimed, str]:
    """The claims, and why they may be old."""
    try:
        return claims.read_claims(authority), ""
    except External as error:
        if not offline_ok or authority.name == LOCAL_AUTHORITY:
            raise
        return _known_claims(authority)[0], f"{authority.name} cannot be reached: {error.message}"


def _known_claims(authority: Authority) -> tuple[Claimed, str]:
    """The claims as this repository knows them."""
    if authority.name == LOCAL_AUTHORITY:
        return claims.read_claims(authority), ""
    copies = authority._replace(refs=authority.own_refs, remote=None, prefix=claims.copy_ref(authority.name))
    return claims.read_claims(copies), f"{authority.name} was not asked"


def _fetch_tracker(authority: Authority, ref: TrackerRef) -> None:
    """Where the tracker is a branch of the authority, look at it as it is there now."""
    branches = f"refs/remotes/{authority.name}/"
    if authority.remote is not None and ref.ref.startswith(branches):
        authority.remote.fetch([f"+refs/heads/{ref.ref.removeprefix(branches)}:{ref.ref}"])


def named(view: View, word: str) -> Issue:
    """The issue that a word names at the judged commit. Refused when none or several fit, or its file is broken."""
    left_out = eligibility.excluded(view.tracker)
    live = [one for one, issue in view.tracker.issues.items() if not is_archived(issue.path)]
    answer = resolve({*live, *left_out}, word)
    if isinstance(answer, Unknown):
        source.refuse_archived(CommitSource(view.objects, view.commit), word)
    found = source.id_or_refusal(answer)
    if found in left_out:
        why = left_out[found]
        raise Refused(f"{found}: {why.text}", hint=why.next_command, reason=why.code)
    return view.tracker.issues[found]
