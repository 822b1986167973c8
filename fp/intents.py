"""Claims that were sent to a remote and not answered yet: written down before the push, settled by the same push.

A shell over files below the git folder that all worktrees share. The caller holds the issue's lock in this clone, so
an intent that is found was left by a process that died, or gave up waiting. `absent` there means unknown: only the very
same transaction gets a definite answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from fp import claims
from fp.kernel.errors import External
from fp.kernel.ports import RefUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.claim import Tip
    from fp.claims import Authority
    from fp.kernel.ports import Clock, Files

FOLDER = "fp/intents"
FORMAT = 1
INTENT_BYTES_MAX = 4096
INTENTS_MAX = 64


class Intent(NamedTuple):
    """A transaction that was meant: the claim's swap first, then what moves along with it."""

    authority: str
    issue: str
    updates: tuple[RefUpdate, ...]


def _path(intent: Intent) -> str:
    return f"{FOLDER}/{intent.issue}.{intent.updates[0].new}.json"


def record(state: Files, intent: Intent) -> None:
    """Write it down, durably, before the push."""
    data = json.dumps({"format": FORMAT, **intent._asdict()}, sort_keys=True)
    state.write(_path(intent), f"{data}\n".encode())


def forget(state: Files, intent: Intent) -> None:
    """The answer has come."""
    state.remove(_path(intent))


def left(state: Files, issue_id: str) -> list[Intent]:
    """What is still unanswered for one issue."""
    names = [name for name in state.names(FOLDER) if name.startswith(f"{issue_id}.")]
    return [_read(state, f"{FOLDER}/{name}") for name in names[:INTENTS_MAX]]


def _read(state: Files, path: str) -> Intent:
    try:
        values = json.loads(state.read(path, INTENT_BYTES_MAX))
        updates = tuple(RefUpdate(*update) for update in values["updates"])
        return Intent(values["authority"], values["issue"], updates)
    except (ValueError, TypeError, KeyError) as error:
        message = "not a record of a claim that was sent"
        raise External(message, where=path, hint=f"look at it, then remove {path}") from error


def settle(authority: Authority, state: Files, issue_id: str, clock: Clock) -> Tip | None:
    """Get the answers that are still due for an issue: the claim, if one of them turns out to be won and stands."""
    won: Tip | None = None
    for intent in left(state, issue_id):
        claimed = intent.updates[0]
        if intent.authority != authority.name or claimed.ref != authority.ref(issue_id):
            raise External(
                f"a claim sent to {intent.authority} is unanswered, and the authority is {authority.name} now",
                hint=f"set it back until this is settled, or look at {_path(intent)}",
                reason="two-authorities",
            )
        if claims.send(authority, intent.updates, clock) is None and claimed.new is not None:
            won = claims.read_tip(authority.objects, claimed.new)
        forget(state, intent)
    return won


def sent(authority: Authority, state: Files, issue_id: str, updates: Sequence[RefUpdate], clock: Clock) -> str | None:
    """Send with the intent written down before; it stays when no answer comes. None when done, else why it lost."""
    intent = Intent(authority.name, issue_id, tuple(updates))
    record(state, intent)
    why = claims.send(authority, updates, clock)
    forget(state, intent)
    return why
