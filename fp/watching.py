"""Waits for the tracker's files to change, and checks what has. A shell over the system's file events.

File events only say where to look: what counts is what the files and HEAD are. Whatever an event misses (a full
inotify, a network file system, a folder that git put in another's place) the periodic look at all files finds.
"""

from __future__ import annotations

import math
import os
import stat
import threading
from typing import TYPE_CHECKING, NamedTuple

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from fp import rechecking
from fp.checking import open_git
from fp.indexed import load_here
from fp.kernel.fs import RealFiles
from fp.model import ISSUES_FOLDER
from fp.source import WorktreeSource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from watchdog.observers.api import BaseObserver

    from fp.kernel.git.repo import Repository
    from fp.kernel.problem import Problem
    from fp.rechecking import Seen

QUIET_SECONDS = 0.2
QUIETS_MAX = 10
"""A save is several events, a checkout thousands: look once it is quiet, or after so many waits."""
RESCAN_SECONDS = 30.0
POLL_SECONDS = 2.0
SLICE_SECONDS = 0.5
"""A signal that comes just before a wait is handled after it [1 of 50 on a busy machine]: so none is long."""
JOIN_SECONDS = 5.0
ALL = ""
"""Among the paths of a bell: a folder changed, look at all files."""
MODIFIED = "modified"
CHANGES = frozenset({"created", MODIFIED, "moved", "deleted", "closed"})
"""Not `opened`: our own reading must not wake us."""

Prints = dict[str, tuple[int, int, int]]
"""What the system knows of each file, by its path from the root: size, time, inode."""


class Change(NamedTuple):
    """One look that found something else than the one before: what is wrong now, what is new of it, what is gone."""

    problems: tuple[Problem, ...]
    new: tuple[Problem, ...]
    gone: tuple[Problem, ...]
    issues: int


class Bell(FileSystemEventHandler):
    """Rings when a file changes or somebody wants an end."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.stopped = False
        self._paths: set[str] = set()
        self._lock = threading.Lock()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """A file of the tracker changed."""
        if event.event_type not in CHANGES:
            return
        with self._lock:
            self._paths.update(_paths(event))
        self.rung.set()

    def taken(self) -> frozenset[str]:
        """The paths that were told since it was asked last."""
        with self._lock:
            found, self._paths = frozenset(self._paths), set()
        return found

    def stop(self) -> None:
        """End the watch after the present look."""
        self.stopped = True
        self.rung.set()

    def wait(self, seconds: float) -> bool:
        """Until it rings, and then is quiet for a moment; False when the time is over before."""
        slices = max(1, math.ceil(seconds / SLICE_SECONDS))
        if not any(self.rung.wait(seconds / slices) for _ in range(slices)):
            return False
        for _ in range(QUIETS_MAX):
            self.rung.clear()
            if self.stopped or not self.rung.wait(QUIET_SECONDS):
                break
        return True


def _paths(event: FileSystemEvent) -> list[str]:
    """A folder is `modified` with each file that comes or goes, which has an event of its own."""
    if event.is_directory:
        return [] if event.event_type == MODIFIED else [ALL]
    return [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]


def observe(folder: Path, bell: Bell, make: Callable[[], BaseObserver] = Observer) -> BaseObserver | str:
    """Let the system ring the bell; why it cannot, where its watches are used up or it has none."""
    try:
        observer = make()
        observer.schedule(bell, str(folder), recursive=True)
        observer.start()
    except OSError as error:
        return error.strerror or "the system refuses"
    return observer


def watch(root: Path, repository: Repository | None, bell: Bell, told: Callable[[Change], None], every: float) -> None:
    """Look at once, then at each change and at least so often in seconds, until the bell is told to stop.

    Each time what changed goes into the index, so that the next listing finds it there.
    """
    files = RealFiles(root)
    prints = fingerprint(root)
    git = open_git(repository)
    seen = rechecking.look(files, git)
    told(_change((), seen))
    load_here(str(root), WorktreeSource(files))
    while not bell.stopped:
        rang = bell.wait(every)
        # Also where nothing changed: what was too fresh to be trusted at the look before is settled by now.
        load_here(str(root), WorktreeSource(files))
        paths = bell.taken()
        now = fingerprint(root) if not rang or ALL in paths else touched(root, prints, paths)
        changed = {path for path in now.keys() | prints.keys() if now.get(path) != prints.get(path)}
        git = open_git(repository)
        if not changed and seen.head == (None if git is None else git.head):
            continue
        prints = now
        before = seen
        seen = rechecking.look_again(files, git, before, changed) or rechecking.look(files, git)
        change = _change(before.problems, seen)
        if change.new or change.gone:
            told(change)


def _change(before: tuple[Problem, ...], seen: Seen) -> Change:
    new = tuple(one for one in seen.problems if one not in before)
    return Change(seen.problems, new, tuple(one for one in before if one not in seen.problems), seen.issues)


def fingerprint(root: Path) -> Prints:
    """What the system knows of the tracker's files. Links are not entered."""
    found: Prints = {}
    for folder, _, names in os.walk(root / ISSUES_FOLDER):
        for name in names:
            _add(found, root, os.path.join(folder, name))
    return found


def touched(root: Path, before: Prints, paths: Collection[str]) -> Prints:
    """The same, where only these paths (absolute, below the root) may have changed."""
    found = dict(before)
    for path in paths:
        found.pop(os.path.relpath(path, root), None)
        _add(found, root, path)
    return found


def _add(found: Prints, root: Path, path: str) -> None:
    if os.path.basename(path).startswith("."):  # nobody reads it: an editor's, or one that is being written
        return
    try:
        known = os.lstat(path)
    except OSError:  # gone since it was listed
        return
    if stat.S_ISREG(known.st_mode) or stat.S_ISLNK(known.st_mode):
        found[os.path.relpath(path, root)] = (known.st_size, known.st_mtime_ns, known.st_ino)
