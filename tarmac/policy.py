"""The policy of a factory, `WORKFLOW.md`: which agent, what bounds it, what must hold before its work lands.

Pure. The caller reads the bytes from the tracker's commit, never from an agent's worktree. A wrong value is a problem
with path:line; a file with problems gives no policy at all, so that a typing error never loosens a bound.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from fp.kernel import frontmatter
from fp.kernel.problem import Problem, Severity
from fp.kernel.refnames import is_ref
from fp.kernel.schema import Field, Table, read
from tarmac.model import FORMAT, AgentSpec, Limits
from tarmac.prompt import template_fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.frontmatter import Document

WORKFLOW_PATH = "WORKFLOW.md"
PROMPT_WAYS = ("stdin", "argument", "file")
LAND_WHEN = ("approved", "gates", "manual")
LAND_VIA = ("local", "push")
TAKEOVERS = ("proof", "fenced")
HEADS = "refs/heads/"
LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long an issue rests after a failed attempt: doubled each time, from `first_seconds` to `most_seconds`."""

    first_seconds: float = 30.0
    most_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class WorkspacePolicy:
    """Where agents work. `root` is relative to the main checkout; `copy` names files of it, `setup` commands.

    `ports` is how many port numbers each run has to itself; `discard` are patterns of ignored files that go with the
    worktree of a landed run.
    """

    kind: str = "worktree"
    root: str = "../.tarmac-{repo}"
    copy: tuple[str, ...] = ()
    setup: tuple[tuple[str, ...], ...] = ()
    ports: int = 10
    discard: tuple[str, ...] = ()

    def folder(self, top: PurePath) -> PurePath:
        """The folder of all workspaces, for the main checkout at `top`; `{repo}` stands for its name."""
        return PurePath(posixpath.normpath(top / self.root.replace("{repo}", top.name)))


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

    `takeover` is proof or fenced: what must be known of another holder, once its lease is over, before its claim is
    taken. `lease_seconds` is that of our own claims at a remote authority.
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
    lease_seconds: float = 600.0
    poll_seconds: float = 2.0
    prompt_line: int = 1
    path: str = WORKFLOW_PATH


ARGV = Field("argv", "list", required=True, item=Field(""), least=1, help="a command, as a list of words")
COMMANDS = Field("", "list", item=ARGV)
NAMES = Field("", "list", item=Field(""))

AGENT = Table(
    (
        Field("kind", "choice", choices=("command",), default="command", help="what kind of agent it is"),
        ARGV,
        Field("prompt", "choice", choices=PROMPT_WAYS, default="stdin", help="how it gets its text"),
        NAMES._replace(name="environment", default=(), help="variables of yours that it may see"),
    )
)
LIMIT_TABLE = Table(
    (
        Field("silence", "duration", default=900.0, help="without output, changed files or work; 0s: no limit"),
        Field("wall", "duration", default=7200.0, help="from start to end; 0s: no limit"),
        Field("output", "size", default=50_000_000, help="printed in all; 0B: no limit"),
    )
)
BACKOFF = Table(
    (
        Field("first", "duration", default=30.0, help="after the first failure; doubled each time"),
        Field("most", "duration", default=600.0, help="at most"),
    )
)
WORKSPACE = Table(
    (
        Field("kind", "choice", choices=("worktree",), default="worktree", help="how a workspace is made"),
        Field("root", default="../.tarmac-{repo}", help="where, seen from the main checkout"),
        Field("copy", "list", item=Field("", "path"), default=(), help="ignored files to copy from the main checkout"),
        COMMANDS._replace(name="setup", default=(), help="commands that run there before the agent"),
        Field("ports", "integer", default=10, least=0, most=40, help="port numbers for each run"),
        Field("discard", "list", item=Field(""), default=(), help="ignored files that go with a landed run's worktree"),
    )
)
GATE = Table(
    (
        Field("name", required=True, help="what it is called in reports"),
        ARGV,
        Field("timeout", "duration", default=600.0, least=0.1, help="how long it may take"),
    )
)
LAND = Table(
    (
        Field("when", "choice", choices=LAND_WHEN, default="approved", help="what landing waits for"),
        Field("target", default="", help="the branch it lands on; default: the tracker's"),
        Field("via", "choice", choices=LAND_VIA, default="local", help="how the target moves"),
    )
)
TABLE = Table(
    (
        Field("format", "choice", choices=(str(FORMAT),), required=True, help=f"write `format: {FORMAT}`"),
        Field("agent", "mapping", table=AGENT, required=True, help="the program that does the work"),
        Field("limits", "mapping", table=LIMIT_TABLE, help="when it is stopped"),
        Field("attempts", "integer", default=3, least=1, most=100, help="runs of one issue before a person is asked"),
        Field("backoff", "mapping", table=BACKOFF, help="rest between attempts"),
        Field("concurrency", "integer", default=2, least=1, most=1000, help="agents at work at once"),
        Field("workspace", "mapping", table=WORKSPACE, help="where agents work"),
        Field("gates", "list", item=Field("", "mapping", table=GATE), default=(), help="what must pass before landing"),
        Field("land", "mapping", table=LAND, help="when and where work lands"),
        COMMANDS._replace(name="notify", default=(), help="commands that are told when a person is needed"),
        Field("takeover", "choice", choices=TAKEOVERS, default="proof", help="when another's claim may be taken"),
        Field(
            "lease",
            "duration",
            default=600.0,
            least=3,
            most=86_400,
            help="how long a claim at a remote may go unrenewed",
        ),
        Field("poll", "duration", default=2.0, least=0.05, most=3600, help="pause between two looks"),
    ),
    title="WORKFLOW.md",
)
"""The header of `WORKFLOW.md`."""


