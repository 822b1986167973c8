"""`fp ready`: what would be picked up now, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.claim import Claim
    from fp.cli.shown import Ready
    from fp.eligibility import Eligibility
    from fp.kernel.cli import Output
    from fp.view import View


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
    from fp.cli.shown import drafts as draft_lines
    from fp.cli.shown import ready
    from fp.drafts import drafts
    from fp.kernel.text import safe
    from fp.recalled import keep_ready
    from fp.view import open_view

    view = open_view(out.start, offline_ok=True, folded=False)
    seen = _Seen(view, view.judged(), drafts(view))
    told = _told(seen)
    keep_ready(view, told, seen.drafts)
    if out.json:
        _document(out, seen)
        return 0
    head, *lines = ready(out, told)
    out.line(head)
    if view.stale:
        out.line(out.style(f"claims as of the last fetch: {safe(view.stale)}", "warn"))
    for line in [*lines, *draft_lines(seen.drafts, view.ref.short)]:
        out.line(line)
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


def _told(seen: _Seen) -> Ready:
    """What the text says."""
    from fp.claiming import summary
    from fp.eligibility import excluded

    view = seen.view
    return (
        view.where,
        view.ref.how,
        tuple((one.issue.id, one.issue.priority, one.issue.title) for one in seen.ready),
        tuple((one.issue.id, claim.holder, claim.at, one.issue.title) for one, claim in seen.held),
        len(seen.waiting),
        summary(seen.waiting) if seen.waiting else "",
        len(excluded(view.tracker)),
    )


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
