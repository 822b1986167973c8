"""The life of an issue as rows in time: its birth, events, hand edits, all from values. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp import chain, event
from fp.kernel.markdown import unticked
from fp.lesson import LESSON, VERDICT, is_lesson
from fp.model import is_archived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fp.event import Event, HandEdit
    from fp.model import Issue

SHOWN_APART = frozenset({"status", "path", "lines", "body_line", "body", "extra"})
VERDICTS = {"approve": "approved", "reject": "rejected"}
TEXT_WORD = "text changed"
UNKNOWN_TIME = datetime.max.replace(tzinfo=UTC)


class Version(NamedTuple):
    """One commit's change of the issue's file; None where it did not exist or could not be read."""

    commit: str
    by: str
    at: datetime
    before: Issue | None
    after: Issue | None


class Signed(NamedTuple):
    """Who committed a file first, and when: what a bare comment does not say itself."""

    commit: str
    by: str
    at: datetime


class Row(NamedTuple):
    """One thing that happened. `at` None: not committed yet. `source` is a commit or an event's name."""

    at: datetime | None
    by: str
    kind: str
    text: str
    note: str = ""
    source: str = ""


def life(
    versions: Sequence[Version],
    events: Sequence[Event],
    implicit: Sequence[tuple[str, HandEdit]],
    signed: Mapping[str, Signed],
) -> list[Row]:
    """All rows, oldest first. `implicit` pairs a commit (empty for a draft) with a change that no event records."""
    rows = [
        *_births(versions),
        *_edits(versions),
        *(_event_row(one, signed.get(one.path)) for one in events),
        *(_implicit_row(commit, edit) for commit, edit in implicit),
    ]
    placed = _placed(events)
    return sorted(rows, key=lambda row: placed.get(row.source, (row.at or UNKNOWN_TIME, 0)))


def _placed(events: Sequence[Event]) -> dict[str, tuple[datetime, int]]:
    """A place for each transition that is not before those it follows: git's dates are whole seconds."""
    placed: dict[str, tuple[datetime, int]] = {}
    for position, one in enumerate(chain.in_order(events), start=1):
        before = [placed[name][0] for name in one.after if name in placed]
        placed[one.name] = (max([one.at or UNKNOWN_TIME, *before]), position)
    return placed


def _births(versions: Iterable[Version]) -> Iterator[Row]:
    for one in versions:
        if one.before is None and one.after is not None:
            yield Row(one.at, one.by, "created", f"created, {one.after.status}", source=one.commit)
        elif one.before is not None and one.after is None:
            yield Row(one.at, one.by, "removed", "removed, or made unreadable", source=one.commit)


def _edits(versions: Iterable[Version]) -> Iterator[Row]:
    for one in versions:
        if one.before is not None and one.after is not None:
            changed = changes(one.before, one.after)
            if changed:
                yield Row(one.at, one.by, "edit", ", ".join(changed), source=one.commit)


def changes(before: Issue, after: Issue) -> list[str]:
    """What differs between two versions, the status apart, in words."""
    words = []
    if is_archived(before.path) != is_archived(after.path):
        words.append("archived" if is_archived(after.path) else "taken out of the archive")
    for key in before._fields:
        if key not in SHOWN_APART and getattr(before, key) != getattr(after, key):
            words.append(_change(key, getattr(before, key), getattr(after, key)))
    words += [f"{key} changed" for key in sorted({*before.extra, *after.extra})
              if before.extra.get(key) != after.extra.get(key)]  # fmt: skip
    if unticked(before.body) != unticked(after.body):
        words.append(TEXT_WORD)
    elif before.body != after.body:
        words.append("boxes ticked or unticked")
    return words


def _change(key: str, before: object, after: object) -> str:
    if isinstance(before, tuple) and isinstance(after, tuple):
        added = [f"+{item}" for item in after if item not in before]
        return f"{key}: {' '.join((*added, *(f'-{item}' for item in before if item not in after)))}"
    return f"{key}: {_shown(before)} -> {_shown(after)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


def _event_row(one: Event, signed: Signed | None) -> Row:
    at, by = one.at, str(one.by) if one.by is not None else ""
    if one.by is None and signed is not None:
        at, by = signed.at, f"{event.HUMAN}/{signed.by}"
    return Row(at, by, one.kind, _words(one), one.note, one.name)


def _words(one: Event) -> str:
    epoch = f", epoch {one.epoch}" if one.epoch is not None else ""
    if one.kind == event.TRANSITION:
        return f"{one.from_} -> {one.to}{epoch}"
    if one.kind == event.EVIDENCE:
        commands, exits = one.fields.get("commands"), one.fields.get("exits")
        pairs = zip(_list(commands), _list(exits), strict=False)
        told = "; ".join(f"{line}: exit {code}" for line, code in pairs)
        return f"evidence ({one.fields.get('tier')}, {one.fields.get('of')}): {told}"
    if one.kind == event.REVIEW:
        commit = str(one.fields.get("commit") or "")[:9]
        return f"{VERDICTS.get(str(one.fields.get('verdict')), 'reviewed')} {commit}"
    if one.kind == event.ACK and one.fields.get("code") == LESSON:
        return f"{VERDICTS.get(str(one.fields.get(VERDICT)), 'retired')} the lesson {one.fields.get(LESSON)}"
    if one.kind == event.ACK:
        return f"took note of {one.fields.get('code')} until {one.fields.get('until')}"
    return LESSON if is_lesson(one) else "comment"


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _implicit_row(commit: str, edit: HandEdit) -> Row:
    by = str(event.human(edit.name))
    if not commit:
        return Row(None, by, "draft", f"{edit.from_} -> {edit.to}, by hand, not committed yet")
    return Row(edit.at, by, "implicit", f"{edit.from_} -> {edit.to}, by hand", source=commit)
