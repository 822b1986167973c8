"""What `tarmac init` does: a policy with what is found here, the authority, the tracker ref in git's configuration."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Usage
from fp.kernel.fs import RealFiles
from fp.kernel.git.filters import without_filters
from fp.kernel.git.repo import Repository
from fp.kernel.world import real_world
from tarmac.adapters.issues import SETTINGS_PATH, config_in
from tarmac.agents.presets import found
from tarmac.authority import choose
from tarmac.factory import LOCAL
from tarmac.model import AgentSpec
from tarmac.policy import Gate, default_workflow

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW_PATH = "WORKFLOW.md"
NO_AGENT = AgentSpec("command", ("your-agent", "--headless"))
GUESSES = (
    ("Makefile", b"\ntest:", ("make", "test")),
    ("package.json", b'"test"', ("npm", "test")),
    ("pyproject.toml", b"pytest", ("python3", "-m", "pytest", "-q")),
    ("Cargo.toml", b"[package]", ("cargo", "test")),
    ("go.mod", b"module ", ("go", "test", "./...")),
)
"""A file that names a way to test, what must stand in it, and the command."""


class Initialised(NamedTuple):
    """What was done, in sentences; the agents that were found; the authority; and what to do next."""

    said: list[str]
    agents: list[str]
    authority: str
    next: list[str]


def initialise(start: Path, agent: str | None, authority: str | None = None) -> Initialised:
    """Write what is missing. Usage when there is no repository with a tracker, no such agent or no such remote.

    Refused when the authority would change while a claim lives; External when a remote cannot be it.
    """
    repository = Repository.discover(start)
    if repository.top is None:
        raise Usage("a bare repository has no place for worktrees", reason="bare")
    files = RealFiles(repository.top)
    if files.stat(SETTINGS_PATH) is None:
        raise Usage("there is no tracker here yet", hint="fp init", reason="no-tracker")
    agents = found(os.environ.get("PATH", ""))
    said = [f"found {', '.join(spec.kind for spec in agents)}" if agents else "found no agent on PATH"]
    preset = _chosen(agents, agent)
    chosen = choose(repository, real_world(start), files, authority)
    said += [*_workflow(files, preset), *chosen.said]
    following = [*_commit_line(repository, chosen.authority), "tarmac doctor", "tarmac watch"]
    return Initialised(said, [spec.kind for spec in agents], chosen.authority, following)


def _commit_line(repository: Repository, authority: str) -> list[str]:
    """The line to paste where something is to be committed; a remote authority must have it too."""
    words = ("status", "--porcelain", "--", ".issues", WORKFLOW_PATH)
    if not repository.git(*words, config=without_filters(repository.where)).text():
        return []
    push = "" if authority == LOCAL else f" && git push {quote(authority)} HEAD"
    return [f"git add .issues WORKFLOW.md && git commit -m 'Set up the factory'{push}"]


def standing_authority(start: Path) -> tuple[str, list[str]]:
    """What the settings name as the authority (empty when they name none), and the remotes that could be it."""
    repository = Repository.discover(start)
    if repository.top is None:
        return "", []
    files = RealFiles(repository.top)
    if files.stat(SETTINGS_PATH) is None:
        return "", []
    named = any(line.startswith(b"authority:") for line in files.read(SETTINGS_PATH).splitlines())
    return (config_in(files.read(SETTINGS_PATH)).authority if named else ""), repository.git("remote").lines()


def _chosen(agents: list[AgentSpec], wanted: str | None) -> AgentSpec:
    if wanted is None:
        return agents[0] if agents else NO_AGENT
    chosen = next((spec for spec in agents if spec.kind == wanted), None)
    if chosen is None:
        known = ", ".join(spec.kind for spec in agents) or "none"
        raise Usage(f"agent {wanted!r} is not on PATH", hint=f"found: {known}", reason="no-agent")
    return chosen


def _workflow(files: RealFiles, agent: AgentSpec) -> list[str]:
    gates = _gates(files)
    text = default_workflow(agent, gates)
    if not files.create(WORKFLOW_PATH, text.encode()):
        return [f"{WORKFLOW_PATH} is there already and stays"]
    gate = f"gate: {' '.join(gates[0].argv)}" if gates else "no gate: name one, or nothing is tested before it lands"
    return [f"wrote {WORKFLOW_PATH} (agent: {' '.join(agent.argv)}; {gate}; land: approved)"]


def _gates(files: RealFiles) -> tuple[Gate, ...]:
    for path, word, argv in GUESSES:
        status = files.stat(path)
        if status is not None and status.kind == "file" and word in b"\n" + files.read(path):
            return (Gate("tests", argv),)
    return ()
