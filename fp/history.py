"""What git's history says of hand edits: a shell over one `git log`, or over the port `Objects` where there is no git.

A commit on the first-parent line of the revision that changes an issue's `status:` after its last event was written is
a person's transition that no event records yet: its author, its author date, the status before it, the blob it left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import chain
from fp.eligibility import unexplained
from fp.event import HandEdit, event_path
from fp.kernel import frontmatter
from fp.model import TODO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import CommitRecord, Objects, Oid
    from fp.tracker import Tracker

    Log = Callable[[Oid, Sequence[str]], Iterable["Change"]]

PATHS_ASKED_MAX = 200
"""Beyond this many paths the whole folder is asked for: an argument list has a length."""
COMMITS_MAX = 100_000
FOLDERS = (".issues",)
WALKED_COMMITS_MAX = 5_000


class Wanted(NamedTuple):
    """An issue to look up: its file, and the heads of its chain, after whose commit the search stops."""

    path: str
    heads: tuple[str, ...] = ()


class Change(NamedTuple):
    """One path in one commit of the first-parent line; `new` is None where it was removed, `old` where it was added."""

    commit: Oid
    path: str
    old: Oid | None
    new: Oid | None


class Edit(NamedTuple):
    """A change of status, with the commit that made it."""

    commit: CommitRecord
    edit: HandEdit


def git_log(repository: Repository) -> Log:
    """Ask git which first-parent commits changed some paths, newest first."""

    def changes(revision: Oid, paths: Sequence[str]) -> list[Change]:
        asked = paths if len(paths) <= PATHS_ASKED_MAX else FOLDERS
        words = ("log", "--first-parent", "-m", "--no-renames", "--raw", "--no-abbrev", "-z")
        limit = (f"--max-count={COMMITS_MAX}", "--format=commit %H", "--end-of-options")
        found = repository.git(*words, *limit, revision, "--", *asked)
        return list(_read_log(found.fields(), frozenset(paths)))

    return changes


def walked_log(objects: Objects) -> Log:
    """The same by walking the commits, for a store without git: a bounded number, and no further than is asked."""

    def changes(revision: Oid, paths: Sequence[str]) -> Iterator[Change]:
        commit = objects.read_commit(revision)
        for _ in range(WALKED_COMMITS_MAX):
            if commit is None:
                return
            parent = objects.read_commit(commit.parents[0]) if commit.parents else None
            yield from _differences(objects, commit, parent, paths)
            commit = parent

    return changes


def _differences(
    objects: Objects, commit: CommitRecord, parent: CommitRecord | None, paths: Sequence[str]
) -> Iterator[Change]:
    if parent is not None and parent.tree == commit.tree:
        return
    for path in sorted(paths):
        new = next((entry.oid for entry in objects.list_tree(commit.tree, path)), None)
        entries = objects.list_tree(parent.tree, path) if parent is not None else []
        old = next((entry.oid for entry in entries), None)
        if old != new:
            yield Change(commit.oid, path, old, new)


def _read_log(fields: Iterable[str], paths: frozenset[str]) -> Iterator[Change]:
    """Heads and paths by turns, with a `commit` line before the first of each commit."""
    commit, head = "", ""
    for field in fields:
        if head:
            if field in paths:
                old, new = head.split(" ")[2:4]
                yield Change(commit, field, _oid(old), _oid(new))
            head = ""
            continue
        for line in field.split("\n"):
            if line.startswith("commit "):
                commit = line.removeprefix("commit ")
            elif line.startswith(":"):
                head = line


def _oid(text: str) -> Oid | None:
    return None if set(text) == {"0"} else text


def hand_edits(log: Log, objects: Objects, revision: Oid, wanted: Mapping[str, Wanted]) -> dict[str, list[Edit]]:
    """For each issue the changes of status since its heads were written, oldest first."""
    heads = {event_path(issue_id, head): issue_id for issue_id, one in wanted.items() for head in one.heads}
    files = {one.path: issue_id for issue_id, one in wanted.items()}
    if not files:
        return {}
    found: dict[str, list[Change]] = {issue_id: [] for issue_id in wanted}
    stopped: dict[str, Oid] = {}
    for change in log(revision, [*files, *heads]):
        if change.path in heads:
            stopped.setdefault(heads[change.path], change.commit)
        elif stopped.get(files[change.path], change.commit) == change.commit:
            found[files[change.path]].append(change)
        if len(stopped) == len(wanted):
            break
    kept = {
        issue_id: [change for change in rows if change.commit != stopped.get(issue_id)]
        for issue_id, rows in found.items()
    }
    return _edits(objects, kept)


def explained(log: Log, objects: Objects, tracker: Tracker) -> frozenset[str]:
    """Ids of open issues whose status a person's commit changed after their last event was written.

    `tracker` is one at a commit, with events. Nothing is asked of git where every status is where its events lead.
    """
    folded = unexplained(tracker)
    if tracker.commit is None or not folded:
        return frozenset()
    wanted = {issue_id: Wanted(tracker.issues[issue_id].path, one.heads) for issue_id, one in folded.items()}
    edits = hand_edits(log, objects, tracker.commit, wanted)
    return frozenset(
        issue_id
        for issue_id, one in folded.items()
        if chain.unrecorded(one, [row.edit for row in edits.get(issue_id, ())])
    )


def _edits(objects: Objects, rows: Mapping[str, Sequence[Change]]) -> dict[str, list[Edit]]:
    every = [change for changed in rows.values() for change in changed]
    blobs = {oid for one in every if one.old is not None and one.new is not None for oid in (one.old, one.new)}
    data = objects.read_blobs(sorted(blobs))
    commits = objects.read_commits(sorted({change.commit for change in every}))
    status = {oid: status_in(content) for oid, content in data.items()}
    return {
        issue_id: [edit for change in reversed(changed) for edit in _edit(change, status, commits.get(change.commit))]
        for issue_id, changed in rows.items()
    }


def status_in(data: bytes) -> str | None:
    """The status a version of the file said, whatever else was wrong with it; None when it had no header."""
    document, _ = frontmatter.parse(data, "")
    if document is None or not document.has_header:
        return None
    status = document.fields.get("status", TODO)
    return status if isinstance(status, str) else None


def _edit(change: Change, status: Mapping[str, str | None], commit: CommitRecord | None) -> Iterator[Edit]:
    if commit is None or change.old is None or change.new is None:
        return
    before, after = status.get(change.old), status.get(change.new)
    if before is not None and after is not None and before != after:
        yield Edit(commit, HandEdit(commit.author.name, commit.author.at, before, after, change.new))
