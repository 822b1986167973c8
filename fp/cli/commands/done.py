"""`fp done`: move issues to done, those that are named or those that landed commits say they fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.moving import SCHEMA, join_option, move_all, told
from fp.cli.writing import note_option, take_pen, write_all, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.cli.writing import Pen, Write
    from fp.kernel.cli import Output
    from fp.linked import Linked
    from fp.transition import Move


@click.command("done", short_help="Move issues to done.")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--fixed", is_flag=True, help="All open ones that a landed commit says it fixes.")
@note_option
@join_option
@writing_options
@shared_options
def command(
    out: Output, ids: tuple[str, ...], note: str, who: str | None, *, fixed: bool, join: bool, commit: bool
) -> int:
    """Move issues to done. It is recorded as what you say; landings and evidence say more.

    The guards that the settings name for done (boxes, children, evidence, documents) are asked first. --fixed takes
    the issues that commits on the tracker's branch name in a line `Fixes: ID` or `Closes: ID`; `fp check` tells them.

    \b
    Examples:
      fp done k3v 7q9 --commit
      fp done --fixed --commit
    """
    from fp.kernel.errors import Usage
    from fp.model import DONE
    from fp.transition import Move

    if fixed == bool(ids):
        raise Usage("name the issues, or say --fixed", hint="fp done ID...  or  fp done --fixed")
    move = Move(DONE, note, join=join)
    return _all_fixed(out, move, who, commit=commit) if fixed else move_all(out, ids, move, who, commit=commit)


def _all_fixed(out: Output, move: Move, who: str | None, *, commit: bool) -> int:
    from fp.moves import plan_move

    pen = take_pen(out, who, commit=commit)
    by_id = _fixed(pen)
    if not by_id:
        out.note("no landed commit says that it fixes an open issue")

    def act(issue_id: str) -> Write:
        found = by_id[issue_id]
        said = move.note or f"Fixed by {found.oid[:12]}: {found.subject}"
        return told(pen, plan_move(pen.desk, issue_id, move._replace(note=said), pen.writer))

    return write_all(out, pen, tuple(by_id), act, SCHEMA)


def _fixed(pen: Pen) -> dict[str, Linked]:
    from fp.fixes import fixed
    from fp.source import load

    desk = pen.desk
    issues = load(desk.files).issues
    return {one.issue.id: one.commit for one in fixed(desk.repository, desk.objects, issues, desk.config)}
