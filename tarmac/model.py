"""What tarmac keeps: a run, what its agent is, how its worker ended, and the names of everything a run creates.

Pure; standard library only, so that the worker process can load it without the rest. Names are deterministic: a retry
after a crash finds what an earlier try made and adopts it.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
RUNS_FOLDER = "tarmac/runs"
"""Below the git folder that all worktrees share."""
RUN_FILE = "run.json"
JOURNAL_FILE = "events.jsonl"
WORKER_JOURNAL_FILE = "worker.jsonl"
EXIT_FILE = "exit.json"
PROMPT_FILE = "prompt.md"
OUTPUT_FILE = "agent.log"
WORKER_LOG_FILE = "worker.log"
OUTCOME_PATH = ".tarmac/outcome.json"
"""In the worktree: where an agent says how it ended. Never committed."""
BRANCH_PREFIX = "refs/heads/tarmac/"
RESCUE_PREFIX = "refs/fp/rescue/"
_RUN = re.compile(r"([A-Z][A-Z0-9]{0,9}-[0-9a-z]{7})\.([1-9][0-9]{0,5})", re.ASCII)


class RunName(NamedTuple):
    """`<issue>.<epoch>`."""

    issue: str
    epoch: int

    def __str__(self) -> str:
        return f"{self.issue}.{self.epoch}"


def parse_run_name(text: str) -> RunName | None:
    """Read a run's name; None for anything else."""
    found = _RUN.fullmatch(text)
    return RunName(found[1], int(found[2])) if found else None


def branch_of(name: RunName) -> str:
    """The run's branch, as a full ref."""
    return f"{BRANCH_PREFIX}{name.issue}/{name.epoch}"


def run_of_branch(ref: str) -> RunName | None:
    """The run that a full ref belongs to; None for other refs."""
    return parse_run_name(ref.removeprefix(BRANCH_PREFIX).replace("/", ".")) if ref.startswith(BRANCH_PREFIX) else None


def rescue_ref(name: RunName, number: int = 0) -> str:
    """Where work of this run is kept from loss; later rescues are numbered, beside it: below a ref no other can be."""
    return f"{RESCUE_PREFIX}{name}" + (f"-{number}" if number else "")


def run_folder(name: RunName) -> str:
    """The run's records, below the shared git folder."""
    return f"{RUNS_FOLDER}/{name}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run; 0 switches a bound off."""

    silence_seconds: float = 900.0
    wall_seconds: float = 7200.0
    output_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """What the worker starts. `prompt` says how it gets its text: stdin, argument (appended), or file (path appended).

    `environment` names the variables of the operator's that pass through; nothing else does but a fixed few.
    """

    kind: str
    argv: tuple[str, ...]
    prompt: str = "stdin"
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at one issue, as `run.json` holds it: written before any effect, never changed after.

    `claim` is the intended claim commit, which is also the epoch's token. `text` is the hash of the issue's text as it
    was read; `policy` the blob of `WORKFLOW.md`; `tracker` the commit that every decision was read from. `created` is
    RFC 3339. Paths are absolute. `ports` is the first of `port_count` numbers that are the run's own.
    """

    name: RunName
    claim: str
    text: str
    tracker: str
    policy: str
    base: str
    workspace: str
    workspace_kind: str
    runner: str
    agent: AgentSpec
    limits: Limits
    created: str
    attempt: int = 1
    title: str = ""
    ports: int = 0
    port_count: int = 0
    setup: tuple[tuple[str, ...], ...] = ()
    copy: tuple[str, ...] = ()
    claim_old: str = ""
    """what the claim ref held when this run was intended; empty for nothing"""
    format: int = FORMAT

    @property
    def branch(self) -> str:
        """The run's branch."""
        return branch_of(self.name)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new issue that an agent proposes; it lands on hold."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the agent said of itself: `status` is done, no-change, question or blocked. A claim, not a fact.

    `boxes` are the numbers, from 0, of its issue's boxes that it says are met. `issues` are new ones that it proposes.
    """

    status: str
    summary: str = ""
    question: str = ""
    boxes: tuple[int, ...] = ()
    comments: tuple[str, ...] = ()
    issues: tuple[Proposal, ...] = ()
    left_out: tuple[str, ...] = ()
    """what was not taken of its lists, a sentence each"""


OUTCOMES = ("done", "no-change", "question", "blocked")
EXIT_REASONS = ("exited", "silence", "wall", "output", "stopped", "not-started", "crashed", "setup-failed")


@dataclass(frozen=True, slots=True)
class ExitRecord:
    """How the agent ended, written by its worker: `code` is negative for a signal and None when it never started."""

    run: RunName
    reason: str
    code: int | None
    started: str
    ended: str
    output_bytes: int
    detail: str = ""
    outcome: Outcome | None = None
    format: int = FORMAT


class Envelope(NamedTuple):
    """One event of a journal or an agent's stream."""

    v: int
    at: str
    run: str
    epoch: int
    seq: int
    kind: str
    data: dict[str, Any] = {}  # noqa: RUF012 - never changed; a NamedTuple has no default factory


