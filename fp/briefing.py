"""Gathers what `fp prime` tells. A shell: it reads the tracker ref's commit and the claims known here.

Asks no network and writes nothing, so that it answers at once, offline, and where git's folder is read-only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import identity, lessons
from fp.context import fitting
from fp.event import AGENT, WORKER, Writer
from fp.kernel.errors import Config, External, Refused
from fp.kernel.git.repo import Repository
from fp.priming import Brief, Held
from fp.source import CommitSource
from fp.view import open_view
from fp.writers import parse_run

if TYPE_CHECKING:
    from pathlib import Path

    from fp.lesson import Lesson
    from fp.view import View

LESSONS_MAX = 20


def gather(start: Path, who: str | None) -> Brief:
    """What whoever writes here should know now; where the tracker ref cannot be read, why."""
    try:
        view = open_view(start, ask=False)
    except (Refused, External) as error:
        return Brief(_nobody(start, who), trouble=error.message)
    writer = _writer(view, who)
    held = _held(view, writer)
    judged = [one.issue for one in view.judged() if one.ok]
    return Brief(writer, held, _lessons(view, held), tuple(judged), view.where)


def _nobody(start: Path, who: str | None) -> Writer:
    from fp.config import DEFAULT_PREFIX, default_config

    try:
        return identity.writer_here(Repository.discover(start), default_config(DEFAULT_PREFIX), who)
    except Config:
        return Writer(AGENT, "unknown")


def _writer(view: View, who: str | None) -> Writer:
    """Reading needs no name: where git knows none, nobody holds anything."""
    try:
        return identity.writer_here(view.repository, view.tracker.config, who)
    except Config:
        return Writer(AGENT, "unknown")


def _held(view: View, writer: Writer) -> tuple[Held, ...]:
    """Live claims of this holder; a worker's by the issue of its run."""
    holder = identity.holder(writer)
    run = parse_run(writer.name) if writer.kind == WORKER else None
    found = []
    for issue_id, tip in sorted(view.claims.tips.items()):
        issue = view.tracker.issues.get(issue_id)
        own = tip.claim.holder == holder or (run is not None and run.issue == issue_id)
        if tip.live and own and issue is not None:
            found.append(Held(issue, tip.claim))
    return tuple(sorted(found, key=lambda one: one.claim.at, reverse=True))


def _lessons(view: View, held: tuple[Held, ...]) -> tuple[Lesson, ...]:
    """Those that fit what is held; who holds nothing is told the newest."""
    known = lessons.approved(CommitSource(view.objects, view.commit), view.tracker.config)
    if not held:
        return tuple(known[::-1][:LESSONS_MAX])
    fitted = [one for held_one in held for one in fitting(known, held_one.issue)]
    return tuple(dict.fromkeys(fitted))[:LESSONS_MAX]
