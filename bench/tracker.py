"""The tracker at 1,000, 10,000 and, on request, 100,000 issues, without a cache."""

from __future__ import annotations

import os

from bench.measure import BIN, PYTHON, cpu, fill, repository, table

SIZES = (1_000, 10_000)
SIZE_LARGE = 100_000
"""Only with BENCH_LARGE=1: it takes minutes."""


def main() -> None:
    """Print the table."""
    sizes = (*SIZES, SIZE_LARGE) if os.environ.get("BENCH_LARGE") else SIZES
    rows = [("issues", "command", "CPU ms", "x python", "x git status", "peak MB")]
    for size in sizes:
        path = repository()
        ids = fill(path, size)
        floor, git = cpu(PYTHON, path, 9).cpu_ms, cpu(("git", "status", "--porcelain"), path, 5).cpu_ms
        fp = str(BIN / "fp")
        for words in (("list",), ("ready",), ("show", ids[7]), ("set", ids[8], "priority=high"), ("check",)):
            found = cpu((fp, *words), path, 3)
            rows.append(
                (
                    f"{size:,}",
                    words[0],
                    f"{found.cpu_ms:.0f}",
                    f"{found.cpu_ms / floor:.1f}",
                    f"{found.cpu_ms / git:.1f}",
                    f"{found.peak_mb:.0f}",
                )
            )
    table("Tracker", rows)
