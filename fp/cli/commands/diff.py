"""`fp diff`: what a branch does to the tickets, told as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from fp.kernel.problem import Problem
    from fp.range import Span
    from fp.told import Told

FORMATS = ("text", "markdown", "json")


@click.command("diff", short_help="Tell what a change does to the tickets.")
@click.argument("words", required=False, metavar="[BASE...HEAD|ID]")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--patch", is_flag=True, help="Of an ID: the changed lines too.")
@shared_options
def command(out: Output, words: str | None, form: str, patch: bool) -> int:
    """Tell what moved, by whom, which boxes were ticked, what that unblocks, and what is wrong with it; of an ID, what
    the work on that issue changed.

    BASE...HEAD is a branch since it left BASE; BASE..HEAD compares two commits; BASE, or nothing (the tracker's
    branch), is the worktree since it left there. `fp check --base` judges; this only tells. The work on ID is that of
    its landed run, else of its branch, else of the commits that name it; tickets are left out of it.

    \b
    Examples:
      fp diff
      fp diff main...HEAD --format markdown
      fp diff k3v --patch          # what the work on an issue changed
    """
    from fp.checking import open_git
    from fp.cli.opened import open_tracker
    from fp.cli.workdiff import issue_meant, show_work
    from fp.kernel.errors import Usage
    from fp.kernel.git.repo import Repository
    from fp.range import compare, span
    from fp.told import tell

    out.json = out.json or form == "json"
    opened = open_tracker(out.start)
    git = open_git(Repository.discover(opened.root))
    assert git is not None
    meant = issue_meant(opened, git, words)
    if meant is not None:
        return show_work(out, opened, git, meant, patched=patch)
    if patch:
        raise Usage("--patch goes with the ID of an issue", hint="git diff shows the lines of a range")
    where = span(git, words)
    found = compare(git, where, opened.source)
    told, problems = tell(found.before, found.after, found.problems, found.authors)
    _show(out, form, where, told, problems)
    return 0


def _show(out: Output, form: str, where: Span, told: list[Told], problems: list[Problem]) -> None:
    from fp.kernel.text import safe
    from fp.tellings import markdown_lines, summary, text_lines

    if out.json:
        return _document(out, where, told, problems)
    if form == "markdown":
        lines = markdown_lines(told, problems, where.label)
    else:
        lines = [f"{safe(where.label)}: {summary(told, problems)}", *text_lines(told, problems, out.style)]
    for line in lines:
        out.line(line)
    return None


def _document(out: Output, where: Span, told: list[Told], problems: list[Problem]) -> None:
    from fp.kernel.emit import json_values

    issues = [{**_plain(one), "problems": json_values(one.problems)} for one in told]
    out.document("fp.diff.v1", base=where.base, head=where.head, issues=issues, problems=json_values(problems))


def _plain(one: Told) -> dict[str, Any]:
    row = one._asdict()
    row["steps"] = [{"from": step.from_, "to": step.to, "by": step.by, "recorded": step.recorded} for step in one.steps]
    row["boxes"] = one.boxes._asdict()
    row["text"] = {"edits": [edit._asdict() for edit in one.text.edits], "more": one.text.more}
    row["said"] = [item._asdict() for item in one.said]
    row["waiters"] = [item._asdict() for item in one.waiters]
    return row
