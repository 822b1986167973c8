"""Where git keeps things, read from its own files: for commands on which a process of git would show.

Imports `os` alone, for the cold start; what it says is what gitrepository-layout(5) promises.
"""

from __future__ import annotations

import os


def common_folder(root: str) -> str | None:
    """The git folder that all worktrees share, by the files of gitrepository-layout(5): asking git costs a process."""
    folder = f"{root}/.git"
    if not os.path.isdir(folder):
        named = _line(folder)
        if not named.startswith("gitdir: "):
            return None
        folder = os.path.join(root, named.removeprefix("gitdir: "))
    folder = os.path.join(folder, _line(f"{folder}/commondir"))
    return os.path.normpath(folder) if os.path.exists(f"{folder}/HEAD") else None


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readline().rstrip("\n")
    except OSError:
        return ""
