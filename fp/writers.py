"""Who may write what, as one table, and the judgement of a change by how it arrives.

Pure. The writer is told by the caller from the channel (`refs/heads/tarmac/**` or a run's worktree is a worker), never
read from author names or from `by:`; the policy is the base's. `fp check --base` and tarmac's refusals use this table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import chain, event, workflow
from fp.codec import read_issue
from fp.event import HUMAN, ORCHESTRATOR, WORKER, Writer, read_event
from fp.kernel.markdown import unticked
from fp.kernel.problem import Problem, Severity
from fp.model import (
    CONFIG_PATH,
    DONE,
    HOLD,
    ISSUES_FOLDER,
    TEMPLATES_FOLDER,
    TODO,
    both_places,
    event_owner,
    is_archived,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fp.event import Event
    from fp.model import Issue
    from fp.tracker import Tracker

STATUS = "status"
TEXT = "text"
BOXES = "boxes"
NEW_ISSUE = "new issue"
OTHER_ISSUE = "another issue"
POLICY = "policy"

TABLE: Mapping[str, Mapping[str, str]] = {
    NEW_ISSUE: {HUMAN: "yes", ORCHESTRATOR: "held", WORKER: "held"},
    TEXT: {HUMAN: "yes", ORCHESTRATOR: "no", WORKER: "no"},
    BOXES: {HUMAN: "yes", ORCHESTRATOR: "yes", WORKER: "yes"},
    STATUS: {HUMAN: "yes", ORCHESTRATOR: "claim", WORKER: "no"},
    OTHER_ISSUE: {HUMAN: "yes", ORCHESTRATOR: "yes", WORKER: "no"},
    POLICY: {HUMAN: "yes", ORCHESTRATOR: "no", WORKER: "no"},
    event.COMMENT: {HUMAN: "yes", ORCHESTRATOR: "yes", WORKER: "yes"},
    event.EVIDENCE: {HUMAN: "yes", ORCHESTRATOR: "yes", WORKER: "self"},
    event.TRANSITION: {HUMAN: "yes", ORCHESTRATOR: "claim", WORKER: "no"},
    event.REVIEW: {HUMAN: "yes", ORCHESTRATOR: "no", WORKER: "no"},
    event.ACK: {HUMAN: "yes", ORCHESTRATOR: "no", WORKER: "no"},
}
"""What a writer may add or change: yes, no, held (it arrives on hold), claim (with the claim), self (of that tier)."""

POLICY_PATHS = (
    CONFIG_PATH,
    f"{TEMPLATES_FOLDER}/",
    "WORKFLOW.md",
    ".gitattributes",
    ".github/workflows/",
    ".gitlab-ci.yml",
)
"""Files and folders that set the rules a worker works under."""

_RUN = re.compile(r"([A-Z][A-Z0-9]{0,9}-[0-9a-z]{7})\.([1-9][0-9]{0,9})", re.ASCII)


class FileChange(NamedTuple):
    """One path that differs between base and head; None where it is absent."""

    path: str
    old: bytes | None
    new: bytes | None


class Run(NamedTuple):
    """A run by its name, `<ID>.<epoch>`."""

    issue: str
    epoch: int


def parse_run(name: str) -> Run | None:
    """Read a run's name; None when it is none."""
    match = _RUN.fullmatch(name)
    return None if match is None else Run(match[1], int(match[2]))


def judge(base: Tracker, head: Tracker, changes: Iterable[FileChange], writer: Writer) -> list[Problem]:
    """What in the change this writer may not write. `changes` are all paths that differ, also outside `.issues`.

    An agent counts as a person's hand: it has no channel of its own.
    """
    kind = writer.kind if writer.kind in (ORCHESTRATOR, WORKER) else HUMAN
    court = _Court(base, head, writer._replace(kind=kind))
    told = sorted(changes) if kind != HUMAN else _moved(sorted(changes))
    found = [problem for change in told for problem in court.judge(change)]
    return sorted(found, key=lambda problem: (problem.path, problem.line, problem.code))


def _moved(changes: Sequence[FileChange]) -> list[FileChange]:
    """The changes without the events that only went into the archive, or out of it: not one byte of them differs."""
    came = {change.path: change.new for change in changes if change.old is None}
    gone = {change.path: change.old for change in changes if change.new is None}
    pairs = [(path, other) for path in gone if event_owner(path) for other in both_places(path) if other != path]
    same = {one for path, other in pairs if other in came and came[other] == gone[path] for one in (path, other)}
    return [change for change in changes if change.path not in same]


