"""What an issue's text says to a worker, apart from bookkeeping. Pure.

Ticking a box is no change of text: the acceptance stays what it was.
"""

from __future__ import annotations

import hashlib

from fp.kernel.markdown import unticked


def text_digest(title: str, body: str, depends_on: tuple[str, ...]) -> str:
    """A digest of what a worker is told to do: title, body and dependencies."""
    parts = (title, unticked(body).strip(), *sorted(depends_on))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
