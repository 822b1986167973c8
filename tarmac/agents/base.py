"""What a driver of any kind of agent does: say how its program is started. The worker process does the rest.

Drivers run only inside the worker. A kind is a row of `KINDS`, imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.kernel.errors import Config

if TYPE_CHECKING:
    from tarmac.model import AgentSpec

KINDS = {"command": "tarmac.agents.command:Command"}


class Invocation(NamedTuple):
    """A command line, and the file that is its standard input."""

    argv: tuple[str, ...]
    stdin: str


class Driver(Protocol):
    """One kind of agent."""

    def invocation(self, spec: AgentSpec, prompt_path: str) -> Invocation:
        """How to start it on the prompt that this file holds. Refused when the prompt cannot be handed over so."""
        ...


def driver(kind: str) -> Driver:
    """The driver of a kind; Config for a kind that there is not."""
    place = KINDS.get(kind)
    if place is None:
        raise Config(f"no agent kind {kind!r}", hint=f"one of {', '.join(KINDS)}")
    module, _, name = place.partition(":")
    found: Driver = getattr(import_module(module), name)()
    return found
