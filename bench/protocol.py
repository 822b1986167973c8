"""The exhaustive search of the claim and landing protocol: states, time, and the shortest counterexamples."""

from __future__ import annotations

import time

from bench.measure import table
from tarmac.sim.modelcheck import explore
from tarmac.sim.protocol import Flaws, Size

SIZES = (Size(2, 1, 2), Size(3, 1, 2), Size(2, 2, 2), Size(2, 1, 4))
FLAWS = (Flaws(), Flaws(no_fence=True), Flaws(no_tombstone=True), Flaws(unchanged_claim=True))


def main() -> None:
    """Print the table."""
    rows = [("workers x issues x epochs", "taken away", "states", "s", "found")]
    for size in SIZES:
        for flaws in FLAWS:
            begun = time.process_time()
            found = explore(size, flaws)
            seconds = time.process_time() - begun
            gone = next((name for name, value in flaws._asdict().items() if value), "nothing")
            said = found.violation or ("nothing, all states" if found.complete else "nothing, cut short")
            name = f"{size.workers} x {size.issues} x {size.epochs_max}"
            rows.append((name, gone, f"{found.states:,}", f"{seconds:.1f}", f"{said} ({len(found.trace)} steps)"))
    table("Protocol", rows)
