"""Planning of writes to one issue: a value in, the files to write out.

Pure. `fp` applies the changes to a worktree, tarmac to a tree: both write the same bytes. Whatever is written, a hand
edit that no event records yet is written out before it, deterministically.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import chain, codec, event, workflow
from fp.event import Event, HandEdit, Writer, event_bytes, event_name, event_path, synthesised
from fp.kernel.errors import Refused
from fp.lesson import LESSON, VERDICT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from fp.config import Workflow
    from fp.kernel.yamlguard import Value
    from fp.model import Issue

Changes = dict[str, bytes | None]
"""Files by path relative to the repository's root: their new content, or None to remove them."""

APPROVE = "approve"
REJECT = "reject"
VERDICTS = (APPROVE, REJECT)
NOTE_BYTES_MAX = 200_000
LOG_TAIL_BYTES_MAX = 4000
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BACKTICKS = re.compile(r"`{3,}")


class Subject(NamedTuple):
    """An issue as it stands: its file's bytes, its events, and the changes of status that no event records yet."""

    issue: Issue
    data: bytes
    events: tuple[Event, ...] = ()
    edits: tuple[HandEdit, ...] = ()


class Stamp(NamedTuple):
    """Who writes, when, and four random characters for the name."""

    by: Writer
    at: datetime
    random: str


class Move(NamedTuple):
    """A change of status. `dispatch` is what the same edit says of it; `join` settles a history that is not sound."""

    to: str
    note: str = ""
    epoch: int | None = None
    claim: str | None = None
    dispatch: str | None = None
    join: bool = False


class Planned(NamedTuple):
    """Files to write, and the events among them, oldest first."""

    changes: Changes
    events: tuple[Event, ...]


def plan_implicit(subject: Subject) -> Planned:
    """The transitions that hand edits were, written out; nothing when none is unrecorded."""
    issue_id = subject.issue.id
    heads: Sequence[str] = chain.fold(subject.events, subject.issue.status).heads
    found: list[Event] = []
    for edit in subject.edits:
        found.append(synthesised(issue_id, heads, edit))
        heads = (found[-1].name,)
    return Planned({one.path: event_bytes(one) for one in found}, tuple(found))


def plan_transition(subject: Subject, move: Move, stamp: Stamp, config: Workflow) -> Planned:
    """The change of `status:`, its event, and what else the move sets. `workflow.may` was asked before."""
    issue = subject.issue
    before = plan_implicit(subject)
    folded = chain.fold((*subject.events, *before.events), issue.status)
    _check_history(folded, move, stamp, issue.id)
    written = Event(
        event_name(stamp.at, event.TRANSITION, stamp.random),
        event.TRANSITION,
        stamp.by,
        stamp.at,
        folded.heads,
        issue.status,
        move.to,
        move.epoch,
        move.claim,
        fields={chain.JOIN: chain.JOIN_YES} if move.join else {},
        note=_note(move.note),
    )
    fields = workflow.side_effects(config, issue, move.to)
    if move.dispatch is not None:
        fields["dispatch"] = move.dispatch
    if move.to != issue.status:
        fields["status"] = move.to
    data = codec.with_fields(subject.data, fields) if fields else subject.data
    return _with(before, issue, written, {issue.path: data})


def _check_history(folded: chain.Chain, move: Move, stamp: Stamp, issue_id: str) -> None:
    why = chain.why_not_sound(folded)
    if why is None and folded.implicit is not None:
        why = f"the events lead to {folded.to}, the file says {folded.status}, and no person's commit explains it"
    if why is None or (move.join and stamp.by.kind == event.HUMAN):
        return
    hint = f"a person settles it: fp log {issue_id} shows it, --join writes a transition that follows all ends"
    raise Refused(f"{issue_id}: {why}", hint=hint, reason="history")


def plan_comment(subject: Subject, text: str, stamp: Stamp, *, fields: Mapping[str, Value] | None = None) -> Planned:
    """A comment; `fields` mark it as a lesson (`fp.lesson`)."""
    if not text.strip():
        raise Refused("the comment is empty", reason="empty")
    return _planned(subject, stamp, event.COMMENT, fields or {}, text)


class Command(NamedTuple):
    """One command that was run, as one line, and its exit status."""

    line: str
    code: int


class Observed(NamedTuple):
    """What evidence says. `of` is run or merged; `content` a content tree; `log` what was printed, its tail."""

    of: str
    tier: str
    commands: tuple[Command, ...]
    content: str
    commit: str
    log_digest: str
    log: str = ""
    fields: Mapping[str, str] = {}


def plan_evidence(subject: Subject, seen: Observed, stamp: Stamp, *, epoch: int | None = None) -> Planned:
    """One evidence file for all commands of one occasion."""
    fields: dict[str, Value] = {
        "of": seen.of,
        "tier": seen.tier,
        "commands": [_plain(command.line) for command in seen.commands],
        "exits": [str(command.code) for command in seen.commands],
        "content": seen.content,
        "commit": seen.commit,
        "log_digest": seen.log_digest,
        **seen.fields,
    }
    return _planned(subject, stamp, event.EVIDENCE, fields, fenced(seen.log), epoch=epoch)


def plan_review(
    subject: Subject, verdict: str, stamp: Stamp, *, content: str, commit: str, run: str = "", note: str = ""
) -> Planned:
    """A review of exactly this content tree and commit; `verdict` is approve or reject, `run` the run it made."""
    assert verdict in VERDICTS, verdict
    fields = {"verdict": verdict, "run": run or None, "commit": commit, "content": content}
    return _planned(subject, stamp, event.REVIEW, {key: value for key, value in fields.items() if value}, note)


def plan_ack(subject: Subject, stamp: Stamp, *, code: str, until: str, reason: str, facts: str) -> Planned:
    """A person takes note of a finding until a date, or until its facts (a digest) change."""
    return _planned(subject, stamp, event.ACK, {"code": code, "until": until, "facts": facts}, reason)


def plan_lesson(subject: Subject, name: str, verdict: str, stamp: Stamp, *, reason: str = "") -> Planned:
    """A person approves or retires the lesson that the comment `name` proposes."""
    return _planned(subject, stamp, event.ACK, {"code": LESSON, LESSON: name, VERDICT: verdict}, reason)


def _planned(
    subject: Subject,
    stamp: Stamp,
    kind: str,
    fields: Mapping[str, Value],
    note: str,
    *,
    epoch: int | None = None,
) -> Planned:
    before = plan_implicit(subject)
    name = event_name(stamp.at, kind, stamp.random)
    written = Event(name, kind, stamp.by, stamp.at, epoch=epoch, fields=dict(fields), note=_note(note))
    return _with(before, subject.issue, written, {})


def _with(before: Planned, issue: Issue, written: Event, changes: Changes) -> Planned:
    placed = written._replace(path=event_path(issue.id, written.name))
    data = event_bytes(placed)
    return Planned({**before.changes, **changes, placed.path: data}, (*before.events, placed))


def _note(text: str) -> str:
    """Text fit for a file: line ends as one, no control characters; Refused when it is too long."""
    plain = _plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if len(plain.encode()) > NOTE_BYTES_MAX:
        raise Refused(f"the text is longer than {NOTE_BYTES_MAX:,} bytes", reason="too-large")
    return plain


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def fenced(log: str) -> str:
    """A log's tail as a code block that nothing inside can close."""
    tail = log[-LOG_TAIL_BYTES_MAX:].strip("\n")
    if not tail:
        return ""
    longest = max((len(run) for run in _BACKTICKS.findall(tail)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{tail}\n{fence}"
