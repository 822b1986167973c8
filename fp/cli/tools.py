"""What an agent may ask of the tracker through `fp mcp`: each tool calls the shells that the command of its name calls.

Knows no protocol: it takes words and gives plain values. Invariant: every text that a tool returns is made safe, so
that nothing of a ticket steers the terminal of whoever watches the agent; reading asks no network and writes nothing
but the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp import briefing, claiming, edit, identity, source
from fp import context as contexts
from fp.cli.finding import find as matching
from fp.cli.finding import issues_here
from fp.cli.opened import left_out, open_tracker
from fp.codec import resolve
from fp.desk import open_desk, open_subject, stamp
from fp.event import HUMAN
from fp.kernel.errors import Usage
from fp.kernel.text import safe, safe_block
from fp.lesson import LESSON, MARKED
from fp.moves import plan_move
from fp.priming import describe
from fp.query import parse
from fp.releasing import release
from fp.transition import plan_comment
from fp.view import named, open_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.desk import Desk
    from fp.event import Writer
    from fp.kernel.git.repo import Repository
    from fp.model import Issue
    from fp.transition import Move, Planned

Value = dict[str, Any]
SHOWN_MAX = 200
CONTEXT_BYTES_LEAST = 500
CONTEXT_BYTES_MAX = 64_000
NO_NAME = "nothing says who you are: an agent writes under a name of its own"


class Place(NamedTuple):
    """The folder that the server was started in, and who its agent is; empty where nobody said."""

    start: Path
    who: str


def find(place: Place, query: str, limit: int) -> Value:
    """Issues of the worktree that a query asks for; closed ones where it has words, or speaks of the status."""
    opened = open_tracker(place.start)
    config, _ = source.load_config(opened.source)
    closed_too = bool(parse(query, config).words)
    tracker = issues_here(opened, query, closed_too=closed_too).tracker
    found = matching(opened.root, tracker, query, closed_too=closed_too)
    shown = [_row(one) for one in found[: min(limit, SHOWN_MAX)]]
    return {"total": len(found), "issues": shown, "unreadable_files": [safe(path) for path in left_out(tracker)]}


def _row(issue: Issue) -> Value:
    return {
        "id": issue.id,
        "title": safe(issue.title),
        "status": safe(issue.status),
        "priority": issue.priority,
        "dispatch": issue.dispatch,
        "labels": [safe(one) for one in issue.labels],
        "assignees": [safe(one) for one in issue.assignees],
        "depends_on": list(issue.depends_on),
    }


def read(place: Place, word: str, budget_bytes: int) -> Value:
    """All that belongs to one issue, as `fp context` tells it, in at most so many bytes."""
    opened = open_tracker(place.start)
    found = contexts.gather(place.start, opened.files, opened.source, word)
    told = describe(found, max(CONTEXT_BYTES_LEAST, min(budget_bytes, CONTEXT_BYTES_MAX)))
    related = [{"relation": one.relation, "id": safe(one.id)} for one in found.kin]
    return {**_row(found.issue), "related": related, "text": safe_block(told.text), "cut": bool(told.cut)}


def ready(place: Place, limit: int) -> Value:
    """What may be claimed now, in order, what this agent holds, and why the rest is not ready."""
    view = open_view(place.start, ask=False)
    judged = view.judged()
    able = [one.issue for one in judged if one.ok]
    brief = briefing.gather(place.start, place.who or None) if place.who else None
    waiting = [one for one in judged if not one.ok]
    return {
        "judged_at": safe(view.where),
        "claims_may_be_old": safe(view.stale),
        "total": len(able),
        "ready": [_row(one) for one in able[: min(limit, SHOWN_MAX)]],
        "you_hold": [one.issue.id for one in brief.held] if brief is not None else [],
        "not_ready": [safe(line) for line in claiming.summary(waiting).splitlines()] if waiting else [],
    }


# -- writing ----------------------------------------------------------------------------------------------------------


def claim(place: Place, word: str) -> Value:
    """Take the issue that a word names, or without one the next that is eligible."""
    view = open_view(place.start)
    writer = _writer(place, view.repository, view.tracker.config)
    taken = claiming.claim_named(view, named(view, word).id, writer) if word else claiming.claim_next(view, writer)
    held = taken.tip.claim
    lost = [safe(one.text) for one in taken.lost]
    return {"issue": _row(taken.issue), "epoch": held.epoch, "holder": safe(held.holder), "lost": lost}


def give_back(place: Place, word: str) -> Value:
    """End this agent's own claim."""
    view = open_view(place.start)
    writer = _writer(place, view.repository, view.tracker.config)
    issue_id = source.id_or_refusal(resolve({*view.tracker.issues, *view.claims.tips}, word))
    done = release(view, issue_id, writer, token=None, force=False)
    return {"id": done.issue, "epoch": done.tip.claim.epoch, "holder": safe(done.holder)}


def comment(place: Place, word: str, text: str, *, lesson: bool, commit: bool) -> Value:
    """Add a comment; as a lesson it waits for a person's approval."""
    desk = open_desk(place.start)
    writer = _writer(place, desk.repository, desk.config)
    subject = open_subject(desk, word, writer)
    fields = {LESSON: MARKED} if lesson else {}
    planned = plan_comment(subject, text, stamp(desk, writer), fields=fields)
    said = f"{'lesson' if lesson else 'comment'} by {writer.name}"
    return _written(desk, subject.issue.id, planned, {}, said if commit else "")


def move(place: Place, word: str, wanted: Move, *, commit: bool) -> Value:
    """Change the status of an issue, as far as the workflow lets this agent."""
    desk = open_desk(place.start)
    moved = plan_move(desk, word, wanted, _writer(place, desk.repository, desk.config))
    issue = moved.issue
    if moved.planned is None:
        return {"id": issue.id, "paths": [], "events": [], "commit": None}
    said = f"{issue.status} -> {moved.to}"
    return _written(desk, issue.id, moved.planned, {issue.path: moved.data}, said if commit else "")


def _writer(place: Place, repository: Repository, config: Config) -> Writer:
    """The agent; Usage where it has no name or gives a person's."""
    hint = "start the server as: fp mcp --as agent/NAME (or set FP_AGENT), a NAME of each agent's own"
    if not place.who:
        raise Usage(NO_NAME, hint=hint, reason="no-name")
    writer = identity.writer_here(repository, config, place.who)
    if writer.kind == HUMAN:
        raise Usage("an agent does not write as a person", hint=hint, reason="not-an-agent")
    return writer


def _written(desk: Desk, issue_id: str, planned: Planned, read_: Mapping[str, bytes], said: str) -> Value:
    """Write; commit where there is something to say in the commit's subject."""
    touched = edit.apply(desk.world.files, planned.changes, read_)
    made = edit.commit(desk.repository, touched, f"issues: {issue_id} {said}") if said else None
    return {"id": issue_id, "paths": _sorted(touched), "events": [one.name for one in planned.events], "commit": made}


def _sorted(paths: Sequence[str]) -> list[str]:
    return sorted(safe(path) for path in paths)
