"""A folder with a lock on disk: found, read, listed, and its lock written. A shell around `fp.kernel.fs` and git.

The root is the nearest folder upwards that holds `drift.lock`, else the repository's top, else the folder itself; the
search ends at the repository's top. git is asked only for what needs it, so a folder that is no repository works.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drift.anchors import is_prose
from drift.check import Sources
from drift.content import FILE_BYTES_MAX
from drift.earlier import is_line_lock
from drift.globs import matches
from drift.lock import LOCK_BYTES_MAX, read_lock, write_lock
from drift.model import LOCK_NAME, SETTINGS_NAME, Lock, Settings
from drift.recall import Anew
from fp.kernel.errors import Config, Conflict, External, Refused
from fp.kernel.fs import RealFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from drift.check import Read
    from drift.recall import Recall
    from fp.kernel.ports import Files
    from fp.kernel.problem import Problem

WRITE_TRIES_MAX = 5
LISTED_FILES_MAX = 500_000
SETTINGS_BYTES_MAX = 1024 * 1024
PROBLEMS_SHOWN_MAX = 10
SKIPPED_FOLDERS = ("node_modules", "__pycache__")


@dataclass(frozen=True, slots=True)
class Workspace:
    """One lock's folder. `data` is the lock as it was read, None where there is none; `top` the repository's top."""

    root: Path
    top: Path | None
    files: Files
    data: bytes | None
    lock: Lock
    settings: Settings


def open_workspace(start: Path, *, any_form: bool = False) -> Workspace:
    """The workspace around a folder. Config, with path and line, when its lock or settings are broken.

    With `any_form` a lock of the earlier form, a line for each binding, counts as one without bindings.
    """
    root, top = find_root(start)
    files = RealFiles(root)
    data = _read(files, LOCK_NAME, LOCK_BYTES_MAX)
    lock = Lock()
    if data is not None and not (any_form and is_line_lock(data)):
        lock, problems = read_lock(data, LOCK_NAME)
        refuse_broken(problems)
    return Workspace(root, top, files, data, lock, _settings(files))


def find_root(start: Path) -> tuple[Path, Path | None]:
    """Where the lock is or would be, and the repository's top."""
    top = None
    for folder in (start, *start.parents):
        if (folder / LOCK_NAME).is_file():
            return folder, top or _top(folder)
        if (folder / ".git").exists():
            top = folder
            break
    return top or start, top


def _top(start: Path) -> Path | None:
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def refuse_broken(problems: Sequence[Problem]) -> None:
    """Config for the first problem, the others in its hint."""
    if not problems:
        return
    others = [f"{problem.where}: {problem.message}" for problem in problems[1:PROBLEMS_SHOWN_MAX]]
    if len(problems) > PROBLEMS_SHOWN_MAX:
        others.append(f"and {len(problems) - PROBLEMS_SHOWN_MAX} more")
    first = problems[0]
    raise Config(first.message, where=first.where, hint="\n".join(others) or None, reason=first.code)


def _settings(files: Files) -> Settings:
    data = _read(files, SETTINGS_NAME, SETTINGS_BYTES_MAX)
    if data is None:
        return Settings()
    from drift.settings import read_settings

    settings, problems = read_settings(data)
    refuse_broken(problems)
    return settings


def _read(files: Files, path: str, limit_bytes: int) -> bytes | None:
    try:
        return files.read(path, limit_bytes)
    except FileNotFoundError:
        return None
    except (Refused, External) as error:
        raise Config(error.message, where=path) from error


def reader(files: Files) -> Read:
    """The reading function of a worktree: a link is not followed, so that nothing outside the root is ever read."""

    def read(path: str) -> bytes | None:
        try:
            return files.read(path, FILE_BYTES_MAX)
        except FileNotFoundError:
            return None
        except External as error:
            raise Refused(error.message, where=path, reason="not-readable") from error

    return read


def sources(workspace: Workspace, recall: Recall | None = None) -> Sources:
    """What a check reads of a worktree, and what it recalls of contents; by default nothing."""

    def kind(path: str) -> str | None:
        try:
            found = workspace.files.stat(path)
        except (Refused, External):
            return "other"  # behind a link out of the root: not ours to judge
        return None if found is None else found.kind

    files = functools.cache(lambda: listed(workspace))
    return Sources(reader(workspace.files), kind, lambda: documents(workspace, files()), recall or Anew(), files)


def documents(workspace: Workspace, files: Sequence[str]) -> list[str]:
    """Those of the files that are Markdown and that the settings include."""
    settings = workspace.settings
    return [
        path
        for path in files
        if is_prose(path) and matches(path, settings.include) and not matches(path, settings.exclude)
    ]


def listed(workspace: Workspace) -> list[str]:
    """All files that git does not ignore, sorted; without git, all outside dot folders and installed packages."""
    if workspace.top is not None:
        from fp.kernel.git.run import git

        try:
            found = git(workspace.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        except External as error:
            if error.reason != "git-missing":
                raise
        else:
            return sorted(set(found.fields()))[:LISTED_FILES_MAX]
    return _walked(workspace.files)


def _walked(files: Files) -> list[str]:
    found: list[str] = []
    folders = [""]
    while folders and len(found) < LISTED_FILES_MAX:
        folder = folders.pop()
        for name in files.names(folder):
            path = f"{folder}/{name}" if folder else name
            status = files.stat(path)
            if status is not None and status.kind == "file":
                found.append(path)
            elif status is not None and status.kind == "folder" and name[0] != "." and name not in SKIPPED_FOLDERS:
                folders.append(path)
    return sorted(found)


def change_lock(workspace: Workspace, change: Callable[[Lock], Lock]) -> Lock:
    """Read the lock, change it, write it if nobody wrote in between, else again. Conflict when somebody always did."""
    for _ in range(WRITE_TRIES_MAX):
        data = _read(workspace.files, LOCK_NAME, LOCK_BYTES_MAX)
        lock, problems = read_lock(data, LOCK_NAME) if data is not None else (Lock(), [])
        refuse_broken(problems)
        new = change(lock)
        written = write_lock(new)
        if data == written or (data is None and workspace.files.create(LOCK_NAME, written)):
            return new
        if data is not None and workspace.files.replace_if(LOCK_NAME, data, written):
            return new
    raise Conflict("another process keeps writing the lock", where=LOCK_NAME, hint="try again")
