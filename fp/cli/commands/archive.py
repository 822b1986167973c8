"""`fp archive`: old closed issues moved out of the way, with their events; readable still, and back when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.archive import Moved
    from fp.archiving import Candidate
    from fp.cli.opened import Opened

OLDER_DEFAULT = "90d"
SCHEMA = "fp.archive.v1"


class _Told(NamedTuple):
    """One issue of the result."""

    id: str
    title: str
    status: str
    last: str
    path: str


@click.command("archive", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--older-than", "older", default=OLDER_DEFAULT, show_default=True, metavar="AGE", help="As 90d, 8w, 1y.")
@click.option("--dry-run", is_flag=True, help="Say what would move, and move nothing.")
@click.option("--undo", is_flag=True, help="Take the named issues out of the archive.")
@click.option("--commit", "commit_it", is_flag=True, help="Commit the moved files, and nothing else.")
@shared_options
def command(output: Output, query: tuple[str, ...], older: str, dry_run: bool, undo: bool, commit_it: bool) -> int:
    """Move closed issues that no commit has touched for a while into .issues/archive, with their events.

    Ids stay taken; show, search, log and queries for closed issues still read them; what waited for them waits no
    longer.

    \b
    Examples:
      fp archive --dry-run
      fp archive --older-than 1y -label:keep --commit
      fp archive --undo k3v
    """
    from fp.cli.opened import open_tracker

    opened = open_tracker(output.start)
    if undo:
        return _undo(output, opened, query, dry_run=dry_run, commit_it=commit_it)
    return _archive(output, opened, " ".join(query), older, dry_run=dry_run, commit_it=commit_it)


def _archive(output: Output, opened: Opened, query: str, older: str, *, dry_run: bool, commit_it: bool) -> int:
    from fp.archiving import candidates
    from fp.kernel.clock import SystemClock
    from fp.kernel.errors import Usage
    from fp.kernel.git.repo import Repository
    from fp.query import age

    least = age(older)
    if least is None:
        raise Usage(f"{older!r} is no length of time", hint="--older-than 90d; h, d, w, m (30 days), y")
    found = candidates(Repository.discover(opened.root), opened.source, query, least, SystemClock().now())
    moves = [one.move for one in found if one.move is not None]
    left = {one.issue.id: one.why for one in found if one.move is None}
    touched: list[str] = []
    if not dry_run and moves:
        moved, touched = _carry_out(opened, moves)
        left |= moved.stayed
    going = [_told(one) for one in found if one.issue.id not in left]
    made = _commit(opened, touched, going, "archive") if commit_it else None
    word = "would move" if dry_run else "moved"
    _print(output, going, left, f"{word} into the archive")
    _document(output, going, left, dry_run=dry_run, undo=False, commit=made)
    return 0


def _told(one: Candidate) -> _Told:
    from fp.model import archive_path

    issue = one.issue
    return _Told(issue.id, issue.title, issue.status, f"{one.last:%Y-%m-%d}", archive_path(issue.id))


def _carry_out(opened: Opened, moves: Sequence[Any]) -> tuple[Moved, list[str]]:
    """Move, and let reviews fold what is in the archive."""
    from fp import edit
    from fp.archive import carry_out
    from fp.kernel.attributes import ATTRIBUTES_PATH, with_line
    from fp.layout import ARCHIVE_LINE

    moved = carry_out(opened.files, moves)
    touched = [path for one in moved.moves for path in (*one.made, *one.gone)]
    there = opened.files.stat(ATTRIBUTES_PATH)
    if touched and (there is None or there.kind == "file"):
        before = {} if there is None else {ATTRIBUTES_PATH: opened.files.read(ATTRIBUTES_PATH)}
        after = with_line(before.get(ATTRIBUTES_PATH, b""), ARCHIVE_LINE)
        touched += edit.apply(opened.files, {ATTRIBUTES_PATH: after}, before)
    return moved, touched


def _undo(output: Output, opened: Opened, words: Sequence[str], *, dry_run: bool, commit_it: bool) -> int:
    from fp.archive import archived_named, carry_out, plan_move
    from fp.cli.opened import refuse_errors
    from fp.codec import read_issue
    from fp.kernel.errors import Refused, Usage
    from fp.model import is_archived, issue_path
    from fp.source import file_of, load_config

    if not words:
        raise Usage("which issue: give an ID", hint="fp list --archived shows them")
    config, _ = load_config(opened.source)
    moves, going = [], []
    for word in dict.fromkeys(words):
        path = file_of(opened.source, word, archived=True)
        if not is_archived(path):
            raise Refused(f"{word} is not archived", hint="fp list --archived shows what is", reason="not-archived")
        data = archived_named(opened.source, path)
        issue, problems = read_issue(path, data, config)
        if issue is None:
            refuse_errors(problems)
            raise Refused("it cannot be read", where=path, reason="unreadable")
        moves.append(plan_move(opened.source, issue, data, to_archive=False))
        going.append(_Told(issue.id, issue.title, issue.status, "", issue_path(issue.id)))
    left: Mapping[str, str] = {}
    touched: list[str] = []
    if not dry_run:
        moved = carry_out(opened.files, moves)
        left, touched = moved.stayed, [path for one in moved.moves for path in (*one.made, *one.gone)]
    going = [one for one in going if one.id not in left]
    made = _commit(opened, touched, going, "take out of the archive") if commit_it else None
    _print(output, going, left, f"{'would be ' if dry_run else ''}taken out of the archive")
    _document(output, going, left, dry_run=dry_run, undo=True, commit=made)
    return 1 if left else 0


def _commit(opened: Opened, touched: Sequence[str], going: Sequence[_Told], verb: str) -> str | None:
    from fp.cli.opened import commit_touched

    lines = [f"{one.id} {one.title}" for one in going]
    if len(lines) == 1:
        return commit_touched(opened.root, touched, f"issues: {verb} {lines[0]}")
    return commit_touched(opened.root, touched, "\n".join((f"issues: {verb} {len(lines)} issues", "", *lines)))


def _print(output: Output, going: Sequence[_Told], left: Mapping[str, str], what: str) -> None:
    from fp.cli.values import coloured
    from fp.kernel.text import safe

    for one in going:
        facts = [output.style(one.id, "accent"), coloured(output, one.status), one.last, safe(one.title)]
        output.said("  ".join(filter(None, facts)))
    for issue_id, why in left.items():
        output.note(f"{issue_id} stays: {safe(why)}")
    count = f"{len(going):,} issue{'' if len(going) == 1 else 's'}"
    output.line(f"{count} {what}" if going else f"nothing {what}")


def _document(
    output: Output,
    going: Sequence[_Told],
    left: Mapping[str, str],
    *,
    dry_run: bool,
    undo: bool,
    commit: str | None,
) -> None:
    issues = [{"id": one.id, "title": one.title, "status": one.status, "path": one.path} for one in going]
    stayed = [{"id": issue_id, "reason": why} for issue_id, why in left.items()]
    output.document(SCHEMA, dry_run=dry_run, undo=undo, issues=issues, stayed=stayed, commit=commit)
