"""`fp watch`: the bell, the look, and the command as a real process."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from fp import scan
from fp.index import INDEX_PATH, Index
from fp.indexed import FILES_LEAST
from fp.kernel.git.repo import Repository
from fp.watching import Bell, Change, observe, watch
from tests.support.guards import CHECKOUT
from tests.support.tracker import issue_text

if TYPE_CHECKING:
    from pathlib import Path

    from watchdog.observers.api import BaseObserver

    from tests.support.tracker import Fp

A = "FP-aaaaaaa"
WAIT_SECONDS = 30.0


def test_where_watches_are_used_up_the_reason_is_told(tmp_path: Path) -> None:
    def full() -> BaseObserver:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    assert observe(tmp_path, Bell(), full) == "inotify watch limit reached"


def test_what_is_wrong_anew_and_right_again_is_told_and_nothing_twice(fp: Fp) -> None:
    fp.issue(A)
    fp.repo.commit()
    path, bell, told = fp.repo.path / f".issues/{A}.md", Bell(), []
    texts = [issue_text(A, "priority: urgent"), issue_text(A, "priority: high")]

    def tell(change: Change) -> None:
        told.append((len(change.new), len(change.gone)))
        if texts:
            path.write_text(texts.pop(0))
        else:
            bell.stop()

    watch(fp.repo.path, Repository.discover(fp.repo.path), bell, tell, 0.01)
    assert told == [(0, 0), (1, 0), (0, 1)]


def test_a_look_leaves_the_index_warm(fp: Fp) -> None:
    for number in range(FILES_LEAST):
        fp.repo.write(f".issues/new-{number}.md", f"# Title {number}\n")
    bell = Bell()
    watch(fp.repo.path, None, bell, lambda _: bell.stop(), 0.01)
    key = scan.ROWS + str(fp.repo.path)
    index = Index(str(fp.repo.path / ".git" / INDEX_PATH))
    assert len(index.get(key)[key][1]) == FILES_LEAST


def test_the_system_rings_the_bell_for_a_new_folder_too_and_reading_does_not(fp: Fp) -> None:
    bell = Bell()
    observer = observe(fp.repo.path / ".issues", bell)
    assert not isinstance(observer, str)
    try:
        fp.repo.read(".issues/config.yaml")
        assert not bell.rung.wait(0.2)
        fp.repo.write(f".issues/events/{A}/note.md", "text\n")
        assert bell.rung.wait(WAIT_SECONDS)
    finally:
        observer.stop()
        observer.join()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", [(), ("--poll",)])
def test_the_command_tells_a_broken_save_and_ends_cleanly(fp: Fp, number: int, words: tuple[str, ...]) -> None:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONSAFEPATH": "1"}
    argv = [sys.executable, "-m", "fp", "watch", *words]
    child = subprocess.Popen(argv, cwd=fp.repo.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    guard = threading.Timer(WAIT_SECONDS, child.kill)
    guard.start()
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "0 issues, no problems\n"
        fp.issue(A, "priority: urgent")
        assert child.stdout.readline().startswith(f".issues/{A}.md:4: error: unknown priority")
        child.send_signal(number)
        _, err = child.communicate()
        guard.cancel()
    assert (child.returncode, "Traceback" in err) == (0, False)
