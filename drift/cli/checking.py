"""What `drift check` does, without the reading of a command line: `drift.cli.quick` asks it too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Config, ExitCode

if TYPE_CHECKING:
    from drift.model import Anchor, CheckReport
    from drift.remembered import Remembering
    from drift.workspace import Workspace
    from fp.kernel.output import Output


class Asked(NamedTuple):
    """The options, as the command has them."""

    form: str = "text"
    since: str | None = None
    changed: tuple[str, ...] = ()
    baseline: str | None = None
    fix_moves: bool = False


def check(out: Output, asked: Asked) -> int:
    """Check and print; the exit status."""
    from drift.check import check as checked
    from drift.origin import origin_of
    from drift.workspace import open_workspace, sources

    workspace = open_workspace(out.start)
    if workspace.data is None:
        raise Config(f"no {_lock_name()} in {workspace.root} or above it", hint="drift init", reason="no-lock")
    as_json = asked.form == "json" or out.json
    repo = origin_of(workspace) if as_json or any(item.origin for item in workspace.lock.bindings) else ""
    only = _scope(workspace, out, asked.since, asked.changed)
    recall = _recall(workspace)
    report = checked(workspace.lock, workspace.settings, sources(workspace, recall), repo, only=only)
    if recall is not None and only is None:
        recall.keep()
    report = _followed(report, workspace)
    if asked.fix_moves and (moves := _moves(report)):
        _fix(moves, workspace, out, quiet=as_json)
        workspace = open_workspace(out.start)
        report = _followed(checked(workspace.lock, workspace.settings, sources(workspace), repo), workspace)
    if asked.baseline is not None and report.failed:
        report = _forgiven(report, workspace, asked.baseline)
    if report.failed:
        report = _explained(_blamed(report, workspace), workspace, recall)
    _print(report, out, "json" if as_json else asked.form)
    return ExitCode.FINDINGS if report.failed else ExitCode.OK


REMEMBERED_BINDINGS_MIN = 40
"""With fewer, looking for kept answers costs more than working them out."""


def _recall(workspace: Workspace) -> Remembering | None:
    """The answers of earlier checks, where there is a repository and enough to ask."""
    from drift.anchors import is_many

    bindings = workspace.lock.bindings
    few = len(bindings) < REMEMBERED_BINDINGS_MIN and not any(is_many(item.target.path) for item in bindings)
    if workspace.top is None or few:
        return None
    from pathlib import Path

    from drift.remembered import Remembering
    from fp.kernel.git.layout import common_folder

    where = common_folder(str(workspace.top))
    return None if where is None else Remembering(Path(where))


def _followed(report: CheckReport, workspace: Workspace) -> CheckReport:
    """The report in which what is lost knows where it may be."""
    from drift.model import Reason

    lost = {Reason.FILE_NOT_FOUND, Reason.SYMBOL_NOT_FOUND, Reason.DOCUMENT_NOT_FOUND}
    if not any(item.reason in lost and item.waived is None for item in report.anchors):
        return report
    from drift.follow import follow

    return follow(workspace, report)


def _moves(report: CheckReport) -> dict[tuple[str, str], tuple[bool, Anchor]]:
    """The certain moves by binding: whether it is the document that moved, and where to."""
    from drift.model import Reason

    return {
        item.binding.key: (item.reason is Reason.DOCUMENT_NOT_FOUND, item.followed.certain.anchor)
        for item in report.anchors
        if item.followed is not None and item.followed.certain is not None
    }


def _fix(moves: dict[tuple[str, str], tuple[bool, Anchor]], workspace: Workspace, out: Output, *, quiet: bool) -> None:
    """Write the certain moves into the lock; the stamps stay, so that what also changed is stale as before."""
    from drift.lock import moved
    from drift.workspace import change_lock
    from fp.kernel.text import safe

    change_lock(workspace, lambda lock: moved(lock, moves))
    for (doc, target), (of_document, place) in sorted(moves.items()):
        if not quiet:
            out.said(f"{safe(doc)} <- {safe(target)}: {'document' if of_document else 'now'} {safe(place.text)}")


def _scope(workspace: Workspace, out: Output, since: str | None, changed: tuple[str, ...]) -> frozenset[str] | None:
    """The paths to look at; None for all."""
    from drift.scope import below, with_members
    from drift.workspace import listed

    if since is None and not changed:
        return None
    found = frozenset[str]()
    paths = with_members(workspace.lock, lambda: listed(workspace))
    if changed:
        from drift.arguments import anchor_of

        named = {anchor_of(workspace, out.start, path).path for path in changed}
        found = below(paths | named, named)  # a member that was removed is in no list
    if since is not None:
        from drift.revision import at, changed_since

        earlier = at(workspace, since)
        paths |= with_members(workspace.lock, lambda: earlier.entries)
        found |= changed_since(earlier, workspace, paths)
    return found


def _forgiven(report: CheckReport, workspace: Workspace, baseline: str) -> CheckReport:
    """The report with what was wrong at the baseline as notes."""
    from drift.check import check
    from drift.revision import at
    from drift.scope import forgiven, of_failing, with_members

    earlier = at(workspace, baseline)
    lock = of_failing(earlier.lock(), report)
    earlier.prefetch(with_members(lock, lambda: earlier.entries))
    return forgiven(report, check(lock, earlier.settings(), earlier.sources(), report.repo))


def _lock_name() -> str:
    from drift.model import LOCK_NAME

    return LOCK_NAME


def _blamed(report: CheckReport, workspace: Workspace) -> CheckReport:
    """The report with the last commit of each changed file, where git can tell."""
    from drift.blame import blames
    from drift.model import Reason

    paths = [item.binding.target.path for item in report.anchors if item.reason is Reason.CHANGED]
    found = blames(workspace, paths)
    docs = [
        replace(
            doc,
            anchors=tuple(
                replace(item, blame=found.get(item.binding.target.path)) if item.reason is Reason.CHANGED else item
                for item in doc.anchors
            ),
        )
        for doc in report.docs
    ]
    return replace(report, docs=tuple(docs))


def _explained(report: CheckReport, workspace: Workspace, recall: Remembering | None) -> CheckReport:
    """The report in which folders and patterns name the members that are not as stamped."""
    from drift.anchors import is_many

    if not any(is_many(item.binding.target.path) for item in report.anchors if item.reason is not None):
        return report
    from drift.membership import explained

    return explained(workspace, report, recall)


def _print(report: CheckReport, out: Output, form: str) -> None:
    if form == "json":
        return _print_json(report, out)
    if form != "text":
        return _emit(report, out, form)
    from drift.report import lines, summary_line

    for line in lines(report, color=out.color):
        out.line(line)
    if report.verification == "none":
        out.note("nothing was verified: every binding was skipped")
    if report.failed:
        out.line(out.style(summary_line(report), "bad"))
    else:
        out.said(summary_line(report))
    return None


def _emit(report: CheckReport, out: Output, form: str) -> None:
    from drift import __version__
    from fp.kernel.emit import Tool, rendered

    out.line(rendered(report.problems, form, Tool("drift check", __version__)).removesuffix("\n"))


def _print_json(report: CheckReport, out: Output) -> None:
    from drift import __version__
    from drift.document import fields
    from drift.model import REPORT_SCHEMA
    from fp.kernel.clock import SystemClock
    from fp.kernel.output import Output

    printer = Output(json=True, quiet=out.quiet, start=out.start)
    printer.document(REPORT_SCHEMA, **fields(report, version=__version__, checked_at=SystemClock().now()))