def read_policy(data: bytes, path: str, oid: str) -> tuple[Policy | None, list[Problem]]:
    """Read the file at `path`, whose blob is `oid`; no policy when anything in it is wrong."""
    document, problems = frontmatter.parse(data, path)
    if document is None:
        return None, problems
    if not document.has_header:
        return None, [Problem("no-header", path, 1, "has no header", "start it with `---`, `format: 1` and `agent:`")]
    values, wrong = read(TABLE, document.fields, document.lines, path)
    problems += wrong
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _beyond_the_table(values, document, path)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    return _policy(values, document, path, oid), problems


def _policy(values: Mapping[str, Any], document: Document, path: str, oid: str) -> Policy:
    limits, backoff, land, place = (values[name] for name in ("limits", "backoff", "land", "workspace"))
    return Policy(
        agent=AgentSpec(**values["agent"]),
        prompt=document.body,
        oid=oid,
        limits=Limits(limits["silence"], limits["wall"], limits["output"]),
        attempts=values["attempts"],
        backoff=Backoff(backoff["first"], backoff["most"]),
        concurrency=values["concurrency"],
        workspace=WorkspacePolicy(**place),
        gates=tuple(Gate(gate["name"], gate["argv"], gate["timeout"]) for gate in values["gates"]),
        land=LandPolicy(**{**land, "target": _full(land["target"])}),
        notify=values["notify"],
        takeover=values["takeover"],
        lease_seconds=values["lease"],
        poll_seconds=values["poll"],
        prompt_line=document.body_line,
        path=path,
    )


def _full(target: str) -> str:
    """`main` and `refs/heads/main` alike; empty stays empty."""
    return target if not target or target.startswith("refs/") else HEADS + target


def _beyond_the_table(values: Mapping[str, Any], document: Document, path: str) -> list[Problem]:
    """What no field can say by itself: a name that occurs twice, a target that is no branch, a prompt that fails."""
    problems: list[Problem] = []
    names = [gate["name"] for gate in values["gates"]]
    for index, name in enumerate(names):
        if name in names[:index]:
            line = document.lines.get(f"gates.{index}.name", 1)
            problems.append(Problem("gate-twice", path, line, f"two gates are called `{name}`", "rename one"))
    target = _full(values["land"]["target"])
    if target and not (target.startswith(HEADS) and is_ref(target)):
        line = document.lines.get("land.target", 1)
        problems.append(Problem("wrong-target", path, line, "`land.target` is not a branch", "write it as `main`"))
    if not document.body.strip():
        problems.append(Problem("no-prompt", path, document.body_line, "has no prompt", "write it below the header"))
    fault = template_fault(document.body)
    if fault is not None:
        line = document.body_line + max(0, fault.line - 1)
        problems.append(Problem("wrong-template", path, line, f"the prompt: {fault.message}"))
    return problems


