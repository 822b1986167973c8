"""A worktree opened to write issues in it: the ports, the settings, the issue a person names, and what git tells of it.

A shell. Reading is separate from planning (`fp.transition`) and from writing (`fp.edit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fp import chain, history, source
from fp.codec import read_issue
from fp.config import LOCAL_AUTHORITY
from fp.event import HandEdit
from fp.kernel.errors import Refused, Usage
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.ids import CROCKFORD
from fp.kernel.problem import Severity
from fp.kernel.world import World, real_world
from fp.source import CommitSource, WorktreeSource
from fp.transition import Stamp, Subject

if TYPE_CHECKING:
    from pathlib import Path

    from fp.claim import Tip
    from fp.config import Config
    from fp.event import Event, Writer
    from fp.kernel.problem import Problem
    from fp.model import Issue

RANDOM_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """One worktree with its tracker's settings. `objects` is the store with its batch reads."""

    world: World
    repository: Repository
    objects: GitObjects
    files: WorktreeSource
    config: Config


def open_desk(start: Path) -> Desk:
    """The worktree that holds `start`; Usage where there is no worktree or no tracker."""
    repository = Repository.discover(start)
    if repository.top is None:
        raise Usage("a bare repository has no worktree to write issues in", reason="bare")
    world = real_world(start)
    files = WorktreeSource(world.files)
    if not files.has_tracker():
        raise Usage("there is no tracker here", hint="fp init", reason="no-tracker")
    config, problems = source.load_config(files)
    if problems:
        raise Refused(problems[0].message, where=problems[0].where, hint=problems[0].hint, reason=problems[0].code)
    return Desk(world, repository, GitObjects(repository), files, config)


def stamp(desk: Desk, writer: Writer) -> Stamp:
    """Who writes now."""
    return Stamp(writer, desk.world.clock.now(), desk.world.ids.text(CROCKFORD, RANDOM_LENGTH))


def open_subject(desk: Desk, word: str, writer: Writer) -> Subject:
    """The issue that a word names, with its events and the hand edits that none of them records.

    Refused, with path:line, when its file or one of its events cannot be read: nothing is written on a guess.
    """
    issue, data = read_named(desk, word)
    events, problems = source.load_events(desk.files, issue.id)
    _refuse(problems)
    found = events.get(issue.id, ())
    return Subject(issue, data, found, unrecorded(desk, issue, data, found, writer))


def read_named(desk: Desk, word: str, *, archived: bool = False) -> tuple[Issue, bytes]:
    """The issue that a word names, and its file's bytes; an archived one only where nothing will be written."""
    path = source.file_of(desk.files, word, archived=archived)
    content = desk.files.read([source.Found(path, source.FILE)]).get(path)
    if content is None:
        raise Refused("the file has just vanished", where=path, reason="vanished")
    if not isinstance(content, bytes):
        _refuse([content])
    assert isinstance(content, bytes)
    issue, problems = read_issue(path, content, desk.config)
    if issue is None:
        _refuse(problems)
    assert issue is not None, "a file without errors is an issue"
    return issue, content


def _refuse(problems: list[Problem]) -> None:
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise Refused(problem.message, where=problem.where, hint=problem.hint or "fp check", reason=problem.code)


def unrecorded(
    desk: Desk, issue: Issue, data: bytes, events: tuple[Event, ...], writer: Writer
) -> tuple[HandEdit, ...]:
    """Changes of status since the last event: commits on HEAD's first-parent line, then a draft in the worktree."""
    folded = chain.fold(events, issue.status)
    if folded.length and folded.status_explained:
        return ()
    head = desk.repository.resolve("HEAD")
    edits = [] if head is None else _committed(desk, issue, folded, head)
    draft = None if head is None else _draft(desk, issue, data, head, writer)
    return chain.unrecorded(folded, (*edits, *((draft,) if draft else ())))


def _committed(desk: Desk, issue: Issue, folded: chain.Chain, head: str) -> list[HandEdit]:
    wanted = {issue.id: history.Wanted(issue.path, folded.heads)}
    return [
        one.edit
        for one in history.hand_edits(history.git_log(desk.repository), desk.objects, head, wanted).get(issue.id, ())
    ]


def _draft(desk: Desk, issue: Issue, data: bytes, head: str, writer: Writer) -> HandEdit | None:
    """The change of status that is not committed yet: the writer's own, made now."""
    files = CommitSource(desk.objects, head).read([source.Found(issue.path, source.FILE)])
    committed = files.get(issue.path)
    before = history.status_in(committed) if isinstance(committed, bytes) else None
    if before is None or before == issue.status:
        return None
    return HandEdit(writer.name, desk.world.clock.now(), before, issue.status, desk.objects.blob(data))


def known_claim(desk: Desk, issue_id: str) -> Tip | None:
    """The claim on an issue as this repository knows it, without asking a remote; None when none is live."""
    from fp import claims

    config = desk.config
    authority = claims.open_authority(desk.world, config._replace(authority=LOCAL_AUTHORITY))
    if config.authority != LOCAL_AUTHORITY:
        authority = authority._replace(prefix=claims.copy_ref(config.authority))
    tip = claims.claim_of(authority, issue_id)
    return tip if tip is not None and tip.live else None