class _Court:
    """One judgement: both trackers, the writer, and the table's column."""

    def __init__(self, base: Tracker, head: Tracker, writer: Writer):
        self.base = base
        self.head = head
        self.writer = writer
        self.run = parse_run(writer.name) if writer.kind == WORKER else None
        self.table = {thing: columns[writer.kind] for thing, columns in TABLE.items()}

    def judge(self, change: FileChange) -> Iterator[Problem]:
        if is_archived(change.path) and self.writer.kind != HUMAN:
            yield self._no("D-62", change.path, 0, "changes the archive, which is a person's to keep")
        elif event_owner(change.path):
            yield from self._event(change)
        elif _is_policy(change.path):
            if self.table[POLICY] == "no":
                yield self._no("D-62", change.path, 0, "changes the rules it works under")
        elif change.path.startswith(f"{ISSUES_FOLDER}/"):
            yield from self._issue_file(change)

    def _no(self, code: str, path: str, line: int, text: str) -> Problem:
        return Problem(f"{code}-{_NAMES[code]}", path, line, f"{self.writer} {text}", hint=_HINTS[self.writer.kind])

    # Issues

    def _issue_file(self, change: FileChange) -> Iterator[Problem]:
        old, new = self._read(change.path, change.old), self._read(change.path, change.new)
        if self.writer.kind == HUMAN:
            yield from self._strictly(old, new)
        elif new is None:
            word = "removes" if change.new is None else "leaves unreadable"
            yield self._no("D-62", change.path, 0, f"{word} an issue")
        elif old is None:
            yield from self._new_issue(change, new)
        else:
            yield from self._changed_issue(old, new)

    def _read(self, path: str, data: bytes | None) -> Issue | None:
        return None if data is None else read_issue(path, data, self.base.config)[0]

    def _strictly(self, old: Issue | None, new: Issue | None) -> Iterator[Problem]:
        """A person is bound by the arrows only where the base's workflow is strict."""
        if old is None or new is None or old.status == new.status:
            return
        verdict = workflow.may(self.base.config.workflow, old.status, new.status, HUMAN)
        if not verdict.ok:
            line = new.lines.get("status", 0)
            yield self._no("D-09", new.path, line, verdict.text)

    def _new_issue(self, change: FileChange, new: Issue) -> Iterator[Problem]:
        if change.old is not None or new.id in self.base.issues:
            yield self._no("D-62", new.path, 0, "replaces an issue")
        if new.dispatch != HOLD:
            yield self._no("D-62", new.path, new.lines.get("dispatch", 0), "arms an issue it proposes")
        if new.status != TODO:
            yield self._no("D-08", new.path, new.lines.get("status", 0), f"proposes an issue that is {new.status}")

    def _changed_issue(self, old: Issue, new: Issue) -> Iterator[Problem]:
        if self.table[OTHER_ISSUE] == "no" and (self.run is None or self.run.issue != old.id):
            yield self._no("D-62", new.path, 0, "changes another issue")
            return
        yield from self._status(old, new)
        for key in _changed_keys(old, new):
            yield self._no("D-62", new.path, new.lines.get(key, 0), f"changes `{key}:`, which is a person's to write")
        if unticked(old.body) != unticked(new.body):
            yield self._no("D-62", new.path, new.body_line, "changes the text, which is a person's to write")

    def _status(self, old: Issue, new: Issue) -> Iterator[Problem]:
        if old.status == new.status:
            return
        line = new.lines.get("status", 0)
        if self.table[STATUS] == "no":
            yield self._no(
                "D-08", new.path, line, f"sets the status {old.status} -> {new.status}; it may only propose one"
            )
        elif not self._explained(new):
            yield self._no("D-10", new.path, line, f"sets {old.status} -> {new.status} without an event that says so")
        elif new.status == DONE and not any(_is_of_merged(one) for one in self.head.events.get(new.id, ())):
            yield self._no("D-64", new.path, line, f"sets {DONE} without evidence that passed on the merged content")

    def _explained(self, issue: Issue) -> bool:
        return chain.fold(self.head.events.get(issue.id, ()), issue.status).to == issue.status

    # Events

    def _event(self, change: FileChange) -> Iterator[Problem]:
        issue_id = event_owner(change.path) or ""
        if change.old is not None:
            yield from self._altered(change, issue_id)
            return
        assert change.new is not None
        found, _ = read_event(change.path, change.new)  # what is wrong with the file itself is said by the check of it
        if found is None or self.writer.kind == HUMAN:
            return
        if self._is_others(issue_id):
            yield self._no("D-62", change.path, 0, "writes an event of another issue")
        elif found.by is not None and not self._is_own_name(found.by):
            yield self._no("D-11", change.path, 0, f"signs as {found.by}")
        else:
            yield from self._by_table(found, issue_id)

    def _altered(self, change: FileChange, issue_id: str) -> Iterator[Problem]:
        """Events are written once. A person may remove them with their issue, or by a revert that leaves a chain."""
        if change.new is None and self.writer.kind == HUMAN:
            issue = self.head.issues.get(issue_id)
            if issue is None:
                return
            left = chain.fold(self.head.events.get(issue_id, ()), issue.status)
            if left.sound and left.status_explained:
                text = "event removed; the rest of the history is whole, as after a revert"
                yield Problem("D-81-chain-gap", change.path, 0, text, severity=Severity.WARNING)
                return
        word = "removes" if change.new is None else "changes"
        yield self._no("D-81", change.path, 0, f"{word} an event; events are written once")

    def _is_others(self, issue_id: str) -> bool:
        if self.table[OTHER_ISSUE] != "no":
            return False
        proposed = issue_id in self.head.issues and issue_id not in self.base.issues
        return not proposed and (self.run is None or self.run.issue != issue_id)

    def _is_own_name(self, by: Writer) -> bool:
        if self.writer.kind == WORKER:
            return by == self.writer
        return by.kind == ORCHESTRATOR or (by.kind == WORKER and parse_run(by.name) is not None)

    def _by_table(self, found: Event, issue_id: str) -> Iterator[Problem]:
        allowed = self.table[found.kind]
        if allowed == "no" and found.kind == event.TRANSITION:
            yield self._no(
                "D-08", found.path, 0, f"writes the transition {found.from_} -> {found.to}; it may only propose one"
            )
        elif allowed == "no":
            yield self._no("D-11", found.path, 0, f"writes a {found.kind}, which is a person's to write")
        elif found.kind == event.TRANSITION:
            yield from self._arrow(found)
        elif allowed == "self" and found.fields.get("tier") != "self":
            yield self._no("D-11", found.path, 0, f"calls its own evidence {found.fields.get('tier')}")
        yield from self._token(found, issue_id)

    def _arrow(self, found: Event) -> Iterator[Problem]:
        flow = self.base.config.workflow
        verdict = workflow.may(flow, found.from_ or "", found.to or "", self.writer.kind)
        if not verdict.ok:
            yield self._no("D-09", found.path, 0, f"moves {found.from_} -> {found.to}: {verdict.text}")

    def _token(self, found: Event, issue_id: str) -> Iterator[Problem]:
        """Token and epoch are those of the last pick-up on the chain: the rule for a check that has no claim refs."""
        if found.kind == event.TRANSITION and (found.claim is None or found.epoch is None):
            yield self._no("D-11", found.path, 0, "writes a transition without `epoch:` and `claim:`")
            return
        if found.claim is None and found.epoch is None:
            return
        status = TODO if issue_id not in self.head.issues else self.head.issues[issue_id].status
        pick_up = chain.fold(self.head.events.get(issue_id, ()), status).last_pick_up
        cited = (found.epoch, found.claim)
        own = (pick_up.epoch, pick_up.claim) if pick_up is not None else (found.epoch, found.claim)
        if cited != own or (self.run is not None and found.epoch != self.run.epoch):
            yield self._no(
                "D-11", found.path, 0, f"cites epoch {found.epoch} and a claim that are not the last pick-up's"
            )


