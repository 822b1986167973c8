"""A merge driver's two ends at git: its merge of three texts by lines, and how a clone is told to use a driver."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fp.kernel.attributes import ATTRIBUTES_PATH, with_line
from fp.kernel.errors import Usage
from fp.kernel.fs import RealFiles
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from fp.kernel.git.repo import Repository

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


def install(repository: Repository, name: str, purpose: str, command: str, pattern: str) -> None:
    """Name a driver in this clone's configuration, and in `.gitattributes` the files it is for. Usage where bare.

    A clone without it merges by lines. `command` is what git runs, with its `%O %A %B %P`.
    """
    if repository.top is None:
        raise Usage("a bare repository merges nothing", reason="bare")
    files = RealFiles(Path(repository.top))
    before = files.read(ATTRIBUTES_PATH) if files.stat(ATTRIBUTES_PATH) is not None else b""
    after = with_line(before, f"{pattern} merge={name}".encode())
    if after != before:
        files.write(ATTRIBUTES_PATH, after)
    repository.set_setting(f"merge.{name}.name", purpose)
    repository.set_setting(f"merge.{name}.driver", command)
