"""Waits for the tracker's files to change, and checks them when they have. A shell over the system's file events.

File events only say "look": what counts is what the files and HEAD are. Whatever an event misses (a full inotify, a
network file system, a folder that git put in another's place) the periodic look finds.
"""

from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING, NamedTuple

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from fp.checking import check_source, open_git
from fp.kernel.fs import RealFiles
from fp.model import ISSUES_FOLDER
from fp.source import WorktreeSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver

    from fp.kernel.git.repo import Repository
    from fp.kernel.problem import Problem

QUIET_SECONDS = 0.2
QUIETS_MAX = 10
"""A save is several events, a checkout thousands: look once it is quiet, or after so many waits."""
RESCAN_SECONDS = 30.0
POLL_SECONDS = 2.0
JOIN_SECONDS = 5.0
CHANGES = frozenset({"created", "modified", "moved", "deleted", "closed"})
"""Not `opened`: our own reading must not wake us."""

Print = frozenset[tuple[str, int, int, int]]


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

    def on_any_event(self, event: FileSystemEvent) -> None:
        """A file of the tracker changed."""
        if event.event_type in CHANGES:
            self.rung.set()

    def stop(self) -> None:
        """End the watch after the present look."""
        self.stopped = True
        self.rung.set()

    def wait(self, seconds: float) -> None:
        """Until it rings, and then is quiet for a moment; or until the time is over."""
        if not self.rung.wait(seconds):
            return
        for _ in range(QUIETS_MAX):
            self.rung.clear()
            if self.stopped or not self.rung.wait(QUIET_SECONDS):
                return


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
    """Look at once, then at each change and at least so often in seconds, until the bell is told to stop."""
    seen: tuple[Print, str | None] | None = None
    before: tuple[Problem, ...] | None = None
    while not bell.stopped:
        now = (fingerprint(root), None if repository is None else repository.resolve("HEAD"))
        if now != seen:
            seen = now
            change = look(root, repository, before or ())
            if before is None or change.new or change.gone:
                told(change)
            before = change.problems
        bell.wait(every)


def look(root: Path, repository: Repository | None, before: tuple[Problem, ...]) -> Change:
    """Check the worktree, and compare with the problems of the look before."""
    checked = check_source(WorktreeSource(RealFiles(root)), open_git(repository))
    found = tuple(checked.problems)
    new = tuple(one for one in found if one not in before)
    return Change(found, new, tuple(one for one in before if one not in found), len(checked.tracker.issues))


def fingerprint(root: Path) -> Print:
    """What the system knows of the tracker's files: names, sizes, times, inodes. Links are not entered."""
    found: set[tuple[str, int, int, int]] = set()
    for folder, _, names in os.walk(root / ISSUES_FOLDER):
        for name in names:
            path = os.path.join(folder, name)
            try:
                known = os.lstat(path)
            except OSError:  # gone since it was listed
                continue
            if stat.S_ISREG(known.st_mode) or stat.S_ISLNK(known.st_mode):
                found.add((path, known.st_size, known.st_mtime_ns, known.st_ino))
    return frozenset(found)
