"""The agent's output as a file: without secrets, and never larger than its limit.

The file holds raw bytes of the agent, control characters included: whoever shows them makes them safe first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fp.kernel.ports import Files
    from tarmac.worker.redact import Redactor


class OutputLog:
    """Appends to one file. `bytes` is what the agent printed so far; `full` when it was more than the limit."""

    def __init__(self, files: Files, path: str, redactor: Redactor, *, limit_bytes: int):
        self._files = files
        self._path = path
        self._redactor = redactor
        self._limit = limit_bytes
        self._written = 0
        self.bytes = 0
        self.full = False

    def write(self, data: bytes) -> None:
        """Take a chunk; over the limit nothing more is written, but all is counted."""
        self.bytes += len(data)
        self._append(self._redactor.feed(data))
        self.full = bool(self._limit) and self.bytes > self._limit

    def finish(self) -> None:
        """Write what was held back."""
        self._append(self._redactor.rest())

    def _append(self, data: bytes) -> None:
        room = max(0, self._limit - self._written) if self._limit else len(data)
        piece = data[:room]
        if piece:
            self._files.append(self._path, piece)
            self._written += len(piece)
