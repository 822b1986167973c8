"""The demo's repository and the commands a person types in it: real git, the real commands, a temporary folder."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from fp.kernel.errors import External
from fp.kernel.fs import RealFiles
from fp.kernel.git.run import git
from fp.kernel.process import Ran
from fp.kernel.process import run as run_command
from tarmac.demo.agent import WORK
from tarmac.demo.project import BINDINGS, DOCUMENT, FILES, TICKETS, Ticket
from tarmac.model import AgentSpec
from tarmac.policy import Gate, default_workflow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tarmac.demo.draw import Draw

COMMAND_SECONDS_MAX = 60.0
GATE = Gate("tests", (sys.executable, "-m", "unittest", "-q"), 60.0)
SETTINGS = (
    ("attempts: 3", "attempts: 2"),
    ("silence: 15m", "silence: 1s"),
    ("concurrency: 2", "concurrency: 4"),
    ("{first: 30s, most: 10m}", "{first: 100ms, most: 1s}"),
    ("when: approved", "when: gates"),
    ("notify: []", "notify: []\npoll: 200ms"),
)
"""What the demo changes in the policy that `tarmac init` writes, so that it ends within a minute."""


class Stage:
    """One repository at `top`; `ids` maps the demo's own names of tickets to issue ids."""

    def __init__(self, top: Path, show: Callable[[str, str], None]):
        self.top = top
        self._show = show
        self.ids: dict[str, str] = {}
        self.script = top.parent / "script.json"

    def git(self, *words: str) -> str:
        """Run git as the person would."""
        return git(self.top, *words).text()

    def command(self, *words: str, ok: tuple[int, ...] = (0,), quiet: bool = False) -> Ran:
        """Run one of our commands, shown as a person types it. External when it ends in another way than expected."""
        if not quiet:
            self._show("$", " ".join(word if word.isprintable() and " " not in word else f'"{word}"' for word in words))
        argv = (sys.executable, "-m", *words)
        kept = {key: value for key, value in os.environ.items() if key != "CI"}  # the demo is this machine's view
        env = {**kept, "NO_COLOR": "1"}
        ran = run_command(argv, cwd=str(self.top), env=env, timeout_seconds=COMMAND_SECONDS_MAX, tail_bytes=10**7)
        if ran.code not in ok:
            raise External(f"{' '.join(words)} ended with {ran.code}: {ran.output.decode('utf-8', 'replace')[-2000:]}")
        if not quiet:
            for line in ran.output.decode("utf-8", "replace").splitlines():
                self._show("", line)
        return ran

    def document(self, *words: str, ok: tuple[int, ...] = (0, 1)) -> dict[str, Any]:
        """The JSON document of one of our commands."""
        value = json.loads(self.command(*words, "--json", ok=ok, quiet=True).output)
        assert isinstance(value, dict)
        return value

    def write(self, path: str, text: str) -> None:
        """Write a file of the repository."""
        RealFiles(self.top).write(path, text.encode())

    def read(self, path: str) -> str:
        """Read a file of the repository."""
        return RealFiles(self.top).read(path).decode()

    def commit(self, message: str) -> None:
        """Commit everything, as the person."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def set_up(self) -> None:
        """The project with its documents, tracker, bindings and policy."""
        self.top.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        for key, value in (("user.name", "Ann"), ("user.email", "ann@example.org")):
            self.git("config", key, value)
        for path, text in FILES.items():
            self.write(path, text)
        self.commit("A small ledger")
        self.command("fp", "init", "--prefix", "BOOK")
        for document, target in BINDINGS:
            self.command("drift", "link", document, target, quiet=True)
        agent = AgentSpec(
            "scripted", (sys.executable, "-m", "tarmac.demo.agent", str(self.script)), environment=("PYTHONPATH",)
        )
        policy = default_workflow(agent, (GATE,))
        for old, new in SETTINGS:
            assert old in policy, old
            policy = policy.replace(old, new)
        self.write("WORKFLOW.md", policy)
        self.git("config", "fp.trackerRef", "refs/heads/main")

    def plan(self, draw: Draw) -> None:
        """The tickets, and the script that their agents follow."""
        script: dict[str, Any] = {}
        for ticket in TICKETS:
            self.ids[ticket.key] = self._new(ticket)
        for ticket in TICKETS:
            script[self.ids[ticket.key]] = self._part(ticket, draw)
        RealFiles(self.script.parent).write(self.script.name, json.dumps(script).encode())
        self.commit("Plan: twelve tickets")

    def _new(self, ticket: Ticket) -> str:
        words = ["fp", "new", ticket.title, "--body", ticket.body, "--priority", ticket.priority]
        for key in ticket.after:
            words += ["--depends", self.ids[key]]
        return str(self.document(*words)["issue"]["id"])

    def _part(self, ticket: Ticket, draw: Draw) -> dict[str, Any]:
        kind = next((fault.kind for fault in draw.faults if fault.key == ticket.key), WORK)
        files = dict(ticket.files)
        if kind == "stale":
            files.pop(DOCUMENT, None)
        victim = "load" if ticket.key == "report" else "report"
        return {
            "behaviour": kind if kind not in ("stale", "hand-edit") else WORK,
            "files": files,
            "links": [list(pair) for pair in BINDINGS if pair[0].partition("#")[0] in files],
            "summary": f"{ticket.title}: done as asked.",
            "boxes": [0, 1] if "tested" in ticket.body else [0],
            "victim": f".issues/{self.ids[victim]}.md",
        }
