"""What several of tarmac's commands share: opening the factory, lines of what happens, an issue by its prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.text import pad, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.cli import Output
    from tarmac.factory import Factory, Tick

STYLES = {
    "landed": "good",
    "parked": "warn",
    "gates": "accent",
    "waits": "warn",
    "cannot": "bad",
    "released": "warn",
    "lost": "dim",
    "superseded": "bad",
}
WHAT_COLUMNS = 9
NAME_COLUMNS = 13


def teller(out: Output) -> Callable[[str, str, str], None]:
    """Print one line of what happens: the local time, the run, what, and the detail."""
    from fp.kernel.clock import SystemClock

    clock = SystemClock()

    def say(name: str, what: str, detail: str) -> None:
        at = clock.now().astimezone().strftime("%H:%M:%S")
        told = out.style(pad(what, WHAT_COLUMNS), STYLES.get(what, "strong"))
        out.line(f"{out.style(at, 'dim')} {pad(safe(name), NAME_COLUMNS)} {told} {safe(detail)}".rstrip())

    return say


def silent(name: str, what: str, detail: str) -> None:
    """Say nothing: for commands that only look."""


def opened(out: Output) -> tuple[Factory, Tick]:
    """The factory where the command runs, and the tracker as it is now."""
    from tarmac.open import open_factory, read_tick

    factory = open_factory(out.start, silent)
    return factory, read_tick(factory)


def issue_id(seen: Tick, word: str) -> str:
    """The issue that a prefix names; Usage when none or several do."""
    return seen.issues.resolve(word)
