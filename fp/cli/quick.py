"""`fp list`, `ready`, `blocked` as they are typed most, from the index if nothing has changed; and `fp show ID`.

Asks the disk of every file, and git of the claims and the tracker ref, and imports nothing else: click and the modules
that read issues cost more than the answer. Whatever is not exactly as it was when the answer was kept is left to the
command itself, which says the same in another 100 ms and keeps it anew. Nothing is parsed, judged or written here.
"""

from __future__ import annotations

import os
import sys

from fp import scan
from fp.index import INDEX_PATH, Index
from fp.kernel.git.layout import common_folder

TYPE_CHECKING = False  # `typing` alone is 7 ms of a command of 60 [measured]
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fp.kernel.output import Printer

COMPLETION = "_FP_COMPLETE"


def answer(words: list[str]) -> int | None:
    """The exit status, all being printed; None when the command line has to be read."""
    if COMPLETION in os.environ:
        return None
    try:
        if len(words) == 2 and words[0] == "show" and words[1][:1] != "-":
            return _show(words[1])
        return _recalled(_COMMANDS[words[0]]) if len(words) == 1 and words[0] in _COMMANDS else None
    except BrokenPipeError:
        from fp.kernel.output import reader_gone

        reader_gone()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("fp: interrupted\n")
        return 130


def _recalled(tell: Callable[[Index, str, str], int | None]) -> int | None:
    root = _root()
    common = None if root is None else common_folder(root)
    return None if root is None or common is None else tell(Index(f"{common}/{INDEX_PATH}"), root, common)


def _show(word: str) -> int | None:
    """One issue; whatever is wrong is told by the command itself."""
    from pathlib import Path

    from fp.cli.showing import show
    from fp.kernel.errors import KitError
    from fp.kernel.output import Output

    try:
        status = show(Output(json=False, quiet=False, start=Path.cwd()), word)
    except (KitError, FileNotFoundError):
        return None
    sys.stdout.flush()
    return status


def _root() -> str | None:
    """The top of the nearest worktree; None inside a git folder, where git says what to do."""
    try:
        folder = os.getcwd()
    except FileNotFoundError:
        return None
    if ".git" in folder.split("/"):
        return None
    while not os.path.lexists(f"{folder}/.git"):
        folder, before = os.path.dirname(folder), folder
        if folder == before:
            return None
    return folder


def _printed(lines: list[str], notes: tuple[str, ...] = ()) -> int:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()
    sys.stderr.write("".join([f"{note}\n" for note in notes]))
    return 0


def _printer() -> Printer:
    from fp.kernel.output import Printer

    return Printer(json=False, quiet=False)


def _unchanged(root: str, stamps: Any) -> bool:
    """Whether settings and issue files are those that the index was made of."""
    settings, _, known = stamps
    if settings != scan.settings(root) or scan.UNSTAMPED in known.values():
        return False
    try:
        now = scan.look(f"{root}/.issues")
    except OSError:
        return False
    return bool(now == known)


def _list(index: Index, root: str, common: str) -> int | None:
    parts = index.get(scan.STAMPS + root, scan.LISTED + root)
    stamps, listed = parts.get(scan.STAMPS + root), parts.get(scan.LISTED + root)
    if stamps is None or listed is None or listed[0] != stamps[1] or not _unchanged(root, stamps):
        return None
    from fp.cli.shown import heads

    return _printed(heads(_printer(), listed[1]), listed[2])


def _ready(index: Index, root: str, common: str) -> int | None:
    parts = index.get(scan.STAMPS + root, scan.READY + root)
    stamps, kept = parts.get(scan.STAMPS + root), parts.get(scan.READY + root)
    if stamps is None or kept is None or kept[0] != stamps[1] or not _unchanged(root, stamps):
        return None
    from fp.witness import surroundings

    told, differ, branch, around = kept[1]
    if around != surroundings(root, common) or not _witnessed(kept, root, common):
        return None
    from fp.cli.shown import drafts, ready

    return _printed([*ready(_printer(), told), *drafts(differ, branch)])


def _blocked(index: Index, root: str, common: str) -> int | None:
    kept = index.get(scan.BLOCKED).get(scan.BLOCKED)
    if kept is None or not _witnessed(kept, root, common):
        return None
    from fp.cli.shown import blocked

    return _printed(blocked(_printer(), *kept[1]))


def _witnessed(kept: Any, root: str, common: str) -> bool:
    """Whether git says what it said then."""
    from fp.kernel.errors import KitError
    from fp.witness import witness

    _, _, ref, claim_refs, text = kept
    try:
        now = witness(root, common, ref, claim_refs)
    except KitError:
        return False
    return bool(now == text)


_COMMANDS: dict[str, Callable[[Index, str, str], int | None]] = {"list": _list, "ready": _ready, "blocked": _blocked}
