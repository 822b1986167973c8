"""What an import changes: each issue's file, its events, and the memory of the import.

Pure. The rule for a field that the source and a person may both have changed: the source's value is written only where
the file still holds what the last import wrote. A field that was edited here is kept, and said when the source changed
as well. So a second import of an unchanged source changes nothing, and no edit is lost.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp import codec
from fp.event import COMMENT, RANDOM_LENGTH, TRANSITION, Event, event_bytes, event_name, event_path, human
from fp.importers import memory
from fp.importers.base import SOURCES, Comment
from fp.importers.desired import letters
from fp.kernel import frontmatter
from fp.kernel.errors import Refused
from fp.kernel.problem import Problem
from fp.model import DEFAULT_PRIORITY, HOLD, TERMINAL, TODO, both_places, is_archived

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.importers.base import Standing
    from fp.importers.desired import Desired
    from fp.importers.memory import Remembered, Values
    from fp.model import Issue
    from fp.tracker import Tracker

CREATED = "created"
UPDATED = "updated"
UNCHANGED = "unchanged"
DELETED_HERE = "deleted-here"
UNREADABLE_HERE = "unreadable-here"
AMBIGUOUS = "ambiguous"
ANOTHER = "another"
FAILED = "failed"
PRESENT = (CREATED, UPDATED, UNCHANGED)
ABSENT = {
    DELETED_HERE: "deleted here, not imported again",
    UNREADABLE_HERE: "its file here cannot be read: fp check",
    AMBIGUOUS: "more than one issue here has this `external:`: fp check",
    ANOTHER: "was imported from another record: created and title differ; give this project a name: --project",
    FAILED: "could not be written",
}
"""What keeps a foreign issue from being in the tracker as the source has it."""
EDITED_HERE = "(edited here)"
"""Remembered for a field that differs while nothing is remembered: it equals no value, so the field stays kept."""
UNKNOWN_AT = datetime(1970, 1, 1, tzinfo=UTC)
"""When neither a comment nor its issue has a date."""
WRITER_UNKNOWN = "unknown"


class Outcome(NamedTuple):
    """What becomes of one foreign issue here.

    `kept` names fields edited here that the source changed as well. `issue` is the file as it reads afterwards, None
    where there is none; `comments` counts the source's comments that are events then. `reopened`: it was closed here,
    and its cause came back. `closed`: it is closed here, and its cause is still reported as it was.
    """

    external: str
    key: str
    id: str
    status: str
    kept: tuple[str, ...] = ()
    issue: Issue | None = None
    comments: int = 0
    reopened: bool = False
    closed: bool = False


class Edit(NamedTuple):
    """A change of a file that is there: only if it still holds `old`."""

    path: str
    old: bytes
    new: bytes


class Plan(NamedTuple):
    """All writes of one import, and what they amount to. `files` are new."""

    files: Mapping[str, bytes]
    edits: tuple[Edit, ...]
    memory: Mapping[str, Remembered]
    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]


class _Step(NamedTuple):
    """The writes of one issue."""

    outcome: Outcome
    files: Mapping[str, bytes]
    edit: Edit | None = None
    remembered: Remembered | None = None
    problem: Problem | None = None


def by_external(tracker: Tracker) -> dict[str, tuple[Issue, ...]]:
    """The tracker's issues by each external name they have."""
    found: dict[str, tuple[Issue, ...]] = {}
    for issue in tracker.issues.values():
        for name in issue.external:
            found[name] = (*found.get(name, ()), issue)
    return found


def plan(wanted: Sequence[Desired], tracker: Tracker, remembered: Mapping[str, Remembered]) -> Plan:
    """Compare each desired issue with the tracker and with what the last import wrote."""
    existing = by_external(tracker)
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    kept_memory = dict(remembered)
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    for one in wanted:
        step = _step(one, existing.get(one.external, ()), tracker, remembered.get(one.external))
        outcomes.append(step.outcome)
        files |= step.files
        edits += [step.edit] if step.edit else []
        problems += [step.problem] if step.problem else []
        if step.remembered is not None:
            kept_memory[one.external] = step.remembered
    return Plan(files, tuple(edits), kept_memory, tuple(outcomes), tuple(problems))


