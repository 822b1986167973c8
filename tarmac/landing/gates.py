"""Run the gates on a candidate, in a fresh checkout of it, never in the agent's worktree.

There the agent's untracked and ignored files would help it pass. Gates see `.issues` of the target, but what they say
is bound to the content tree. Output is kept by digest and tail.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.process import run as run_command
from fp.kernel.text import safe_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fp.kernel.ports import Oid, Worktrees

TAIL_BYTES_MAX = 4000
TAIL_LINES_MAX = 30


class GateCall(NamedTuple):
    """One gate: its name, its command and the most it may take."""

    name: str
    argv: tuple[str, ...]
    timeout_seconds: float


class GateResult(NamedTuple):
    """How one gate ended. `exit` is None when it could not start."""

    name: str
    argv: tuple[str, ...]
    exit: int | None
    seconds: float
    digest: str
    tail: str

    @property
    def passed(self) -> bool:
        """Whether it ran and said yes."""
        return self.exit == 0

    def value(self) -> dict[str, Any]:
        """As the journal and the evidence hold it."""
        return {**self._asdict(), "argv": list(self.argv)}


class Gated(NamedTuple):
    """What all gates said of one content tree."""

    content: Oid
    results: tuple[GateResult, ...]
    error: str = ""
    """why the gates could not run at all"""

    @property
    def passed(self) -> bool:
        """Whether every gate passed. With no gates nothing is observed, and nothing stands against it."""
        return not self.error and all(result.passed for result in self.results)

    @property
    def failure(self) -> str:
        """The first failure as a sentence; empty when all passed."""
        if self.error:
            return self.error
        failed = next((result for result in self.results if not result.passed), None)
        if failed is None:
            return ""
        end = "could not start" if failed.exit is None else f"exit {failed.exit}"
        return f"gate {failed.name} failed ({end})"


def run_gates(
    worktrees: Worktrees,
    *,
    candidate: Oid,
    content: Oid,
    folder: Path,
    calls: Sequence[GateCall],
    env: Mapping[str, str],
) -> Gated:
    """Check the candidate commit out at `folder`, run each call there, stop at the first failure, remove the folder."""
    worktrees.check_out(folder, candidate)
    results: list[GateResult] = []
    try:
        for call in calls:
            results.append(_run(call, folder, env))
            if not results[-1].passed:
                break
    finally:
        worktrees.discard(folder)
    return Gated(content, tuple(results))


def _run(call: GateCall, folder: Path, env: Mapping[str, str]) -> GateResult:
    begun = time.monotonic()
    try:
        ran = run_command(
            call.argv, cwd=str(folder), env=env, timeout_seconds=call.timeout_seconds, tail_bytes=TAIL_BYTES_MAX
        )
    except KitError as error:
        return GateResult(call.name, call.argv, None, 0.0, "", str(error))
    seconds = round(time.monotonic() - begun, 3)
    tail = "\n".join(safe_block(ran.output.decode("utf-8", "replace")).splitlines()[-TAIL_LINES_MAX:])
    if ran.timed_out:
        tail += f"\nkilled after {call.timeout_seconds:.0f} s"
    return GateResult(call.name, call.argv, ran.code, seconds, hashlib.sha256(ran.output).hexdigest()[:16], tail)
