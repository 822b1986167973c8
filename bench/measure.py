"""CPU time and peak memory of whole processes, and throw-away trackers to run them on."""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
WAY = ("todo", "in-progress", "in-review", "done", "todo", "in-progress", "done")
"""The statuses along the transitions of an issue."""
PYTHON = (sys.executable, "-c", "pass")


class Figure(NamedTuple):
    """Median CPU milliseconds (user and system) and the largest peak in megabytes."""

    cpu_ms: float
    peak_mb: float


def fp(*words: str) -> tuple[str, ...]:
    """The command line of fp: installed beside this interpreter, else of this checkout."""
    installed = BIN / "fp"
    return (str(installed), *words) if installed.exists() else (sys.executable, str(ROOT / "bench" / "fp"), *words)


def cpu(argv: tuple[str, ...], cwd: Path, runs: int = 9, *, before: Callable[[], object] = lambda: None) -> Figure:
    """Run a command once to warm up, then `runs` times; `before` is called ahead of each."""
    rows = []
    for _ in range(runs + 1):
        before()
        rows.append(_once(argv, cwd))
    rows = rows[1:]
    return Figure(statistics.median(row.cpu_ms for row in rows), max(row.peak_mb for row in rows))


def _once(argv: tuple[str, ...], cwd: Path) -> Figure:
    child = subprocess.Popen(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return Figure((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def children_cpu_ms() -> float:
    """CPU of all children that have ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


def repository() -> Path:
    """A new repository with one commit and a tracker."""
    path = Path(tempfile.mkdtemp(prefix="fp-bench-"))
    for words in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Bench"),
        ("config", "user.email", "bench@example.org"),
        ("commit", "-q", "--allow-empty", "-m", "root"),
    ):
        subprocess.run(("git", *words), cwd=path, check=True)
    subprocess.run(fp("init", "--prefix", "FP"), cwd=path, check=True, stdout=subprocess.DEVNULL)
    return path


def fill(path: Path, count: int, seed: int = 42, *, events: int = 0) -> list[str]:
    """`count` issues of about 1 KB, with labels, priorities and two dependencies each; committed. Their ids.

    With `events`, so many of each: transitions that lead to the status, then comments.
    """
    draw = random.Random(seed)
    ids = sorted({"FP-" + "".join(draw.choice(ALPHABET) for _ in range(7)) for _ in range(count)})
    for number, name in enumerate(ids):
        before = sorted({draw.choice(ids[:number]) for _ in range(2)}) if number > 10 else []
        moves = min(events, draw.choice((6, 6, 6, 5, 4, 4)))
        status = WAY[moves] if events else draw.choice(("todo", "todo", "done", "done", "in-progress"))
        text = _issue(name, number, status, before, draw.choice(("low", "medium", "high")))
        (path / ".issues" / f"{name}.md").write_text(text, encoding="utf-8")
        _write_events(path / ".issues" / "events" / name, number, moves, events)
    subprocess.run(("git", "add", "-A"), cwd=path, check=True)
    subprocess.run(("git", "commit", "-q", "-m", "issues"), cwd=path, check=True)
    return ids


def _issue(name: str, number: int, status: str, before: list[str], priority: str) -> str:
    after = "".join(f"  - {one}\n" for one in before)
    return (
        f"---\nid: {name}\ntitle: Ticket number {number}\ncreated: 2026-01-{1 + number % 28:02d}T00:00:00Z\n"
        f"status: {status}\ntype: task\npriority: {priority}\n\nassignees:\n\nlabels:\n  - area-{number % 7}\n"
        f"  - kind-{number % 5}\n\nparent:\n\ndepends_on:\n{after}\ntouches:\n\ndispatch: auto\n---\n\n"
        + "Lorem ipsum dolor sit amet. " * 36
        + "\n"
    )


def _write_events(folder: Path, number: int, moves: int, count: int) -> None:
    """The chain of `moves` transitions, and comments up to `count`."""
    if count:
        folder.mkdir(parents=True)
    last = ""
    for at in range(count):
        kind, day = "transition" if at < moves else "comment", 1 + number % 28
        name = f"202601{day:02d}T{at:02d}0000000Z-{kind}-{ALPHABET[at % 32] * 4}"
        lines = [f"kind: {kind}", *([f"from: {WAY[at]}", f"to: {WAY[at + 1]}"] if at < moves else [])]
        lines += ["by: human/bench", f"at: 2026-01-{day:02d}T{at:02d}:00:00.000Z"]
        lines += [f"after: [{last}]"] if last and at < moves else []
        last = name if at < moves else last
        (folder / f"{name}.md").write_text("\n".join(["---", *lines, "---", "Note.", ""]), encoding="utf-8")


def table(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Print aligned columns."""
    print(title)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
