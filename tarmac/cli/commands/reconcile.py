"""`tarmac reconcile`: where tracker, orchestrator, worker, git and people disagree; and, asked to, what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Usage

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.diagnose import Report
    from tarmac.observe.whole import Site
    from tarmac.plan import Result

FORMATS = ("text", "json", "github", "markdown")
SEVERITIES = ("crit", "high", "med", "low")
VIEWS = ("auto", "repo", "host")


@click.command("reconcile", short_help="Report where tracker, runs, git and people disagree.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--apply", "act", is_flag=True, help="Do the safe repairs, of these codes or of all.")
@click.option("--view", type=click.Choice(VIEWS), default="auto", help="How far to look (auto: host where runs are).")
@click.option("--fail-on", type=click.Choice(SEVERITIES), default="med", help="Exit 1 from this severity on.")
@click.option("--baseline", metavar="REV", help="Leave out what this tracker commit had already.")
@click.option("--fetch", is_flag=True, help="Fetch the claims first; nothing else asks a remote.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to print the report.")
@click.option("--all", "every", is_flag=True, help="Tell every light finding one by one.")
@shared_options
def command(
    out: Output,
    codes: tuple[str, ...],
    act: bool,
    view: str,
    fail_on: str,
    baseline: str | None,
    fetch: bool,
    form: str,
    every: bool,
) -> int:
    """Report where tracker, orchestrator, worker, git and people disagree.

    The first line is the answer: consistent, N disagree, or cannot tell. Nothing is changed without --apply.
    Exit: 0 consistent, 1 disagree, 2 cannot tell.

    \b
    Example:
      tarmac reconcile
      tarmac reconcile --apply D-20
      tarmac reconcile --view repo --baseline origin/main --format github
    """
    from tarmac.cli.site import site_of

    wanted = _codes(codes)
    if wanted and not act:
        raise Usage("codes go with --apply", hint=f"tarmac reconcile --apply {' '.join(wanted)}")
    site = site_of(out, view, fetch=fetch)
    report, results = _judged(out, site, wanted, act=act)
    if baseline is not None:
        report = _newer(site, report, baseline)
    _print(out, report, results, form=form, every=every)
    return _exit(report, fail_on)


def _codes(words: tuple[str, ...]) -> tuple[str, ...]:
    from tarmac.findings.catalogue import BY_CODE

    codes = tuple(word.upper() for word in words)
    unknown = [code for code in codes if code not in BY_CODE]
    if unknown:
        raise Usage(f"no finding has the code {unknown[0]!r}", hint="tarmac explain lists them", reason="unknown-code")
    return codes


def _judged(out: Output, site: Site, codes: tuple[str, ...], *, act: bool) -> tuple[Report, tuple[Result, ...]]:
    from tarmac.cli.site import keeps_memory
    from tarmac.reconcile import look, repair

    if not act:
        return look(site, keep=keeps_memory(site))[0], ()
    from tarmac.apply import Bench
    from tarmac.cli.view import silent
    from tarmac.open import open_factory, read_tick

    factory = open_factory(out.start, silent)
    bench = Bench(factory, site.repository.common_dir, lambda: read_tick(factory))
    done = repair(site, bench, codes, keep=keeps_memory(site))
    return done.report, done.results


def _newer(site: Site, report: Report, revision: str) -> Report:
    from tarmac.reconcile import against

    commit = site.repository.resolve(revision)
    if commit is None:
        raise Usage(f"no such commit: {revision!r}", hint="git fetch, or name another baseline", reason="no-commit")
    return against(site, report, commit)


def _print(out: Output, report: Report, results: tuple[Result, ...], *, form: str, every: bool) -> None:
    from tarmac.report import document
    from tarmac.report.text import result_lines, text_lines

    if out.json or form == "json":
        out.json = True
        out.document(document.SCHEMA, **document.fields(report), actions=document.actions(results))
        return
    if form == "github":
        lines = document.github(report)
    elif form == "markdown":
        lines = document.markdown(report)
    else:
        lines = text_lines(report, width=out.width, color=out.color, every=every)
        lines += result_lines(results, width=out.width, color=out.color)
    for line in lines:
        out.line(line)


def _exit(report: Report, fail_on: str) -> int:
    from tarmac.diagnose import Verdict
    from tarmac.findings.rule import Severity

    if report.verdict is Verdict.CANNOT_TELL:
        return ExitCode.USAGE
    least = Severity[fail_on.upper()]
    failing = [one for one in report.findings if one.ack is None and one.severity >= least]
    return ExitCode.FINDINGS if failing else ExitCode.OK
