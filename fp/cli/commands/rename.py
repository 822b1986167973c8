"""`fp rename`: give an issue another id, and follow who names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import take_pen, writing_options
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("rename", short_help="Give an issue another id, and follow who names it.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@writing_options
@shared_options
def command(out: Output, old: str, new: str, who: str | None, *, commit: bool) -> int:
    """Give an issue another id: its file, its events, and the `depends_on`, `parent` and text of issues that name it.

    Comments and other events move as they are. Refused while somebody holds the issue, and where NEW is or was taken.

    \b
    Example:
      fp rename k3v FP-gatew4y --commit
    """
    from fp import edit
    from fp.kernel.text import safe
    from fp.renaming import plan_rename

    pen = take_pen(out, who, commit=commit)
    done = plan_rename(pen.desk, old, new, pen.writer)
    touched = edit.apply(pen.desk.world.files, done.changes, done.read)
    made = edit.commit(pen.desk.repository, touched, f"issues: rename {done.old} to {done.new}") if commit else None
    out.line(f"{out.style(done.new, 'accent')}  was {done.old}  {safe(done.title)}")
    if done.events:
        out.said(f"  {done.events} event{'s' if done.events > 1 else ''} moved")
    if done.named_by:
        out.said(f"  followed in {', '.join(done.named_by)}")
    for path in done.left:
        out.note(f"{safe(path)} names {done.old}, and cannot be read: change it by hand")
    if made is not None:
        out.said(f"committed {made[:9]}")
    out.document(
        "fp.rename.v1",
        old=done.old,
        new=done.new,
        title=done.title,
        events=done.events,
        followed=list(done.named_by),
        left=list(done.left),
        paths=sorted(touched),
        commit=made,
    )
    return 0
