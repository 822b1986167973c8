"""Runs all benchmarks, or those named on the command line, and prints one table each.

Some need a repository and take options of their own, so they run alone: `python -m bench factory --repository PATH`,
`python -m bench moves --repository PATH`.
"""

from __future__ import annotations

import importlib
import sys

ALL = ("start", "tracker", "claims", "protocol", "mutations")
ALONE = ("factory", "moves")


def main(names: list[str]) -> int:
    """Print the tables."""
    if names and names[0] in ALONE:
        found: int = importlib.import_module(f"bench.{names[0]}").main(names[1:])
        return found
    for name in names or ALL:
        importlib.import_module(f"bench.{name}").main()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
