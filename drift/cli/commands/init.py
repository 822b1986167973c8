"""`drift init`: the lock of a repository that has none, with the bindings that are certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.model import CheckReport, Lock
    from drift.survey import Survey
    from drift.workspace import Workspace
    from fp.kernel.cli import Output

SHOWN_MAX = 40


@click.command("init", short_help="Start here: propose bindings that are certain, write the lock.")
@click.option("--yes", is_flag=True, help="Write what is proposed without asking.")
@click.option("--empty", is_flag=True, help="Propose nothing: write a lock without bindings.")
@shared_options
def command(out: Output, yes: bool, empty: bool) -> int:
    """Look over the repository and propose the bindings that are certain.

    Certain is a document that names a source file by its path, or, as code, a symbol that one place alone defines.
    After it `drift check` passes: links that are broken already are made warnings in drift.toml, and it says so.

    \b
    Example:
      drift init
      drift init --yes
    """
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    if workspace.data is not None:
        return _already(workspace, out)
    found = _nothing() if empty else _survey(workspace)
    lock, report = _outcome(workspace, found)
    _show(found, report, out)
    written: list[str] = []
    if yes or (out.interactive and click.confirm("Write this?", default=True)):
        written = _write(workspace, lock, report)
        out.said(f"wrote {' and '.join(written)}; nothing is staged")
    else:
        out.said("nothing written: drift init --yes")
    _document(found, report, written, out)
    return ExitCode.OK


def _already(workspace: Workspace, out: Output) -> int:
    from drift.report import plural

    count = len(workspace.lock.bindings)
    out.said(f"drift.lock is here already, with {plural(count, 'binding')}; nothing changed")
    out.document("drift.init.v1", written=[], bindings=count, seen=0, naming=0, links_broken=0)
    return ExitCode.OK


def _nothing() -> Survey:
    from drift.survey import Survey

    return Survey(0, 0, (), names_looked_up=True)


def _survey(workspace: Workspace) -> Survey:
    from drift.survey import survey

    return survey(workspace)


def _outcome(workspace: Workspace, found: Survey) -> tuple[Lock, CheckReport]:
    """The lock to write, and what a check will say of it."""
    from drift.check import check
    from drift.model import Lock
    from drift.workspace import sources

    lock = Lock(found.bindings)
    return lock, check(lock, workspace.settings, sources(workspace))


def _show(found: Survey, report: CheckReport, out: Output) -> None:
    from fp.kernel.text import safe

    for binding in found.bindings[:SHOWN_MAX]:
        out.said(f"{safe(binding.doc.text)} <- {safe(binding.target.text)}")
    if len(found.bindings) > SHOWN_MAX:
        out.said(f"... and {len(found.bindings) - SHOWN_MAX} more")
    out.said(f"{found.seen:,} documents seen, {found.naming:,} name code, {len(found.bindings):,} certain bindings")
    if not found.names_looked_up:
        out.said("too much code to look names up in: only files named by their path are proposed")
    broken = sum(link.broken for link in report.links)
    if broken:
        out.said(f"{broken} of {len(report.links)} links in these documents are broken already: warnings for now")


def _write(workspace: Workspace, lock: Lock, report: CheckReport) -> list[str]:
    from drift.model import LOCK_NAME, SETTINGS_NAME
    from drift.settings import default_text
    from drift.workspace import change_lock

    lenient = any(link.broken for link in report.links)
    change_lock(workspace, lambda _: lock)
    made = workspace.files.create(SETTINGS_NAME, default_text(lenient_links=lenient))
    return [LOCK_NAME, SETTINGS_NAME] if made else [LOCK_NAME]


def _document(found: Survey, report: CheckReport, written: list[str], out: Output) -> None:
    out.document(
        "drift.init.v1",
        written=written,
        bindings=len(found.bindings),
        seen=found.seen,
        naming=found.naming,
        links_broken=sum(link.broken for link in report.links),
    )
