"""The merge driver as a shell: git's merge by lines for `fp.merge`, and how a clone is told to use the driver."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from fp.kernel.git.repo import Repository

ATTRIBUTES_LINE = b".issues/*.md merge=fp"
SETTINGS = {
    "merge.fp.name": "issues, field by field",
    "merge.fp.driver": "fp merge-driver --marker-size %L -- %O %A %B %P",
}
CONFLICTS_MAX = 127
MARKER_SIZE = 7


FAVOURS = {"ours": "--ours", "theirs": "--theirs", "both": "--union"}


def favoured(base: bytes, ours: bytes, theirs: bytes, side: str) -> tuple[bytes, bool]:
    """The same, with what clashes taken from one side, or from `both` one after the other; "" leaves it."""
    return by_lines(base, ours, theirs, favour=side)


def by_lines(
    base: bytes, ours: bytes, theirs: bytes, marker_size: int = MARKER_SIZE, *, favour: str = ""
) -> tuple[bytes, bool]:
    """What `git merge-file` makes of three texts, and whether without a conflict."""
    with tempfile.TemporaryDirectory(prefix="fp-merge-") as folder:
        files = RealFiles(Path(folder))
        for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            files.write(name, data)
        labels = ("-L", "ours", "-L", "base", "-L", "theirs", f"--marker-size={marker_size}")
        taken = (FAVOURS[favour],) if favour else ()
        words = ("merge-file", "-p", "-q", *taken, *labels, "ours", "base", "theirs")
        done = git(folder, *words, ok=tuple(range(CONFLICTS_MAX + 1)))
    return done.stdout, done.code == 0


def install(repository: Repository) -> None:
    """Name the driver in this clone's configuration; a clone without it merges by lines."""
    for key, value in SETTINGS.items():
        repository.set_setting(key, value)
