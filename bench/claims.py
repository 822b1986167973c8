"""Claims: how many swaps a second, alone and raced, beside one bare `git update-ref`."""

from __future__ import annotations

import multiprocessing
import subprocess
import time
from pathlib import Path

from bench.measure import repository, table
from fp.kernel.ports import RefUpdate
from fp.kernel.world import real_world

SWAPS = 200
RACERS = 8


def main() -> None:
    """Print the table."""
    path = repository()
    world = real_world(path)
    commit = world.objects.commit(world.objects.empty_tree(), (), "x\n", _who())
    begun = time.monotonic()
    for number in range(SWAPS):
        subprocess.run(("git", "update-ref", f"refs/bench/{number}", commit), cwd=path, check=True)
    floor = time.monotonic() - begun
    begun = time.monotonic()
    for number in range(SWAPS):
        world.refs.transact([RefUpdate(f"refs/fp/bench/{number}", None, commit)])
    alone = time.monotonic() - begun
    with multiprocessing.Pool(RACERS) as pool:
        begun = time.monotonic()
        wins = sum(pool.starmap(_race, [(str(path), commit)] * RACERS))
        raced = time.monotonic() - begun
    table(
        "Claims",
        [
            ("what", "per second", "x update-ref"),
            ("git update-ref", f"{SWAPS / floor:.0f}", "1.0"),
            ("Refs.transact", f"{SWAPS / alone:.0f}", f"{alone / floor:.1f}"),
            (f"{RACERS} processes, {SWAPS} refs, {wins} winners", f"{RACERS * SWAPS / raced:.0f} tries", ""),
        ],
    )


def _race(path: str, commit: str) -> int:
    refs = real_world(Path(path)).refs
    tries = (refs.transact([RefUpdate(f"refs/fp/race/{number}", None, commit)]) for number in range(SWAPS))
    return sum(done.status == "done" and not done.detail for done in tries)


def _who() -> object:
    from datetime import UTC, datetime

    from fp.kernel.ports import Signature

    return Signature("bench", "bench@example.org", datetime.now(UTC))
