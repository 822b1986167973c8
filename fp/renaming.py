"""A new id for an issue: its file, its events' folder, and every issue that names it. A shell that plans.

Invariant: events keep their bytes, they only move. Nothing is planned while a claim could still write under the old id,
or where the new one is or was anything: an epoch is never counted twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import claims, properties, source
from fp.codec import with_fields
from fp.desk import open_subject
from fp.gates import only_people
from fp.kernel import frontmatter
from fp.kernel.errors import Conflict, Refused, Usage
from fp.model import EVENTS_FOLDER, events_path, is_issue_id, issue_path
from fp.transition import plan_implicit

if TYPE_CHECKING:
    from fp.config import Config
    from fp.desk import Desk
    from fp.event import Writer
    from fp.model import Issue
    from fp.tracker import Tracker

Changes = dict[str, bytes | None]
Read = dict[str, bytes]


class Renamed(NamedTuple):
    """A planned rename: what to write, what was read, who names the issue, and which files could not be followed."""

    old: str
    new: str
    title: str
    changes: Changes
    read: Read
    named_by: tuple[str, ...]
    events: int
    left: tuple[str, ...]


def plan_rename(desk: Desk, word: str, new: str, writer: Writer) -> Renamed:
    """Plan it all. Refused for whoever is no person and where the id is taken; Conflict while a claim holds it."""
    only_people(writer, "an issue's id is a person's to change")
    if not is_issue_id(new):
        hint = f"a prefix, a dash, and 7 of 0-9 a-z without i, l, o, u: {desk.config.prefix}-k3v9qa2"
        raise Usage(f"not an id: {new!r}", hint=hint, reason="bad-id")
    tracker = source.load(desk.files)
    subject = open_subject(desk, word, writer)
    old = subject.issue.id
    _require_free(desk, tracker, new)
    _require_unclaimed(desk, old, new)
    changes, read = _events(desk, old, new)
    for path, data in plan_implicit(subject).changes.items():
        if path.startswith(f"{EVENTS_FOLDER}/"):
            changes[path.replace(events_path(old), events_path(new), 1)] = data
    moved = len([path for path, data in changes.items() if data is not None])
    named_by = _followed(tracker, old, new, changes, read)
    own = with_fields(changes.pop(subject.issue.path, None) or subject.data, {"id": new})
    changes |= {issue_path(new): own, subject.issue.path: None}
    read[subject.issue.path] = subject.data
    others = tuple(one for one in named_by if one != old)
    return Renamed(old, new, subject.issue.title, changes, read, others, moved, _left(tracker, old))


def _require_free(desk: Desk, tracker: Tracker, new: str) -> None:
    files = desk.world.files
    used = new in {*tracker.issues, *tracker.duplicates, *tracker.unreadable}
    if used or files.stat(issue_path(new)) is not None or files.stat(events_path(new)) is not None:
        raise Refused(f"{new} is taken", hint=f"fp show {new}", reason="taken")


def _require_unclaimed(desk: Desk, old: str, new: str) -> None:
    """Ask the authority: only it knows who holds what now."""
    tips = claims.read_claims(claims.open_authority(desk.world, desk.config)).tips
    if new in tips:
        raise Refused(f"{new} was claimed once: its epochs are another issue's", hint="another id", reason="taken")
    tip = tips.get(old)
    if tip is None or not (tip.live or tip.claim.state == "parked"):
        return
    if tip.live:
        hint = f"fp release {old}, or wait"
        raise Conflict(f"{tip.claim.holder} holds {old}", hint=hint, reason="held")
    raise Conflict(f"a run of {old} is parked and waits for a person", hint=f"tarmac why {old}", reason="parked")


def _events(desk: Desk, old: str, new: str) -> tuple[Changes, Read]:
    """The files of the events' folder under both names. Refused where something else lies there."""
    folder, target = events_path(old), events_path(new)
    found = desk.files.event_files(old)
    contents = desk.files.read(found)
    read: Read = {}
    for path, data in contents.items():
        if not isinstance(data, bytes):
            raise Refused(data.message, where=data.where, hint=data.hint or "fp check", reason=data.code)
        read[path] = data
    others = set(desk.world.files.names(folder)) - {path.rpartition("/")[2] for path in read}
    if others:
        hint = "move it away, then try again"
        raise Refused("not an event file", where=f"{folder}/{min(others)}", hint=hint, reason="not-an-event")
    changes: Changes = {path.replace(folder, target, 1): data for path, data in read.items()}
    return {**changes, **dict.fromkeys(read)}, read


def _followed(tracker: Tracker, old: str, new: str, changes: Changes, read: Read) -> list[str]:
    """Add the files of the issues that name the old id, as they name the new one; the ids of these issues."""
    found = []
    for issue in tracker.issues.values():
        before = tracker.files[issue.path]
        after = _naming(issue, _own_naming(issue, before, (old, new), tracker.config), old, new)
        if after != before:
            changes[issue.path], read[issue.path] = after, before
            found.append(issue.id)
    return sorted(found)


def _own_naming(issue: Issue, data: bytes, names: tuple[str, str], config: Config) -> bytes:
    """The file with its properties of the kind `issue` naming the new id."""
    old, new = names
    for key in sorted({one.key for one in properties.references(issue, config) if one.id == old}):
        if isinstance(issue.extra[key], list):
            data = frontmatter.edit(data, [frontmatter.RemoveItem(key, old), frontmatter.AddItem(key, new)])
        else:
            data = with_fields(data, {key: new})
    return data


def _naming(issue: Issue, data: bytes, old: str, new: str) -> bytes:
    if old in issue.depends_on:
        edits = [frontmatter.RemoveItem("depends_on", old)]
        data = frontmatter.edit(data, [*edits, frontmatter.AddItem("depends_on", new)])
    if issue.parent == old:
        data = with_fields(data, {"parent": new})
    document = frontmatter.parse(data, issue.path)[0]
    assert document is not None, "it was read before"
    body = mentioning(old).sub(new, document.body)
    return data if body == document.body else frontmatter.edit_body(data, body)


def mentioning(issue_id: str) -> re.Pattern[str]:
    """Where a text names the issue: not a longer word, nor a run or a branch of it, whose names stay as they were."""
    return re.compile(rf"(?<![0-9A-Za-z_-]){re.escape(issue_id)}(?![0-9A-Za-z_]|[./][0-9])", re.ASCII)


def _left(tracker: Tracker, old: str) -> tuple[str, ...]:
    """Files that name the old id and cannot be read."""
    read = {issue.path for issue in tracker.issues.values()}
    wanted = old.encode()
    return tuple(sorted(path for path, data in tracker.files.items() if path not in read and wanted in data))
