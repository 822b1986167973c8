"""What `fp approve` and `fp reject` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, counts_when_committed, recorded, take_pen, write_all
from fp.model import IN_REVIEW

if TYPE_CHECKING:
    from fp.cli.writing import Pen
    from fp.kernel.cli import Output
    from fp.reviewing import Spoken
    from fp.transition import Planned, Subject

of_option = click.option("--of", "revision", metavar="REV", help="The commit that was reviewed.")


def review_all(
    out: Output, ids: tuple[str, ...], verdict: str, note: str, *, revision: str | None, who: str | None, commit: bool
) -> int:
    """Write the same verdict on all ids."""
    from fp.gates import only_people

    pen = take_pen(out, who, commit=commit)
    only_people(pen.writer, "a review is a person's")
    status = write_all(out, pen, ids, lambda word: _review(pen, word, verdict, note, revision), "fp.review.v1")
    counts_when_committed(out, pen)
    return status


def _review(pen: Pen, word: str, verdict: str, note: str, revision: str | None) -> Write:
    from fp import reviewing
    from fp.desk import open_subject, stamp
    from fp.transition import plan_review

    subject = open_subject(pen.desk, word, pen.writer)
    issue = subject.issue
    found = reviewing.of_revision(pen.desk, revision) if revision else reviewing.of_issue(pen.desk, issue.id)
    planned = plan_review(
        subject,
        verdict,
        stamp(pen.desk, pen.writer),
        content=found.content,
        commit=found.commit,
        run=found.run,
        note=note,
    )
    return _told(pen, subject, found, planned, verdict)


def _told(pen: Pen, subject: Subject, found: Spoken, planned: Planned, verdict: str) -> Write:
    issue = subject.issue
    word = {"approve": "approved", "reject": "rejected"}[verdict]
    line = f"{word} by {pen.writer.name}: {found.how}, commit {found.commit[:9]}, content {found.content[:9]}"
    facts = {"title": issue.title, "verdict": verdict, **found._asdict()}
    waits = verdict == "reject" and issue.status == IN_REVIEW
    back = (f"it stays {IN_REVIEW}: `fp start {issue.id}` sends it back",) if waits else ()
    return Write(issue.id, line, planned, {}, facts, (*recorded(planned.events[:-1]), *back))
