"""The table of drift's subcommands; each is imported when it runs."""

from __future__ import annotations

import click

from drift import __version__
from fp.kernel.cli import LazyGroup

SECTIONS = {
    "Bind": {
        "init": ("drift.cli.commands.init:command", "Start here: propose bindings that are certain, write the lock."),
        "link": ("drift.cli.commands.link:command", "Bind a document to code, or say that it is still right."),
        "unlink": ("drift.cli.commands.unlink:command", "Remove bindings of a document."),
    },
    "See": {
        "check": ("drift.cli.commands.check:command", "Say which bindings are stale and which links lead nowhere."),
        "diff": ("drift.cli.commands.diff:command", "Show stale documents beside what changed, and who changed it."),
        "refs": ("drift.cli.commands.refs:command", "Say which documents speak of a file, a symbol or a folder."),
        "impact": ("drift.cli.commands.impact:command", "Say which documents the changes of a range concern."),
        "coverage": ("drift.cli.commands.coverage:command", "Say what no document speaks of."),
        "suggest": ("drift.cli.commands.suggest:command", "Say which code a document names, as bindings to make."),
        "status": ("drift.cli.commands.status:command", "List the bindings."),
    },
    "More": {
        "migrate": ("drift.cli.commands.migrate:command", "Stamp bindings of an older scheme by that of today."),
        "merge-driver": ("drift.cli.commands.merge_driver:command", "Merge a lock binding by binding; git runs it."),
        "resolve": ("drift.cli.commands.resolve:command", "Settle a lock that a merge left in conflict."),
        "completion": ("fp.kernel.cli:completion", "Print the completion script of a shell."),
    },
}


@click.group(cls=LazyGroup, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="drift", message="%(prog)s %(version)s")
def group() -> None:
    """Bind documents to the code they describe, and say when that code changed.

    \b
    Start:  drift init
    Bind:   drift link docs/auth.md src/auth.py#Session.open
    Check:  drift check        exit 0: all fresh, 1: stale or broken, 2: the lock or the settings are wrong
    """
