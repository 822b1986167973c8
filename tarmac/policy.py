"""The policy of a factory, `WORKFLOW.md`: which agent, what bounds it, what must hold before its work lands.

Pure. The caller reads the bytes from the tracker's commit, never from an agent's worktree. A wrong value is a problem
with path:line; a file with problems gives no policy at all, so that a typing error never loosens a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

from tarmac.model import AgentSpec, Limits

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long an issue rests after a failed attempt: doubled each time, from `first_seconds` to `most_seconds`."""

    first_seconds: float = 30.0
    most_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class WorkspacePolicy:
    """Where agents work. `root` is relative to the main checkout; `copy` names files of it, `setup` commands.

    `ports` is how many port numbers each run has to itself.
    """

    kind: str = "worktree"
    root: str = "../.tarmac"
    copy: tuple[str, ...] = ()
    setup: tuple[tuple[str, ...], ...] = ()
    ports: int = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """A command that must exit 0 on the merged work."""

    name: str
    argv: tuple[str, ...]
    timeout_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class LandPolicy:
    """When and where work lands: `when` is approved, gates or manual, `via` local or push.

    `target` is a full ref; empty means the tracker ref.
    """

    when: str = "approved"
    target: str = ""
    via: str = "local"


@dataclass(frozen=True, slots=True)
class Policy:
    """`WORKFLOW.md` as read. `prompt` is its Jinja2 template, whose first line is line `prompt_line`; `oid` its blob.

    `takeover` is proof or fenced: what must be known of another holder before its claim is taken.
    """

    agent: AgentSpec
    prompt: str
    oid: str
    limits: Limits = LIMITS
    attempts: int = 3
    backoff: Backoff = Backoff()
    concurrency: int = 2
    workspace: WorkspacePolicy = WorkspacePolicy()
    gates: tuple[Gate, ...] = ()
    land: LandPolicy = LandPolicy()
    notify: tuple[tuple[str, ...], ...] = ()
    takeover: str = "proof"
    poll_seconds: float = 2.0
    prompt_line: int = 1
    path: str = "WORKFLOW.md"
