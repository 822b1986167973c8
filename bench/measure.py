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
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PYTHON = (sys.executable, "-c", "pass")


class Figure(NamedTuple):
    """Median CPU milliseconds (user and system) and the largest peak in megabytes."""

    cpu_ms: float
    peak_mb: float


def cpu(argv: tuple[str, ...], cwd: Path, runs: int = 9) -> Figure:
    """Run a command once to warm up, then `runs` times."""
    rows = [_once(argv, cwd) for _ in range(runs + 1)][1:]
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
    subprocess.run((BIN / "fp", "init", "--prefix", "FP"), cwd=path, check=True, stdout=subprocess.DEVNULL)
    return path


def fill(path: Path, count: int, seed: int = 42) -> list[str]:
    """`count` issues of about 1 KB, with labels, priorities and two dependencies each; committed. Their ids."""
    draw = random.Random(seed)
    ids = sorted({"FP-" + "".join(draw.choice(ALPHABET) for _ in range(7)) for _ in range(count)})
    for number, name in enumerate(ids):
        before = sorted({draw.choice(ids[:number]) for _ in range(2)}) if number > 10 else []
        (path / ".issues" / f"{name}.md").write_text(_issue(name, number, before, draw), encoding="utf-8")
    subprocess.run(("git", "add", "-A"), cwd=path, check=True)
    subprocess.run(("git", "commit", "-q", "-m", "issues"), cwd=path, check=True)
    return ids


def _issue(name: str, number: int, before: list[str], draw: random.Random) -> str:
    status = draw.choice(("todo", "todo", "done", "done", "in-progress"))
    priority = draw.choice(("low", "medium", "high"))
    after = "".join(f"  - {one}\n" for one in before)
    return (
        f"---\nid: {name}\ntitle: Ticket number {number}\ncreated: 2026-01-{1 + number % 28:02d}T00:00:00Z\n"
        f"status: {status}\ntype: task\npriority: {priority}\n\nassignees:\n\nlabels:\n  - area-{number % 7}\n"
        f"  - kind-{number % 5}\n\nparent:\n\ndepends_on:\n{after}\ntouches:\n\ndispatch: auto\n---\n\n"
        + "Lorem ipsum dolor sit amet. " * 36
        + "\n"
    )


def table(title: str, rows: list[tuple[str, ...]]) -> None:
    """Print aligned columns."""
    print(title)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
