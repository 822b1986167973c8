"""What the commands that write issues share: options, the loop over many ids, how a write is told.

An id that is refused does not stop the others: each is told, and the exit status is that of the worst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.errors import Conflict, ExitCode, Refused
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fp.desk import Desk
    from fp.event import Event, Writer
    from fp.kernel.cli import Output
    from fp.transition import Planned


class Pen(NamedTuple):
    """An opened worktree, who writes in it, and whether to commit."""

    desk: Desk
    writer: Writer
    commit: bool


class Write(NamedTuple):
    """A planned write to one issue and how to tell it. `read` is what the files to change held when it was planned.

    `line` is printed behind the id; `more` are lines below it; `facts` go into the document. Nothing is made safe yet.
    """

    issue: str
    line: str
    planned: Planned | None
    read: Mapping[str, bytes]
    facts: Mapping[str, Any]
    more: tuple[str, ...] = ()


def writing_options(handler: Callable[..., int]) -> Callable[..., int]:
    """Add `--as` (or FP_AGENT) and `--commit`; the handler gets `who` and `commit`."""

    commit = click.option("--commit", is_flag=True, help="Commit exactly the files that this writes.")
    return as_option(commit(handler))


as_option = click.option(
    "--as", "who", envvar="FP_AGENT", metavar="WHO", help="Write as agent/NAME or person/NAME (also FP_AGENT)."
)
note_option = click.option("-m", "--message", "note", default="", metavar="TEXT", help="Say why.")
ids_argument = click.argument("ids", nargs=-1, required=True, metavar="ID...")


def take_pen(out: Output, who: str | None, *, commit: bool) -> Pen:
    """Open the worktree and find out who writes."""
    from fp import identity
    from fp.desk import open_desk

    desk = open_desk(out.start)
    return Pen(desk, identity.writer_here(desk.repository, desk.config, who), commit)


def write_all(out: Output, pen: Pen, words: Sequence[str], act: Callable[[str], Write], schema: str) -> int:
    """Plan and write for each word; commit at the end when asked to. The exit status is that of the worst refusal."""
    written: list[Write] = []
    refused: list[tuple[str, Refused | Conflict]] = []
    touched: list[str] = []
    for word in dict.fromkeys(words):
        try:
            one = act(word)
            touched += _apply(pen, one)
        except (Refused, Conflict) as error:
            if len(words) == 1:
                raise
            refused.append((word, error))
            continue
        written.append(one)
    commit = _commit(pen, written, touched)
    _tell(out, written, refused, commit)
    _document(out, schema, written, refused, commit)
    return max((error.exit_code for _, error in refused), default=ExitCode.OK)


def _apply(pen: Pen, one: Write) -> list[str]:
    from fp import edit

    return [] if one.planned is None else edit.apply(pen.desk.world.files, one.planned.changes, one.read)


def _commit(pen: Pen, written: Sequence[Write], touched: Sequence[str]) -> str | None:
    from fp import edit

    if not pen.commit or not touched:
        return None
    changed = [one for one in written if one.planned is not None]
    lines = [" ".join(f"{one.issue} {one.line}".split()) for one in changed]
    subject = f"issues: {lines[0]}" if len(lines) == 1 else f"issues: change {len(lines)}"
    message = subject if len(lines) == 1 else "\n".join((subject, "", *lines))
    return edit.commit(pen.desk.repository, touched, message)


def _tell(
    out: Output, written: Sequence[Write], refused: Sequence[tuple[str, Refused | Conflict]], commit: str | None
) -> None:
    for one in written:
        out.line(f"{out.style(one.issue, 'accent')}  {safe(one.line)}")
        for line in one.more:
            out.said(f"  {safe(line)}")
    for word, error in refused:
        out.note(f"{out.style('refused', 'bad')} {safe(word)}: {safe(str(error))}")
        for line in (error.hint or "").splitlines():
            out.note(f"  {safe(line)}")
    if commit is not None:
        out.said(f"committed {commit[:9]}")


def _document(
    out: Output,
    schema: str,
    written: Sequence[Write],
    refused: Sequence[tuple[str, Refused | Conflict]],
    commit: str | None,
) -> None:
    issues = [
        {
            "id": one.issue,
            **one.facts,
            "events": [] if one.planned is None else [event.name for event in one.planned.events],
            "paths": [] if one.planned is None else sorted(one.planned.changes),
        }
        for one in written
    ]
    told = [{"id": word, "reason": error.reason, "message": str(error), "hint": error.hint} for word, error in refused]
    fields: dict[str, Any] = {"issues": issues, "refused": told, "commit": commit}
    if refused:
        fields["reason"] = refused[0][1].reason
    out.document(schema, **fields)


def counts_when_committed(out: Output, pen: Pen) -> None:
    """Say that a draft decides nothing yet, where it was not committed."""
    from fp.trackerref import tracker_ref

    if not pen.commit:
        ref = tracker_ref(pen.desk.repository, pen.desk.objects).short
        out.said(f"a draft so far: it counts once it is committed to {safe(ref)} (--commit does it)")


def recorded(by_hand: Sequence[Event]) -> tuple[str, ...]:
    """A line for each hand edit that was written out before what was asked for."""
    return tuple(f"recorded a hand edit first: {one.from_} -> {one.to} by {one.by}" for one in by_hand)
