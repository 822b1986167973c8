"""Runs the tests in tiers and prints what each took against its budget. This is what `make test` calls."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Tier(NamedTuple):
    """A set of tests, what it may take on two cores, and how many processes run it."""

    name: str
    words: tuple[str, ...]
    budget_seconds: int
    processes: int


TIERS = (
    Tier("unit", ("-m", "not slow and not race", "tests"), 120, 2),
    Tier("slow", ("-m", "slow and not race", "tests"), 600, 3),
    Tier("race", ("-m", "race", "tests"), 240, 0),
)
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error|errors|xfailed)\b")


def run(tier: Tier) -> tuple[int, dict[str, int], float]:
    """Exit status, counts by outcome, and wall seconds of one tier."""
    parallel = ("-n", str(tier.processes)) if tier.processes else ()
    return _run((*parallel, *tier.words))


def again(tier: Tier) -> tuple[int, dict[str, int], float]:
    """The failures of a tier once more, one by one: real processes under load can miss a deadline. It is said aloud."""
    print(f"== {tier.name}: what failed, a second time, alone", flush=True)
    return _run(("--last-failed", "--last-failed-no-failures=none", *tier.words))


def _run(words: tuple[str, ...]) -> tuple[int, dict[str, int], float]:
    begun = time.monotonic()
    argv = (sys.executable, "-m", "pytest", "-q", "-rsf", *words)
    child = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    last = ""
    for line in child.stdout:
        print(line, end="", flush=True)
        last = line if COUNT.search(line) else last
    status = child.wait()
    counts = {word.rstrip("s") if word.startswith("error") else word: int(n) for n, word in COUNT.findall(last)}
    return status, counts, time.monotonic() - begun


def main() -> int:
    """Run all tiers, also after one failed; the last line sums them up."""
    rows, total, worst = [], dict.fromkeys(("passed", "failed", "skipped", "error"), 0), 0
    for tier in TIERS:
        print(f"== {tier.name}", flush=True)
        status, counts, seconds = run(tier)
        if status == 1:
            status, second, more = again(tier)
            seconds += more
            rescued = second.get("passed", 0)
            rows.append(f"{tier.name:8} {rescued} passed only at the second try")
            counts["passed"] = counts.get("passed", 0) + rescued
            counts["failed"] = second.get("failed", 0)
        empty = status == 5  # pytest's word for "no test matched"
        worst = worst if empty else max(worst, status)
        total = {key: total[key] + counts.get(key, 0) for key in total}
        over = "  OVER BUDGET" if seconds > tier.budget_seconds else ""
        rows.append(f"{tier.name:8} {seconds:6.0f} s of {tier.budget_seconds} s{over}")
    print("\n".join(rows))
    print(f"{total['passed']} passed, {total['failed'] + total['error']} failed, {total['skipped']} skipped")
    return worst if total["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
