"""`fp blocked`: why issues are not picked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fp.cli.shown import Blocked
    from fp.eligibility import Eligibility, Reason
    from fp.kernel.cli import Output
    from fp.standing import Since
    from fp.view import View

    Times = Mapping[tuple[str, Reason], Since]
    """Since when each reason of each issue stands."""


@click.command("blocked", short_help="Say why issues are not picked up.")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--since", "dated", is_flag=True, help="Say since when, of all; of issues named by ID it is always said.")
@shared_options
def command(out: Output, ids: tuple[str, ...], dated: bool) -> int:
    """Say why issues are not picked up, each reason with the command that changes it; without ID, for all open ones.

    Of issues named by ID the history is judged too; of all open ones `fp check` does that, and here the files count.

    \b
    Examples:
      fp blocked k3v
      fp blocked --since           # of all, from git's history and the events
    """
    from fp.cli.shown import blocked
    from fp.eligibility import excluded
    from fp.recalled import keep_blocked
    from fp.view import open_view

    view = open_view(out.start, offline_ok=True, folded=False)
    left_out = {} if ids else excluded(view.tracker)
    if ids:
        view, judged = _judged(view, ids)
    else:
        judged = [one for one in view.judged() if one.reasons]
    times = _times(view, judged) if ids or dated else {}
    rows = [_row(one.issue.id, one.issue.title, _worded(one, times)) for one in judged]
    rows += [_row(issue_id, "", ((reason.text, reason.next_command),)) for issue_id, reason in left_out.items()]
    if not ids and not dated:
        keep_blocked(view, (view.where, rows))
    if not out.json:
        out.line("\n".join(blocked(out, view.where, rows)))
    out.document(
        "fp.blocked.v1",
        ref=view.ref.ref,
        commit=view.commit,
        blocked=[
            *(_value(one.issue.id, one, one.reasons, times) for one in judged),
            *(_value(issue_id, None, (reason,), times) for issue_id, reason in left_out.items()),
        ],
    )
    return 0


def _value(issue_id: str, judged: Eligibility | None, reasons: Iterable[Reason], times: Times) -> dict[str, Any]:
    found = [times.get((issue_id, reason)) for reason in reasons]
    return {
        "id": issue_id,
        "title": None if judged is None else judged.issue.title,
        "status": None if judged is None else judged.status,
        "since": _instant(_earliest(found)),
        "reasons": [{**reason._asdict(), "since": _instant(one)} for reason, one in zip(reasons, found, strict=True)],
    }


def _earliest(found: Iterable[Since | None]) -> Since | None:
    from fp.standing import earliest

    return earliest(found)


def _instant(one: Since | None) -> str | None:
    from fp.kernel.clock import instant

    return None if one is None else instant(one.at)


def _worded(judged: Eligibility, times: Times) -> tuple[tuple[str, str], ...]:
    from fp.kernel.clock import SystemClock
    from fp.standing import told

    now = SystemClock().now() if times else None
    rows = []
    for reason in judged.reasons:
        since = times.get((judged.issue.id, reason))
        after = f", {told(since, now)}" if since is not None and now is not None else ""
        rows.append((f"{reason.text}{after}", reason.next_command))
    return tuple(rows)


def _times(view: View, judged: Sequence[Eligibility]) -> Times:
    """Since when each reason stands, as far as history says."""
    from fp.blockage import known_of
    from fp.standing import reason_since

    known = known_of(view, judged)
    found = {(one.issue.id, reason): reason_since(known, one, reason) for one in judged for reason in one.reasons}
    return {key: since for key, since in found.items() if since is not None}


def _judged(view: View, words: Iterable[str]) -> tuple[View, list[Eligibility]]:
    """The view with the events of the issues that the words name, and the judgement on each."""
    from fp import eligibility
    from fp.view import named, with_events

    wanted = dict.fromkeys(named(view, word).id for word in words)
    view = with_events(view, wanted)
    return view, [
        eligibility.judge(view.tracker, view.claims, view.tracker.issues[issue_id], explained=view.explained)
        for issue_id in wanted
    ]


def _row(issue_id: str, title: str, reasons: tuple[tuple[str, str], ...]) -> Blocked:
    return issue_id, title, reasons
