"""What `tarmac init` does: a policy with what is found here, and the tracker ref in git's configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Usage
from fp.kernel.fs import RealFiles
from fp.kernel.git.repo import Repository
from tarmac.agents.presets import found
from tarmac.model import AgentSpec
from tarmac.policy import Gate, default_workflow

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW_PATH = "WORKFLOW.md"
TRACKER_SETTING = "fp.trackerRef"
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
    """What was done, in sentences; the agents that were found; and what to do next."""

    said: list[str]
    agents: list[str]
    next: list[str]


def initialise(start: Path, agent: str | None) -> Initialised:
    """Write what is missing. Usage when there is no repository with a tracker, or no such agent."""
    repository = Repository.discover(start)
    if repository.top is None:
        raise Usage("a bare repository has no place for worktrees", reason="bare")
    files = RealFiles(repository.top)
    if files.stat(".issues/config.yaml") is None:
        raise Usage("there is no tracker here yet", hint="fp init", reason="no-tracker")
    agents = found(os.environ.get("PATH", ""))
    said = [f"found {', '.join(spec.kind for spec in agents)}" if agents else "found no agent on PATH"]
    said += _workflow(files, _chosen(agents, agent))
    said += _tracker(repository)
    following = ["git add .issues WORKFLOW.md && git commit -m 'Set up the factory'", "tarmac doctor", "tarmac watch"]
    return Initialised(said, [spec.kind for spec in agents], following)


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


def _tracker(repository: Repository) -> list[str]:
    """Local claims and landings need a branch of this repository, not a copy of a remote's."""
    standing = repository.setting(TRACKER_SETTING)
    if standing:
        return [f"the tracker ref is {standing} ({TRACKER_SETTING})"]
    branch = repository.head_branch()
    if branch is None:
        raise Usage(
            "HEAD is detached, so nothing says where the tracker is",
            hint=f"git config {TRACKER_SETTING} refs/heads/main",
        )
    repository.set_setting(TRACKER_SETTING, branch)
    return [f"the tracker ref is {branch} (git config {TRACKER_SETTING})"]
