"""`fp blocked`: why issues are not picked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fp.cli.shown import Blocked
    from fp.eligibility import Eligibility, Reason
    from fp.kernel.cli import Output
    from fp.view import View


@click.command("blocked", short_help="Say why issues are not picked up.")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@shared_options
def command(out: Output, ids: tuple[str, ...]) -> int:
    """Say why issues are not picked up, each reason with the command that changes it; without ID, for all open ones.

    Of issues named by ID the history is judged too; of all open ones `fp check` does that, and here the files count.

    \b
    Example:
      fp blocked k3v
    """
    from fp.cli.shown import blocked
    from fp.eligibility import excluded
    from fp.recalled import keep_blocked
    from fp.view import open_view

    view = open_view(out.start, offline_ok=True, folded=False)
    left_out = {} if ids else excluded(view.tracker)
    judged = _judged(view, ids) if ids else [one for one in view.judged() if one.reasons]
    rows = [_row(one.issue.id, one.issue.title, one.reasons) for one in judged]
    rows += [_row(issue_id, "", (reason,)) for issue_id, reason in left_out.items()]
    if not ids:
        keep_blocked(view, (view.where, rows))
    if not out.json:
        out.line("\n".join(blocked(out, view.where, rows)))
    out.document(
        "fp.blocked.v1",
        ref=view.ref.ref,
        commit=view.commit,
        blocked=[
            *({"id": one.issue.id, "title": one.issue.title, "status": one.status,
               "reasons": [reason._asdict() for reason in one.reasons]} for one in judged),
            *({"id": issue_id, "title": None, "status": None, "reasons": [reason._asdict()]}
              for issue_id, reason in left_out.items()),
        ],
    )  # fmt: skip
    return 0


def _judged(view: View, words: Iterable[str]) -> list[Eligibility]:
    from fp import eligibility
    from fp.view import named, with_events

    wanted = dict.fromkeys(named(view, word).id for word in words)
    view = with_events(view, wanted)
    return [
        eligibility.judge(view.tracker, view.claims, view.tracker.issues[issue_id], explained=view.explained)
        for issue_id in wanted
    ]


def _row(issue_id: str, title: str, reasons: Iterable[Reason]) -> Blocked:
    return issue_id, title, tuple((reason.text, reason.next_command) for reason in reasons)
