"""`tracker.write: direct`: a claim and the transition it means reach the tracker ref in one transaction. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import chain, claims, history, identity, source
from fp.kernel.errors import Refused
from fp.kernel.ids import CROCKFORD
from fp.kernel.ports import RefUpdate
from fp.source import CommitSource
from fp.trackerref import branch_at
from fp.transition import Move, Stamp, Subject, plan_transition

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.claim import Tip
    from fp.event import Writer
    from fp.model import Issue
    from fp.view import View

RANDOM_LENGTH = 4


def updates_with(view: View, issue: Issue, swap: tuple[Tip | None, Tip], move: Move, writer: Writer) -> list[RefUpdate]:
    """The transaction: the claim's swap, and a commit on the tracker ref that makes the move."""
    planned = plan_transition(_subject(view, issue), move, _stamp(view, writer), view.tracker.config.workflow)
    tree = view.objects.with_changes(view.commit, planned.changes)
    who = identity.signature(view.repository, view.world.clock)
    message = f"{issue.id}: {issue.status} -> {move.to}\n"
    commit = view.objects.commit(tree, (view.commit,), message, who)
    return [*claims.updates_of(view.authority, *swap), RefUpdate(_branch(view), view.commit, commit)]


def move(view: View, updates: list[RefUpdate], send_remote: Callable[[list[RefUpdate]], str | None]) -> str | None:
    """Carry it out; a checkout that has the branch follows, or nothing moves. None when done, else why it lost."""
    if view.authority.remote is not None:
        return send_remote(updates)
    moved = view.world.worktrees.move_branch(updates, journal=f"fp/moves/{updates[0].new}.json")
    if moved.status == "refused":
        hint = "commit or set aside what is in the way, then try again"
        raise Refused(f"{view.ref.short} cannot move: {moved.reason}", hint=hint, reason="checkout-in-the-way")
    return None if moved.status == "done" else moved.reason or f"{view.ref.short} moved"


def _branch(view: View) -> str:
    """The tracker ref as the authority names it."""
    return branch_at(view.ref, view.authority.name)


def _subject(view: View, issue: Issue) -> Subject:
    events = view.tracker.events.get(issue.id, ())
    content = CommitSource(view.objects, view.commit).read([source.Found(issue.path, source.FILE)])[issue.path]
    assert isinstance(content, bytes), "the issue was read from this commit"
    folded = chain.fold(events, issue.status)
    wanted = {issue.id: history.Wanted(issue.path, folded.heads)}
    rows = history.hand_edits(history.git_log(view.repository), view.objects, view.commit, wanted)[issue.id]
    return Subject(issue, content, events, chain.unrecorded(folded, [row.edit for row in rows]))


def _stamp(view: View, writer: Writer) -> Stamp:
    return Stamp(writer, view.world.clock.now(), view.world.ids.text(CROCKFORD, RANDOM_LENGTH))
