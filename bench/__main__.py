"""Runs all benchmarks, or those named on the command line, and prints one table each.

Some take options of their own, or minutes, so they run alone: `python -m bench factory --repository PATH`,
`python -m bench moves --repository PATH`, `python -m bench unbound --repository PATH`,
`python -m bench merging`, `python -m bench collisions`,
`python -m bench naughty --strings FILE`, `python -m bench yaml --suite FOLDER`,
`python -m bench tracker --issues 10000 --events 6`.
"""

from __future__ import annotations

import importlib
import sys

ALL = ("start", "tracker", "claims", "protocol", "mutations", "drift")
ALONE = ("exactness", "factory", "moves", "merging", "collisions", "naughty", "unbound", "yaml")


def main(names: list[str]) -> int:
    """Print the tables; exit status 2 for a benchmark that there is not."""
    if names and names[0] in ("-h", "--help"):
        print(__doc__, f"all: {' '.join(ALL)}", f"alone: {' '.join(ALONE)}", sep="\n")
        return 0
    known = (*ALL, *ALONE, "parses")
    if names and names[0] not in known:
        print(f"bench: no benchmark {names[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if "--help" in names and names[0] in ALL and names[0] != "tracker":
        print(importlib.import_module(f"bench.{names[0]}").__doc__)
        return 0
    if names and (names[0] in ALONE or any(name.startswith("--") for name in names)):
        found: int | None = importlib.import_module(f"bench.{names[0]}").main(names[1:])
        return found or 0
    for name in names or ALL:
        importlib.import_module(f"bench.{name}").main()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
