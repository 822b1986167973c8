"""Lines of issues for people, from plain tuples, so that they can be printed before an issue is ever built.

Imports next to nothing: `fp.cli.quick` prints by these functions too, and both ways print the same bytes.
"""

from __future__ import annotations

import sys

from fp.kernel.text import clip, pad, safe, width

TYPE_CHECKING = False  # `typing` alone is 7 ms of a command of 60 [measured]
if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.output import Printer
    from fp.scan import Head

    Ready = tuple[str, str, tuple[tuple[str, str, str], ...], tuple[tuple[str, str, str, str], ...], int, str, int]
    """Where and how it was judged; ready: id, priority, title; held: id, holder, at, title; how many wait; why, in
    lines; how many cannot be judged."""
    Blocked = tuple[str, str, tuple[tuple[str, str], ...]]
    """id, title, reasons: text and the command that changes it"""

GAP = "  "
PRIORITY_COLUMNS = 8
DRAFTS_SHOWN_MAX = 5


def heads(printer: Printer, issues: Sequence[Head]) -> list[str]:
    """One line an issue: id, status, priority, title, then who has it. Only a terminal's lines are cut to its width."""
    if not issues:
        return []
    widest = [max([len(issue[at]) for issue in issues]) for at in range(3)]
    room = printer.width - sum(widest) - len(GAP) * len(widest) if sys.stdout.isatty() else None
    return [_head(printer, issue, widest, room) for issue in issues]


def _head(printer: Printer, issue: Head, widest: Sequence[int], room: int | None) -> str:
    issue_id, status, priority, title, assignees = issue
    title, who = safe(title), safe(" ".join([f"@{name}" for name in assignees])) if assignees else ""
    if room is not None:
        who = clip(who, room // 2)
        title = clip(title, room - (width(who) + len(GAP) if who else 0))
    cells = [issue_id.ljust(widest[0]), status.ljust(widest[1]), priority.ljust(widest[2]), title]
    if who:
        cells.append(printer.style(who, "dim"))
    if printer.color:
        from fp.cli.values import coloured

        cells[0] = printer.style(cells[0], "accent")
        cells[1], cells[2] = coloured(printer, status, cells[1]), coloured(printer, priority, cells[2])
    return GAP.join(cells)


def ready(printer: Printer, told: Ready) -> list[str]:
    """What `fp ready` prints, but for the drafts and the claims' age."""
    where, how, able, held, waiting, why, unreadable = told
    lines = [f"{len(able)} ready at {safe(where)} ({safe(how)})"]
    for issue_id, priority, title in able:
        lines.append(f"  {printer.style(issue_id, 'accent')}  {pad(priority, PRIORITY_COLUMNS)}  {safe(title)}")
    if held:
        lines.append(f"{len(held)} held")
    for issue_id, holder, at, title in held:
        since = f" since {at}" if at else ""
        lines.append(f"  {printer.style(issue_id, 'accent')}  {safe(holder)}{safe(since)}  {safe(title)}")
    if waiting:
        lines.append(f"{waiting} not ready: fp blocked says why")
        lines += [f"  {safe(line)}" for line in why.splitlines()]
    if unreadable:
        lines.append(printer.style(f"{unreadable} cannot be judged, their files are broken: fp check", "bad"))
    return lines


def drafts(paths: Sequence[str], branch: str) -> list[str]:
    """The line that says what does not count yet."""
    if not paths:
        return []
    named = ", ".join(path.rpartition("/")[2].removesuffix(".md") for path in paths[:DRAFTS_SHOWN_MAX])
    more = " ..." if len(paths) > DRAFTS_SHOWN_MAX else ""
    return [f"{len(paths)} differ here from {safe(branch)} and count when they land: {safe(named)}{more}"]


def blocked(printer: Printer, where: str, issues: Sequence[Blocked]) -> list[str]:
    """What `fp blocked` prints."""
    lines = [f"{len(issues)} blocked at {safe(where)}"]
    for issue_id, title, reasons in issues:
        lines.append(f"{printer.style(safe(issue_id), 'accent')}  {safe(title)}".rstrip())
        for text, command in reasons:
            arrow = printer.style(f" -> {safe(command)}", "dim") if command else ""
            lines.append(f"  {safe(text)}{arrow}")
        if not reasons:
            lines.append("  nothing stands in its way: fp claim takes it")
    return lines
