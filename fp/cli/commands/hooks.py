"""`fp hooks`: let git check each commit before it is made, in this clone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.hooks import Look, Place
    from fp.kernel.cli import Output

WORDS = {
    "absent": "no hook",
    "current": "installed",
    "older": "installed, by another version",
    "foreign": "another hook",
    "managed": "a hook that a tool manages",
    "link": "no plain file",
}


@click.group("hooks", short_help="Check each commit before it is made.")
def command() -> None:
    """Check each commit before it is made: git's pre-commit hook of this clone.

    It judges what is staged, never the files, and writes nothing. A commit that touches no issue costs one `git diff`;
    `git commit --no-verify` goes past it.

    \b
    Example:
      fp hooks install
    """


@command.command("install", short_help="Put the hook in place.")
@shared_options
def install(out: Output) -> int:
    """Put the pre-commit hook in place, where core.hooksPath says. A hook that is there is kept, and runs first.

    \b
    Example:
      fp hooks install
    """
    from fp import hooks

    where, wanted = _wanted(out)
    before = hooks.look(where, wanted)
    found = before if before.state == hooks.CURRENT else hooks.install(where, wanted)
    _tell(out, found, "install", changed=found is not before)
    if where.shared and found is not before:
        out.note("the folder is part of the worktree: commit the hook if all shall have it")
    return 0


@command.command("remove", short_help="Take the hook away.")
@shared_options
def remove(out: Output) -> int:
    """Take the pre-commit hook away, and put back the one that was there before. Another's hook stays as it is.

    \b
    Example:
      fp hooks remove
    """
    from fp import hooks

    where, wanted = _wanted(out)
    changed = hooks.remove(where, wanted).state in (hooks.CURRENT, hooks.OLDER)
    _tell(out, hooks.look(where, wanted), "remove", changed=changed)
    return 0


@command.command("status", short_help="Say whether the hook is in place.")
@shared_options
def status(out: Output) -> int:
    """Say what git would run before a commit; exit status 1 when it is not this version's hook.

    \b
    Example:
      fp hooks status
    """
    from fp import hooks

    found = hooks.look(*_wanted(out))
    _tell(out, found, "status", changed=False)
    return 0 if found.state == hooks.CURRENT else 1


def _wanted(out: Output) -> tuple[Place, bytes]:
    from fp.hooks import place, script
    from fp.kernel.git.repo import Repository

    where = place(Repository.discover(out.start))
    return where, script(where, _own_command())


def _own_command() -> tuple[str, ...]:
    """How this fp is started from anywhere. Not by a module of the folder that the hook runs in: hence -P."""
    own = os.path.abspath(sys.argv[0])
    if os.path.basename(own) == "fp" and os.access(own, os.X_OK):
        return (own,)
    return (sys.executable, "-P", "-m", "fp")


def _tell(out: Output, found: Look, action: str, *, changed: bool) -> None:
    from fp.kernel.text import safe

    kept = "; the hook that was there runs first" if found.kept else ""
    out.line(f"{safe(str(found.path))}: {WORDS[found.state]}{kept}")
    if found.hint and action != "remove":
        out.said(f"  {found.hint}")
    fields = {"path": str(found.path), "state": found.state, "kept": found.kept, "hint": found.hint or None}
    out.document("fp.hooks.v1", action=action, changed=changed, **fields)
