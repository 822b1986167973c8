"""`tarmac doctor`: try what a run needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

MARKS = {"ok": ("ok", "good"), "warn": ("warn", "warn"), "bad": ("BAD", "bad")}


@click.command("doctor", short_help="Try what a run needs: git, agents, worktrees, gates.")
@click.option("--gates", is_flag=True, help="Also run the set-up and the gates once, on a fresh checkout.")
@shared_options
def command(out: Output, gates: bool) -> int:
    """Try what a run needs: git, the tracker, the policy, the agent, a worktree, and on request the gates.

    \b
    Example:
      tarmac doctor
      tarmac doctor --gates
    """
    from fp.kernel.text import safe
    from tarmac.doctor import examine

    found = examine(out.start, with_gates=gates)
    for check in found:
        word, style = MARKS[check.state]
        out.line(f"{out.style(word.ljust(4), style)} {safe(check.name)}: {safe(check.detail)}")
        if check.hint:
            out.line(f"     {safe(check.hint)}")
    out.document("tarmac.doctor.v1", checks=[check._asdict() for check in found])
    return 1 if any(check.state == "bad" for check in found) else 0
