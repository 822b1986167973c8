"""Entry point of `drift`. `--version` answers before anything is imported."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from drift import __version__

        sys.stdout.write(f"drift {__version__}\n")
        return 0
    # A command lives for a moment and makes no circles worth collecting.
    gc.disable()
    from drift.cli.quick import answer

    status = answer(sys.argv[1:])
    if status is not None:
        return status
    from drift.cli.main import group
    from fp.kernel.cli import run

    return run(group, "drift")


if __name__ == "__main__":
    sys.exit(main())
