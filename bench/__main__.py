"""Runs all benchmarks, or those named on the command line, and prints one table each."""

from __future__ import annotations

import importlib
import sys

ALL = ("start", "tracker", "claims", "protocol")


def main(names: list[str]) -> int:
    """Print the tables."""
    for name in names or ALL:
        importlib.import_module(f"bench.{name}").main()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
