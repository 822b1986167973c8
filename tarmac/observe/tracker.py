"""The tracker's part: every issue at one commit with what its history amounts to. Reads; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.clock import instant
from fp.kernel.problem import Severity
from tarmac.adapters import issues as fp
from tarmac.policy import read_policy
from tarmac.snapshot import Ack, Evidence, History, IssueFacts, Move, Review, TrackerFacts, Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from fp.kernel.ports import Objects
    from tarmac.policy import Policy

WORKFLOW_PATH = "WORKFLOW.md"
CONFIG_PATH = ".issues/config.yaml"
MACHINE_TRAILER = "\nTarmac-"
"""A commit that carries one was written by tarmac: it explains nothing that its own events do not."""
NUMBER_DIGITS_MAX = 9


def tracker_facts(reading: fp.Reading, ref: str, *, policy_problem: str, claimed: Collection[str]) -> TrackerFacts:
    """All issues and settings at the commit that was read.

    Only texts of claimed issues are digested: each is parsed for it, which took two thirds of the time at 2,700 issues.
    """
    tracker, workflow = reading.tracker, reading.workflow
    chains = {one: reading.chain(one) for one in tracker.issues}
    edits = reading.edits({one: chain for one, chain in chains.items() if chain.implicit is not None})
    return TrackerFacts(
        ref=ref,
        commit=tracker.commit or "",
        issues={
            one: _issue(reading, one, chains[one], edits.get(one, ()), digest=one in claimed) for one in tracker.issues
        },
        terminal=tuple(workflow.terminal),
        authority=tracker.config.authority,
        direct=tracker.config.tracker_write == "direct",
        strict=workflow.strict,
        evidence_required="evidence" in workflow.guards.get("done", ()),
        duplicates=tracker.duplicates,
        unreadable=_unreadable(reading),
        cycles=reading.circles(),
        policy_problem=policy_problem,
    )


def policy_at(objects: Objects, commit: str) -> tuple[Policy | None, str]:
    """The policy at the commit, and what is wrong with it; neither when there is none."""
    entry = next((one for one in objects.list_folder(commit) if one.path == WORKFLOW_PATH), None)
    if entry is None or entry.kind != "blob":
        return None, "" if entry is None else "is no file"
    policy, problems = read_policy(objects.read_blobs([entry.oid])[entry.oid], WORKFLOW_PATH, entry.oid)
    if policy is not None:
        return policy, ""
    return None, f"{problems[0].where}: {problems[0].message}" if problems else "cannot be read"


def _unreadable(reading: fp.Reading) -> tuple[Unreadable, ...]:
    """The first problem of each file that gave no issue or no event."""
    tracker = reading.tracker
    by_path = {path: one for one, path in tracker.unreadable.items()}
    readable = {issue.path for issue in tracker.issues.values()}
    readable |= {event.path for events in tracker.events.values() for event in events} | {CONFIG_PATH}
    readable |= {path for paths in tracker.duplicates.values() for path in paths}
    found: dict[str, Unreadable] = {}
    for problem in tracker.problems:
        if problem.severity is Severity.ERROR and problem.path not in readable:
            owner = by_path.get(problem.path, "") or _owner(problem.path)
            found.setdefault(problem.path, Unreadable(problem.path, problem.line, problem.message, owner))
    return tuple(found.values())


def _owner(path: str) -> str:
    return fp.event_owner(path) or ""


def _issue(reading: fp.Reading, one: str, chain: fp.Chain, edits: Sequence[fp.Edit], *, digest: bool) -> IssueFacts:
    issue = reading.tracker.issues[one]
    events = reading.tracker.events.get(one, ())
    return IssueFacts(
        id=one,
        title=issue.title,
        status=issue.status,
        path=issue.path,
        dispatch=issue.dispatch,
        parent=issue.parent or "",
        depends_on=issue.depends_on,
        external=bool(issue.external),
        text=reading.digest(one) if digest else "",
        history=_history(reading, chain, edits, [event for event in events if event.kind == fp.TRANSITION], events)
        if events
        else History(),
        evidence=tuple(_evidence(event) for event in events if event.kind == fp.EVIDENCE),
        reviews=tuple(_review(event) for event in events if event.kind == fp.REVIEW),
        acks=tuple(_ack(event) for event in events if event.kind == fp.ACK and _is_person(event)),
    )


def _history(
    reading: fp.Reading,
    chain: fp.Chain,
    edits: Sequence[fp.Edit],
    transitions: Sequence[fp.Event],
    events: Sequence[fp.Event],
) -> History:
    by_name = {event.name: event for event in transitions}
    last = _move(by_name[chain.heads[-1]]) if chain.heads and chain.to is not None else None
    unexplained = _unexplained(chain, edits)
    pick_up = next((event for event in reversed(transitions) if event.to == fp.IN_PROGRESS), None)
    return History(
        last=last,
        ends=tuple(f"{name} -> {by_name[name].to}" for name in chain.heads) if chain.forked else (),
        gaps=tuple(f"event {gap.event} follows {gap.missing}, which is missing" for gap in chain.gaps),
        broken=tuple(f"event {name} does not start where the one before it ended" for name in chain.broken),
        unexplained=unexplained,
        off_arrows=_off_arrows(reading, unexplained or last),
        foreign_tokens=_foreign_tokens(events),
        epoch_max=chain.epoch_max,
        epoch_closed=_epoch_closed(reading, chain, by_name, unexplained),
        pick_up_by=str(pick_up.by) if pick_up is not None else "",
    )


def _move(event: fp.Event) -> Move:
    return Move(
        from_=event.from_ or "",
        to=event.to or "",
        by=str(event.by or ""),
        at=instant(event.at) if event.at is not None else "",
        event=event.name,
        epoch=event.epoch or 0,
        claim=event.claim or "",
    )


def _unexplained(chain: fp.Chain, edits: Sequence[fp.Edit]) -> Move | None:
    """The change of status after the last event, by whom git says. A commit that tarmac wrote is no person's."""
    if chain.implicit is None:
        return None
    from_, to = chain.implicit
    made = next((one for one in reversed(edits) if one.edit.to == to), None)
    if made is None or MACHINE_TRAILER in made.commit.message:
        return Move(from_, to, "", "")
    return Move(from_, to, f"{fp.HUMAN}/{made.edit.name}", instant(made.edit.at), commit=made.commit.oid)


