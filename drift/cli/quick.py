"""`drift check` as commit hooks and CI type it, without click: reading a command line is a third of a small check.

Whatever is not plain, or goes wrong, is left to the command itself, which says so in the one place that catches.
"""

from __future__ import annotations

import os
import sys

COMPLETION = "_DRIFT_COMPLETE"
OPTIONS = frozenset(("--quiet", "--json"))


def answer(words: list[str]) -> int | None:
    """The exit status, all being printed; None when the command line has to be read."""
    if COMPLETION in os.environ or words[:1] != ["check"] or not OPTIONS.issuperset(words[1:]):
        return None
    from pathlib import Path

    from drift.cli.checking import Asked, check
    from fp.kernel.output import Output, reader_gone

    try:
        status = check(Output(json="--json" in words, quiet="--quiet" in words, start=Path.cwd()), Asked())
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("drift: interrupted\n")
        return 130
    except Exception:  # noqa: BLE001 - it happens again in the command, where it is told
        return None
    return status