_NAMES = {
    "D-08": "status-differs-between-branches",
    "D-09": "illegal-transition",
    "D-10": "chain-contradicts-status",
    "D-11": "forged-writer",
    "D-62": "forbidden-paths-changed",
    "D-64": "done-without-evidence",
    "D-81": "chain-gap",
}
_HINTS = {
    WORKER: "a worker proposes by its outcome file, comments and boxes of its own issue; take the change out",
    ORCHESTRATOR: "an orchestrator writes statuses with its claim, comments, evidence and boxes; take the change out",
    HUMAN: "events are added, never changed; a transition follows an arrow where the workflow is strict",
}


def _is_of_merged(one: Event) -> bool:
    content = one.fields.get("content")
    passed = isinstance(content, str) and workflow.is_evidence(one, content, "observed")
    return passed and one.fields.get("of") == "merged"


def _is_policy(path: str) -> bool:
    return any(path == rule or (rule.endswith("/") and path.startswith(rule)) for rule in POLICY_PATHS)


_OWN_CHECKS = frozenset({"status", "body", "path", "lines", "body_line", "extra"})


def _changed_keys(old: Issue, new: Issue) -> list[str]:
    """Keys of the header whose value differs, status apart. An orchestrator's move may set `dispatch: hold`."""
    known = [key for key in old._fields if key not in _OWN_CHECKS and getattr(old, key) != getattr(new, key)]
    if "dispatch" in known and new.dispatch == HOLD and new.status != old.status:
        known.remove("dispatch")
    extra = {key for key in (*old.extra, *new.extra) if old.extra.get(key) != new.extra.get(key)}
    return [*known, *sorted(extra)]