def _off_arrows(reading: fp.Reading, move: Move | None) -> str:
    """Why the last move was not allowed: a machine is bound by the arrows, a person where the workflow is strict."""
    if move is None or not move.by or move.from_ == move.to:
        return ""
    why = reading.off_the_arrows(move.from_, move.to, move.kind)
    return f"was moved {move.from_} -> {move.to} by {move.by}: {why}" if why else ""


def _foreign_tokens(events: Sequence[fp.Event]) -> tuple[str, ...]:
    """Events of machines that cite another token than the first one their epoch was opened with."""
    tokens: dict[int, str] = {}
    foreign = []
    for event in events:
        if event.epoch is None or event.claim is None or _is_person(event):
            continue
        if tokens.setdefault(event.epoch, event.claim) != event.claim:
            foreign.append(event.name)
    return tuple(foreign)


def _epoch_closed(
    reading: fp.Reading, chain: fp.Chain, by_name: Mapping[str, fp.Event], unexplained: Move | None
) -> int:
    """The highest epoch that had ended when the issue was last opened again."""
    terminal = reading.workflow.terminal
    if unexplained is not None and unexplained.from_ in terminal and unexplained.to not in terminal:
        return chain.epoch_max
    reopened = [event for event in by_name.values() if event.from_ in terminal and event.to not in terminal]
    before = _ancestors([name for event in reopened for name in event.after], by_name)
    return max((by_name[name].epoch or 0 for name in before), default=0)


def _ancestors(names: Iterable[str], by_name: Mapping[str, fp.Event]) -> set[str]:
    """These events and all that they follow."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in seen:
            seen.add(name)
            waiting += by_name[name].after
    return seen


def _is_person(event: fp.Event) -> bool:
    return event.by is not None and event.by.kind == fp.HUMAN


def _text(event: fp.Event, key: str) -> str:
    value = event.fields.get(key)
    return value if isinstance(value, str) else ""


def _evidence(event: fp.Event) -> Evidence:
    exits = event.fields.get("exits")
    return Evidence(
        event=event.name,
        by=str(event.by or ""),
        tree=_text(event, "content"),
        exits=tuple(_number(one) for one in exits) if isinstance(exits, list) else (),
        tier=_text(event, "tier") or "self",
        of=_text(event, "of") or "run",
        commit=_text(event, "commit"),
        epoch=event.epoch or 0,
    )


def _number(value: object) -> int:
    """An exit status; what is none counts as a failure."""
    text = str(value).removeprefix("-")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX else 1


def _review(event: fp.Event) -> Review:
    return Review(
        event=event.name,
        by=str(event.by or ""),
        verdict=_text(event, "verdict"),
        run=_text(event, "run"),
        commit=_text(event, "commit"),
        tree=_text(event, "content"),
        strength=_text(event, "strength") or "asserted",
    )


def _ack(event: fp.Event) -> Ack:
    return Ack(
        event=event.name,
        code=_text(event, "code"),
        by=str(event.by),
        until=_text(event, "until"),
        reason=event.note,
        facts=_text(event, "facts"),
    )
