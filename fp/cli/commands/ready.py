"""`fp ready`: what would be picked up now, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.claim import Claim
    from fp.eligibility import Eligibility
    from fp.kernel.cli import Output
    from fp.view import View

PRIORITY_COLUMNS = 8
DRAFTS_SHOWN_MAX = 5


@click.command("ready", short_help="Show what would be picked up now, in order.")
@shared_options
def command(out: Output) -> int:
    """Show what an orchestrator, or `fp claim --next`, would pick up now, in order; who holds what; why not the rest.

    Everything is judged at one commit of the tracker ref, which the first line names. Drafts do not count. The files
    say the status; whether their history adds up is told by `fp check`, and asked again by whoever takes an issue.

    \b
    Example:
      fp ready
    """
    from fp.drafts import drafts
    from fp.view import open_view

    view = open_view(out.start, offline_ok=True, folded=False)
    seen = _Seen(view, view.judged(), drafts(view))
    _show(out, seen)
    _show_waiting(out, seen)
    _show_drafts(out, seen)
    _document(out, seen)
    return 0


class _Seen(NamedTuple):
    """What the command tells."""

    view: View
    judged: Sequence[Eligibility]
    drafts: Sequence[str]

    @property
    def ready(self) -> list[Eligibility]:
        return [one for one in self.judged if one.ok]

    @property
    def held(self) -> list[tuple[Eligibility, Claim]]:
        return [(one, one.claim.claim) for one in self.judged if one.claim is not None and one.claim.live]

    @property
    def waiting(self) -> list[Eligibility]:
        return [one for one in self.judged if one.reasons and not (one.claim is not None and one.claim.live)]


def _show(out: Output, seen: _Seen) -> None:
    from fp.kernel.text import pad, safe

    view, ready, held = seen.view, seen.ready, seen.held
    out.line(f"{len(ready)} ready at {safe(view.where)} ({safe(view.ref.how)})")
    if view.stale:
        out.line(out.style(f"claims as of the last fetch: {safe(view.stale)}", "warn"))
    for one in ready:
        priority = pad(one.issue.priority, PRIORITY_COLUMNS)
        out.line(f"  {out.style(one.issue.id, 'accent')}  {priority}  {safe(one.issue.title)}")
    if held:
        out.line(f"{len(held)} held")
    for one, claim in held:
        since = f" since {claim.at}" if claim.at else ""
        out.line(f"  {out.style(one.issue.id, 'accent')}  {safe(claim.holder)}{safe(since)}  {safe(one.issue.title)}")


def _show_waiting(out: Output, seen: _Seen) -> None:
    from fp.claiming import summary
    from fp.eligibility import excluded
    from fp.kernel.text import safe

    left_out = excluded(seen.view.tracker)
    waiting = seen.waiting
    if waiting:
        out.line(f"{len(waiting)} not ready: fp blocked says why")
        for line in summary(waiting).splitlines():
            out.line(f"  {safe(line)}")
    if left_out:
        out.line(out.style(f"{len(left_out)} cannot be judged, their files are broken: fp check", "bad"))


def _show_drafts(out: Output, seen: _Seen) -> None:
    from fp.kernel.text import safe

    if seen.drafts:
        named = ", ".join(path.rpartition("/")[2].removesuffix(".md") for path in seen.drafts[:DRAFTS_SHOWN_MAX])
        more = " ..." if len(seen.drafts) > DRAFTS_SHOWN_MAX else ""
        ref = safe(seen.view.ref.short)
        out.line(f"{len(seen.drafts)} differ here from {ref} and count when they land: {safe(named)}{more}")


def _document(out: Output, seen: _Seen) -> None:
    from fp.eligibility import excluded

    out.document(
        "fp.ready.v1",
        ref=seen.view.ref.ref,
        commit=seen.view.commit,
        claims_stale=seen.view.stale or None,
        ready=[{"id": one.issue.id, "title": one.issue.title, "priority": one.issue.priority} for one in seen.ready],
        held=[{"id": one.issue.id, **claim._asdict()} for one, claim in seen.held],
        waiting=[{"id": one.issue.id, "reasons": [reason.code for reason in one.reasons]} for one in seen.waiting],
        unreadable=list(excluded(seen.view.tracker)),
        drafts=list(seen.drafts),
    )