def _step(one: Desired, here: Sequence[Issue], tracker: Tracker, last: Remembered | None) -> _Step:
    def only(status: str) -> _Step:
        return _Step(Outcome(one.external, one.foreign.key, one.issue.id, status), {})

    if len(here) > 1:
        return only(AMBIGUOUS)
    if last is not None and _is_another(memory.values_of(one.issue), last.values):
        return only(ANOTHER)
    if here:
        return _changed(one, here[0], tracker, last)
    if one.issue.id in tracker.unreadable or one.issue.id in tracker.duplicates:
        return only(UNREADABLE_HERE)
    return _new(one, tracker) if last is None else only(DELETED_HERE)


def _is_another(source: Values, last: Mapping[str, str | list[str]]) -> bool:
    """Whether the id came to mean another record, as in a second project whose numbers also start at 1."""
    return all(source.get(field) != last.get(field) and field in last for field in ("created", "title"))


def _new(one: Desired, tracker: Tracker) -> _Step:
    try:
        data = _new_bytes(one.issue)
    except Refused as error:
        return _not_importable(one, error.message)
    events = {event.path: event_bytes(event) for event in (*_comments(one, one.issue.id), *_closing(one, one.issue.id))}
    here, problems = codec.read_issue(one.issue.path, data, tracker.config)
    values = memory.values_of(one.issue)
    if one.foreign.standing is not None:
        values[memory.MARKS] = sorted(one.foreign.standing.marks)
    why = _unfaithful(values, here, problems)
    if why:
        return _not_importable(one, f"does not read back as it is: {why}")
    count = len(one.foreign.comments)
    outcome = Outcome(one.external, one.foreign.key, one.issue.id, CREATED, issue=here, comments=count)
    return _Step(outcome, {one.issue.path: data, **events}, remembered=memory.Remembered(one.issue.id, values))


def _new_bytes(issue: Issue) -> bytes:
    """The new file. A source without a priority gives an empty one, which reads as the default."""
    if issue.priority:
        return codec.new_issue_bytes(issue)
    data = codec.new_issue_bytes(issue._replace(priority=DEFAULT_PRIORITY))
    return codec.with_fields(data, {"priority": None})


def _unfaithful(values: Values, here: Issue | None, problems: Sequence[Problem]) -> str:
    """Why the file would not read back as what it was made from; empty when it does."""
    if here is None:
        return problems[0].message
    back = memory.values_of(here)
    return ", ".join(field for field in memory.FIELDS if values.get(field) != back.get(field))


def _not_importable(one: Desired, why: str) -> _Step:
    message = f"{one.foreign.key} cannot be written as an issue: {why}"
    hint = "mend the record in the source, then import again"
    path, _, line = one.foreign.where.rpartition(":")
    at = (path, int(line)) if path and line.isdecimal() else (one.foreign.where, 0)
    outcome = Outcome(one.external, one.foreign.key, one.issue.id, FAILED)
    return _Step(outcome, {}, problem=Problem("not-importable", *at, message, hint))


def _changed(one: Desired, here: Issue, tracker: Tracker, last: Remembered | None) -> _Step:
    comments = len(one.foreign.comments)
    standing = one.foreign.standing
    if standing is not None:
        if last is not None and _as_told(standing.marks, here, last):
            closed = here.status in TERMINAL
            told = Outcome(one.external, one.foreign.key, here.id, UNCHANGED, issue=here, closed=closed)
            return _Step(told, {}, remembered=last)
        one, last = _told_again(one, standing, here, last)
    write, keep, after = _decide(memory.values_of(one.issue), memory.values_of(here), last)
    if standing is not None:
        after[memory.MARKS] = sorted(standing.marks)
    present = tracker.events.get(here.id, ())
    events = _events(one, here, present, explain="status" in write or here.status == one.issue.status)
    old = tracker.files[here.path]
    reopened = standing is not None and "status" in write
    outcome = Outcome(
        one.external,
        one.foreign.key,
        here.id,
        UNCHANGED,
        keep,
        here,
        comments,
        reopened=reopened,
        closed=standing is not None and here.status in TERMINAL and not reopened,
    )
    try:
        new = _edited(old, _changes(one.issue, write, here), one.issue.body if "body" in write else None)
    except Refused as error:
        problem = Problem("cannot-edit", here.path, 0, error.message, error.hint or "")
        return _Step(outcome._replace(status=FAILED), {}, problem=problem)
    edit = None if new == old else Edit(here.path, old, new)
    if edit or events:
        outcome = outcome._replace(status=UPDATED, issue=codec.read_issue(here.path, new, tracker.config)[0])
    return _Step(outcome, events, edit, memory.Remembered(here.id, after))


