"""What `fp check --fix` would write: hand-made files adopted, files named by their ids, hand edits written out. Pure.

Only what follows from the files is written. A file that cannot be read, two files of one id, a history that does not
add up: those are a person's. The body of an adopted file stays byte for byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.chain import unrecorded
from fp.codec import NOT_ADOPTED, body_title, id_of_path, put
from fp.kernel import frontmatter
from fp.kernel.clock import instant
from fp.model import TODO, archive_path, is_archived, issue_path
from fp.transition import Subject, plan_implicit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from fp.chain import Chain
    from fp.event import HandEdit
    from fp.tracker import Tracker

Changes = dict[str, bytes | None]


class Fix(NamedTuple):
    """One thing that can be put right: files to write or remove, and in words what that does to `path`."""

    path: str
    what: str
    changes: Changes


def candidates(tracker: Tracker) -> list[str]:
    """Files that have no id yet."""
    without = (problem.path for problem in tracker.problems if problem.code == NOT_ADOPTED)
    return [path for path in without if path in tracker.files]


def adopt(path: str, data: bytes, new_id: str, created: datetime) -> Fix | None:
    """A hand-made file as an issue of the id its name says, else of `new_id`; None when it has no title."""
    document, _ = frontmatter.parse(data, path)
    assert document is not None, "a file without an id was read"
    if document.fields.get("title") is None and body_title(document.body) is None:
        return None
    issue_id = id_of_path(path) or new_id
    wanted = {"id": issue_id, "created": instant(created), "status": TODO}
    missing = {key: value for key, value in wanted.items() if document.fields.get(key) is None}
    if document.has_header:
        new = frontmatter.edit(data, [put(key, value) for key, value in missing.items()])
    else:
        new = frontmatter.add_header(data, list(missing.items()))
    said = ", ".join("status: todo" if key == "status" else key for key in missing)
    target = issue_path(issue_id)
    name, new_name = path.rpartition("/")[2], target.rpartition("/")[2]
    moved = f"{name} -> {new_name}" if path != target else name
    changes: Changes = {target: new} if path == target else {target: new, path: None}
    return Fix(path, f"{moved}  added {said}", changes)


def rename(tracker: Tracker) -> list[Fix]:
    """Files named by their ids, where that name is free."""
    fixes = []
    for issue in tracker.issues.values():
        target = archive_path(issue.id) if is_archived(issue.path) else issue_path(issue.id)
        if issue.path != target and target not in tracker.files and issue.id not in tracker.unreadable:
            name, new_name = issue.path.rpartition("/")[2], target.rpartition("/")[2]
            changes: Changes = {target: tracker.files[issue.path], issue.path: None}
            fixes.append(Fix(issue.path, f"{name} -> {new_name}", changes))
    return fixes


def write_out(tracker: Tracker, folded: Mapping[str, Chain], edits: Mapping[str, Sequence[HandEdit]]) -> list[Fix]:
    """Events for the hand edits of issues whose history is sound; the same bytes whoever writes them."""
    fixes = []
    for issue_id, found in edits.items():
        issue, one = tracker.issues[issue_id], folded[issue_id]
        if not one.sound or not found:
            continue
        events = tracker.events.get(issue_id, ())
        planned = plan_implicit(Subject(issue, tracker.files[issue.path], events, tuple(found)))
        moves = ", ".join(f"{event.from_} -> {event.to} by {event.by}" for event in planned.events)
        fixes.append(Fix(issue.path, f"{issue_id}  wrote out {moves}", planned.changes))
    return fixes


def unrecorded_edits(
    folded: Mapping[str, Chain], edits: Mapping[str, Sequence[HandEdit]]
) -> dict[str, tuple[HandEdit, ...]]:
    """Of all changes of status that git tells, those that no event records."""
    found = {issue_id: unrecorded(folded[issue_id], ones) for issue_id, ones in edits.items()}
    return {issue_id: ones for issue_id, ones in found.items() if ones}
