"""`fp search`: find issues by their words, closed ones too, and show where the words stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from fp.model import Issue

LINES_SHOWN_MAX = 3


@click.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many issues.")
@shared_options
def command(output: Output, query: tuple[str, ...], limit: int) -> int:
    """Find issues, closed ones too, by words in their id, title, labels and text, and by every field.

    All words must be there; quote what belongs together. docs/finding.md has the language.

    \b
    Examples:
      fp search expired token
      fp search '"rate limit"' status:open
      fp search label:auth -type:epic created:<30d
    """
    from fp.cli.finding import excerpt, find, issues_here, lines
    from fp.cli.opened import left_out, open_tracker, say_left_out
    from fp.cli.values import issue_value, own_values
    from fp.query import parse

    opened = open_tracker(output.start)
    text = " ".join(query)
    tracker = issues_here(opened, text, closed_too=True).tracker
    words = parse(text, tracker.config).words
    found = find(opened.root, tracker, text, closed_too=True)
    shown = found[:limit]
    for issue, head in zip(shown, lines(output, shown), strict=True):
        output.line(head)
        for number, line in _where(issue, words):
            where = f"  {issue.path}:{number}  "
            output.line(output.style(where, "dim") + excerpt(output, line, len(where)))
    if not found:
        output.note("nothing found")
    elif len(found) > limit:
        output.note(f"{len(found) - limit} more: --limit {len(found)}")
    output.document(
        "fp.search.v1",
        source=tracker.label,
        found=len(found),
        issues=[
            {
                **issue_value(issue),
                **own_values(issue, tracker.config),
                "lines": [{"line": number, "text": line} for number, line in _where(issue, words)],
            }
            for issue in shown
        ],
        left_out=left_out(tracker),
    )
    say_left_out(output, tracker)
    return 0


def _where(issue: Issue, words: tuple[str, ...]) -> list[tuple[int, str]]:
    """The first lines of the text that hold one of the words, by their number in the file."""
    found = []
    for number, line in enumerate(issue.body.split("\n"), start=issue.body_line):
        if any(word in line.lower() for word in words):
            found.append((number, line.strip()))
            if len(found) == LINES_SHOWN_MAX:
                break
    return found
