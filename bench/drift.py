"""`drift check` on made repositories: many documents bound to many symbols, cold and warm, beside the floor.

The floor of the same run is a bare python, and `git ls-files` with one read of each bound file.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.measure import BIN, PYTHON, Figure, cpu
from drift.check import observe
from drift.content import Ask, Found
from drift.lock import write_lock
from drift.model import Anchor, Binding, Lock, Settings
from drift.workspace import reader
from fp.kernel.fs import RealFiles

DRIFT = (str(BIN / "drift"),) if (BIN / "drift").exists() else (sys.executable, "-m", "drift")
WORDS = ("session", "opens", "when", "user", "known", "closes", "nobody", "asks", "store", "keeps", "value", "limit")
READS = "import subprocess,sys\nsubprocess.run(['git','ls-files'],stdout=subprocess.DEVNULL)\n" + (
    "for path in open(sys.argv[1]).read().split():\n    open(path,'rb').read()"
)


class Size(NamedTuple):
    """What to make."""

    documents: int
    anchors: int
    files: int
    functions: int
    """of each file"""


SIZES = {
    "small": Size(3, 10, 10, 8),
    "250 documents, 1,000 anchors": Size(250, 1_000, 300, 20),
    "2,500 documents, 10,000 anchors": Size(2_500, 10_000, 3_000, 40),
    "250 documents, 1,000 anchors, 100,000 files": Size(250, 1_000, 100_000, 1),
}
GOALS = {
    ("small", "cold"): "9 x python",
    ("250 documents, 1,000 anchors", "cold"): "500 ms",
    ("250 documents, 1,000 anchors", "warm"): "200 ms",
    ("2,500 documents, 10,000 anchors", "cold"): "3,500 ms, 100 MB",
    ("2,500 documents, 10,000 anchors", "warm"): "500 ms",
    ("250 documents, 1,000 anchors, 100,000 files", "--since HEAD"): "500 ms",
}


def main() -> None:
    """Print one table."""
    python = cpu(PYTHON, Path.cwd())
    print(f"drift check, CPU; bare python {python.cpu_ms:.0f} ms")
    for name, size in SIZES.items():
        place = Path(tempfile.mkdtemp(prefix="drift-bench-"))
        try:
            made(place, size)
            show(name, place, python)
        finally:
            shutil.rmtree(place)


def show(name: str, place: Path, python: Figure) -> None:
    """Measure one repository."""
    floor = cpu((sys.executable, "-c", READS, str(place / ".git" / "bound")), place, runs=3)
    check = (*DRIFT, "check")
    clear(place)
    cold = once(check, place)
    warm = cpu(check, place, runs=3)
    since = cpu((*check, "--since", "HEAD"), place, runs=3)
    megabytes = sum(path.stat().st_size for path in (place / "src").rglob("*.py")) / 1e6
    print(f"{name}, {megabytes:.1f} MB of code: floor {floor.cpu_ms:.0f} ms")
    for what, figure in (("cold", cold), ("warm", warm), ("--since HEAD", since)):
        goal = f" (goal {GOALS[name, what]})" if (name, what) in GOALS else ""
        ratios = f"{figure.cpu_ms / python.cpu_ms:5.1f} x python, {figure.cpu_ms / floor.cpu_ms:5.1f} x floor"
        print(f"  {what:12} {figure.cpu_ms:7.0f} ms  {ratios}, peak {figure.peak_mb:.0f} MB{goal}")


def once(argv: tuple[str, ...], place: Path) -> Figure:
    """One run, without one to warm up."""
    from bench.measure import _once

    return _once(argv, place)


def clear(place: Path) -> None:
    """Remove what drift keeps beside the repository."""
    shutil.rmtree(place / ".git" / "drift", ignore_errors=True)


def made(place: Path, size: Size) -> None:
    """A committed repository with a lock whose bindings are all fresh."""
    draw = random.Random(1)
    paths = [f"src/part{number % 50}/module{number}.py" for number in range(size.files)]
    for path in paths:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text("\n\n".join(function(draw, number) for number in range(size.functions)))
    bindings = []
    for number in range(size.documents):
        path = f"docs/topic{number % 40}/doc{number}.md"
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(document(draw, number, size.documents))
        for _ in range(size.anchors // size.documents):
            target = draw.choice(paths)
            bindings.append((path, target, f"step_{draw.randrange(size.functions)}"))
    lock(place, sorted(set(bindings)))
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "x")):
        subprocess.run(("git", "-c", "gc.auto=0", *words), cwd=place, check=True)
    bound = {path for binding in bindings for path in binding[:2]}
    (place / ".git" / "bound").write_text("\n".join(sorted(bound)))


def function(draw: random.Random, number: int) -> str:
    """A few lines of code."""
    return (
        f"def step_{number}(value, limit={draw.randrange(99)}):\n"
        f'    """{" ".join(draw.choices(WORDS, k=4))}."""\n'
        f"    if value > {draw.randrange(999)}:\n"
        f"        return value - limit\n"
        f"    return [limit] * {draw.randrange(9)}\n"
    )


def document(draw: random.Random, number: int, count: int) -> str:
    """A page with a heading, prose and two links to other pages."""
    prose = "\n\n".join(" ".join(draw.choices(WORDS, k=60)) + "." for _ in range(4))
    links = " ".join(
        f"[{other}](../topic{other % 40}/doc{other}.md#topic-{other})" for other in draw.choices(range(count), k=2)
    )
    return f"# Topic {number}\n\n{prose}\n\nSee {links}.\n"


def lock(place: Path, bindings: list[tuple[str, str, str]]) -> None:
    """Stamp all and write the lock."""
    read, settings = reader(RealFiles(place)), Settings()
    by_target: dict[str, set[Ask]] = {}
    for _, target, symbol in bindings:
        by_target.setdefault(target, set()).add(Ask(symbol))
    answers = {target: observe(target, sorted(asks), settings, read) for target, asks in by_target.items()}
    found = []
    for doc, target, symbol in bindings:
        now = answers[target][Ask(symbol)]
        assert isinstance(now, Found)
        found.append(Binding(Anchor(doc), Anchor(target, symbol), now.stamp))
    (place / "drift.lock").write_bytes(write_lock(Lock(tuple(found))))
