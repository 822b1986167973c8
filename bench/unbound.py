"""`drift init --yes && drift check` in clones of repositories that no lock was ever in: it must pass, and be quick.

`python -m bench unbound --repository PATH [--repository PATH]...`; the clones are thrown away, nothing is written to
what they were made from.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.drift import DRIFT
from bench.history import lines
from bench.measure import table

CPU_SECONDS_MAX = 5.0
HEAD = ("repository", "documents", "bindings", "links", "broken", "init", "check", "cpu", "passes")


class Outcome(NamedTuple):
    """One command: its exit status, the last line it printed, and what it cost."""

    code: int
    said: str
    cpu_seconds: float


def main(words: list[str]) -> int:
    """Print one line for each repository; 1 when one fails or takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench unbound")
    parser.add_argument("--repository", type=Path, action="append", required=True)
    rows = [_row(path) for path in parser.parse_args(words).repository]
    table(f"drift init --yes && drift check, at most {CPU_SECONDS_MAX:g} s CPU", [HEAD, *rows])
    return 0 if all(row[-1] == "yes" for row in rows) else 1


def _row(source: Path) -> tuple[str, ...]:
    place = Path(tempfile.mkdtemp(prefix="unbound-"))
    try:
        subprocess.run(("git", "clone", "-q", "--shared", source, place), check=True)
        for name in ("drift.lock", "drift.toml"):
            (place / name).unlink(missing_ok=True)
        init, check = _ran((*DRIFT, "init", "--yes"), place), _ran((*DRIFT, "check"), place)
        documents = len(lines(place, "ls-files", "--", "*.md", "*.markdown"))
        bindings = (place / "drift.lock").read_text().count("[[bindings]]")
    finally:
        shutil.rmtree(place)
    links, broken = _links(check.said)
    cpu = init.cpu_seconds + check.cpu_seconds
    passes = "yes" if (init.code, check.code) == (0, 0) and cpu <= CPU_SECONDS_MAX else "NO"
    exits = (f"exit {init.code}", f"exit {check.code}")
    return (
        "/".join(source.resolve().parts[-2:]),
        f"{documents:,}",
        f"{bindings:,}",
        links,
        broken,
        *exits,
        f"{cpu:.2f} s",
        passes,
    )


def _ran(argv: tuple[str, ...], place: Path) -> Outcome:
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(argv, cwd=place, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode().splitlines()
    return Outcome(child.returncode, said[-1] if said else "", usage.ru_utime + usage.ru_stime)


def _links(said: str) -> tuple[str, str]:
    """The numbers of links, and of broken ones, in the last line of a check: `..., 12 links, 1 broken`."""
    words = said.replace(",", "").split()
    for at, word in enumerate(words):
        if word.startswith("link") and at + 1 < len(words):
            return words[at - 1], words[at + 1]
    return "0", "0"