def _as_told(marks: Sequence[str], here: Issue, last: Remembered) -> bool:
    """Whether a cause needs no word: it shows where it did, or is closed here and shows at no place that is new."""
    known = last.values.get(memory.MARKS, [])
    return all(mark in known for mark in marks) and (here.status in TERMINAL or len(set(marks)) == len(known))


def _told_again(
    one: Desired, standing: Standing, here: Issue, last: Remembered | None
) -> tuple[Desired, Remembered | None]:
    """A reported cause as it should be here, and what is remembered of it.

    Its status and creation are the tracker's own. Only where it was closed here it is opened again, with a comment
    that says so.
    """
    back = last is not None and here.status in TERMINAL
    issue = one.issue._replace(status=TODO if back else here.status, created=here.created)
    if last is not None:
        own = {field: value for field, value in memory.values_of(here).items() if field in ("status", "created")}
        last = last._replace(values={**last.values, **own})
    if back:
        name = SOURCES[one.external.partition(":")[0].partition("/")[0]].name
        text = f"Reopened: {name} tells this again, at a place where it did not when this was closed."
        one = one._replace(foreign=one.foreign._replace(comments=(Comment(name, standing.at, text),)))
    return one._replace(issue=issue), last


def _decide(source: Values, local: Values, last: Remembered | None) -> tuple[set[str], tuple[str, ...], Values]:
    """Which fields to write, which to keep although the source changed, and the values to remember.

    A kept field remembers its old value, so that it is said at each import until both sides agree.
    """
    write: set[str] = set()
    keep: list[str] = []
    after: Values = {}
    for field in memory.FIELDS:
        wanted, now = source.get(field, ""), local.get(field, "")
        was = last.values.get(field, "") if last else EDITED_HERE
        if wanted != now and wanted != was:
            if now == was:
                write.add(field)
            else:
                keep.append(field)
        remember = was if field in keep else wanted
        if remember:
            after[field] = remember
    return write, tuple(keep), after


def _changes(issue: Issue, write: set[str], here: Issue) -> dict[str, str | list[str] | None]:
    fields = [field for field in memory.FIELDS if field in write and field != "body"]
    changes = {field: codec.field_value(issue, field) or None for field in fields}
    if "status" in write and here.status in TERMINAL and here.dispatch != HOLD:
        # CONTRACT section 3: what leaves a terminal status waits for a person.
        changes["dispatch"] = HOLD
    return changes


def _edited(old: bytes, changes: Mapping[str, str | Sequence[str] | None], body: str | None) -> bytes:
    data = codec.with_fields(old, changes) if changes else old
    return data if body is None else frontmatter.edit_body(data, f"\n{body}\n" if body else "\n")


# -- events -----------------------------------------------------------------------------------------------------------


def _events(one: Desired, here: Issue, present: Sequence[Event], *, explain: bool) -> dict[str, bytes]:
    """Comments and closing as events that are not there yet. Their names follow from the source."""
    events = _comments(one, here.id)
    if explain and not any(event.kind == TRANSITION for event in present):
        events += _closing(one, here.id)
    names = {event.name for event in present}
    place = int(is_archived(here.path))
    return {both_places(one.path)[place]: event_bytes(one) for one in events if one.name not in names}


def _comments(one: Desired, issue_id: str) -> list[Event]:
    found: list[Event] = []
    seen: dict[Comment, int] = {}
    for comment in one.foreign.comments:
        number = seen[comment] = seen.get(comment, 0) + 1
        at = comment.at or one.foreign.created or UNKNOWN_AT
        author = comment.author or WRITER_UNKNOWN
        random = letters(RANDOM_LENGTH, one.external, author, at.isoformat(), comment.text, str(number))
        name = event_name(at, COMMENT, random)
        path = event_path(issue_id, name)
        fields = {"external": one.external}
        found.append(Event(name, COMMENT, human(author), at, fields=fields, note=comment.text, path=path))
    return found


def _closing(one: Desired, issue_id: str) -> list[Event]:
    """The one transition that a source tells: to its terminal status, at that time, by nobody it names."""
    closing, status = one.foreign.closing, one.issue.status
    if closing is None or status == TODO:
        return []
    random = letters(RANDOM_LENGTH, one.external, status, closing.at.isoformat(), closing.reason)
    name = event_name(closing.at, TRANSITION, random)
    path = event_path(issue_id, name)
    fields = {"external": one.external}
    event = Event(
        name,
        TRANSITION,
        human(closing.by or WRITER_UNKNOWN),
        closing.at,
        from_=TODO,
        to=status,
        fields=fields,
        note=closing.reason,
        path=path,
    )
    return [event]
