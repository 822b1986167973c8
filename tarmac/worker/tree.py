"""Which processes belong to a run, by what `/proc` shows, and how they are ended.

While the worker lives, they are its descendants: it keeps orphans, so none gets away. After it died they are those that
carry the run's outcome path in their environment, or are of the session that the agent led.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

from fp.kernel.process import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fp.kernel.process import Seen

POLL_SECONDS = 0.05
ENVIRONMENT_BYTES_MAX = 1024 * 1024


def below(rows: Iterable[Seen], root: int) -> list[Seen]:
    """All descendants of `root` among `rows`."""
    children: dict[int, list[Seen]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)
    found: list[Seen] = []
    queue = [root]
    while queue:
        nearer = children.pop(queue.pop(), [])
        found += nearer
        queue += [row.pid for row in nearer]
    return found


def running_below(root: int) -> list[Seen]:
    """The descendants that still do something."""
    return [row for row in below(everything(), root) if not row.ended]


def left_behind(outcome_path: str, agent: tuple[int, int] | None, *, but: int) -> list[Seen]:
    """What runs of a run whose worker is dead; `agent` is pid and start time of its agent, `but` is not looked at."""
    rows = [row for row in everything() if not row.ended and row.pid != but]
    leader = next((row for row in rows if agent is not None and row.pid == agent[0]), None)
    reused = leader is not None and agent is not None and leader.started != agent[1]
    marker = f"TARMAC_OUTCOME={outcome_path}".encode("utf-8", "surrogateescape")
    return [row for row in rows if _in_session(row, None if reused else agent) or marker in _environment(row.pid)]


def _in_session(row: Seen, agent: tuple[int, int] | None) -> bool:
    """A session's number is not given to a new process while the session has a member."""
    return agent is not None and row.session == agent[0] and row.started >= agent[1]


def _environment(pid: int) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read(ENVIRONMENT_BYTES_MAX).split(b"\0")
    except OSError:  # another user's, or gone
        return []


def end_all(look: Callable[[], Sequence[Seen]], *, terminate_seconds: float, kill_seconds: float) -> list[Seen]:
    """Ask, then kill, until `look` finds nothing; what is left even so.

    TERM first: a git that is killed leaves lock files in a person's repository [measured], one that is asked does not.
    """
    left = list(look())
    for number, seconds in ((signal.SIGTERM, terminate_seconds), (signal.SIGKILL, kill_seconds)):
        until = time.monotonic() + seconds
        told: set[tuple[int, int]] = set()
        while left:
            for row in left:
                if (row.pid, row.started) not in told:
                    _signal(row.pid, number)
                    told.add((row.pid, row.started))
            if time.monotonic() >= until:
                break
            time.sleep(POLL_SECONDS)
            left = list(look())
    return left


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def reap(but: int) -> None:
    """Collect orphans that ended; `but` is the child whose exit status its owner collects."""
    mine = os.getpid()
    for row in everything():
        if row.parent == mine and row.ended and row.pid != but:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(row.pid, os.WNOHANG)
