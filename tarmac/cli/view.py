"""What several of tarmac's commands share: opening the factory, lines of what happens, an issue by its prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.text import pad, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.cli import Output
    from fp.kernel.ports import Oid, Signature
    from tarmac.factory import Factory, Tick
    from tarmac.store import Record

STYLES = {
    "landed": "good",
    "parked": "warn",
    "gates": "accent",
    "waits": "warn",
    "cannot": "bad",
    "released": "warn",
    "lost": "dim",
    "superseded": "bad",
}
WHAT_COLUMNS = 9
NAME_COLUMNS = 13


def teller(out: Output) -> Callable[[str, str, str], None]:
    """Print one line of what happens: the local time, the run, what, and the detail."""
    from fp.kernel.clock import SystemClock

    clock = SystemClock()

    def say(name: str, what: str, detail: str) -> None:
        at = clock.now().astimezone().strftime("%H:%M:%S")
        told = out.style(pad(what, WHAT_COLUMNS), STYLES.get(what, "strong"))
        out.line(f"{out.style(at, 'dim')} {pad(safe(name), NAME_COLUMNS)} {told} {safe(detail)}".rstrip())

    return say


def silent(name: str, what: str, detail: str) -> None:
    """Say nothing: for commands that only look."""


def opened(out: Output) -> tuple[Factory, Tick]:
    """The factory where the command runs, and the tracker as it is now."""
    from tarmac.open import open_factory, read_tick

    factory = open_factory(out.start, silent)
    return factory, read_tick(factory)


def of_lease(factory: Factory, seen: Tick, record: Record) -> str:
    """What a person should know of the lease of a run whose worker may live; empty when there is nothing."""
    from tarmac.effects.claims import this_moment
    from tarmac.facts import WITH_WORKER
    from tarmac.lease import told

    tip = seen.issues.tip(record.run.name.issue)
    if tip is None or tip.token != record.run.claim or record.state.phase not in WITH_WORKER:
        return ""
    return told(record.state.renewed, tip.claim.lease_seconds, this_moment(factory.world))


def issue_id(seen: Tick, word: str) -> str:
    """The issue that a prefix names; Usage when none or several do."""
    return seen.issues.resolve(word)


def decided(out: Output, word: str, note: str) -> str:
    """Write a person's decision to go on with a parked issue as one commit on the tracker ref; its id.

    Refused when the issue is not parked, Conflict when the tracker moved meanwhile.
    """
    factory, seen = opened(out)
    wanted = issue_id(seen, word)
    person = who(out, factory)
    written(factory, seen, seen.issues.reopening_changes(wanted, note, person), f"{wanted}: to do again\n", person)
    return wanted


def who(out: Output, factory: Factory) -> Signature:
    """The person at the keyboard."""
    from fp.kernel.git.repo import Repository
    from tarmac.adapters.issues import operator

    return operator(Repository.discover(out.start), factory.world.clock)


def written(factory: Factory, seen: Tick, changes: Mapping[str, bytes | None], message: str, person: Signature) -> Oid:
    """Write a person's word as one commit on the tracker ref, with the checkout that has it; the commit.

    Refused when the checkout is in the way, Conflict when the tracker moved meanwhile.
    """
    from fp.kernel.errors import Conflict, Refused
    from fp.kernel.ports import RefUpdate

    world = factory.world
    tree = world.objects.with_changes(seen.commit, changes)
    commit = world.objects.commit(tree, (seen.commit,), message, person)
    move = [RefUpdate(factory.tracker_ref, seen.commit, commit)]
    if factory.reach is None:
        moved = world.worktrees.move_branch(move, journal=f"fp/moves/{commit}.json")
        status, reason = moved.status, moved.reason
    else:
        done = factory.refs.transact(move)
        status, reason = done.status, done.detail
    if status == "refused":
        raise Refused(reason, hint="commit or stash that first", reason="checkout-in-the-way")
    if status != "done":
        raise Conflict(f"the tracker moved meanwhile: {reason}", hint="run it again", reason="lost-race")
    return commit
