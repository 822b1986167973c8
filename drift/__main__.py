"""Entry point of `drift`. `--version` answers before anything is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from drift import __version__

        sys.stdout.write(f"drift {__version__}\n")
        return 0
    from drift.cli.main import group
    from fp.kernel.cli import run

    return run(group, "drift")


if __name__ == "__main__":
    sys.exit(main())
