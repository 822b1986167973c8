"""Entry point of `tarmac`. `--version` answers before anything is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from tarmac import __version__

        sys.stdout.write(f"tarmac {__version__}\n")
        return 0
    from fp.kernel.cli import run
    from tarmac.cli.main import group

    return run(group, "tarmac")


if __name__ == "__main__":
    sys.exit(main())
