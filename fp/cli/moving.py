"""What the commands that change a status share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import Write, recorded, take_pen, write_all

if TYPE_CHECKING:
    from fp.cli.writing import Pen
    from fp.kernel.cli import Output
    from fp.moves import Moved
    from fp.transition import Move

SCHEMA = "fp.move.v1"

join_option = click.option("--join", is_flag=True, help="Settle a history with several ends or gaps by this move.")


def move_all(out: Output, ids: tuple[str, ...], move: Move, who: str | None, *, commit: bool) -> int:
    """Make the same move for all ids."""
    from fp.moves import plan_move

    pen = take_pen(out, who, commit=commit)
    return write_all(out, pen, ids, lambda word: told(pen, plan_move(pen.desk, word, move, pen.writer)), SCHEMA)


def told(pen: Pen, moved: Moved) -> Write:
    """A planned move and its words."""
    issue = moved.issue
    facts = {"title": issue.title, "from": issue.status, "to": moved.to, "changed": moved.planned is not None}
    if moved.planned is None:
        return Write(issue.id, f"already {moved.to}  {issue.title}", None, {}, facts)
    line = f"{issue.status} -> {moved.to}  {issue.title}"
    side = tuple(
        f"{key}: {value}, because it left {issue.status}; `fp arm {issue.id}` when it may run unattended again"
        for key, value in moved.side.items()
    )
    more = (*recorded(moved.planned.events[:-1]), *side)
    return Write(issue.id, line, moved.planned, {issue.path: moved.data}, facts, more)