def dump_run(run: Run) -> bytes:
    """`run.json`."""
    return _dump({**asdict(run), "name": str(run.name)})


def load_run(data: bytes) -> Run:
    """Read `run.json`; ValueError when it is not one."""
    value = _load(data)
    name = parse_run_name(str(value.get("name")))
    if name is None:
        raise ValueError("no run name")
    value["name"] = name
    value["agent"] = AgentSpec(**_tuples(value["agent"]))
    value["limits"] = Limits(**value["limits"])
    return Run(**_known(Run, _tuples(value)))


def dump_exit(record: ExitRecord) -> bytes:
    """`exit.json`."""
    return _dump({**asdict(record), "run": str(record.run)})


def load_exit(data: bytes) -> ExitRecord:
    """Read `exit.json`; ValueError when it is not one."""
    value = _load(data)
    name = parse_run_name(str(value.get("run")))
    if name is None:
        raise ValueError("no run name")
    outcome = value.get("outcome")
    value["run"] = name
    value["outcome"] = read_outcome(outcome) if isinstance(outcome, dict) else None
    return ExitRecord(**_known(ExitRecord, value))


TEXT_CHARACTERS_MAX = 20_000
ITEMS_MAX = 50
PROPOSALS_MAX = 10
LINE_CHARACTERS_MAX = 200


def read_outcome(value: Any) -> Outcome | None:
    """Read what an agent wrote, as hostile as it comes: unknown keys are dropped, texts cut, wrong types ignored."""
    if not isinstance(value, dict) or value.get("status") not in OUTCOMES:
        return None
    proposals = [item for item in _items(value, "issues") if isinstance(item, dict) and _text(item, "title").strip()]
    boxes = [item for item in _items(value, "boxes") if isinstance(item, int) and not isinstance(item, bool)]
    return Outcome(
        status=value["status"],
        summary=_text(value, "summary"),
        question=_text(value, "question"),
        boxes=tuple(sorted({box for box in boxes if box >= 0})),
        comments=tuple(item[:TEXT_CHARACTERS_MAX] for item in _items(value, "comments") if isinstance(item, str)),
        issues=tuple(Proposal(_text(item, "title"), _text(item, "body")) for item in proposals[:PROPOSALS_MAX]),
        left_out=tuple(_left_out(value, len(proposals))),
    )


def _left_out(value: dict[str, Any], proposals: int) -> Iterator[str]:
    """What an earlier reading of these very words said, and what this one leaves out."""
    yield from (item[:LINE_CHARACTERS_MAX] for item in _items(value, "left_out") if isinstance(item, str))
    for key in ("comments", "issues"):
        found = value.get(key)
        if isinstance(found, list) and len(found) > ITEMS_MAX:
            yield f"{len(found) - ITEMS_MAX} more of `{key}` were not read: {ITEMS_MAX} is the most"
    untitled = len(_items(value, "issues")) - proposals
    if untitled:
        yield f"{untitled} of `issues` have no title and were not taken"
    if proposals > PROPOSALS_MAX:
        yield f"{proposals - PROPOSALS_MAX} more of `issues` were not taken: a run proposes {PROPOSALS_MAX} at most"


def _items(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found[:ITEMS_MAX] if isinstance(found, list) else []


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found[:TEXT_CHARACTERS_MAX] if isinstance(found, str) else ""


def _dump(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def _load(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ValueError(f"not of format {FORMAT}")
    return value


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuple(item) for key, item in value.items()}


def _tuple(item: Any) -> Any:
    return tuple(_tuple(part) for part in item) if isinstance(item, list) else item


def _known(kind: type, value: dict[str, Any]) -> dict[str, Any]:
    """The fields of the record; ValueError when one is missing, a newer program's additions are left out."""
    missing = [item.name for item in fields(kind) if item.default is MISSING and item.name not in value]
    if missing:
        raise ValueError(f"lacks {missing[0]}")
    return {item.name: value[item.name] for item in fields(kind) if item.name in value}
