"""`fp lessons`: what earlier work taught, found by words, labels and paths; a person approves or retires one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.cli.writing import as_option
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.config import Config
    from fp.kernel.cli import Output
    from fp.lesson import Lesson
    from fp.source import IssueSource

SCHEMA = "fp.lessons.v1"
INDENT = "    "


@click.command("lessons", short_help="Find what earlier work taught.")
@click.argument("query", nargs=-1, metavar="[QUERY...]")
@click.option("--label", "labels", multiple=True, metavar="LABEL", help="Only of this label; again: of either.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Only what speaks of this path or pattern.")
@click.option("--all", "every", is_flag=True, help="Also what waits for approval, and what was retired.")
@click.option("--approve", "approved", multiple=True, metavar="EVENT", help="Approve a lesson, as a person.")
@click.option("--retire", "retired", multiple=True, metavar="EVENT", help="Take a lesson back, as a person.")
@click.option("-m", "--message", "note", default="", metavar="TEXT", help="Say why.")
@click.option("--commit", is_flag=True, help="Commit exactly the files that this writes.")
@as_option
@shared_options
def command(
    out: Output,
    query: tuple[str, ...],
    labels: tuple[str, ...],
    paths: tuple[str, ...],
    approved: tuple[str, ...],
    retired: tuple[str, ...],
    note: str,
    who: str | None,
    *,
    every: bool,
    commit: bool,
) -> int:
    """Find lessons: comments marked with `fp comment --lesson` that a person approved.

    `fp prime` and `fp context` show those that share a label or a path with the issue. What counts is what is committed
    to the tracker ref. EVENT is the name of the lesson's comment, or a part of it.

    \b
    Examples:
      fp lessons token cache
      fp lessons --path gateway/auth.py
      fp lessons --approve 20261122T231501004Z-comment-8f3k
    """
    from fp.kernel.errors import Usage

    if approved or retired:
        if query or labels or paths:
            raise Usage("approve and retire name lessons, and search none", hint="fp lessons --help")
        decision = _Decision(approved, retired, note, who, commit)
        return _decide(out, decision)
    found, drafts = _found(out, every=every)
    return _show(out, _chosen(found, query, labels, paths), drafts)


class _Decision(NamedTuple):
    """What a person decides on which lessons."""

    approved: tuple[str, ...]
    retired: tuple[str, ...]
    note: str
    who: str | None
    commit: bool


def _chosen(found: Sequence[Lesson], query: Sequence[str], labels: Sequence[str], paths: Sequence[str]) -> list[Lesson]:
    from fp.lesson import matching

    words = [word for one in query for word in one.split()]
    return matching(found, words=words, labels=labels, paths=paths)


def _found(out: Output, *, every: bool) -> tuple[list[Lesson], int]:
    """The approved lessons of the tracker ref, and how many more this worktree approves; on request all of both."""
    from fp import lessons
    from fp.cli.opened import open_tracker
    from fp.lesson import APPROVED

    here, config = _here(open_tracker(out.start).source)
    there = lessons.landed(out.start, config)
    local = lessons.every(here, config) if every else lessons.approved(here, config)
    known = {one.event for one in there}
    drafts = [one for one in local if one.state == APPROVED and one.event not in known]
    if every:
        return local, len(drafts)
    return there, len(drafts)


def _here(source: IssueSource) -> tuple[IssueSource, Config]:
    from fp.source import load_config

    return source, load_config(source)[0]


def _show(out: Output, found: Sequence[Lesson], drafts: int) -> int:
    from fp.kernel.clock import instant
    from fp.kernel.text import safe, safe_block

    for one in found:
        at = f"{one.at:%Y-%m-%d}" if one.at is not None else "-"
        state = one.state if not one.decided_by else f"{one.state} by {safe(one.decided_by)}"
        out.line(f"{out.style(one.event, 'accent')}  {one.issue}  {at}  {safe(one.by)}  {state}")
        about = [*(f"label {label}" for label in one.labels), *(f"path {path}" for path in one.paths)]
        out.said(f"{INDENT}{safe(', '.join(about))}" if about else f"{INDENT}about its issue alone")
        for line in safe_block(one.text).split("\n"):
            out.line(f"{INDENT}{line}".rstrip())
    if not found:
        out.note("no such lesson; --all shows those that wait for approval too")
    if drafts:
        out.note(f"{drafts} approved here count when they are committed to the tracker ref")
    values = [{**one._asdict(), "at": instant(one.at) if one.at is not None else None} for one in found]
    out.document(SCHEMA, lessons=values, drafts=drafts)
    return 0


def _decide(out: Output, decision: _Decision) -> int:
    """Write a verdict for each; who is no person is refused."""
    from fp import lessons
    from fp.cli.writing import Write, counts_when_committed, recorded, take_pen, write_all
    from fp.desk import open_subject, stamp
    from fp.gates import only_people
    from fp.lesson import APPROVE, RETIRE
    from fp.transition import plan_lesson

    pen = take_pen(out, decision.who, commit=decision.commit)
    only_people(pen.writer, "a lesson is approved by a person")
    known = lessons.every(pen.desk.files, pen.desk.config)
    verdicts = dict.fromkeys(decision.approved, APPROVE) | dict.fromkeys(decision.retired, RETIRE)

    def act(word: str) -> Write:
        one = lessons.named(known, word)
        subject = open_subject(pen.desk, one.issue, pen.writer)
        planned = plan_lesson(subject, one.event, verdicts[word], stamp(pen.desk, pen.writer), reason=decision.note)
        facts: dict[str, Any] = {"lesson": one.event, "verdict": verdicts[word], "by": str(pen.writer)}
        line = f"{'approved' if verdicts[word] == APPROVE else 'retired'}: {one.text.partition(chr(10))[0]}"
        return Write(one.issue, line, planned, {}, facts, recorded(planned.events[:-1]))

    status = write_all(out, pen, list(verdicts), act, "fp.lesson.v1")
    counts_when_committed(out, pen)
    return status
