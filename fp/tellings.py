"""What a change does to a tracker, written for a terminal and for a forge. Pure; foreign text is made safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.emit import markdown_item
from fp.kernel.marks import code, plain
from fp.kernel.text import safe
from fp.life import TEXT_WORD
from fp.told import CHANGED, NEW, REMOVED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fp.excerpt import Excerpt
    from fp.kernel.problem import Problem
    from fp.told import Told

    Show = Callable[[str], str]

COMMENT_CHARACTERS_MAX = 120
MARKDOWN_ISSUES_MAX = 100
"""A comment of GitHub's holds 65,536 characters; what is left out is counted."""


def summary(told: Sequence[Told], problems: Sequence[Problem]) -> str:
    """`2 moved, 1 new, 1 comment, 1 problem`."""
    every = [*problems, *(problem for one in told for problem in one.problems)]
    counts = (
        (sum(bool(one.steps) for one in told), "moved"),
        (sum(one.kind == NEW for one in told), "new"),
        (sum(one.kind == REMOVED for one in told), "removed"),
        (sum(one.kind == CHANGED and not one.steps for one in told), "edited"),
        (sum(item.kind == "comment" for one in told for item in one.said), "commented"),
        (len(every), "to look at"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "no ticket changes"


class Fact(NamedTuple):
    """A line below an issue's own, without marks, and what belongs below it."""

    line: str
    below: tuple[str, ...] = ()


def facts(one: Told, show: Show, name: Show) -> list[Fact]:
    """All that is to tell of an issue. `show` makes running text safe, `name` a word."""
    found = [Fact(_step_line(one, show, name))] if one.steps else []
    if one.boxes.ticked or one.boxes.unticked:
        marks = [f"☑ {show(text)}" for text in one.boxes.ticked] + [f"☐ {show(text)}" for text in one.boxes.unticked]
        found.append(Fact(f"boxes {one.boxes.done}/{one.boxes.total}: {', '.join(marks)}"))
    for word in one.fields:
        found.append(Fact(show(word), tuple(excerpt_rows(one.text, show)) if word == TEXT_WORD else ()))
    found += [
        Fact(f"{item.kind} by {show(_who(item.by))}: {show(item.text[:COMMENT_CHARACTERS_MAX])}") for item in one.said
    ]
    for waiter in one.waiters:
        left = f", which still waits for {', '.join(map(name, waiter.waits_for))}" if waiter.waits_for else ""
        verb = "one step closer:" if waiter.waits_for else "unblocks"
        found.append(Fact(f"{verb} {name(waiter.id)} {show(waiter.title)}{left}"))
    if one.waits_for:
        found.append(Fact(f"waits for {', '.join(map(name, one.waits_for))}, still open"))
    return found


def excerpt_rows(text: Excerpt, show: Show) -> list[str]:
    """`14 - what the line was`, `14 + what it is`, a row each; what is left out is counted."""
    rows = []
    for one in text.edits:
        rows += [f"{one.line} {mark} {show(line)}" for mark, line in (("-", one.before), ("+", one.after)) if line]
    return [*rows, *([f"… {text.more:,} more"] if text.more else [])]


def _step_line(one: Told, show: Show, name: Show) -> str:
    way = " → ".join(name(status) for status in (one.steps[0].from_, *(step.to for step in one.steps)))
    people = ", ".join(dict.fromkeys(_who(step.by) for step in one.steps if step.by))
    by = f" by {show(people)}" if people else ""
    return f"{way}{by}" + ("" if all(step.recorded for step in one.steps) else " (by hand)")


def _who(by: str) -> str:
    return by.removeprefix("human/") or "somebody, not committed"


def text_lines(told: Sequence[Told], problems: Sequence[Problem], style: Callable[[str, str], str]) -> list[str]:
    """For a terminal: an issue a block."""
    lines: list[str] = []
    for one in told:
        word = "" if one.kind == CHANGED else f"  {style(one.kind, 'good' if one.kind == NEW else 'bad')}"
        by = f" by {safe(', '.join(one.by))}" if one.kind != CHANGED and one.by else ""
        lines.append(f"{style(one.id, 'accent')}  {safe(one.title)}{word}{by}")
        for fact in facts(one, safe, safe):
            lines += [f"  {fact.line}", *(f"    {row}" for row in fact.below)]
        lines += [f"  {style('!', 'bad')} {safe(problem.message)} ({safe(problem.where)})" for problem in one.problems]
    return [*lines, *(f"{style('!', 'bad')} {safe(one.message)} ({safe(one.where)})" for one in problems)]


def markdown_lines(told: Sequence[Told], problems: Sequence[Problem], label: str) -> list[str]:
    """For a comment: what to look at first, then an issue an item."""
    lines = ["### Ticket changes", "", f"{code(label)} · {summary(told, problems)}", ""]
    every = [*problems, *(problem for one in told for problem in one.problems)]
    if every:
        lines += ["**To look at**", "", *map(markdown_item, every[:MARKDOWN_ISSUES_MAX]), ""]
    for one in told[:MARKDOWN_ISSUES_MAX]:
        word = "" if one.kind == CHANGED else f" — **{one.kind}**"
        by = f" by {plain(', '.join(one.by))}" if one.kind != CHANGED and one.by else ""
        lines.append(f"- **{one.id}** {plain(one.title)}{word}{by}")
        for fact in facts(one, plain, code):
            lines += [f"  - {fact.line}", *(f"    - {row}" for row in fact.below)]
    left = len(told) - MARKDOWN_ISSUES_MAX
    return [*lines, *([f"- … and {left:,} more"] if left > 0 else [])]
