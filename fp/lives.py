"""The lives of issues, read for `fp.stats`: one walk of git's history, and the transition events. A shell over git.

Events say the time to the millisecond, also of steps that landed in one commit; what no event records is told by the
commits that changed `status:` since. Of an issue's file only that line is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp.event import TRANSITION
from fp.history import status_in
from fp.kernel.clock import parse_instant
from fp.model import ARCHIVE_FOLDER, ARCHIVED_EVENTS, EVENTS_FOLDER, ISSUES_FOLDER, both_places, event_owner
from fp.stats import Life

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.model import Issue

COMMITS_MAX = 200_000
_STATUS = re.compile(rb"(?m)^status:[ \t]*([A-Za-z][\w-]*)[ \t]*\r?$")
_STEP = re.compile(rb"(?m)^(from|to|at):[ \t]*([\w.:+-]+)[ \t]*\r?$")
_HEAD_END = re.compile(rb"(?m)^(?:---|\.\.\.)[ \t]*\r?$")

Step = tuple["datetime", str, str]
"""When, from which status, to which."""


class _Version(NamedTuple):
    """A commit's change of an issue's file."""

    at: datetime
    blob: Oid | None


def lives(repository: Repository, objects: GitObjects, commit: Oid, issues: Mapping[str, Issue]) -> list[Life]:
    """The lives of these issues up to a commit; those that it does not know are left out."""
    versions = _versions(repository, objects, commit)
    wanted = {one: rows for one, issue in issues.items() if (rows := _of(issue.path, versions))}
    blobs = {one.blob for rows in wanted.values() for one in rows if one.blob is not None}
    status = {oid: _status(data) for oid, data in objects.read_blobs(sorted(blobs)).items()}
    steps = _transitions(objects, commit, wanted)
    found = [_life(issues[one], rows, status, steps.get(one, [])) for one, rows in wanted.items()]
    return [one for one in found if one is not None]


def _of(path: str, versions: Mapping[str, list[_Version]]) -> list[_Version]:
    """What is known of a file, in the archive and out of it, oldest first."""
    found = [versions[place] for place in both_places(path) if place in versions]
    return found[0] if len(found) == 1 else sorted((row for rows in found for row in rows), key=lambda row: row.at)


def _versions(repository: Repository, objects: GitObjects, commit: Oid) -> dict[str, list[_Version]]:
    """The changes of each issue file on the first-parent line, oldest first."""
    words = ("--no-literal-pathspecs", "log", "--first-parent", "-m", "--no-renames", "--raw", "--no-abbrev", "-z")
    limit = (f"--max-count={COMMITS_MAX}", "--format=commit %H %at", "--end-of-options", commit)
    asked = [f":(top,glob){folder}/*.md" for folder in (ISSUES_FOLDER, ARCHIVE_FOLDER)]
    fields = repository.git(*words, *limit, "--", *asked).fields()
    found: dict[str, list[_Version]] = {}
    for at, blob, path in _rows(fields):
        found.setdefault(path, []).append(_Version(at, blob))
    for rows in found.values():
        rows.reverse()
    return found


def _rows(fields: Sequence[str]) -> Iterator[tuple[datetime, Oid | None, str]]:
    """A commit with its author's time, then by turns a raw line and its path, which may itself look like either."""
    at, head = _instant("0"), ""
    for field in fields:
        if head:
            new = head.split(" ")[3]
            yield at, None if set(new) == {"0"} else new, field
            head = ""
            continue
        for line in field.split("\n"):
            if line.startswith("commit "):
                at = _instant(line.rpartition(" ")[2])
            elif line.startswith(":"):
                head = line


def _instant(seconds: str) -> datetime:
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _status(data: bytes) -> str | None:
    """By the line itself; a header that is written otherwise is read in full."""
    end = _HEAD_END.search(data, 4)
    found = _STATUS.search(data, 0, end.start() if end else len(data)) if data.startswith(b"---") else None
    return found[1].decode() if found is not None else status_in(data)


def _transitions(objects: GitObjects, commit: Oid, wanted: Iterable[str]) -> dict[str, list[Step]]:
    """The steps that events record, by issue, in the order of time."""
    known = frozenset(wanted)
    owners: dict[Oid, list[str]] = {}
    for entry in (one for folder in (EVENTS_FOLDER, ARCHIVED_EVENTS) for one in objects.list_tree(commit, folder)):
        owner = event_owner(entry.path)
        if owner in known and f"-{TRANSITION}-" in entry.path.rpartition("/")[2]:
            owners.setdefault(entry.oid, []).append(owner)
    found: dict[str, list[Step]] = {}
    for oid, data in objects.read_blobs(sorted(owners)).items():
        step = _step(data)
        for issue_id in owners[oid] if step is not None else ():
            assert step is not None
            found.setdefault(issue_id, []).append(step)
    for steps in found.values():
        steps.sort(key=lambda one: one[0])
    return found


def _step(data: bytes) -> Step | None:
    end = _HEAD_END.search(data, 4)
    values = {key: value.decode() for key, value in _STEP.findall(data, 0, end.start() if end else len(data))}
    at = parse_instant(values.get(b"at", ""))
    return (at, values[b"from"], values[b"to"]) if at is not None and values.keys() >= {b"from", b"to"} else None


def _life(
    issue: Issue, rows: Sequence[_Version], status: Mapping[Oid, str | None], steps: Sequence[Step]
) -> Life | None:
    """Birth, what the events say, then what the commits since changed by hand."""
    told = [(one.at, status.get(one.blob)) for one in rows if one.blob is not None]
    known = [(at, word) for at, word in told if word is not None]
    if not known:
        return None
    birth = issue.created if issue.created is not None else known[0][0]
    found = [(birth, steps[0][1] if steps else known[0][1])]
    found += [(max(at, birth), to) for at, _, to in steps]
    last = steps[-1][0] if steps else birth
    for at, word in known:
        if at > last and word != found[-1][1]:
            found.append((max(at, found[-1][0]), word))
    return Life(issue.id, tuple(found), known[0][0])
