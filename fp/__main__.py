"""`python -m fp` and the `fp` script. `--version` is answered before anything is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line to its exit status."""
    if sys.argv[1:] == ["--version"]:
        from fp import __version__

        sys.stdout.write(f"fp {__version__}\n")
        return 0
    from fp.cli.main import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
