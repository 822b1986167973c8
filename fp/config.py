"""The tracker's settings, `.issues/config.yaml`: prefix, workflow, who is who, where claims live.

Pure. Every value has a default, so that a file of `format` and `prefix` is complete. A value that cannot be read is a
problem with path:line and reads as if it were absent; the commands that write refuse to guess around it. The file
is read by `fp.configfile`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.model import FORMAT, STATUSES, TERMINAL, TRANSITIONS, is_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping


WITH_THE_WORK = "with-the-work"
DIRECT = "direct"
WRITE_MODES = (WITH_THE_WORK, DIRECT)
LOCAL_AUTHORITY = "local"
CLAIM_REFS = "refs/fp/claims/"
GUARDS = ("boxes", "children", "evidence", "documents")
EVIDENCE_TIERS = ("self", "observed", "ci", "human")
ITEM_KINDS = ("text", "choice", "issue", "integer", "number", "bool", "date", "instant", "duration", "path")
PROPERTY_KINDS = ("list", *ITEM_KINDS)


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
    """A key that this tracker adds to the format. `choices` is for kind `choice`, in their order; `of` is the kind of
    a list's items; open issues of the types `required` must have it.
    """

    kind: str = "text"
    choices: tuple[str, ...] = ()
    help: str = ""
    of: str = "text"
    required: tuple[str, ...] = ()


class Config(NamedTuple):
    """All settings of one tracker.

    `worker_refs` are ref patterns whose changes count as a worker's; `people` maps a person's name to mail addresses;
    `templates` names, for a type, the template of its new issues; `authority` is `local` or a remote's name;
    `evidence_tier` is the weakest evidence that the guard accepts.
    """

    prefix: str
    workflow: Workflow = Workflow()
    worker_refs: tuple[str, ...] = ("refs/heads/tarmac/**",)
    people: Mapping[str, tuple[str, ...]] = {}
    authority: str = LOCAL_AUTHORITY
    claim_refs: str = CLAIM_REFS
    properties: Mapping[str, Property] = {}
    templates: Mapping[str, str] = {}
    views: Mapping[str, str] = {}
    evidence_tier: str = "observed"
    tracker_write: str = WITH_THE_WORK
    format: int = FORMAT


DEFAULT_PREFIX = "FP"


def default_config(prefix: str) -> Config:
    """The settings of a new tracker."""
    return Config(prefix=prefix)


def config_bytes(prefix: str) -> bytes:
    """The settings file of a new tracker: the two values it must have, and the others as comments."""
    assert is_prefix(prefix), prefix
    return _NEW_FILE.format(prefix=prefix, statuses=", ".join(STATUSES), terminal=", ".join(TERMINAL)).encode()


_NEW_FILE = """\
# The tracker's settings. What is left out has the value shown in the comment.
format: 1
prefix: {prefix}

# workflow:
#   strict: false             # true: the arrows bind people too, not only machines
#   statuses: [{statuses}]
#   terminal: [{terminal}]
#   guards:                   # what must hold before a move: boxes, children, evidence, documents
#     done: []
# people:                     # whose commits are whose
#   ann: [ann@example.org]
# properties:                 # keys of your own, so that they are not reported as unknown
#   severity: {{kind: choice, choices: [minor, major], required: [bug]}}
# templates:                  # which template a new issue has by its type; else the one of the type's name
#   bug: report               # .issues/templates/report.md
# authority: local            # or the name of the remote that holds the claims; `tarmac init` sets it
"""