DEFAULT = """\
---
# How tarmac works in this repository. It is read from the tracker's commit alone: an edit counts when it is committed
# there, and an agent's branch cannot change the rules it runs under.
format: 1

# The program that does the work. `prompt` says how it gets its text: stdin, argument (the last one) or file (its path
# is the last argument). It sees PATH, HOME and the like, what `environment` names of your variables, and TARMAC_...
agent:
  kind: command
  argv: {argv}
  prompt: {prompt}
  environment: {environment}

# When an agent is stopped. Silence is no output, no changed file and no work; 0s or 0B switches a limit off.
limits:
  silence: 15m
  wall: 2h
  output: 50MB

# Runs of one issue before a person is asked, and the rest between two of them (doubled each time).
attempts: 3
backoff: {{first: 30s, most: 10m}}

# Agents at work at once.
concurrency: 2

# Each run has a worktree of its own below `root`, seen from the main checkout. `copy` names files of the main checkout
# that git ignores and an agent needs, such as `.env`; `setup` lists commands to run there first, such as `[npm, ci]`.
# A worktree that holds anything uncommitted or ignored is kept; `discard` names ignored files and folders that are no
# reason to keep it once the run has landed: `build` at any depth, `web/dist` from the root.
workspace:
  root: ../.tarmac-{{repo}}
  copy: []
  setup: []
  ports: 10
  discard: {caches}

# What must pass on the merged work before it lands, in a fresh checkout.
{gates}
# approved: a person approves the work first. gates: it lands when all gates pass. manual: only by `tarmac land`.
land:
  when: approved

# Where claims live at a remote: how long one may go unrenewed, and what must be known after that before another factory
# takes it. proof: its worker is seen dead. fenced: nothing more; the holder is fenced off and cannot land.
lease: 10m
takeover: proof

# Commands that are told when a person is needed, such as `[notify-send, tarmac]`.
notify: []
---
Work on issue {{{{ issue.id }}}}: {{{{ issue.title }}}}

{{{{ issue.body }}}}
{{% if comments %}}
What people said about it, oldest first:
{{% for comment in comments %}}
{{{{ comment.by }}}}:
{{{{ comment.text }}}}
{{% endfor %}}{{% endif %}}{{% if attempt > 1 %}}
This is attempt {{{{ attempt }}}}. Earlier attempts did not succeed; their branches are `tarmac/{{{{ issue.id }}}}/*`.
{{% endif %}}
Do what the issue asks, no more. Run the project's own checks before you end.
"""
CACHES = ("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules")
"""What a first `WORKFLOW.md` discards: tools make it anew, and nobody writes there by hand."""
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./@%+=-]*|--?[A-Za-z][A-Za-z0-9_./=-]*")
_RETYPED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def default_workflow(agent: AgentSpec, gates: Sequence[Gate] = ()) -> str:
    """A first `WORKFLOW.md` for this agent and these gates, with each setting explained; it reads back as written."""
    return DEFAULT.format(
        argv=_flow(agent.argv),
        prompt=agent.prompt,
        environment=_flow(agent.environment),
        caches=_flow(CACHES),
        gates=_gates(gates),
    )


def _gates(gates: Sequence[Gate]) -> str:
    if not gates:
        return "# gates:\n#   - {name: tests, argv: [make, test], timeout: 10m}\ngates: []\n"
    lines = [
        f"  - {{name: {_word(gate.name)}, argv: {_flow(gate.argv)}, timeout: {_duration(gate.timeout_seconds)}}}"
        for gate in gates
    ]
    return "gates:\n" + "\n".join(lines) + "\n"


def _duration(seconds: float) -> str:
    for unit, size in (("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{round(seconds * 1000)}ms"


def _flow(words: Sequence[str]) -> str:
    return f"[{', '.join(_word(word) for word in words)}]"


def _word(word: str) -> str:
    """Plain where every YAML reader reads it as this text; else in JSON's quotes, which are YAML's too."""
    plain = _PLAIN.fullmatch(word) and word.lower() not in _RETYPED and not word[0].isdigit() and word[0] != "."
    return word if plain else json.dumps(word, ensure_ascii=True)
