"""`tarmac demo`: the whole factory in a temporary repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

SEED_DIGITS = 4


@click.command("demo", short_help="Show the whole factory in a temporary repository.")
@click.option("--seed", type=click.IntRange(0, 10**9), help="Repeat what this seed draws (default: a new one).")
@click.option("--keep", is_flag=True, help="Keep the repository, and say where it is.")
@shared_options
def command(out: Output, seed: int | None, keep: bool) -> int:
    """Show the whole factory: twelve tickets, scripted agents, faults drawn by a seed, the report, the repairs.

    Nothing outside a temporary folder is touched; no network, no key. Exits with 0 if the report equals the draw.

    \b
    Example:
      tarmac demo
      tarmac demo --seed 7 --keep
    """
    import shutil
    import tempfile
    from pathlib import Path

    from fp.kernel.ids import SystemIds
    from fp.kernel.text import safe
    from tarmac.cli.view import teller
    from tarmac.demo.story import Story

    chosen = int(SystemIds().text("123456789", SEED_DIGITS)) if seed is None else seed
    home = Path(tempfile.mkdtemp(prefix="tarmac-demo-")).resolve()
    marks = {"✓": "good", "✗": "bad", "$": "strong", "·": "warn"}

    def line(mark: str, text: str) -> None:
        out.line(f"  {out.style(mark, marks[mark])} {safe(text)}" if mark else f"    {out.style(safe(text), 'dim')}")

    def chapter(title: str) -> None:
        out.line(f"\n{out.style(title, 'accent')}")

    told = Story(home, chapter=chapter, line=line, event=teller(out)).tell(chosen)
    if keep:
        out.line(f"\nkept: {home / 'ledger'}")
    else:
        shutil.rmtree(home, ignore_errors=True)
    verdict = "the report equals the draw" if told.ok else "THE REPORT DIFFERS FROM THE DRAW"
    out.line(f"\n{out.style(verdict, 'good' if told.ok else 'bad')}: {len(told.expected)} drawn, {told.landed} landed")
    out.said(out.style(f"again: tarmac demo --seed {chosen} --keep", "dim"))
    out.document("tarmac.demo.v1", seed=chosen, ok=told.ok, landed=told.landed, found=sorted(map(list, told.found)))
    return 0 if told.ok else 1
