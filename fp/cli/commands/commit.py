"""`fp commit`: the changed tickets in one commit of their own, whatever else is staged or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.committing import Prepared


@click.command("commit")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("-m", "--message", metavar="TEXT", help="The whole message; else it tells what the commit does.")
@click.option("--dry-run", is_flag=True, help="Show message and files; commit nothing.")
@shared_options
def command(out: Output, ids: tuple[str, ...], message: str | None, dry_run: bool) -> int:
    """Commit what changed below .issues, or the files of the given issues alone, with a message that tells it.

    Other changes stay as they are, staged or not. What the commit would hold is checked first: an error that HEAD does
    not have refuses it, and so does a file of which only a part is staged. Hooks of git do not run.

    \b
    Examples:
      fp commit
      fp commit k3v 7qa -m "issues: plan the gateway"
      fp commit --dry-run
    """
    from fp.checking import open_git
    from fp.cli.opened import open_tracker, refuse_errors
    from fp.committing import commit, prepare
    from fp.kernel.errors import Usage
    from fp.kernel.git.repo import Repository

    if message is not None and not message.strip():
        raise Usage("the message is empty", hint="leave -m out: the message tells what the commit does")
    git = open_git(Repository.discover(open_tracker(out.start).root))
    assert git is not None
    ready = prepare(git, ids)
    if ready is None:
        return _nothing(out, ids, dry_run=dry_run)
    refuse_errors(ready.problems)
    words = message.strip() if message is not None else _message(ready)
    made = None if dry_run else commit(git, ready, words)
    _tell(out, ready, words, made)
    return 0


def _message(ready: Prepared) -> str:
    from fp.committing import message_of
    from fp.kernel.text import safe
    from fp.tellings import facts

    plain = [one._replace(title=safe(one.title)) for one in ready.told]
    lines = {one.id: [fact.line for fact in facts(one, safe, safe)] for one in plain}
    return message_of(plain, [safe(path) for path in ready.others], lines)


def _nothing(out: Output, ids: Sequence[str], *, dry_run: bool) -> int:
    of = f" of {' '.join(ids)}" if ids else ""
    from fp.kernel.text import safe

    out.line(f"nothing to commit: no file{safe(of)} below .issues differs from HEAD")
    out.document("fp.commit.v1", commit=None, dry_run=dry_run, message=None, paths=[], issues=[])
    return 0


def _tell(out: Output, ready: Prepared, message: str, made: str | None) -> None:
    from fp.kernel.text import safe

    subject, *rest = message.splitlines()
    out.line(f"{f'committed {made[:9]}' if made else 'would commit'}  {safe(subject)}")
    for line in rest:
        out.line(f"  {safe(line)}".rstrip())
    if made is None:
        out.line()
        for path in ready.paths:
            out.line(f"  {safe(path)}")
    issues = [{"id": one.id, "title": one.title, "kind": one.kind, "status": one.status} for one in ready.told]
    fields = {"message": message, "paths": list(ready.paths), "issues": issues}
    out.document("fp.commit.v1", commit=made, dry_run=made is None, **fields)
