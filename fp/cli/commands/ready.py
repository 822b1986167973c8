"""`fp ready`: what would be picked up now, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.eligibility import Eligibility
    from fp.kernel.cli import Output
    from fp.view import View

PRIORITY_COLUMNS = 8
DRAFTS_SHOWN_MAX = 5


@click.command("ready", short_help="Show what would be picked up now, in order.")
@shared_options
def command(out: Output) -> int:
    """Show what an orchestrator, or `fp claim --next`, would pick up now, in order; who holds what; why not the rest.

    Everything is judged at one commit of the tracker ref, which the first line names. Drafts do not count.

    \b
    Example:
      fp ready
    """
    from fp.view import drafts, open_view

    view = open_view(out.start, offline_ok=True)
    judged = view.judged()
    ready = [one for one in judged if one.ok]
    held = [one for one in judged if one.claim is not None and one.claim.live]
    waiting = [one for one in judged if one.reasons and one not in held]
    undecided = drafts(view)
    _show(out, view, ready, held)
    _show_waiting(out, view, waiting)
    _show_drafts(out, view, undecided)
    _document(out, view, ready, held, waiting, undecided)
    return 0


def _show(out: Output, view: View, ready: Sequence[Eligibility], held: Sequence[Eligibility]) -> None:
    from fp.kernel.text import pad, safe

    out.line(f"{len(ready)} ready at {safe(view.where)} ({safe(view.ref.how)})")
    if view.stale:
        out.line(out.style(f"claims as of the last fetch: {safe(view.stale)}", "warn"))
    for one in ready:
        priority = pad(one.issue.priority, PRIORITY_COLUMNS)
        out.line(f"  {out.style(one.issue.id, 'accent')}  {priority}  {safe(one.issue.title)}")
    if held:
        out.line(f"{len(held)} held")
    for one in held:
        assert one.claim is not None
        claim = one.claim.claim
        since = f" since {claim.at}" if claim.at else ""
        out.line(f"  {out.style(one.issue.id, 'accent')}  {safe(claim.holder)}{safe(since)}  {safe(one.issue.title)}")


def _show_waiting(out: Output, view: View, waiting: Sequence[Eligibility]) -> None:
    from fp.claiming import summary
    from fp.eligibility import excluded
    from fp.kernel.text import safe

    left_out = excluded(view.tracker)
    if waiting:
        out.line(f"{len(waiting)} not ready: fp blocked says why")
        for line in summary(waiting).splitlines():
            out.line(f"  {safe(line)}")
    if left_out:
        out.line(out.style(f"{len(left_out)} cannot be judged, their files are broken: fp check", "bad"))


def _show_drafts(out: Output, view: View, undecided: Sequence[str]) -> None:
    from fp.kernel.text import safe

    if undecided:
        named = ", ".join(path.rpartition("/")[2].removesuffix(".md") for path in undecided[:DRAFTS_SHOWN_MAX])
        more = " ..." if len(undecided) > DRAFTS_SHOWN_MAX else ""
        out.line(
            f"{len(undecided)} differ here from {safe(view.ref.short)} and count when they land: {safe(named)}{more}"
        )


def _document(
    out: Output,
    view: View,
    ready: Sequence[Eligibility],
    held: Sequence[Eligibility],
    waiting: Sequence[Eligibility],
    undecided: Sequence[str],
) -> None:
    from fp.eligibility import excluded

    out.document(
        "fp.ready.v1",
        ref=view.ref.ref,
        commit=view.commit,
        claims_stale=view.stale or None,
        ready=[{"id": one.issue.id, "title": one.issue.title, "priority": one.issue.priority} for one in ready],
        held=[{"id": one.issue.id, **one.claim.claim._asdict()} for one in held if one.claim is not None],
        waiting=[{"id": one.issue.id, "reasons": [reason.code for reason in one.reasons]} for one in waiting],
        unreadable=list(excluded(view.tracker)),
        drafts=list(undecided),
    )
