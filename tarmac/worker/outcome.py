"""Reads what an agent says of its own end. A claim, never a fact; the file is as hostile as the agent.

It is read once every process of the agent is dead, without following links, up to a size; whatever is wrong with it is
a sentence for people and no outcome.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from tarmac.model import OUTCOME_PATH, OUTCOMES, Outcome, Proposal, read_outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.ports import Files

OUTCOME_BYTES_MAX = 256 * 1024


class Told(NamedTuple):
    """The outcome, or why there is none; both empty when the agent wrote no file."""

    outcome: Outcome | None
    problem: str = ""


def clear(workspace: Files) -> str:
    """Remove a file that stood there before the agent: its words would be taken for the agent's. Why not, if not."""
    try:
        workspace.remove(OUTCOME_PATH)
    except (KitError, OSError) as error:
        return f"{OUTCOME_PATH}: {error}"
    return ""


def read(workspace: Files, clean: Callable[[str], str]) -> Told:
    """Read the outcome; `clean` takes secrets out of each text, for these texts end up in the tracker."""
    try:
        data = workspace.read(OUTCOME_PATH, OUTCOME_BYTES_MAX)
    except FileNotFoundError:
        return Told(None)
    except (KitError, OSError) as error:
        return Told(None, f"{OUTCOME_PATH} is not taken: {error}")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Told(None, f"{OUTCOME_PATH} is not JSON: {type(error).__name__}")
    outcome = read_outcome(value)
    if outcome is None:
        return Told(None, f"{OUTCOME_PATH} has no `status` of {', '.join(OUTCOMES)}")
    return Told(_cleaned(outcome, lambda text: clean(_sayable(text))))


def _cleaned(outcome: Outcome, clean: Callable[[str], str]) -> Outcome:
    return replace(
        outcome,
        summary=clean(outcome.summary),
        question=clean(outcome.question),
        comments=tuple(clean(text) for text in outcome.comments),
        issues=tuple(Proposal(clean(item.title), clean(item.body)) for item in outcome.issues),
        left_out=tuple(clean(text) for text in outcome.left_out),
    )


def _sayable(text: str) -> str:
    """JSON can spell lone surrogates, which no UTF-8 file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
