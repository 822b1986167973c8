"""A repository with a tracker, a policy and scripted agents, and `tarmac` run on it as a person runs it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Ran, Repo

POLICY = """---
format: 1
agent:
  kind: command
  argv: [{python}, {agent}]
  prompt: stdin
  environment: []
limits: {{silence: {silence}, wall: 60s, output: 1MB}}
attempts: {attempts}
backoff: {{first: 50ms, most: 100ms}}
concurrency: 3
workspace: {{root: ../runs}}
gates:
  - {{name: tests, argv: {gate}}}
land: {{when: {land}}}
poll: 50ms
---
Do {{{{ issue.title }}}}.

{{{{ issue.body }}}}
{{% for comment in comments %}}{{{{ comment.text }}}}
{{% endfor %}}
"""
AGENT = """import json, os, pathlib, signal, subprocess, sys, time
prompt = sys.stdin.read()
def write(path, text):
    target = pathlib.Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
def outcome(**value):
    write(os.environ["TARMAC_OUTCOME"], json.dumps(value))
name = "two" if "Make two" in prompt else "one"
"""


@dataclass
class Factory:
    """`say` is the body of the agent's program, after imports and the helpers `write`, `outcome`, `name`, `prompt`."""

    repo: Repo
    command: Command
    home: Path

    def set_up(
        self, agent: str, *, land: str = "gates", attempts: int = 1, gate: str = "[true]", silence: str = "30s"
    ) -> None:
        """Tracker, policy and agent, committed."""
        program = self.home / "agent.py"
        program.write_text(AGENT + agent)
        self.fp("init", "--prefix", "FP")
        self.repo.git("config", "fp.trackerRef", "refs/heads/main")
        values = {"python": sys.executable, "agent": program, "land": land, "attempts": attempts, "gate": gate}
        self.repo.write("WORKFLOW.md", POLICY.format(silence=silence, **values))
        self.repo.commit("set up")

    def fp(self, *words: str, code: int = 0) -> Ran:
        """Run `fp`."""
        return self._run("fp", words, code)

    def tarmac(self, *words: str, code: int = 0) -> Ran:
        """Run `tarmac`."""
        return self._run("tarmac", words, code)

    def _run(self, name: str, words: tuple[str, ...], code: int) -> Ran:
        ran = self.command(name, *words, cwd=self.repo.path)
        assert ran.code == code, f"{name} {' '.join(words)}: {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    def new(self, title: str, *words: str, armed: bool = True) -> str:
        """A committed issue; its id."""
        extra = ("--arm",) if armed else ()
        value = json.loads(self.fp("new", title, "--json", *extra, *words).out)
        self.repo.commit(f"plan {title}")
        return str(value["issue"]["id"])

    def watch(self, *words: str) -> dict[str, Any]:
        """`tarmac watch --once`; what came of it."""
        value = json.loads(self.tarmac("watch", "--once", "--json", *words).out)
        assert isinstance(value, dict)
        return value

    def status(self, issue: str) -> str:
        """The issue's status at the head of main."""
        text = self.repo.git("show", f"main:.issues/{issue}.md")
        return next(line.partition(": ")[2] for line in text.splitlines() if line.startswith("status:"))

    def notes(self, issue: str) -> str:
        """All that the issue's events at the head of main say."""
        names = self.repo.git("ls-tree", "-r", "--name-only", "main", f".issues/events/{issue}").splitlines()
        return "\n".join(self.repo.git("show", f"main:{name}") for name in names)
