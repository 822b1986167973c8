"""A person's edit of one issue in an editor: the draft beside git's files, the check on save, the swap into place.

A shell. Invariants: a draft is removed only when its text is in the issue's file, changes nothing, or is thrown away by
its writer's word; a file that changed meanwhile is merged by field or refused, never overwritten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import check, edit, source
from fp.codec import field_value, id_of_path, read_issue
from fp.kernel.errors import Conflict, Refused
from fp.kernel.git.driver import by_lines
from fp.kernel.markers import Sides
from fp.kernel.problem import Problem, Severity
from fp.merge import merge
from fp.model import is_issue_id

if TYPE_CHECKING:
    from pathlib import Path

    from fp.desk import Desk
    from fp.kernel.ports import Files
    from fp.model import Issue

FOLDER = "fp/drafts"
FILE_BYTES_MAX = 1_000_000
SWAPS_MAX = 5
SHOWN_FIELDS = (
    *("status", "title", "type", "priority", "assignees", "labels"),
    *("parent", "depends_on", "touches", "milestone", "due", "estimate", "dispatch"),
    *("external", "created"),
)
_MARKER = re.compile(r"(<{7}|>{7}) (ours|theirs)", re.ASCII)


class Draft(NamedTuple):
    """A text under edit: of which issue, which file it goes to, and what that file held when the edit began."""

    issue: str
    path: str
    base: bytes
    where: Path


class Saved(NamedTuple):
    """What became of a draft: the issue as it is now, what changed, whether another's change was merged in."""

    issue: Issue
    changed: tuple[str, ...]
    merged: bool


def begin(desk: Desk, word: str, *, resume: bool, discard: bool) -> Draft:
    """The draft to edit: of the issue's bytes, also where they cannot be read as one, or one that was kept."""
    path = source.file_of(desk.files, word)
    issue_id = id_of_path(path) or path.rpartition("/")[2].removesuffix(".md")
    files, name = _files(desk), f"{FOLDER}/{issue_id}"
    where = desk.repository.git_dir / f"{name}.md"
    kept = _is_kept(files, name)
    if kept and not (resume or discard):
        hint = f"fp edit {issue_id} --resume goes on with it, --discard begins anew; it is {where}"
        raise Refused(f"an earlier edit of {issue_id} was kept", hint=hint, reason="draft-kept")
    if resume:
        if not kept:
            raise Refused(f"no edit of {issue_id} was kept", hint=f"fp edit {issue_id}", reason="no-draft")
        return Draft(issue_id, path, files.read(f"{name}.base"), where)
    data = desk.world.files.read(path, FILE_BYTES_MAX)
    draft = Draft(issue_id, path, data, where)
    _keep(desk, draft, data)
    return draft


def _is_kept(files: Files, name: str) -> bool:
    """Whether there is a draft that says something: an editor that never came to write leaves one that does not."""
    if files.stat(f"{name}.md") is None or files.stat(f"{name}.base") is None:
        return False
    return files.read(f"{name}.md") != files.read(f"{name}.base")


def text(desk: Desk, draft: Draft) -> bytes:
    """What the draft holds now. Refused where the editor took the file away."""
    try:
        return _files(desk).read(f"{FOLDER}/{draft.issue}.md", FILE_BYTES_MAX)
    except FileNotFoundError as error:
        raise Refused("the editor removed the draft", where=str(draft.where), hint="nothing was changed") from error


def drop(desk: Desk, draft: Draft) -> None:
    """Throw a draft away."""
    for ending in ("md", "base"):
        _files(desk).remove(f"{FOLDER}/{draft.issue}.{ending}")


def problems(desk: Desk, draft: Draft, data: bytes) -> list[Problem]:
    """What is wrong with a text, its path that of the issue; what was wrong before the edit with others is left out."""
    issue, found = read_issue(draft.path, data, desk.config)
    found = [*found, *_markers(draft.path, data)]
    if issue is None:
        return found
    if is_issue_id(draft.issue) and issue.id != draft.issue:
        hint = f"write `id: {draft.issue}`; an id changes by fp rename {draft.issue} NEW"
        found.append(Problem("id-changed", draft.path, issue.lines.get("id", 0), "an edit keeps the id", hint))
        return found
    tracker = source.load(desk.files)
    now = tracker._replace(issues={**tracker.issues, issue.id: issue}, problems=())
    return found + [one for one in check.content(now) if one.path == draft.path]


def save(desk: Desk, draft: Draft, data: bytes) -> Saved | Draft:
    """Swap a checked text into place. Where the file changed meanwhile and no merge is whole, the new draft with both.

    Conflict, the draft kept, when the file is gone or never holds still.
    """
    files, base, new = desk.world.files, draft.base, data
    for _ in range(SWAPS_MAX):
        try:
            edit.apply(files, {draft.path: new}, {draft.path: base})
        except Conflict:
            current = _current(files, draft)
            merged = merge(Sides(base, new, current), by_lines)
            again = draft._replace(base=current)
            _keep(desk, again, merged.data)
            if merged.left or broken(problems(desk, again, merged.data)):
                return again
            base, new = current, merged.data
            continue
        drop(desk, draft)
        return _saved(desk, draft._replace(base=base), new, merged=new != data)
    raise Conflict("it changes faster than it can be written", where=draft.path, hint=_resume(draft))


def _current(files: Files, draft: Draft) -> bytes:
    try:
        return files.read(draft.path, FILE_BYTES_MAX)
    except FileNotFoundError as error:
        hint = f"your text is kept: {draft.where}"
        raise Conflict("somebody removed this file meanwhile", where=draft.path, hint=hint) from error


def _saved(desk: Desk, draft: Draft, new: bytes, *, merged: bool) -> Saved:
    issue = read_issue(draft.path, new, desk.config)[0]
    before = read_issue(draft.path, draft.base, desk.config)[0]
    assert issue is not None, "it was checked"
    return Saved(issue, changed(before, issue), merged)


def changed(before: Issue | None, after: Issue) -> tuple[str, ...]:
    """What differs, in words: fields by name, a status by its two ends."""
    if before is None:
        return ("can be read again",)
    words = [
        f"status: {before.status} -> {after.status}" if key == "status" else key
        for key in SHOWN_FIELDS
        if field_value(before, key) != field_value(after, key)
    ]
    words += ["properties"] if before.extra != after.extra else []
    words += ["body"] if before.body != after.body else []
    return tuple(words) or ("how it is written",)


def _resume(draft: Draft) -> str:
    return f"your text is kept: fp edit {draft.issue} --resume"


def broken(found: list[Problem]) -> bool:
    """Whether a text may not be written."""
    return any(one.severity is Severity.ERROR for one in found)


def _markers(path: str, data: bytes) -> list[Problem]:
    lines = data.decode("utf-8", "replace").splitlines()
    found = next((number for number, line in enumerate(lines, 1) if _MARKER.match(line)), None)
    said = "both versions of a change stand here between markers"
    return [] if found is None else [Problem("conflict-marker", path, found, said, "choose, and remove the markers")]


def _keep(desk: Desk, draft: Draft, data: bytes) -> None:
    """Base last: a draft without one is no kept draft."""
    files = _files(desk)
    files.write(f"{FOLDER}/{draft.issue}.md", data)
    files.write(f"{FOLDER}/{draft.issue}.base", draft.base)


def _files(desk: Desk) -> Files:
    return desk.world.at(desk.repository.git_dir)
