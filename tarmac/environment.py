"""What of the operator's environment an agent sees: a fixed few names, those that the policy lists, and the run's own.

Pure. Everything else stays behind, for an agent's environment is readable by whatever it is talked into [a secret in
`/proc/self/environ` has been read that way].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.model import OUTCOME_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tarmac.model import Run

ALWAYS = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM", "TMPDIR", "USER", "LOGNAME", "SHELL")
"""Nothing here is a secret, and little works without them."""
SECRET_CHARACTERS_LEAST = 8
"""A shorter value would blot out plain words of the log."""


def kept(environ: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What passes through: the fixed names and the listed ones, where they are set."""
    return {name: environ[name] for name in (*ALWAYS, *names) if name in environ}


def outcome_path(run: Run) -> str:
    """Where this run's agent writes its outcome, absolute: on this machine no other run's is the same."""
    return f"{run.workspace}/{OUTCOME_PATH}"


def of_run(run: Run) -> dict[str, str]:
    """What an agent is told of its run."""
    return {
        "TARMAC_RUN": str(run.name),
        "TARMAC_ISSUE": run.name.issue,
        "TARMAC_OUTCOME": outcome_path(run),
        "TARMAC_BRANCH": run.branch.removeprefix("refs/heads/"),
        "TARMAC_ATTEMPT": str(run.attempt),
        "TARMAC_PORT_BASE": str(run.ports),
        "TARMAC_PORT_COUNT": str(run.port_count),
        "FP_AGENT": str(run.name),
    }


def of_agent(environ: Mapping[str, str], run: Run) -> dict[str, str]:
    """The whole environment of the run's agent."""
    return {**kept(environ, run.agent.environment), **of_run(run)}


def secrets(environ: Mapping[str, str], run: Run) -> dict[str, str]:
    """Value to name of what the policy passes on: these values must not be written down."""
    named = ((environ.get(name, ""), name) for name in run.agent.environment if name not in ALWAYS)
    return {value: name for value, name in named if len(value) >= SECRET_CHARACTERS_LEAST}
