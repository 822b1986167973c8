"""`tarmac why`: why an issue is, or is not, worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("why", short_help="Say why an issue is, or is not, worked on.")
@click.argument("issue")
@shared_options
def command(out: Output, issue: str) -> int:
    """Say why an issue is, or is not, worked on, and what you can do about it.

    \b
    Example:
      tarmac why WEB-9d
    """
    from fp.kernel.text import safe
    from tarmac.cli.view import issue_id, of_lease, opened

    factory, seen = opened(out)
    wanted = issue_id(seen, issue)
    records, _ = factory.store.records()
    runs = sorted((one for one in records if one.run.name.issue == wanted), key=lambda one: one.run.name.epoch)
    judged = next((one for one in seen.issues.judged() if one.issue.id == wanted), None)
    status = seen.issues.tracker.issues[wanted].status
    out.line(f"{wanted}  {safe(seen.issues.title(wanted))}")
    if judged is None:
        out.line(f"  it is {status}")
    elif judged.ok:
        out.line("  it is eligible: the next free slot takes it -> tarmac watch")
    for reason in judged.reasons if judged is not None else ():
        arrow = f" -> {reason.next_command}" if reason.next_command else ""
        out.line(f"  {safe(reason.text)}{out.style(arrow, 'dim')}")
    if factory.away:
        out.line(f"  {safe(factory.away)}; nothing new is started")
    for record in runs:
        state = record.state
        told = ": ".join(part for part in (state.cause, state.detail) if part) or state.waiting
        told = "; ".join(part for part in (told, of_lease(factory, seen, record)) if part)
        out.line(f"  run {record.run.name}: {state.phase}{f', {safe(told)}' if told else ''}")
    reasons = [reason._asdict() for reason in judged.reasons] if judged is not None else []
    out.document(
        "tarmac.why.v1",
        issue=wanted,
        status=status,
        eligible=judged is not None and judged.ok,
        reasons=reasons,
        away=factory.away or None,
        runs=[{"run": str(one.run.name), "phase": str(one.state.phase), "cause": one.state.cause} for one in runs],
    )
    return 0
