"""Commands of `fp` run in this process, and what their output may not hold. For benches that run thousands."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

from fp.cli.main import group
from fp.kernel.cli import run

if TYPE_CHECKING:
    from pathlib import Path

STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Kinds of characters that steer a terminal or hide in it: controls, formats (bidirectional ones too), line breaks."""
CRASHED = 3


class Ran(NamedTuple):
    """How a command ended, and all that it printed."""

    code: int
    out: str
    err: str

    @property
    def crashed(self) -> bool:
        """Whether it failed by a mistake of ours."""
        return self.code == CRASHED or "Traceback" in self.err

    @property
    def leaks(self) -> list[str]:
        """Characters in the output that a terminal would obey or not show; judged by Unicode, not by our own rule."""
        return sorted({one for one in self.out + self.err if one not in "\n\t" and category(one) in STEERING})


def fp(folder: Path, *words: str) -> Ran:
    """Run `fp` in `folder`, with nothing on standard input; the first word is the command."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(group, "fp", [words[0], "-C", str(folder), *words[1:]])
    finally:
        sys.stdin = before
    return Ran(code, out.getvalue(), err.getvalue())
