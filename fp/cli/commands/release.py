"""`fp release`: give a claimed issue back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import as_option, ids_argument
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("release", short_help="Give a claimed issue back.")
@ids_argument
@click.option("--token", help="Only if this is the claim's token.")
@click.option("--force", is_flag=True, help="Also when somebody else holds it: what they still write is refused.")
@as_option
@shared_options
def command(out: Output, ids: tuple[str, ...], token: str | None, who: str | None, *, force: bool) -> int:
    """Give a claimed issue back. The claim's epoch stays on record, so that nothing old can come back to life.

    \b
    Example:
      FP_AGENT=cursor-1 fp release k3v
    """
    from fp import identity, source
    from fp.codec import resolve
    from fp.kernel.text import safe
    from fp.releasing import release
    from fp.view import open_view

    view = open_view(out.start)
    writer = identity.writer_here(view.repository, view.tracker.config, who)
    known = {*view.tracker.issues, *view.claims.tips}
    wanted = [source.id_or_refusal(resolve(known, word)) for word in dict.fromkeys(ids)]
    released = []
    for issue_id in wanted:
        done = release(view, issue_id, writer, token=token, force=force)
        released.append({"issue": done.issue, "epoch": done.tip.claim.epoch, "holder": done.holder})
        out.line(f"{out.style(done.issue, 'accent')}  released; {safe(done.holder)} held epoch {done.tip.claim.epoch}")
    out.document("fp.release.v1", released=released)
    return 0
