"""`fp watch`: problems of the tracker, told as files are saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.cli import Output
    from fp.watching import Bell, Change


@click.command("watch", short_help="Tell problems as files are saved.")
@click.option("--poll", is_flag=True, help="Look every two seconds, where the system tells of no changes.")
@shared_options
def command(out: Output, *, poll: bool) -> int:
    """Check the tracker whenever a file of it is saved, until Ctrl-C: what is wrong anew, and what is right again.

    Where the system has no watches left it looks every two seconds. With --json, each change is a document of its own.

    \b
    Example:
      fp watch
    """
    from fp.cli.opened import find_root, open_tracker
    from fp.kernel.git.repo import Repository
    from fp.model import ISSUES_FOLDER
    from fp.watching import JOIN_SECONDS, POLL_SECONDS, RESCAN_SECONDS, Bell, observe, watch

    root = open_tracker(out.start).root
    repository = Repository.discover(root) if find_root(root)[1] else None
    bell = Bell()
    _stop_on_signals(bell)
    observer = "asked to" if poll else observe(root / ISSUES_FOLDER, bell)
    if isinstance(observer, str):
        out.note(f"looking every {POLL_SECONDS:g} seconds: {safe(observer)}")
        watch(root, repository, bell, _teller(out), POLL_SECONDS)
        return 0
    try:
        watch(root, repository, bell, _teller(out), RESCAN_SECONDS)
    finally:
        observer.stop()
        observer.join(JOIN_SECONDS)
    return 0


def _stop_on_signals(bell: Bell) -> None:
    """The first one ends the watch cleanly, a second one at once."""
    import signal
    import threading

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        # Not from here: this may interrupt `wait` where it holds the lock that the bell needs to ring.
        threading.Thread(target=bell.stop, daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _teller(out: Output) -> Callable[[Change], None]:
    from fp.kernel.emit import text_lines

    def tell(change: Change) -> None:
        for line in text_lines(change.new, color=out.color):
            out.line(line)
        for one in change.gone:
            out.line(f"{out.style('right again', 'good')} {safe(one.where)}: {safe(one.message)}")
        wrong, issues = len(change.problems), change.issues
        counted = f"{issues} issue{'' if issues == 1 else 's'}"
        out.line(f"{counted}, {wrong or 'no'} problem{'' if wrong == 1 else 's'}")
        _document(out, change)
        sys.stdout.flush()

    return tell


def _document(out: Output, change: Change) -> None:
    new, gone = (
        [one._asdict() | {"severity": str(one.severity)} for one in some] for some in (change.new, change.gone)
    )
    out.document("fp.watch.v1", issues=change.issues, problems=len(change.problems), new=new, gone=gone)
