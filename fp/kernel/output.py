"""Where a command prints: the format, the width, whether colour is wanted.

Imports the standard library, and no more of it than it needs: some commands answer before click is loaded.
"""

from __future__ import annotations

import os
import sys

from fp.kernel.text import style

TYPE_CHECKING = False  # `typing` alone is 7 ms of a command of 60 [measured]
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

WIDTH_DEFAULT = 100
WIDTH_LEAST = 40


class Printer:
    """Standard output and standard error, as the options want them."""

    def __init__(self, *, json: bool, quiet: bool):
        self.json = json
        self.quiet = quiet
        self.color = not json and sys.stdout.isatty() and "NO_COLOR" not in os.environ

    @property
    def width(self) -> int:
        """Columns of the terminal, or a fixed width where there is none, so that piped output does not vary."""
        if not sys.stdout.isatty():
            return WIDTH_DEFAULT
        return max(WIDTH_LEAST, os.get_terminal_size(sys.stdout.fileno()).columns)

    def line(self, text: str = "") -> None:
        """Print one result line. The caller has made foreign text safe."""
        if not self.json:
            sys.stdout.write(f"{text}\n")

    def said(self, text: str) -> None:
        """Print one line that `--quiet` leaves out."""
        if not self.quiet:
            self.line(text)

    def note(self, text: str) -> None:
        """Print one line beside the result, to standard error."""
        if not self.quiet:
            sys.stderr.write(f"{text}\n")

    def document(self, schema: str, **fields: Any) -> None:
        """Print the one JSON document when `--json` was given."""
        if self.json:
            from fp.kernel.document import document, render

            sys.stdout.write(render(document(schema, **fields)))

    def style(self, text: str, name: str) -> str:
        """Colour text, where colour is wanted."""
        return style(text, name, on=self.color)


class Output(Printer):
    """Where a handler prints, and where the command runs."""

    def __init__(self, *, json: bool, quiet: bool, start: Path):
        super().__init__(json=json, quiet=quiet)
        self.start = start
        self.interactive = sys.stdin.isatty() and sys.stdout.isatty()
        self.progress = sys.stderr.isatty() and not quiet and not json


def reader_gone() -> None:
    """The reader went away (`| head`): not an error, and nothing more can be written, also not at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
