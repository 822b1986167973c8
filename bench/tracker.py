"""The tracker's commands at 1,000 and 10,000 issues with six events each: CPU, ratios, peak memory, goals.

`python -m bench tracker --issues 10000 --events 6` prints one size. 100,000 issues take minutes to write: ask for them
by `--issues 100000 --events 0`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from bench.measure import PYTHON, cpu, fill, fp, repository, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bench.measure import Figure

SIZES = (1_000, 10_000)
EVENTS = 6
RUNS = 5
CHANGED = 20
PEAK_MB = 80
GOAL_SIZE = 10_000
LARGE = 100_000


class Goal(NamedTuple):
    """At most so many times a bare interpreter, or so many milliseconds."""

    ratio: float | None = None
    cpu_ms: float | None = None


GOALS = {
    "--version": Goal(ratio=2),
    "list": Goal(ratio=12),
    "ready": Goal(ratio=12),
    "blocked": Goal(ratio=12),
    "list, no index": Goal(cpu_ms=700),
    "ready, no index": Goal(cpu_ms=700),
    "blocked, no index": Goal(cpu_ms=700),
    "show": Goal(ratio=9),
    "set": Goal(ratio=9),
    "new": Goal(ratio=9),
    "search": Goal(cpu_ms=250),
    "check": Goal(cpu_ms=4_000),
    "check --base, 20 changed": Goal(cpu_ms=250),
}
LARGE_GOALS = {"ready": Goal(cpu_ms=1_200)}


def main(arguments: Sequence[str] = ()) -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(prog="python -m bench tracker")
    parser.add_argument("--issues", type=int, action="append", help="how many; may be given again")
    parser.add_argument("--events", type=int, default=EVENTS, help="of each issue")
    asked = parser.parse_args(arguments)
    for size in asked.issues or SIZES:
        measured(size, asked.events)


def measured(size: int, events: int) -> None:
    """Print the table of one size."""
    path = repository()
    ids = fill(path, size, events=events)
    floor = cpu(PYTHON, path, 2 * RUNS + 1)
    git = cpu(("git", "status", "--porcelain"), path, RUNS)
    rows = [("command", "CPU ms", "x python", "x git status", "peak MB", "goal", "")]
    figures = {"python -c pass": floor, "git status": git, **_figures(path, ids)}
    goals = LARGE_GOALS if size >= LARGE else GOALS if size <= GOAL_SIZE else {}
    for name, found in figures.items():
        goal = goals.get(name, Goal())
        limit = goal.cpu_ms if goal.ratio is None else goal.ratio * floor.cpu_ms
        told = "" if limit is None else f"{limit:.0f}" if goal.ratio is None else f"{goal.ratio:.0f} x = {limit:.0f}"
        met = "" if limit is None else "met" if found.cpu_ms <= limit else "MISSED"
        ratios = f"{found.cpu_ms / floor.cpu_ms:.1f}", f"{found.cpu_ms / git.cpu_ms:.2f}"
        rows.append((name, f"{found.cpu_ms:.0f}", *ratios, f"{found.peak_mb:.0f}", told, met))
    table(f"Tracker of {size:,} issues with {events} events each", rows)


def _figures(path: Path, ids: Sequence[str]) -> dict[str, Figure]:
    index = path / ".git" / "fp" / "index.sqlite"
    one = ids[len(ids) // 2]
    found = {"--version": cpu(fp("--version"), path, RUNS)}
    for word in ("list", "ready", "blocked"):
        found[word] = cpu(fp(word), path, RUNS)
    for word in ("list", "ready", "blocked"):
        found[f"{word}, no index"] = cpu(fp(word), path, 3, before=lambda: index.unlink(missing_ok=True))
    found["show"] = cpu(fp("show", one), path, RUNS)
    found["search"] = cpu(fp("search", "number 777"), path, RUNS)
    found["check"] = cpu(fp("check"), path, 3)
    found["check --base, 20 changed"] = _change(path, ids)
    found["set"] = cpu(fp("set", one, "priority=low"), path, RUNS, before=_toggled(path, one))
    found["new"] = cpu(fp("new", "One more"), path, RUNS)
    found["list, edited"] = cpu(fp("list"), path, RUNS, before=_toggled(path, one))
    found["ready, edited"] = cpu(fp("ready"), path, RUNS)
    return found


def _change(path: Path, ids: Sequence[str]) -> Figure:
    """A branch on which some issues changed, judged."""
    subprocess.run(("git", "checkout", "-qb", "change"), cwd=path, check=True)
    for name in ids[:: max(1, len(ids) // CHANGED)][:CHANGED]:
        file = path / ".issues" / f"{name}.md"
        file.write_text(file.read_text(encoding="utf-8").replace("title: Ticket", "title: Changed"), encoding="utf-8")
    subprocess.run(("git", "commit", "-qam", "change"), cwd=path, check=True)
    found = cpu(fp("check", "--base", "main"), path, RUNS)
    subprocess.run(("git", "checkout", "-q", "main"), cwd=path, check=True)
    return found


def _toggled(path: Path, name: str) -> Callable[[], object]:
    """Edits the issue's file, as a person does between two commands."""
    file = path / ".issues" / f"{name}.md"
    text = file.read_text(encoding="utf-8")
    texts = (text, text.replace("title: Ticket", "title: Edited"))
    return lambda: file.write_text(texts[file.read_text(encoding="utf-8") == texts[0]], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
