"""`fp claim`: take an issue, so that nobody else works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import as_option
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.claiming import Taken
    from fp.kernel.cli import Output


@click.command("claim", short_help="Take an issue, so that nobody else works on it.")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--next", "next_", is_flag=True, help="Take the first that is eligible, in the order of dispatch.")
@click.option("--take-over", is_flag=True, help="Take it from its holder, who is gone. Only a person may say that.")
@click.option("--process", type=click.IntRange(min=1), metavar="PID", help="Tie the claim to the life of a process.")
@as_option
@shared_options
def command(
    out: Output, ids: tuple[str, ...], who: str | None, *, process: int | None, next_: bool, take_over: bool
) -> int:
    """Take an issue, so that nobody else works on it: no agent, no orchestrator, nobody in another clone.

    Of many who try at once exactly one wins; the others are told who did, with exit status 4. `--next` goes on to the
    next eligible issue when it loses. Give back with `fp release`.

    `--process` ties the claim to a process of this machine that lives as long as the work, such as the agent's. When it
    is gone, whoever asks next here gets the issue, and the old claim is fenced off.

    `--take-over` ends another's claim and opens yours in one step. Whatever the other still does is fenced off: it can
    neither renew nor land, and is told so.

    \b
    Example:
      FP_AGENT=cursor-1 fp claim --next --process $PPID
      fp claim k3v --take-over
    """
    from fp import claiming, holders, identity
    from fp.kernel.errors import Usage
    from fp.view import named, open_view

    if bool(ids) == next_ or (next_ and take_over):
        raise Usage("name issues, or say --next", hint="fp claim --next")
    view = open_view(out.start)
    writer = identity.writer_here(view.repository, view.tracker.config, who)
    handle = "" if process is None else holders.handle_here(view.world, process)
    if next_:
        return _tell(out, [claiming.claim_next(view, writer, handle=handle)])
    wanted = list(dict.fromkeys(named(view, word).id for word in ids))
    taken: list[Taken] = []
    claim = claiming.take_over if take_over else claiming.claim_named
    for issue_id in wanted:
        taken.append(claim(view, issue_id, writer, handle=handle))
        _tell(out, taken[-1:], quiet_document=len(wanted) > 1)
    if len(wanted) > 1:
        _document(out, taken)
    return 0


def _tell(out: Output, taken: list[Taken], *, quiet_document: bool = False) -> int:
    from fp.kernel.text import safe

    for one in taken:
        for denied in one.lost:
            out.note(f"lost: {safe(denied.text)}")
        claim = one.tip.claim
        held = f"taken over from {safe(one.from_)}" if one.from_ else f"claimed by {safe(claim.holder)}"
        out.line(f"{out.style(one.issue.id, 'accent')}  {held}  {safe(one.issue.title)}")
        out.said(f"  epoch {claim.epoch}, token {one.tip.token}, judged at {safe(one.view.where)}")
        out.said(f"  read it: fp show {one.issue.id}   give it back: fp release {one.issue.id}")
    if not quiet_document:
        _document(out, taken)
    return 0


def _document(out: Output, taken: list[Taken]) -> None:
    claims = [
        {
            "issue": one.issue.id,
            "title": one.issue.title,
            "epoch": one.tip.claim.epoch,
            "token": one.tip.token,
            "holder": one.tip.claim.holder,
            "text": one.tip.claim.text,
            "ref": one.view.ref.ref,
            "commit": one.view.commit,
            "authority": one.view.authority.name,
            "taken_over_from": one.from_ or None,
            "lost": [denied._asdict() for denied in one.lost],
        }
        for one in taken
    ]
    out.document("fp.claim.v1", claims=claims)
