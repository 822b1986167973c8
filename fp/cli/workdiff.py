"""`fp diff ID`: what the work on one issue changed, as counts or as a patch. A shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.cli.opened import id_named
from fp.codec import split_word
from fp.issue_diff import IssueRange, files, patch, range_of
from fp.kernel.clock import instant
from fp.kernel.errors import Refused
from fp.kernel.text import safe, safe_block
from fp.source import load_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.checking import Git
    from fp.cli.opened import Opened
    from fp.issue_diff import FileChange
    from fp.kernel.cli import Output
    from fp.kernel.ports import CommitRecord

COMMITS_SHOWN_MAX = 20
LINE_STYLES = (("+++", "strong"), ("---", "strong"), ("diff ", "strong"), ("@@", "accent"), ("+", "good"), ("-", "bad"))


def issue_meant(opened: Opened, git: Git, word: str | None) -> str | None:
    """The id of the issue that the word names; None where it names a revision, or a range, or nothing.

    A word that is both is a revision, unless it begins with the tracker's prefix.
    """
    if word is None or ".." in word:
        return None
    named = split_word(word)[0] == load_config(opened.source)[0].prefix
    if not named and git.repository.resolve(word) is not None:
        return None
    try:
        return id_named(opened.source, word)
    except Refused:
        if named:
            raise
        return None


def show_work(out: Output, opened: Opened, git: Git, issue_id: str, *, patched: bool) -> int:
    """Print the range, its commits, and what changed."""
    found = range_of(git.repository, git.objects, load_config(opened.source)[0], issue_id)
    records = git.objects.read_commits(found.commits)
    commits = [records[one] for one in found.commits if one in records]
    changed = files(git.repository, git.objects, found)
    lines = patch(git.repository, git.objects, found) if patched else None
    out.document(
        "fp.work.v1",
        id=issue_id,
        how=found.how,
        base=found.base,
        tip=found.tip,
        commits=[
            {"commit": one.oid, "author": one.author.name, "at": instant(one.author.at), "subject": _subject(one)}
            for one in commits
        ],
        files=[one._asdict() for one in changed],
        patch=lines,
    )
    if not out.json:
        for line in _lines(out, issue_id, found, commits):
            out.line(line)
        for line in _patch(out, lines) if lines is not None else _stat(out, changed):
            out.line(line)
    return 0


def _lines(out: Output, issue_id: str, found: IssueRange, commits: Sequence[CommitRecord]) -> list[str]:
    where = f"{found.base[:9]}..{found.tip[:9]}" if found.base is not None else "each commit by itself"
    told = [f"{out.style(issue_id, 'accent')}  {where}  ({safe(found.how)})"]
    for one in commits[:COMMITS_SHOWN_MAX]:
        told.append(f"  {out.style(one.oid[:9], 'dim')}  {one.author.at:%Y-%m-%d}  {safe(_subject(one))}")
    more = len(commits) - COMMITS_SHOWN_MAX
    return [*told, *([f"  … {more} more"] if more > 0 else []), ""]


def _stat(out: Output, changed: Sequence[FileChange]) -> list[str]:
    if not changed:
        return ["nothing but tickets, or nothing, is changed"]
    rows = [(safe(one.path), _count(one.added, "+"), _count(one.removed, "-")) for one in changed]
    added, removed = (max(len(row[at]) for row in rows) for at in (1, 2))
    lines = [
        f"{out.style(more.rjust(added), 'good')}  {out.style(less.rjust(removed), 'bad')}  {path}"
        for path, more, less in rows
    ]
    total = sum(one.added or 0 for one in changed), sum(one.removed or 0 for one in changed)
    files_ = f"{len(rows)} file{'' if len(rows) == 1 else 's'}"
    return [*lines, f"{files_}, {total[0]} lines added, {total[1]} removed"]


def _count(lines: int | None, sign: str) -> str:
    return "bin" if lines is None else f"{sign}{lines}"


def _patch(out: Output, patched: str) -> list[str]:
    return [_patch_line(out, line) for line in safe_block(patched).rstrip("\n").split("\n")]


def _patch_line(out: Output, line: str) -> str:
    style = next((style for start, style in LINE_STYLES if line.startswith(start)), "")
    return out.style(line, style) if style else line


def _subject(one: CommitRecord) -> str:
    return one.message.lstrip("\n").partition("\n")[0]
