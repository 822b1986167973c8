"""`tarmac status`: every run and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.store import Record


@click.command("status", short_help="Show every run and what it waits for.")
@click.option("--all", "every", is_flag=True, help="Also runs that are over.")
@shared_options
def command(out: Output, every: bool) -> int:
    """Show every run that is not over: where it stands, what it waits for, what you can do.

    \b
    Example:
      tarmac status
      tarmac status --all --json
    """
    from fp.kernel.text import safe
    from tarmac.cli.view import of_lease, opened

    factory, seen = opened(out)
    records, problems = factory.store.records()
    shown = [(record, of_lease(factory, seen, record)) for record in records if every or not _over(record)]
    if factory.away:
        out.line(out.style(f"{safe(factory.away)}; nothing new is started", "warn"))
    for record, lease in shown:
        out.line(_line(out, record, lease))
    for problem in problems:
        out.line(out.style(f"{problem.where}: {problem.message}", "warn"))
    if not shown:
        paused = factory.store.asked("paused") is not None
        ready = len(seen.issues.ready())
        out.said("paused -> tarmac resume" if paused else f"nothing runs; {ready} eligible -> tarmac watch")
    out.document(
        "tarmac.status.v1", commit=seen.commit, away=factory.away or None, runs=[_value(*one) for one in shown]
    )
    return 0


def _over(record: Record) -> bool:
    from tarmac.protocol.run import OVER

    return record.state.phase in OVER


def _line(out: Output, record: Record, lease: str) -> str:
    from fp.kernel.text import pad, safe

    state = record.state
    detail = f"waits for {state.waiting}" if state.waiting and not _over(record) else state.detail
    cause = f"{state.cause}: " if state.cause else ""
    text = f"{pad(str(record.run.name), 13)} {out.style(pad(state.phase, 11), 'strong')} {safe(record.run.title)}"
    told = "; ".join(part for part in (cause + detail, lease) if part)
    return f"{text}  {out.style(safe(told), 'dim')}" if told else text


def _value(record: Record, lease: str) -> dict[str, object]:
    state, run = record.state, record.run
    return {
        "run": str(run.name),
        "issue": run.name.issue,
        "epoch": run.name.epoch,
        "attempt": run.attempt,
        "phase": str(state.phase),
        "waiting": state.waiting or None,
        "cause": state.cause or None,
        "detail": state.detail or None,
        "lease": lease or None,
        "workspace": run.workspace,
        "branch": run.branch,
        "tip": state.tip or None,
        "landed": state.landed or None,
    }
