"""The tracker's settings, `.issues/config.yaml`: prefix, workflow, who is who, where claims live.

Pure. Every value has a default, so that a file of `format` and `prefix` is complete. A file that is wrong in one value
is a problem with path:line and reads as if that value were absent; a file that is not ours at all is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.model import FORMAT, STATUSES, TERMINAL, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

WITH_THE_WORK = "with-the-work"
DIRECT = "direct"
LOCAL_AUTHORITY = "local"
CLAIM_REFS = "refs/fp/claims/"
GUARDS = ("boxes", "children", "evidence", "documents")
EVIDENCE_TIERS = ("self", "observed", "ci", "human")
PROPERTY_KINDS = ("text", "choice", "list", "instant", "date", "bool", "integer", "duration", "path")


class Workflow(NamedTuple):
    """Statuses in their order, and the arrows. `guards` names, for a status, what must hold before a move to it.

    `strict` binds people to the arrows too; otherwise they bind machines alone.
    """

    statuses: tuple[str, ...] = STATUSES
    terminal: tuple[str, ...] = TERMINAL
    transitions: Mapping[str, tuple[str, ...]] = TRANSITIONS
    guards: Mapping[str, tuple[str, ...]] = {}
    strict: bool = False


class Property(NamedTuple):
    """A key that this tracker adds to the format. `choices` is for kind `choice`."""

    kind: str = "text"
    choices: tuple[str, ...] = ()
    help: str = ""


class Config(NamedTuple):
    """All settings of one tracker.

    `worker_refs` are ref patterns whose changes count as a worker's; `people` maps a person's name to mail addresses;
    `authority` is `local` or a remote's name; `evidence_tier` is the weakest evidence that the guard accepts.
    """

    prefix: str
    workflow: Workflow = Workflow()
    worker_refs: tuple[str, ...] = ("refs/heads/tarmac/**",)
    people: Mapping[str, tuple[str, ...]] = {}
    authority: str = LOCAL_AUTHORITY
    claim_refs: str = CLAIM_REFS
    properties: Mapping[str, Property] = {}
    views: Mapping[str, str] = {}
    evidence_tier: str = "observed"
    tracker_write: str = WITH_THE_WORK
    format: int = FORMAT


def default_config(prefix: str) -> Config:
    """The settings of a new tracker."""
    return Config(prefix=prefix)
